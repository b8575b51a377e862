"""What is owed of a charge on a day, and how money that comes in is divided among charges.

A partial payment pays a part of the principal together with the fine and interest of that very part. So no fine is taken twice, what
is left goes on exactly as if it had always been a charge of that size, and nobody has to remember what was paid of which.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from datetime import date

from malha.domain.calendar import NO_HOLIDAYS
from malha.domain.errors import RuleError
from malha.domain.late import effective_due
from malha.domain.late_fees import DEFAULT_RATES, LateFeeRates, late_fees
from malha.domain.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """What a payment needs to know of a charge. ``outstanding``: what is left of it without fine and interest.

    ``promptness_discount``: taken off when all of the rest is paid until the effective due date.
    """

    key: int
    due_date: date
    outstanding: Money
    promptness_discount: Money = ZERO
    rates: LateFeeRates = DEFAULT_RATES


@dataclass(frozen=True, slots=True)
class Owed:
    """What paying a charge on a day takes: ``principal`` to be paid, ``discount`` let go, fine and interest on top.

    ``waived_fine``, ``waived_interest``: owed and let go by a person.
    """

    key: int
    principal: Money
    discount: Money = ZERO
    fine: Money = ZERO
    interest: Money = ZERO
    waived_fine: Money = ZERO
    waived_interest: Money = ZERO
    days_late: int = 0

    @property
    def total(self) -> Money:
        return self.principal + self.fine + self.interest


@dataclass(frozen=True, slots=True)
class Division:
    """How a payment is divided. ``excess`` stays with the customer as credit."""

    parts: tuple[Owed, ...]
    excess: Money


def owed(charge: OpenCharge, on: date, holidays: Set[date] = NO_HOLIDAYS, *, waives_fees: bool = False) -> Owed:
    """What is owed of ``charge`` when it is paid on ``on`` (regulation.md §9; domain.md §10)."""
    fees = late_fees(charge.outstanding, charge.due_date, on, charge.rates, holidays)
    in_time = on <= effective_due(charge.due_date, holidays)
    discount = min(charge.promptness_discount, charge.outstanding) if in_time else ZERO
    return Owed(
        key=charge.key,
        principal=charge.outstanding - discount,
        discount=discount,
        fine=ZERO if waives_fees else fees.fine,
        interest=ZERO if waives_fees else fees.interest,
        waived_fine=fees.fine if waives_fees else ZERO,
        waived_interest=fees.interest if waives_fees else ZERO,
        days_late=fees.days_late,
    )


def divide(
    value: Money,
    charges: Iterable[OpenCharge],
    on: date,
    holidays: Set[date] = NO_HOLIDAYS,
    *,
    waives_fees: bool = False,
    tolerance: Money = ZERO,
) -> Division:
    """``value`` divided among ``charges`` in the given order (the oldest first), to the last cent.

    Every cent is in a part or in ``excess``. ``tolerance``: a charge that lacks no more than that is paid, since banks round interest
    another way (payments.md §7: one cent). Raises RuleError ``payment_not_positive``.
    """
    if value <= ZERO:
        raise RuleError("payment_not_positive")
    parts: list[Owed] = []
    for charge in charges:
        if value == ZERO:
            break
        whole = owed(charge, on, holidays, waives_fees=waives_fees)
        if whole.total - value <= tolerance:
            part = _forgiving(whole, max(whole.total - value, ZERO))
        else:
            part = _part(value, charge, on, holidays, waives_fees)
        if part.principal > ZERO or part.discount > ZERO:
            parts.append(part)
            value -= part.total
    return Division(tuple(parts), value)


def _forgiving(whole: Owed, lacking: Money) -> Owed:
    """``whole`` paid with so much less: it comes off the interest, then the fine, and what is left of it is a discount."""
    interest = min(lacking, whole.interest)
    fine = min(lacking - interest, whole.fine)
    rest = lacking - interest - fine
    return replace(
        whole,
        interest=whole.interest - interest,
        fine=whole.fine - fine,
        principal=whole.principal - rest,
        discount=whole.discount + rest,
    )


def _part(value: Money, charge: OpenCharge, on: date, holidays: Set[date], waives_fees: bool) -> Owed:
    """The largest part of the charge that ``value``, less than all of it, pays with its own fine and interest.

    A cent that is too small for the next part counts as principal. Without promptness discount: it is for who pays everything.
    """

    def of(cents: int) -> Owed:
        return owed(OpenCharge(charge.key, charge.due_date, Money(cents), ZERO, charge.rates), on, holidays, waives_fees=waives_fees)

    low, high = 0, min(value, charge.outstanding).cents
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if of(middle).total <= value else (low, middle - 1)
    part = of(low)
    rest = value - part.total
    principal = min(part.principal + rest, charge.outstanding)
    interest = part.interest + (part.principal + rest - principal)
    return Owed(charge.key, principal, ZERO, part.fine, interest, part.waived_fine, part.waived_interest, part.days_late)
