"""What a late or an early payer owes. Exact integers, half-up once per component, days from the next business day."""

import datetime
from dataclasses import dataclass

from sandbox.bank.books import Charge
from sandbox.bank.clock import next_business_day


@dataclass(frozen=True)
class Owed:
    """Components in cents."""

    principal: int
    fine: int = 0
    interest: int = 0
    discount: int = 0

    @property
    def total(self) -> int:
        """What has to be paid."""
        return self.principal + self.fine + self.interest - self.discount


def half_up(numerator: int, denominator: int) -> int:
    """Rounded division of numbers that are not negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def days_late(due: datetime.date, paid_on: datetime.date) -> int:
    """Days after the due date, moved to a business day (Law 7.089/1983); 0 when in time."""
    return max((paid_on - next_business_day(due)).days, 0)


def owed(charge: Charge, day: datetime.date) -> Owed:
    """What the payer of this charge owes on that day. Interest is per month of 30 days, simple, on the original amount."""
    late = days_late(charge.due, day)
    if late:
        fine = half_up(charge.amount_cents * charge.fine_basis_points, 10_000)
        interest = half_up(charge.amount_cents * charge.interest_basis_points * late, 300_000)
        return Owed(charge.amount_cents, fine, interest)
    until = datetime.date.fromisoformat(charge.discount_until) if charge.discount_until else charge.due
    return Owed(charge.amount_cents, discount=charge.discount_cents if day <= until else 0)


def split(asked: Owed, cents: int) -> Owed:
    """The components of a payment of `cents` that may differ from what was asked."""
    if cents == asked.total:
        return asked
    surplus = max(cents - asked.principal, 0)
    fine = min(asked.fine, surplus)
    return Owed(asked.principal, fine, min(asked.interest, surplus - fine), 0)
