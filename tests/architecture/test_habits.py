"""Habits that keep the code predictable: one clock, no signals, no `save()` of one's own, nothing of one machine in a file."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from tests.architecture.source import FOLDERS, ROOT, dotted, functions, imports, modules

CLOCK = "malha/core/clock.py"
CLOCK_CALLS = re.compile(
    r"(?:^|\.)(?:timezone\.(?:now|localdate|localtime)|datetime\.(?:now|utcnow|today)|date\.today|time\.(?:time|time_ns|localtime|gmtime|ctime))$"
)
CLOCK_NAMES = {"django.db.models.functions.Now", "django.utils.timezone.now", "django.utils.timezone.localdate", "time.time"}


def test_only_the_clock_knows_what_time_it_is() -> None:
    asking = []
    for module in modules("malha"):
        if module.name == CLOCK:
            continue
        asking += [
            f"{module.at(node)} calls {dotted(node.func)}()"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call) and CLOCK_CALLS.search(dotted(node.func))
        ]
        asking += [f"{module.at(node)} imports {name}" for name, node in imports(module) if name in CLOCK_NAMES]

    assert asking == []


def test_there_are_no_signals() -> None:
    signals = [
        f"{module.at(node)} imports {name}"
        for module in modules("malha")
        for name, node in imports(module)
        if ".signals" in name or name.startswith("django.dispatch")
    ]

    assert signals == []


def test_no_table_has_a_save_or_delete_of_its_own() -> None:
    overriding = {
        f"{part.__module__}.{part.__qualname__}.{name}"
        for model in apps.get_models()
        for part in model.__mro__
        if part.__module__.startswith("malha.")
        for name in ("save", "delete", "save_base")
        if name in vars(part)
    }

    assert overriding == set()


def test_services_take_named_arguments_and_end_with_the_actor() -> None:
    odd = []
    for module in modules("malha"):
        if "services" not in module.path.stem and module.path.parent.name not in ("services", "journeys"):
            continue
        for function in functions(module):
            named = function.args.kwonlyargs
            names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args, *named)]
            if "actor" not in names or function.name.startswith("_"):
                continue
            # What may be left out follows the actor; what must be given stands before.
            required = [argument.arg for argument, default in zip(named, function.args.kw_defaults, strict=True) if default is None]
            if len(names) > len(named) or required[-1:] != ["actor"]:
                odd.append(f"{module.at(function)} {function.name}({', '.join(names)})")

    assert odd == []


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


# Put together from halves, so that this file does not find itself.
OF_ONE_MACHINE = re.compile(
    "|".join(
        (
            r"(?<![\w/.])/(?:work|root|opt/whe" + r"els)/",
            r"(?<![\w/.])/ho" + r"me/[a-z]+/",
            r"(?<![\w/.])/Us" + r"ers/[A-Za-z]+/",
            r"py" + r"pi\.org|pythonho" + r"sted\.org|registry\.np" + r"mjs|np" + r"mmirror",
            r"deb\.deb" + r"ian\.org|crat" + r"es\.io|proxy\.gol" + r"ang",
            r"--(?:extra-)?index-u" + r"rl|--find-li" + r"nks",
        )
    )
)
TEXTS = {".py", ".md", ".toml", ".in", ".lock", ".html", ".css", ".js", ".po", ".txt", ".json", ".yml", ".yaml", ".sh", ".svg", ""}


def _texts() -> list[Path]:
    inside = [path for folder in (*FOLDERS, "docs", "locale", "bin", ".ci") for path in (ROOT / folder).rglob("*")]
    files = [path for path in (*ROOT.iterdir(), *inside) if path.is_file() and path.suffix in TEXTS and path.name != ".git"]
    return [path for path in files if not {"vendor", "__pycache__", "node_modules", "local", "out"} & set(path.parts)]


def test_no_file_names_a_path_of_one_machine_or_a_package_index() -> None:
    found = []
    for path in _texts():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if OF_ONE_MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")

    assert found == []


def test_locked_libraries_have_hashes_and_the_locks_agree() -> None:
    pin = re.compile(r"^([\w.-]+)==(\S+)((?: ;.*)?(?: \\\n\s+--hash=sha256:[0-9a-f]{64})*)", re.MULTILINE)
    locks = [{name: (version, rest) for name, version, rest in pin.findall((ROOT / file).read_text())} for file in LOCKS]

    assert [name for lock in locks for name, (_version, rest) in lock.items() if "--hash" not in rest] == []
    assert [name for name in locks[0].keys() & locks[1].keys() if locks[0][name][0] != locks[1][name][0]] == []


LOCKS = ("requirements.lock", "requirements-dev.lock")


# Geometry of pictures, shares shown on the Painel and times of measuring are no money.
WITHOUT_FLOAT = ("malha/domain/", "malha/billing/", "malha/cashbook/", "malha/contracts/", "malha/core/fields.py", "malha/api/values.py")
NOT_MONEY = ("malha/domain/colours.py", "malha/domain/access/")


def test_f12_no_module_of_money_knows_a_float() -> None:
    floating = [
        module.at(node)
        for module in modules("malha")
        if module.name.startswith(WITHOUT_FLOAT) and not module.name.startswith(NOT_MONEY)
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div))
    ]

    assert floating == []
