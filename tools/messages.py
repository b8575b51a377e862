"""The catalogue of screen texts: bring it up to date with the code, check that it is complete, compile it.

English stands in the code inside `_()`, Portuguese in `locale/pt_BR/LC_MESSAGES/django.po`. `update` adds a line for each new text,
to be filled in, and drops what no code uses. Compiling is done in Python (polib), so that nobody needs GNU gettext to run Malha.

    python -m tools.messages update | check | compile
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po"

# name of the function → (position of the context, of the text, of the plural)
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
CALL = re.compile(r"(?<![\w.])(?:n?p?gettext|_)\((?=\s*u?['\"])")
HEADER = {
    "Project-Id-Version": "malha",
    "Language": "pt_BR",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """One text as the code asks for it."""

    msgid: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return (self.context, self.msgid)


# ---------------------------------------------------------------------------------------------------------- extraction


def used() -> dict[Text, str]:
    """Every text of code and templates, with one place where it stands."""
    found: dict[Text, str] = {}
    for path in sorted((ROOT / "malha").rglob("*.py")):
        if "migrations" not in path.parts:
            for text, line in from_python(path.read_text()):
                found.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    for suffix in ("html", "txt"):
        for path in sorted((ROOT / "malha").rglob(f"templates/**/*.{suffix}")):
            for text, line in from_template(path.read_text()):
                found.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    return found


def from_python(source: str) -> Iterator[tuple[Text, int]]:
    """Texts of the gettext calls whose arguments are literals."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in FUNCTIONS and (text := _text(node, *FUNCTIONS[name])):
                yield text, node.lineno


def _text(call: ast.Call, context: int | None, msgid: int, plural: int | None) -> Text | None:
    def literal(position: int | None) -> str | None:
        if position is None:
            return ""
        argument = call.args[position] if position < len(call.args) else None
        return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None

    words = [literal(context), literal(msgid), literal(plural)]
    if None in words or not words[1]:
        return None
    return Text(msgid=words[1], plural=words[2] or "", context=words[0] or "")


def from_template(source: str) -> Iterator[tuple[Text, int]]:
    """Texts of the translation tags and of `_("…")` anywhere, a component's attribute included."""
    for as_code in (templatize(source), source):
        for match in CALL.finditer(as_code):
            expression = _balanced(as_code, match.start())
            try:
                call = ast.parse(expression.strip(), mode="eval").body
            except SyntaxError:
                continue
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and (text := _text(call, *FUNCTIONS[call.func.id])):
                # Django asks for a template's text with %% for %; templatize has done that already, but not for `_()`.
                if call.func.id == "_":
                    text = replace(text, msgid=text.msgid.replace("%", "%%"))
                yield text, as_code.count("\n", 0, match.start()) + 1


def _balanced(text: str, start: int) -> str:
    """The call that begins at `start`, up to its closing parenthesis; quotes are skipped over."""
    depth, quote, position = 0, "", start
    while position < len(text):
        char = text[position]
        if quote:
            if char == "\\":
                position += 1
            elif char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                break
        position += 1
    return text[start : position + 1]


# ------------------------------------------------------------------------------------------------------------ catalogue


def catalogue() -> polib.POFile:
    """The one catalogue; an empty one with our header when there is none yet."""
    if CATALOGUE.is_file():
        return polib.pofile(str(CATALOGUE), wrapwidth=120)
    fresh = polib.POFile(wrapwidth=120)
    fresh.metadata = dict(HEADER)
    return fresh


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return (entry.msgctxt or "", entry.msgid)


def update() -> None:
    """Add the texts that the catalogue lacks, empty, drop those that no code uses, sort."""
    whole, wanted = catalogue(), used()
    keys = {text.key for text in wanted}
    for entry in [entry for entry in whole if _key(entry) not in keys]:
        whole.remove(entry)
    known = {_key(entry) for entry in whole}
    for text in wanted:
        if text.key not in known:
            known.add(text.key)
            plural = {0: "", 1: ""} if text.plural else {}
            flags = ["python-format"] if PLACEHOLDER.search(text.msgid) else []
            words = {"msgctxt": text.context or None, "msgid_plural": text.plural, "msgstr_plural": plural}
            fresh = polib.POEntry(msgid=text.msgid, flags=flags, **words)
            whole.append(fresh)
    whole.sort(key=_key)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    whole.save(str(CATALOGUE))


def problems() -> list[str]:
    """Everything that keeps the catalogue from being complete: missing, empty, fuzzy, unused, wrong placeholders."""
    entries = {_key(entry): entry for entry in catalogue() if not entry.obsolete}
    texts = used()
    found = [f"{place}: no Portuguese for {text.msgid!r}" for text, place in texts.items() if text.key not in entries]
    for key, entry in entries.items():
        portuguese = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy or not all(portuguese) or (entry.msgid_plural and len(portuguese) != 2):
            found.append(f"catalogue: {entry.msgid!r} is empty, fuzzy or lacks its plural")
        found += [f"catalogue: {entry.msgid!r} and {words!r} name different values" for words in portuguese if _names_differ(entry, words)]
        if key not in {text.key for text in texts}:
            found.append(f"catalogue: {entry.msgid!r} is used nowhere")
    return found


PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


def _names_differ(entry: polib.POEntry, portuguese: str) -> bool:
    if not portuguese:
        return False
    english = {match.group() for words in (entry.msgid, entry.msgid_plural or "") for match in PLACEHOLDER.finditer(words)}
    translated = {match.group() for match in PLACEHOLDER.finditer(portuguese)}
    # A singular may do without its number ("one charge"), never with a name that the code does not give.
    return not translated <= english or (not entry.msgid_plural and translated != english)


def compile_catalogue() -> bool:
    """Write `django.mo` beside the catalogue when it is missing or older. True when something was written."""
    compiled = CATALOGUE.with_suffix(".mo")
    if not CATALOGUE.is_file() or (compiled.is_file() and compiled.stat().st_mtime_ns >= CATALOGUE.stat().st_mtime_ns):
        return False
    temporary = compiled.with_suffix(".mo.new")
    catalogue().save_as_mofile(str(temporary))
    temporary.replace(compiled)
    return True


def main(verb: str) -> int:
    """The command line; returns the exit code."""
    if verb == "compile":
        compile_catalogue()
        return 0
    if verb == "update":
        update()
    found = problems()
    compile_catalogue()
    print("\n".join(found) or "The catalogue is complete.")
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["update"], ["check"], ["compile"]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
