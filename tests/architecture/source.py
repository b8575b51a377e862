"""The source code as the architecture tests read it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MALHA = ROOT / "malha"
FOLDERS = ("malha", "sandbox", "tools", "bench", "tests")
# From the top of the house down; rooms of one row do not know each other.
ROWS: tuple[frozenset[str], ...] = (
    frozenset({"config"}),
    frozenset({"backoffice", "portal", "api", "worker"}),
    frozenset({"journeys", "reports"}),
    frozenset({"gateways", "network", "dunning", "cashbook", "notifications", "tickets"}),
    frozenset({"billing"}),
    frozenset({"contracts"}),
    frozenset({"customers"}),
    frozenset({"staff"}),
    frozenset({"core"}),
    frozenset({"domain"}),
)
PLUG_FOLDERS = ("network/drivers", "gateways/adapters", "notifications/channels")


@dataclass(frozen=True)
class Module:
    """One Python file with its syntax tree."""

    path: Path
    tree: ast.Module
    lines: int

    @property
    def name(self) -> str:
        """Path from the repository's top, as a person writes it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def dotted(self) -> str:
        """Name by which Python imports it."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def at(self, node: ast.AST) -> str:
        """Where in the file a node stands."""
        return f"{self.name}:{getattr(node, 'lineno', 0)}"


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every Python file of the folders (all of ours by default), migrations left out."""
    paths = [path for folder in folders or FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    if not folders:
        paths += [ROOT / "manage.py", ROOT / "run", ROOT / "test"]
    texts = [(path, path.read_text()) for path in paths if "migrations" not in path.parts]
    return tuple(Module(path, ast.parse(text), text.count("\n")) for path, text in texts)


def imports(module: Module) -> Iterator[tuple[str, ast.stmt]]:
    """Dotted names that a module imports; `from a import b` gives `a.b`. Relative imports do not exist (ruff TID252)."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function, methods and nested ones included."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def row_of(room: str) -> int | None:
    """How far from the top a room lies; None for something that is no room of ours."""
    return next((number for number, row in enumerate(ROWS) if room in row), None)


@cache
def templates() -> tuple[Path, ...]:
    """Every HTML template of ours."""
    return tuple(sorted(MALHA.rglob("templates/**/*.html")))


COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.DOTALL)


def without_comments(template: str) -> str:
    """A template with its comments blanked out, line numbers kept."""
    return COMMENT.sub(lambda match: "\n" * match.group().count("\n"), template)
