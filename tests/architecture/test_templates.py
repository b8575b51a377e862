"""Templates obey the content policy, hold no untranslated word, and the files they load are the ones that are written down."""

import ast
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

from tests.architecture.source import MALHA, ROOT, modules, templates, without_comments

STATIC = MALHA / "core" / "static"
# A printed document carries its own style sheet; WeasyPrint reads it, no browser does.
PRINTED = re.compile(r"/(?:pdf|print)/|pdf\.(?:html|py)$")
# Notice pages are one document; their style is let in by its hash and by nothing else (malha/core/one_document.py).
ONE_DOCUMENT = re.compile(r"/portal/notice/page\.html$")
EVENTS = "click|dblclick|change|submit|load|input|invalid|select|scroll|error|blur|focus\\w*|(?:key|mouse|pointer|drag)\\w+"
INLINE = {
    "a style attribute": re.compile(r"""(?<![\w-])style\s*=\s*["']""", re.IGNORECASE),
    "an on… attribute": re.compile(rf"""\s(?:on(?:{EVENTS})|hx-on[\w:.-]*)=["']""", re.IGNORECASE),
    "a script without a file": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a javascript: address": re.compile(r"""["']javascript:""", re.IGNORECASE),
    "a file of another server": re.compile(r"""<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=["'](?:https?:)?//""", re.IGNORECASE),
    "an htmx attribute that evaluates": re.compile(r"""\shx-(?:vars|ext)\s*=|["']js:""", re.IGNORECASE),
}


def _lines(text: str, start: int) -> int:
    return text.count("\n", 0, start) + 1


def test_templates_have_no_inline_style_or_script() -> None:
    found = []
    for path in templates():
        if PRINTED.search(path.as_posix()):
            continue
        text = without_comments(path.read_text())
        found += [
            f"{path.relative_to(ROOT)}:{_lines(text, match.start())}: {name}"
            for name, pattern in INLINE.items()
            for match in pattern.finditer(text)
            if not (name == "a style element" and ONE_DOCUMENT.search(path.as_posix()))
        ]

    assert found == []


def test_python_writes_no_inline_style_or_script() -> None:
    found = [
        f"{module.at(node)}: {name}"
        for module in modules("malha")
        if not PRINTED.search(module.name)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "<" in node.value
        for name, pattern in INLINE.items()
        if pattern.search(node.value)
    ]

    assert found == []


def test_our_own_javascript_evaluates_nothing() -> None:
    evaluating = re.compile(r"\beval\(|new Function\(|\.setAttribute\(\s*[\"']style|\bset(?:Timeout|Interval)\(\s*[\"']|document\.write\(")
    found = [
        f"{path.relative_to(ROOT)}:{_lines(text, match.start())}: {match.group()}"
        for path in sorted(MALHA.rglob("static/**/*.js"))
        if "vendor" not in path.parts
        for text in [path.read_text()]
        for match in evaluating.finditer(text)
    ]

    assert found == []


# ---------------------------------------------------------------------------------------------------------------- words

TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
ATTRIBUTE = re.compile(r"""\s[\w-]+="[^"]*\"""")
WORD = re.compile(r"[^\W\d_]{2,}")
# Names, patterns of a value, and what stays as it is in every language.
AS_THEY_ARE = set("Malha MikroTik WhatsApp Winbox ONU CPF CNPJ CEP UF IE RG Pix IP IPv MAC PDF CSV Mbit Mbps px dd mm aaaa mlh".split())
COMMAND = re.compile(r"\bbin/malha \w+|\./run\b")
SPOKEN = {"aria-label", "title", "placeholder", "alt"}
SPOKEN_BY_COMPONENTS = SPOKEN | {"label", "hint", "text", "caption", "subtitle", "heading"}
LITERAL = {"kbd", "code", "pre", "script", "style"}
# The component page is for people who write code; it is served in DEBUG only.
FOR_DEVELOPERS = re.compile(r"/ui_catalogue/")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.literal = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag in LITERAL:
            self.literal += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        spoken = SPOKEN_BY_COMPONENTS if tag.startswith("c-") and tag != "c-vars" else SPOKEN
        for name, value in attrs:
            if name in spoken and value:
                self._look(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in LITERAL and self.literal:
            self.literal -= 1

    def handle_data(self, data: str) -> None:
        if not self.literal:
            self._look(ATTRIBUTE.sub("", data))  # a block may hold the attributes of an element that stands elsewhere

    def _look(self, text: str) -> None:
        if set(WORD.findall(COMMAND.sub("", text))) - AS_THEY_ARE:
            self.found.append((self.getpos()[0], text.strip()))


def test_every_word_of_a_template_is_translated() -> None:
    found = []
    for path in templates():
        if FOR_DEVELOPERS.search(path.as_posix()):
            continue
        reader = _Words()
        reader.feed(TAG.sub("", BLOCK.sub("", without_comments(path.read_text()))))
        found += [f"{path.relative_to(ROOT)}:{line}: {text[:80]}" for line, text in reader.found]

    assert found == []


# --------------------------------------------------------------------------------------------------------------- vendor

ROW = re.compile(r"^\|\s*`([^`]+)`\s*\|.*\|\s*`?([0-9a-f]{64}|[^|`]+)`?\s*\|\s*$", re.MULTILINE)
LICENCE = re.compile(r"^(?:LICEN[CS]E|OFL|COPYING)", re.IGNORECASE)


def test_every_vendored_file_is_written_down_with_its_hash() -> None:
    vendor = STATIC / "vendor"
    known = {(vendor / name).resolve(): value for name, value in ROW.findall((vendor / "VENDOR.md").read_text())}
    files = [path for path in vendor.rglob("*") if path.is_file() and path.name != "VENDOR.md" and not LICENCE.match(path.name)]

    assert [str(path.relative_to(STATIC)) for path in files if path.resolve() not in known] == []
    assert [str(path) for path in known if not path.is_file()] == []
    assert [path.name for path, value in known.items() if len(value) == 64 and value != hashlib.sha256(path.read_bytes()).hexdigest()] == []


def test_every_vendored_folder_has_its_licence() -> None:
    folders = [path for path in (STATIC / "vendor").iterdir() if path.is_dir()]
    without = [path.name for path in folders if not any(LICENCE.match(file.name) for file in _files(path))]

    assert without == []


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
