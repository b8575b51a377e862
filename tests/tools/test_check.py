"""`./test`: what is missing is skipped aloud, and fails where nobody would read the words."""

import ctypes
from collections.abc import Callable
from typing import Any

import pytest

from tools import check, ground
from tools.check import Round
from tools.ground import Missing


def lacking() -> tuple[int, str]:
    raise Missing("Chromium is not on this machine:\n    sudo apt-get install chromium")


def test_a_missing_part_is_named_and_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    this = Round(is_ci=False)
    this.part("ruff", lambda: (0, ""))
    this.part("pytest, browser", lacking)

    assert this.summary() == 0
    words = capsys.readouterr().out
    assert "SKIPPED: Chromium is not on this machine:\n    sudo apt-get install chromium" in words
    assert "SKIPPED, because this machine lacks something: pytest, browser" in words


def test_with_ci_a_missing_part_fails(capsys: pytest.CaptureFixture[str]) -> None:
    this = Round(is_ci=True)
    this.part("pytest, browser", lacking)

    assert this.summary() == 1
    assert "Failed: pytest, browser" in capsys.readouterr().out


def test_a_part_that_fails_fails_the_round(capsys: pytest.CaptureFixture[str]) -> None:
    this = Round(is_ci=False)
    this.part("pytest, SQLite", lambda: (1, "1 failed, 9 passed in 1.00s"))
    this.part("pytest, PostgreSQL", lambda: (0, "9 passed in 1.00s"))

    assert this.summary() == 1
    assert "Failed: pytest, SQLite" in capsys.readouterr().out


def test_no_part_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    monkeypatch.setattr(Round, "part", lambda self, name, work: names.append(name))

    check.everything(Round(is_ci=True))

    assert names == ["ruff", "mypy", "import contracts", "pango", "zbar", "pytest, SQLite", "pytest, PostgreSQL", "pytest, browser"]


@pytest.fixture
def without_pango(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose linker finds no Pango."""

    def absent(name: str, *rest: Any) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", absent)


def test_without_zbar_and_without_root_the_line_to_type_is_given(without_pango: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert ground.ensure_zbar() == "sudo apt-get install --no-install-recommends libzbar0"


def test_without_pango_and_without_root_the_line_to_type_is_given(without_pango: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    line = ground.ensure_pango()

    assert line.startswith("sudo apt-get install") and "libpangoft2-1.0-0" in line


@pytest.mark.parametrize(("ensure", "package"), [(ground.ensure_pango, "libpangoft2-1.0-0"), (ground.ensure_zbar, "libzbar0")])
def test_libraries_are_installed_where_that_is_possible(
    without_pango: None, monkeypatch: pytest.MonkeyPatch, ensure: Callable[[], str], package: str
) -> None:
    typed: list[list[str]] = []

    def apt(command: list[str], **rest: Any) -> Any:
        typed.append(command)
        monkeypatch.setattr(ctypes, "CDLL", lambda name: None)  # it is there now
        return type("Done", (), {"returncode": 0})

    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("subprocess.run", apt)

    assert ensure() == ""
    assert typed[0][:2] == ["apt-get", "install"] and package in typed[0]
