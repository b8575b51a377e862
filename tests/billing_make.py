"""Builders of charges, for tests that are about something else."""

from datetime import date

from malha.billing.data import OneOffData
from malha.billing.models import Charge
from malha.billing.services import charges
from malha.core.history import SYSTEM
from malha.customers.models import Customer
from malha.domain.money import Money
from tests import make


def data(amount: str = "100,00", due_date: date = date(2026, 3, 20), **values) -> OneOffData:
    """A one-off charge as typed."""
    return OneOffData(description=values.pop("description", "Visita técnica"), amount=Money.parse_brl(amount), due_date=due_date, **values)


def charge(of: Customer | None = None, amount: str = "100,00", due_date: date = date(2026, 3, 20), **values) -> Charge:
    """An open charge made by hand."""
    typed = data(amount, due_date, **values)
    return charges.issue_one_off(customer=of or make.customer(), data=typed, actor=SYSTEM)[0]
