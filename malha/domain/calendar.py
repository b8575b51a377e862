"""Anchor months and business days.

Month arithmetic always starts from the anchor day and is clamped to the month's last day, never
from the previous date: 31 Jan, 28 Feb, 31 Mar, without drift (failure-modes.md F5).

Business days are those of the ANBIMA calendar: the ten national holidays (20 November since 2024,
Lei 14.759/2023), Carnival Monday and Tuesday, Good Friday, Corpus Christi. 24 and 31 December stay
business days: banks do not serve the public on the last working day, but titles fall due and
settle (regulation.md §8: "not BVMF"). State and municipal holidays are passed in as a set.
"""

from calendar import monthrange
from collections.abc import Mapping, Set
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from malha.domain.errors import RuleError

ONE_DAY: Final = timedelta(days=1)
NO_HOLIDAYS: Final[frozenset[date]] = frozenset()
MONDAY_TO_THURSDAY: Final = frozenset({0, 1, 2, 3})
"""Weekdays (Monday = 0) on which a connection may be cut by default."""

_FRIDAY: Final = 4
_FIXED_HOLIDAYS: Final[Mapping[tuple[int, int], str]] = {
    (1, 1): "new_year",
    (4, 21): "tiradentes",
    (5, 1): "labour_day",
    (9, 7): "independence",
    (10, 12): "our_lady_aparecida",
    (11, 2): "all_souls",
    (11, 15): "republic",
    (12, 25): "christmas",
}
_CONSCIOUSNESS_SINCE: Final = 2024


# -- anchor months -------------------------------------------------------------------------------


def check_due_day(day: int) -> int:
    """A due day, 1 to 31, returned as given. Raises RuleError ``due_day_out_of_range``."""
    if not 1 <= day <= 31:
        raise RuleError("due_day_out_of_range", {"min": 1, "max": 31})
    return day


def clamped(year: int, month: int, day: int) -> date:
    """``day`` of that month, or the month's last day where it has no such day."""
    return date(year, month, min(day, monthrange(year, month)[1]))


@lru_cache(maxsize=4096)  # a run asks the same few dates for every contract
def month_offset(anchor_day: int, of: date, months: int) -> date:
    """The anchor's date in the month that lies ``months`` after (or before) the month of ``of``."""
    index = of.year * 12 + of.month - 1 + months
    return clamped(index // 12, index % 12 + 1, anchor_day)


def add_months(start: date, months: int) -> date:
    """The same day ``months`` later, clamped. Not for chains: use ``nth_due`` for a series."""
    return month_offset(start.day, start, months)


def next_due_on_or_after(anchor_day: int, day: date) -> date:
    """The first due date that is ``day`` or later."""
    check_due_day(anchor_day)
    candidate = month_offset(anchor_day, day, 0)
    return candidate if candidate >= day else month_offset(anchor_day, day, 1)


def next_due_after(anchor_day: int, day: date) -> date:
    """The first due date later than ``day``."""
    return next_due_on_or_after(anchor_day, day + ONE_DAY)


def last_due_on_or_before(anchor_day: int, day: date) -> date:
    """The last due date that is ``day`` or earlier."""
    check_due_day(anchor_day)
    candidate = month_offset(anchor_day, day, 0)
    return candidate if candidate <= day else month_offset(anchor_day, day, -1)


def nth_due(anchor_day: int, start: date, n: int) -> date:
    """The due date ``n`` months after the first one on or after ``start`` (n = 0 is that one).

    ``nth_due(31, date(2027, 1, 5), 1)`` is 28 Feb, ``2`` is 31 Mar. ``n`` may be negative.
    """
    return month_offset(anchor_day, next_due_on_or_after(anchor_day, start), n)


# -- holidays ------------------------------------------------------------------------------------


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian algorithm (Nature, 1876; Meeus, Jones, Butcher)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leaps, leap_rest = divmod(rest, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leaps - epact - leap_rest) % 7
    correction = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> Mapping[date, str]:
    """The days of ``year`` on which banks are closed, with a stable name code for each.

    Weekends are not listed. Do not change the answer: it is shared.
    """
    sunday = easter(year)
    found = {date(year, month, day): name for (month, day), name in _FIXED_HOLIDAYS.items()}
    if year >= _CONSCIOUSNESS_SINCE:
        found[date(year, 11, 20)] = "black_consciousness"
    found[sunday - timedelta(days=48)] = "carnival_monday"
    found[sunday - timedelta(days=47)] = "carnival_tuesday"
    found[sunday - timedelta(days=2)] = "good_friday"
    found[sunday + timedelta(days=60)] = "corpus_christi"
    return dict(sorted(found.items()))


def is_holiday(day: date, local_holidays: Set[date] = NO_HOLIDAYS) -> bool:
    """A bank holiday, or one of the local ones. A plain Sunday is not a holiday."""
    return day in local_holidays or day in bank_holidays(day.year)


def is_business_day(day: date, local_holidays: Set[date] = NO_HOLIDAYS) -> bool:
    """Monday to Friday and no holiday."""
    return day.weekday() <= _FRIDAY and not is_holiday(day, local_holidays)


def next_business_day(day: date, local_holidays: Set[date] = NO_HOLIDAYS) -> date:
    """``day`` itself when it is a business day, else the first one after it.

    A debt due on a day without banks is payable on that day without charges (Lei 7.089/1983;
    Código Civil, art. 132 §1).
    """
    while not is_business_day(day, local_holidays):
        day += ONE_DAY
    return day


# -- days on which a connection may be cut -------------------------------------------------------


def is_cut_allowed(
    day: date,
    local_holidays: Set[date] = NO_HOLIDAYS,
    allowed_weekdays: Set[int] = MONDAY_TO_THURSDAY,
) -> bool:
    """Whether a block may start on ``day``: an allowed weekday, no holiday, no eve of one.

    Lei 14.015/2020 bars cuts that start on a Friday, Saturday, Sunday, holiday or its eve. That it
    binds private providers is disputed; the house keeps it as its default (regulation.md §1).
    """
    return (
        day.weekday() in allowed_weekdays
        and not is_holiday(day, local_holidays)
        and not is_holiday(day + ONE_DAY, local_holidays)
    )


def next_cut_day(
    day: date,
    local_holidays: Set[date] = NO_HOLIDAYS,
    allowed_weekdays: Set[int] = MONDAY_TO_THURSDAY,
) -> date:
    """The first day on or after ``day`` on which a block may start.

    Raises RuleError ``weekdays_empty`` when no weekday is allowed, and ``cut_day_not_found`` when
    the local holidays leave no day within a year.
    """
    if not allowed_weekdays & frozenset(range(7)):
        raise RuleError("weekdays_empty")
    for _ in range(366):
        if is_cut_allowed(day, local_holidays, allowed_weekdays):
            return day
        day += ONE_DAY
    raise RuleError("cut_day_not_found")
