"""Minimum term (fidelidade) and the fine for leaving before its end.

For consumers at most 12 months, in exchange for a benefit; the fine is the part of the benefit
that belongs to the full days still to come, rounded down (regulation.md §9; RGC).
"""

from datetime import date, timedelta
from typing import Final

from malha.domain.calendar import add_months
from malha.domain.errors import RuleError
from malha.domain.money import Money

MAX_CONSUMER_MONTHS: Final = 12


def check_minimum_term(months: int, *, is_consumer: bool = True) -> int:
    """A term of 1 month or more, returned as given; consumers have the cap of 12.

    Companies may agree on longer. Raises RuleError ``minimum_term_out_of_range`` (params: max).
    """
    cap = MAX_CONSUMER_MONTHS if is_consumer else 120
    if not 1 <= months <= cap:
        raise RuleError("minimum_term_out_of_range", {"min": 1, "max": cap})
    return months


def minimum_term_end(start: date, months: int, *, is_consumer: bool = True) -> date:
    """The last day of the term: 12 months from 2026-11-24 end on 2027-11-23."""
    check_minimum_term(months, is_consumer=is_consumer)
    return add_months(start, months) - timedelta(days=1)


def exit_fine(benefit: Money, remaining_days: int, total_days: int) -> Money:
    """``benefit x remaining / total``, rounded down: 600.00, 100 of 365 days -> 164.38.

    Raises RuleError ``amount_negative``, or ``prorate_out_of_range`` for days that do not fit.
    """
    if benefit.is_negative:
        raise RuleError("amount_negative")
    return benefit.prorate_down(remaining_days, total_days)


def exit_fine_on(benefit: Money, start: date, last_day: date, left_on: date) -> Money:
    """The fine for leaving on ``left_on`` a term that runs from ``start`` to ``last_day`` (both in).

    The day of leaving is a used day; zero from the last day on. Leaving before the start owes the
    whole benefit. Raises RuleError ``amount_negative`` or ``minimum_term_out_of_range``.
    """
    total = (last_day - start).days + 1
    if total < 1:
        raise RuleError("minimum_term_out_of_range")
    remaining = max(0, min((last_day - left_on).days, total))
    return exit_fine(benefit, remaining, total)
