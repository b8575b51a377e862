"""The only place that knows what time and what day it is (house.md §3; failure mode F4).

"Today" is the company's local date: Brazil has four offsets, and a charge issued at 21:30 in Rio Branco is not tomorrow's.
Everything else receives `today` or `now` as an argument or asks here.

The clock of a demo may be moved forward for all of its processes (docs/decisions/0009-demo-clock.md); nobody else's can.
"""

import json
import math
import os
import time
import zoneinfo
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

_shift: timedelta | None = None  # of `frozen`


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return timezone.now() + (_demo.shift() if _shift is None else _shift)


def today(zone: zoneinfo.ZoneInfo | None = None) -> date:
    """The local date in `zone`, by default the zone activated for this request or process (the company's)."""
    return now().astimezone(zone or timezone.get_current_timezone()).date()


def local(instant: datetime) -> datetime:
    """`instant` in the company's zone, for the screen."""
    return instant.astimezone(timezone.get_current_timezone())


class frozen:  # noqa: N801 - reads as a phrase: `with clock.frozen(at):`
    """Let tests and the demo live at another instant, from which time goes on.

    `with clock.frozen(datetime(2026, 3, 10, 9, tzinfo=UTC)): …`
    """

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __enter__(self) -> None:
        global _shift
        self._before = _shift
        _shift = self.at - timezone.now()

    def __exit__(self, *exc: object) -> None:
        global _shift
        _shift = self._before


class _DemoClock:
    """How far the demo's clock was moved, from a file that is looked at once a second at most. Without a demo there is no file.

    The file names its database: pointed at another one, the same data folder has an unmoved clock again.
    """

    def __init__(self) -> None:
        self._shift = timedelta(0)
        self._looked_at = -math.inf

    def shift(self) -> timedelta:
        file: Path | None = settings.DEMO_CLOCK
        if file is None:
            return timedelta(0)
        if time.monotonic() - self._looked_at >= 1:
            self._looked_at = time.monotonic()
            self._shift = self._read(file)
        return self._shift

    def _read(self, file: Path) -> timedelta:
        try:
            written = json.loads(file.read_text())
            return timedelta(seconds=written["shift_seconds"] if written["database"] == _database() else 0)
        except FileNotFoundError:
            return timedelta(0)
        except (OSError, ValueError, TypeError, KeyError):
            return self._shift  # half-read or spoilt: stay where we are

    def move_to(self, instant: datetime) -> None:
        file: Path | None = settings.DEMO_CLOCK
        if file is None:
            raise RuntimeError("only the clock of a demo can be moved")
        if instant < now():
            raise ValueError("the clock of a demo goes forward only")
        seconds = math.ceil((instant - timezone.now()).total_seconds())  # not a moment before it
        new = file.with_suffix(f".{os.getpid()}.new")
        new.write_text(json.dumps({"shift_seconds": seconds, "database": _database()}))
        new.replace(file)
        self._shift, self._looked_at = timedelta(seconds=seconds), time.monotonic()


def _database() -> str:
    chosen = settings.DATABASES["default"]
    return f"{chosen.get('HOST', '')}/{chosen['NAME']}"


_demo = _DemoClock()


def move_demo_to(instant: datetime) -> None:
    """Move the clock of a demo forward; its other processes follow within a second. RuntimeError anywhere but in a demo."""
    _demo.move_to(instant)


def demo_shift() -> timedelta:
    """How far the demo's clock is ahead of the world's; nothing anywhere else."""
    return _demo.shift()
