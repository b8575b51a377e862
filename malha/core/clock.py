"""The only place that knows what time and what day it is (house.md §3; failure mode F4).

"Today" is the company's local date: Brazil has four offsets, and a charge issued at 21:30 in Rio Branco is not tomorrow's.
Everything else receives `today` or `now` as an argument or asks here.
"""

import zoneinfo
from datetime import date, datetime, timedelta

from django.utils import timezone

_shift = timedelta(0)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return timezone.now() + _shift


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
