"""Documents tell the truth about what can be checked: links lead somewhere, variables are the ones the program reads."""

import re
from pathlib import Path

from tests.architecture.source import ROOT

LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s#]+)(?:#[^)]*)?\)|!\[[^\]]*\]\(([^)\s]+)\)")
CODE_PATH = re.compile(r"`((?:malha|docs|tests|tools|sandbox|bench|locale|bin)/[\w./-]+)`")
VARIABLE = re.compile(r"\bMALHA_[A-Z_]+\b")
REQUIRED = "README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md CHANGELOG.md LICENSE docs/glossary.md docs/style.md".split()


def _documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "sandbox").rglob("*.md"), *(ROOT / "bench").rglob("*.md")]


def test_the_documents_of_the_house_exist() -> None:
    assert [name for name in REQUIRED if not (ROOT / name).is_file()] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for document in _documents():
        for target in (one or other for one, other in LINK.findall(document.read_text())):
            if not re.match(r"^[a-z]+:", target) and not (document.parent / target).exists():
                broken.append(f"{document.relative_to(ROOT)}: {target}")

    assert broken == []


def test_paths_named_in_documents_exist() -> None:
    missing = []
    for document in _documents():
        for path in CODE_PATH.findall(document.read_text()):
            if not ((ROOT / path).exists() or list(ROOT.glob(path.rstrip("/.") + "*"))):
                missing.append(f"{document.relative_to(ROOT)}: {path}")

    assert missing == []


def test_every_variable_of_the_environment_is_documented_and_real() -> None:
    documented = set(VARIABLE.findall((ROOT / "docs" / "operate" / "environment.md").read_text()))
    files = [*(ROOT / "malha").rglob("*.py"), *(ROOT / "tools").glob("*.py")]
    read = {name for path in files for name in VARIABLE.findall(path.read_text())}

    assert read - documented == set()
    assert documented - read == set()
