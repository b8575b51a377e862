"""What the pages load: every icon is in the sprite, third-party files are what VENDOR.md says, templates obey the CSP."""

import hashlib
import re
from pathlib import Path

import pytest

import malha

ROOT = Path(malha.__file__).parent
STATIC = ROOT / "core/static"
TEMPLATES = sorted(path for path in ROOT.rglob("templates/**/*.html"))
ICONS = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "ui/icons.svg").read_text("utf-8")))


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    used = {
        (name, path.name)
        for path in TEMPLATES
        for pattern in (r'{%\s*icon "([a-z0-9-]+)"', r'<c-[a-z-]+[^>]*?\sicon="([a-z0-9-]+)"')
        for name in re.findall(pattern, path.read_text("utf-8"))
    }

    assert {(name, file) for name, file in used if name not in ICONS} == set()


# print/ holds documents for the PDF maker, which no browser opens. A notice page is one document, its style let in by its hash.
PAGES = [path for path in TEMPLATES if "print" not in path.parts and path.parts[-3:] != ("portal", "notice", "page.html")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_has_what_the_csp_refuses(path: Path) -> None:
    text = path.read_text("utf-8")

    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|hx-on|hx-vars", text)
    assert not re.search(r'\ssrc="(?:https?:)?//|<(?:link|use|image)[^>]*href="(?:https?:)?//', text)


def test_vendored_files_are_the_ones_written_down() -> None:
    table = (STATIC / "vendor/VENDOR.md").read_text("utf-8")
    written = re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", table, re.M)

    assert len(written) == 3
    for name, digest in written:
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest, name
    assert all(list(folder.glob("LICENSE*")) for folder in (STATIC / "vendor").iterdir() if folder.is_dir())
