"""Builders of the cash book: through the services, like tests/make.py."""

import itertools
from datetime import date
from typing import Any

from malha.billing.data import ReceiptData
from malha.billing.models import Payment
from malha.billing.services import payments
from malha.cashbook.data import AccountData, CategoryData, EntryData, PayableData, SupplierData
from malha.cashbook.models import CashAccount, CashEntry, Category, Payable, Supplier
from malha.cashbook.services import accounts, categories, entries, payables, suppliers
from malha.core.history import SYSTEM, Actor
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.staff.models import User
from tests import make

_count = itertools.count(1)
TODAY = date(2026, 3, 10)  # the day on which every test lives


def money(text: str) -> Money:
    """`1.234,56`."""
    return Money.parse_brl(text)


def default() -> CashAccount:
    """The standard account."""
    return accounts.ensure_default(actor=SYSTEM)


def account(name: str = "", *, owner: User | None = None, **values: Any) -> CashAccount:
    """Another account; with an owner it is their own till."""
    data = AccountData(name=name or f"Conta {next(_count)}", owner_id=owner.pk if owner else None, **values)
    return accounts.create(data=data, actor=SYSTEM)


def category(name: str = "", *, kind: str = "OUT", **values: Any) -> Category:
    """A line of the plano de contas."""
    return categories.create(data=CategoryData(name=name or f"Categoria {next(_count)}", kind=kind, **values), actor=SYSTEM)


def entry(amount: str = "10,00", *, of: CashAccount | None = None, actor: Actor = SYSTEM, **values: Any) -> CashEntry:
    """Typed by hand; a leading minus takes money out."""
    value = money(amount)
    direction = "OUT" if value.is_negative else "IN"
    values = {"description": "Troco", "date": TODAY, "direction": direction, "amount": abs(value), **values}
    return entries.add_manual(data=EntryData(account_id=(of or default()).pk, **values), actor=actor)


def payment(amount: str = "119,90", *, customer: Customer | None = None, by: User | None = None, **values: Any) -> Payment:
    """What a customer paid, not in the book yet."""
    values = {"paid_on": TODAY, "form": "CASH", "user_id": by.pk if by else None, **values}
    data = ReceiptData(value=money(amount), **values)
    return payments.receive(customer=customer or make.customer(), charge_ids=[], data=data, actor=SYSTEM)


def supplier(legal_name: str = "Energisa Minas", **values: Any) -> Supplier:
    """Who is paid."""
    return suppliers.create(data=SupplierData(legal_name=legal_name, **values), actor=SYSTEM)


def payable(amount: str = "300,00", **values: Any) -> Payable:
    """A bill, the first of its instalments."""
    values = {"description": "Energia da torre", "due_date": date(2026, 3, 20), **values}
    return payables.create(data=PayableData(amount=money(amount), **values), actor=SYSTEM)[0]
