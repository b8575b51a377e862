"""Fine and interest of a late payment.

Fine at most 2 % once (CDC, art. 52 §1); interest at most 1 % a month, simple, by the day (a month
is 30 days), on the overdue value without the fine. Each part is rounded half up to the cent on its
own (regulation.md §8, §9). Nothing is owed until the effective due day has passed.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from typing import Final

from malha.domain.calendar import NO_HOLIDAYS, next_business_day
from malha.domain.errors import RuleError
from malha.domain.money import ZERO, Money

MAX_FINE_BASIS_POINTS: Final = 200
MAX_MONTHLY_INTEREST_BASIS_POINTS: Final = 100
DAYS_OF_A_MONTH: Final = 30
_WHOLE: Final = 10_000


@dataclass(frozen=True, slots=True)
class LateFeeRates:
    """Rates in basis points: 200 is 2 %, 100 is 1 % a month.

    Raises RuleError ``fine_above_cap`` or ``interest_above_cap`` (params: cap, in basis points)
    for a rate under zero or above what a consumer may be charged.
    """

    fine: int = MAX_FINE_BASIS_POINTS
    monthly_interest: int = MAX_MONTHLY_INTEREST_BASIS_POINTS

    def __post_init__(self) -> None:
        if not 0 <= self.fine <= MAX_FINE_BASIS_POINTS:
            raise RuleError("fine_above_cap", {"cap": MAX_FINE_BASIS_POINTS})
        if not 0 <= self.monthly_interest <= MAX_MONTHLY_INTEREST_BASIS_POINTS:
            raise RuleError("interest_above_cap", {"cap": MAX_MONTHLY_INTEREST_BASIS_POINTS})


@dataclass(frozen=True, slots=True)
class LateFees:
    """What a payment on a given day owes on top of ``principal``."""

    principal: Money
    fine: Money
    interest: Money
    days_late: int

    @property
    def total(self) -> Money:
        return self.principal + self.fine + self.interest


DEFAULT_RATES: Final = LateFeeRates()


def late_fees(
    principal: Money,
    due_date: date,
    paid_on: date,
    rates: LateFeeRates = DEFAULT_RATES,
    holidays: Set[date] = NO_HOLIDAYS,
) -> LateFees:
    """Fine and interest on ``principal``, nominally due on ``due_date``, when paid on ``paid_on``.

    Days count from the effective due date (the next business day), that day not counted.
    100.00 due Fri 2026-10-09, paid 2026-11-09: 31 days, 2.00 + 1.03. Due Sat 2026-10-10, paid Tue
    13 (Monday is a holiday): nothing. Raises RuleError ``amount_negative``.
    """
    if principal.is_negative:
        raise RuleError("amount_negative")
    days = (paid_on - next_business_day(due_date, holidays)).days
    if days <= 0:
        return LateFees(principal, ZERO, ZERO, 0)
    return LateFees(
        principal=principal,
        fine=principal.times_half_up(rates.fine, _WHOLE),
        interest=principal.times_half_up(rates.monthly_interest * days, _WHOLE * DAYS_OF_A_MONTH),
        days_late=days,
    )
