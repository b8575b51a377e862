"""Billing periods, the first charge, the monthly value.

The periods of a contract tile its life: each begins the day after the one before, without hole or
overlap, and they meet at the contract's due day, clamped to the month. A charge in ARREARS
(pós-pago, the default) is due the day after its period ends, so suspended time is never billed
ahead; one in ADVANCE is due on the first day of its period (domain.md §2, §4).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from malha.domain.calendar import last_due_on_or_before, next_due_after
from malha.domain.errors import RuleError
from malha.domain.money import ZERO, Money

_ONE_DAY: Final = timedelta(days=1)


class BillingMode(StrEnum):
    """Whether a month is charged after it was used or before."""

    ARREARS = "ARREARS"
    ADVANCE = "ADVANCE"


class FirstChargeRule(StrEnum):
    """What a first period that is shorter than a month costs: its days, or the whole month."""

    PRORATED = "PRORATED"
    FULL = "FULL"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of service that one charge pays for. ``start`` and ``end`` both belong to it.

    ``whole_days`` is the length of the undivided month, from due day to due day, that it lies in:
    28 to 31. ``days`` is smaller for the first period, the last one, and where the due day changed.
    """

    start: date
    end: date
    due_date: date
    whole_days: int

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def is_whole(self) -> bool:
        return self.days == self.whole_days


@dataclass(frozen=True, slots=True)
class FirstCharge:
    """What the first charge of a contract will be; the box beside the new-customer form."""

    due_date: date
    period_start: date
    period_end: date
    amount: Money
    days_used: int
    days_in_period: int

    @property
    def is_prorated(self) -> bool:
        """True when the period is shorter than a month, whatever is charged for it."""
        return self.days_used < self.days_in_period


def period_from(
    start: date, due_day: int, mode: BillingMode, last_day: date | None = None
) -> Period:
    """The period that begins on ``start`` and runs to the eve of the next due day.

    ``last_day`` (the contract's last day of service) cuts it short; the due date in arrears stays
    the due day. Beginning anywhere is allowed, so the bridging days after a change of the due day
    are simply a shorter period. Raises RuleError ``due_day_out_of_range``, or ``period_after_end``
    when ``start`` is later than ``last_day``.
    """
    if last_day is not None and start > last_day:
        raise RuleError("period_after_end")
    opening = last_due_on_or_before(due_day, start)
    closing = next_due_after(due_day, start)
    end = closing - _ONE_DAY
    return Period(
        start=start,
        end=end if last_day is None else min(end, last_day),
        due_date=start if mode is BillingMode.ADVANCE else closing,
        whole_days=(closing - opening).days,
    )


def periods(
    start: date, due_day: int, mode: BillingMode, last_day: date | None = None
) -> Iterator[Period]:
    """All periods from ``start`` on, lazily; endless when ``last_day`` is None.

    ``start`` is the activation, or the day after ``billed_until``: restarting at any period's
    begin gives the same periods.
    """
    while last_day is None or start <= last_day:
        period = period_from(start, due_day, mode, last_day)
        yield period
        start = period.end + _ONE_DAY


def periods_due(
    start: date,
    due_day: int,
    mode: BillingMode,
    due_through: date,
    last_day: date | None = None,
) -> list[Period]:
    """The periods from ``start`` on whose due date is ``due_through`` or earlier, oldest first.

    A run passes *today + days_ahead*: whatever a missed day left out is in the answer of the next
    one (failure-modes.md F2). Bounding the catch-up (F3) is the run's affair.
    """
    found: list[Period] = []
    for period in periods(start, due_day, mode, last_day):
        if period.due_date > due_through:
            break
        found.append(period)
    return found


def suspended_days(period: Period, spans: Iterable[tuple[date, date]]) -> int:
    """How many days of ``period`` lie in any of the ``spans`` (first and last day, both counted).

    Overlapping spans count once.
    """
    days: set[int] = set()
    for first, last in spans:
        low, high = max(first, period.start), min(last, period.end)
        days.update(range(low.toordinal(), high.toordinal() + 1))
    return len(days)


def period_amount(monthly: Money, period: Period, days_off: int = 0) -> Money:
    """The price of ``period``: its days (less ``days_off``) over the whole month's, rounded down.

    RGC (Res. Anatel 765/2023) art. 49: the fraction of a cent is cut, not rounded.
    """
    return monthly.prorate_down(max(period.days - days_off, 0), period.whole_days)


def first_charge(
    activation: date, due_day: int, mode: BillingMode, rule: FirstChargeRule, monthly: Money
) -> FirstCharge:
    """The first charge of a contract activated on ``activation``.

    The period runs from the activation (counted) to the eve of the next due day. PRORATED charges
    days used / days of that month, rounded down; FULL the whole monthly value. Activated on the
    due day itself, the period is a whole month and both are the same.

    Worked example (design/novo-cliente.html): activated 2026-11-24, due day 20, R$ 109,90, arrears.
    The month is 20 Nov - 19 Dec, 30 days; used are 24 Nov - 19 Dec, 7 + 19 = 26 days; 109.90 x 26 /
    30 = 95.2466..., so R$ 95,24 due on 2026-12-20.

    In ADVANCE the same period is due on the activation day: nothing is used before it is paid.
    The due date is the nominal one; ``late.effective_due`` gives the day it is payable until.
    Raises RuleError ``due_day_out_of_range`` or ``amount_negative``.
    """
    if monthly.is_negative:
        raise RuleError("amount_negative")
    period = period_from(activation, due_day, mode)
    amount = monthly if rule is FirstChargeRule.FULL else period_amount(monthly, period)
    return FirstCharge(
        due_date=period.due_date,
        period_start=period.start,
        period_end=period.end,
        amount=amount,
        days_used=period.days,
        days_in_period=period.whole_days,
    )


def monthly_total(items: Iterable[Money], discount: Money = ZERO, surcharge: Money = ZERO) -> Money:
    """Sum of the items, less the fixed discount, plus the fixed surcharge; never under zero.

    There are no negative items: a deduction is the discount (domain.md §4). Raises RuleError
    ``amount_negative``, ``discount_negative`` or ``surcharge_negative``.
    """
    amounts = list(items)
    if any(amount.is_negative for amount in amounts):
        raise RuleError("amount_negative")
    if discount.is_negative:
        raise RuleError("discount_negative")
    if surcharge.is_negative:
        raise RuleError("surcharge_negative")
    return max(ZERO, Money.total(amounts) - discount + surcharge)
