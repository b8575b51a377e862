"""What a contract costs a month, and when it is due next: said once, for the list and for the customer page."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

from malha.contracts.models import ContractState
from malha.domain import billing, calendar
from malha.domain.billing import BillingMode, FirstChargeRule
from malha.domain.money import ZERO, Money

# A first charge is due within a month of the activation, whatever the due day: nine contracts of ten need not be asked.
_FIRST_CHARGE_MAY_COME = timedelta(days=62)


class Terms(Protocol):
    """What of a contract these two answers need."""

    @property
    def state(self) -> str: ...
    @property
    def due_day(self) -> int: ...
    @property
    def discount(self) -> Money: ...
    @property
    def discount_until(self) -> date | None: ...
    @property
    def surcharge(self) -> Money: ...
    @property
    def activated_on(self) -> date | None: ...
    @property
    def first_charge(self) -> str: ...


def monthly(contract: Terms, items: Iterable[Money], today: date) -> Money:
    """Items less the discount that still holds, plus the surcharge; never under zero."""
    has_discount = contract.discount_until is None or contract.discount_until >= today
    return billing.monthly_total(items, contract.discount if has_discount else ZERO, contract.surcharge)


def next_due(contract: Terms, today: date, mode: BillingMode, amount: Money) -> tuple[date, Money, bool] | None:
    """(due date, amount, is it the first one). A contract that is not active yet, or suspended, has none coming."""
    if contract.state != ContractState.ACTIVE or contract.activated_on is None:
        return None
    if today - contract.activated_on <= _FIRST_CHARGE_MAY_COME:
        first = billing.first_charge(contract.activated_on, contract.due_day, mode, FirstChargeRule(contract.first_charge), amount)
        if first.due_date >= today:
            return first.due_date, first.amount, True
    return calendar.next_due_on_or_after(contract.due_day, today), amount, False
