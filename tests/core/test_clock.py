"""The clock of a demo may be moved; nothing else's can (docs/decisions/0009-demo-clock.md)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from malha.core import clock
from tests.conftest import THE_DAY

AHEAD = timedelta(days=16)


@pytest.fixture(autouse=True)
def _the_worlds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """These tests live now, and leave no moved clock behind."""
    monkeypatch.setattr(clock, "_shift", None)
    monkeypatch.setattr(clock, "_demo", clock._DemoClock())
    yield


@pytest.fixture
def file(settings: Any, tmp_path: Path) -> Path:
    """Where the shift of this installation, a demo, is kept."""
    settings.DEMO_CLOCK = tmp_path / "demo-clock.json"
    path: Path = settings.DEMO_CLOCK
    return path


def is_ahead() -> bool:
    return clock.now() - timezone.now() > AHEAD - timedelta(minutes=1)


def another_process() -> None:
    """Somebody whose last look is long ago."""
    clock._demo = clock._DemoClock()


def test_without_a_demo_nothing_moves_it(settings: Any, tmp_path: Path) -> None:
    settings.DEMO_CLOCK = None
    (tmp_path / "demo-clock.json").write_text(json.dumps({"shift_seconds": 86400, "database": clock._database()}))

    with pytest.raises(RuntimeError):
        clock.move_demo_to(timezone.now() + AHEAD)

    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)
    assert clock.demo_shift() == timedelta(0)


def test_a_moved_clock_is_seen_by_every_process_and_goes_on(file: Path) -> None:
    clock.move_demo_to(timezone.now() + AHEAD)
    assert is_ahead()

    another_process()

    assert is_ahead()
    first = clock.now()
    assert clock.now() >= first
    assert not list(file.parent.glob("*.new"))


def test_it_goes_forward_only(file: Path) -> None:
    clock.move_demo_to(timezone.now() + AHEAD)

    with pytest.raises(ValueError):
        clock.move_demo_to(timezone.now() + AHEAD - timedelta(hours=1))

    assert is_ahead()


def test_the_file_is_looked_at_once_a_second(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Path] = []
    read = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda self, *words: looks.append(self) or read(self, *words))

    for _n in range(1000):
        clock.now()

    assert len(looks) == 1


def test_another_database_has_an_unmoved_clock(file: Path) -> None:
    file.write_text(json.dumps({"shift_seconds": AHEAD.total_seconds(), "database": "outro/banco"}))

    assert not is_ahead()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"shift_seconds": "x"}', '{"database": 1}'])
def test_a_spoilt_file_moves_nothing(file: Path, text: str) -> None:
    file.write_text(text)

    assert not is_ahead()


def test_a_frozen_clock_is_not_moved_on_top(file: Path) -> None:
    clock.move_demo_to(timezone.now() + AHEAD)

    with clock.frozen(THE_DAY):
        assert clock.now() - THE_DAY < timedelta(seconds=5)

    assert is_ahead()


def test_today_is_that_of_the_moved_clock(file: Path) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    clock.move_demo_to(tomorrow)

    assert clock.today() == tomorrow.astimezone(UTC).date()
    assert isinstance(clock.now(), datetime)
