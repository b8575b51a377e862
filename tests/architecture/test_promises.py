"""docs/promises.md names what would fail; here: that it exists."""

import ast
import re

from tests.architecture.source import ROOT

TABLE = ROOT / "docs" / "promises.md"
NAMED = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
GROUND = "ABCDEFGHIJ"
MONEY = ("A1", "A2", "A3", "A4", "B1", "B2", "C1", "C2", "C3", "C4", "D", "E", "F", "G", "H", "I")
SECTIONS = (*GROUND, *(f"Money {point}" for point in MONEY))


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

    assert [section for section in SECTIONS if not re.search(rf"^## {section}\. ", text, re.MULTILINE)] == []
    assert [row for row in rows if not row.strip("| ").split(" | ")[-1].strip()] == []


def test_every_failure_mode_of_the_first_thirty_four_has_its_line() -> None:
    named = re.findall(r"^\| F(\d+) ", TABLE.read_text(), re.MULTILINE)

    assert [number for number in range(1, 35) if str(number) not in named] == []
