"""Builders for reports: charges of any day, payments of any day."""

from datetime import date, timedelta

from django.core.cache import cache

from malha.billing.data import ReceiptData
from malha.billing.models import Charge, Payment
from malha.billing.services import payments
from malha.core import clock
from malha.core.history import SYSTEM
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.reports import unused_credit
from tests import billing_make, make
from tests.conftest import THE_DAY

TODAY = date(2026, 3, 10)


def forget() -> None:
    """What processes remember from one request to the next."""
    cache.clear()
    unused_credit.forget()


def due(days_late: int, amount: str = "100,00", of: Customer | None = None, **values: object) -> Charge:
    """An open charge so many days after its due date, made ten days before it; negative: due in the future."""
    with clock.frozen(THE_DAY - timedelta(days=days_late + 10)):
        return billing_make.charge(of or make.customer(), amount, TODAY - timedelta(days=days_late), **values)


def pay(charge: Charge, value: str, on: date = TODAY, **values: object) -> Payment:
    """What a customer paid for it."""
    data = ReceiptData(value=Money.parse_brl(value), paid_on=on, form=str(values.pop("form", "PIX")), **values)
    return payments.receive(customer=charge.customer, charge_ids=[charge.pk], data=data, actor=SYSTEM)


def money(text: str) -> Money:
    """`1.234,56`."""
    return Money.parse_brl(text)
