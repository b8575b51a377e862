"""Which way the doors open. The layers themselves are import-linter's contracts in pyproject.toml."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import MALHA, PLUG_FOLDERS, ROOT, Module, functions, imports, modules


def test_the_import_contracts_are_kept() -> None:
    run = subprocess.run([str(Path(sys.executable).with_name("lint-imports")), "--no-cache"], cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stdout + run.stderr


def test_the_rule_book_needs_only_the_standard_library() -> None:
    foreign = [
        f"{module.at(node)} imports {name}"
        for module in modules("malha/domain")
        for name, node in imports(module)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("malha.domain")
    ]

    assert foreign == []


CLOCKS_AND_DOORS = {"time", "socket", "subprocess", "os", "pathlib", "sqlite3", "urllib", "http", "threading", "asyncio"}


def test_the_rule_book_has_no_clock_and_touches_nothing_outside() -> None:
    touching = [
        f"{module.at(node)} imports {name}"
        for module in modules("malha/domain")
        for name, node in imports(module)
        if name.partition(".")[0] in CLOCKS_AND_DOORS
    ]

    assert touching == []


def test_no_function_imports() -> None:
    hidden = [
        f"{module.at(node)} in {function.name}"
        for module in modules()
        for function in functions(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


@pytest.mark.parametrize("folder", PLUG_FOLDERS)
def test_plugs_see_only_their_base_and_the_rule_book(folder: str) -> None:
    room = folder.partition("/")[0]
    curious = []
    for module in modules(f"malha/{folder}"):
        own = ".".join(module.dotted.split(".")[:4])
        allowed = (own, f"malha.{room}.base", f"malha.{room}.wire", "malha.domain")
        curious += [f"{module.at(node)} imports {name}" for name, node in _ours(module) if not _within(name, allowed)]

    assert curious == []


@pytest.mark.parametrize("folder", PLUG_FOLDERS)
def test_the_base_of_plugs_knows_only_the_rule_book(folder: str) -> None:
    room = folder.partition("/")[0]
    bases = (f"malha/{room}/base.py", f"malha/{room}/wire.py")  # wire: what every plug of the room needs to speak
    curious = [f"{each.at(node)} imports {name}" for each in modules("malha") if each.name in bases for name, node in _ours(each)]

    assert [line for line in curious if f" malha.{room}.base" not in line and " malha.domain" not in line] == []


@pytest.mark.parametrize("folder", PLUG_FOLDERS)
def test_only_the_registry_imports_plugs(folder: str) -> None:
    plugs = f"malha.{folder.replace('/', '.')}"
    registry = f"malha/{folder.partition('/')[0]}/registry.py"
    importing = [
        f"{module.at(node)} imports {name}"
        for module in modules("malha")
        if module.name != registry and not module.dotted.startswith(plugs)
        for name, node in _ours(module)
        if _within(name, (plugs,))
    ]

    assert importing == []


def test_every_plug_folder_has_the_same_shape() -> None:
    lacking = []
    for folder, heart in zip(PLUG_FOLDERS, ("driver.py", "gateway.py", "channel.py"), strict=True):
        for plug in sorted(path for path in (MALHA / folder).glob("*/") if (path / "__init__.py").is_file()):
            lacking += [f"{plug.relative_to(ROOT)} lacks {name}" for name in (heart, "README.md") if not (plug / name).is_file()]

    assert lacking == []


def _ours(module: Module) -> list[tuple[str, ast.stmt]]:
    return [(name, node) for name, node in imports(module) if name.partition(".")[0] == "malha"]


def _within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)
