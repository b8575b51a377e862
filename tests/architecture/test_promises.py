"""docs/promises.md names what would fail; here: that it exists."""

import ast
import re

from tests.architecture.source import ROOT

TABLE = ROOT / "docs" / "promises.md"
NAMED = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
SECTIONS = "ABCDEFGHIJ"


def _tests_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test")}


def test_every_named_test_exists() -> None:
    missing = []
    for path, name in NAMED.findall(TABLE.read_text()):
        file = ROOT / (path if path.startswith("tests/") else f"tests/{path}")
        if not file.is_file() or (name and name not in _tests_of(path)):
            missing.append(f"{path}::{name}")

    assert missing == []


def test_every_point_has_its_table_and_no_line_is_empty() -> None:
    text = TABLE.read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| Promise")]

    assert [letter for letter in SECTIONS if not re.search(rf"^## {letter}\. ", text, re.MULTILINE)] == []
    assert [row for row in rows if not row.strip("| ").split(" | ")[-1].strip()] == []
