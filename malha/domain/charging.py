"""What a contract is charged: the lines of a period, the corrections of earlier ones, the charges that are due.

A period is priced from facts: the items in force on each of its days, the discount while it lasts, the surcharge, the days on which
nothing was delivered (suspended, blocked). A charge is issued before its period is over, so what changes afterwards (a new plan, a
block, a cancellation) is found by pricing the period again and corrected by a line of the next charge: what is issued is never
changed (house.md §4, domain.md §10). Over the life of a contract every cent therefore adds up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from malha.domain.billing import BillingMode, FirstChargeRule, Period, monthly_total, period_from
from malha.domain.money import ZERO, Money

MAX_CATCH_UP: Final = 3
"""Periods that one run charges at most; a contract that owes more is parked and asked about (failure-modes.md F3)."""

_ONE_DAY: Final = timedelta(days=1)

Span = tuple[date, date]
"""First and last day, both counted."""


class LineKind(StrEnum):
    """What a line of a charge is; it decides the tax."""

    INTERNET = "INTERNET"
    SVA = "SVA"
    RENTAL = "RENTAL"
    INSTALLATION = "INSTALLATION"
    OTHER = "OTHER"
    DISCOUNT = "DISCOUNT"
    SURCHARGE = "SURCHARGE"
    ADJUSTMENT = "ADJUSTMENT"


class ParkReason(StrEnum):
    """Why the run leaves a contract to a person."""

    CATCH_UP = "CATCH_UP"
    OVERDUE_LIMIT = "OVERDUE_LIMIT"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class PricedItem:
    """An item of a contract, ``amount`` a month for its whole quantity, in force from ``starts_on`` to ``ends_on`` (both counted)."""

    key: int
    kind: str
    amount: Money
    starts_on: date
    ends_on: date | None = None

    def is_in_force(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class IssuedPeriod:
    """A period that was charged while facts about it could still change. ``charged``: all that was asked for it until now.

    Discount, surcharge and exemption are those it was charged by: a person who changes them means the time to come.
    """

    key: int
    period: Period
    charged: Money
    discount: Money = ZERO
    discount_until: date | None = None
    surcharge: Money = ZERO
    is_exempt: bool = False


@dataclass(frozen=True, slots=True)
class BillingFacts:
    """All that the charges of one contract depend on.

    ``starts_on``: the first day that is charged. ``billed_until``: the last day of the last charged period. ``last_day``: the last day
    of service of a contract that ends. ``off``: spans in which nothing is charged. ``fee``: the instalments of the installation fee
    that are still to be charged, one with each charge. ``open_periods``: earlier periods that may need a correction.
    """

    due_day: int
    starts_on: date
    mode: BillingMode = BillingMode.ARREARS
    first_rule: FirstChargeRule = FirstChargeRule.PRORATED
    billed_until: date | None = None
    last_day: date | None = None
    items: tuple[PricedItem, ...] = ()
    discount: Money = ZERO
    discount_until: date | None = None
    surcharge: Money = ZERO
    off: tuple[Span, ...] = ()
    is_exempt: bool = False
    fee: tuple[Money, ...] = ()
    open_periods: tuple[IssuedPeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``key``: the item, for an ADJUSTMENT the corrected period. ``days`` of ``whole_days`` were charged."""

    kind: str
    amount: Money
    key: int | None = None
    days: int = 0
    whole_days: int = 0


@dataclass(frozen=True, slots=True)
class PlannedCharge:
    """A period that is due, with its lines. A zero total issues nothing; the period still counts as done (failure-modes.md F10).

    ``service``: what is asked for the period itself, without fee and corrections.
    """

    period: Period
    lines: tuple[Line, ...]
    service: Money

    @property
    def total(self) -> Money:
        return Money.total(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class BillingPlan:
    """What the run does with one contract. ``waiting_periods``: how many are due beyond those charged now."""

    charges: tuple[PlannedCharge, ...] = ()
    parked: ParkReason | None = None
    waiting_periods: int = 0


def plan_charges(facts: BillingFacts, due_through: date, max_periods: int = MAX_CATCH_UP) -> BillingPlan:
    """The charges of every period due on ``due_through`` or earlier, oldest first.

    Never more than ``max_periods``; what is left over is parked. Corrections of ``open_periods`` go into the first charge that can
    carry them: a correction downwards never makes a total negative, the rest waits for the next charge.
    """
    charges: list[PlannedCharge] = []
    fee = list(facts.fee)
    corrections = {issued.key: correction(facts, issued) for issued in facts.open_periods}
    waiting = 0
    for period in _due(facts, due_through):
        if len(charges) == max_periods:
            waiting += 1
            continue
        lines = [] if facts.is_exempt else period_lines(facts, period)
        service = Money.total(line.amount for line in lines)
        if not facts.is_exempt:
            if fee:
                lines.append(Line(LineKind.INSTALLATION, fee.pop(0)))
            lines += _corrections(corrections, Money.total(line.amount for line in lines))
        charges.append(PlannedCharge(period, tuple(lines), service))
    return BillingPlan(tuple(charges), ParkReason.CATCH_UP if waiting else None, waiting)


def _due(facts: BillingFacts, due_through: date) -> Iterator[Period]:
    start = facts.starts_on if facts.billed_until is None else facts.billed_until + _ONE_DAY
    while facts.last_day is None or start <= facts.last_day:
        period = period_from(start, facts.due_day, facts.mode, facts.last_day)
        if period.due_date > due_through:
            return
        yield period
        start = period.end + _ONE_DAY


def period_lines(facts: BillingFacts, period: Period) -> list[Line]:
    """The lines of ``period``: items in the order of the contract, then surcharge, then discount; the sum is never under zero.

    Where the price changes inside the period (a plan from one day to the next, the end of a discount) each stretch is charged for
    its own days, the fraction of a cent cut off (RGC, Res. Anatel 765/2023, art. 49). A short first period under the FULL rule costs
    the whole month.
    """
    if facts.first_rule is FirstChargeRule.FULL and period.start == facts.starts_on and not period.is_whole:
        return _stretch(facts, period.start, period.whole_days, period.whole_days)
    found: dict[tuple[str, int | None], Line] = {}
    for first, last in _stretches(facts, period):
        days = (last - first).days + 1 - days_off(first, last, facts.off)
        for line in _stretch(facts, first, days, period.whole_days) if days else ():
            known = found.get((line.kind, line.key))
            if known is not None:
                line = Line(line.kind, known.amount + line.amount, line.key, known.days + line.days, line.whole_days)
            found[line.kind, line.key] = line
    return sorted(found.values(), key=_place)


def _place(line: Line) -> tuple[int, int]:
    last = {LineKind.SURCHARGE: 1, LineKind.DISCOUNT: 2}
    return last.get(LineKind(line.kind), 0), line.key or 0


def _stretch(facts: BillingFacts, day: date, days: int, whole_days: int) -> list[Line]:
    """``days`` of a month at the price of ``day``. The lines add up to the whole price, prorated once."""
    items = [item for item in facts.items if item.is_in_force(day)]
    if not items:
        return []
    discount = facts.discount if facts.discount_until is None or day <= facts.discount_until else ZERO
    total = monthly_total((item.amount for item in items), discount, facts.surcharge).prorate_down(days, whole_days)
    lines = [Line(item.kind, item.amount.prorate_down(days, whole_days), item.key, days, whole_days) for item in items]
    if facts.surcharge:
        lines.append(Line(LineKind.SURCHARGE, facts.surcharge.prorate_down(days, whole_days), None, days, whole_days))
    rest = total - Money.total(line.amount for line in lines)
    if discount:
        return [*lines, Line(LineKind.DISCOUNT, rest, None, days, whole_days)]
    if rest:  # cents that each line alone cut off
        lines[0] = Line(lines[0].kind, lines[0].amount + rest, lines[0].key, days, whole_days)
    return lines


def _stretches(facts: BillingFacts, period: Period) -> Iterator[Span]:
    """The period cut wherever the price may change."""
    cuts = {period.start}
    for item in facts.items:
        cuts.add(item.starts_on)
        if item.ends_on is not None:
            cuts.add(item.ends_on + _ONE_DAY)
    if facts.discount and facts.discount_until is not None:
        cuts.add(facts.discount_until + _ONE_DAY)
    end = period.end if facts.last_day is None else min(period.end, facts.last_day)
    inside = sorted(cut for cut in cuts if period.start <= cut <= end)
    for first, following in zip(inside, [*inside[1:], end + _ONE_DAY], strict=True):
        yield first, following - _ONE_DAY


def days_off(first: date, last: date, off: Iterable[Span]) -> int:
    """How many days from ``first`` to ``last`` lie in any of the spans; a day in two of them counts once."""
    clipped = sorted((max(start, first), min(end, last)) for start, end in off if start <= last and end >= first)
    count, reached = 0, first - _ONE_DAY
    for start, end in clipped:
        if end > reached:
            count += (end - max(start, reached + _ONE_DAY)).days + 1
            reached = end
    return count


def correction(facts: BillingFacts, issued: IssuedPeriod) -> Money:
    """What is still to be asked (or given back, if negative) for a period that was charged already, by today's facts and its own terms."""
    if issued.is_exempt:
        return ZERO
    if (facts.discount, facts.discount_until, facts.surcharge) != (issued.discount, issued.discount_until, issued.surcharge):
        facts = replace(facts, discount=issued.discount, discount_until=issued.discount_until, surcharge=issued.surcharge)
    return Money.total(line.amount for line in period_lines(facts, issued.period)) - issued.charged


def _corrections(corrections: dict[int, Money], total: Money) -> list[Line]:
    """The correction lines that a charge of ``total`` can carry; what is applied is taken off ``corrections``."""
    lines: list[Line] = []
    for key, amount in corrections.items():
        applied = max(amount, -total)
        if applied:
            lines.append(Line(LineKind.ADJUSTMENT, applied, key))
            total += applied
            corrections[key] = amount - applied
    return lines
