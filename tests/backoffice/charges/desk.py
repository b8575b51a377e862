"""What the tests of Cobranças share."""

from datetime import date, timedelta
from typing import Any

from django.contrib.messages import get_messages
from django.test import Client

from malha.billing.models import Charge
from malha.cashbook.services import accounts
from malha.core import clock
from malha.customers.models import Customer
from malha.staff.models import User
from malha.staff.roles import Role
from tests import billing_make, make
from tests.conftest import THE_DAY

TODAY = date(2026, 3, 10)
HTMX = {"HX-Request": "true"}


def log_in(role: str = Role.ADMIN, user: User | None = None) -> Client:
    """Somebody of the staff with an open browser."""
    make.company()
    client = Client()
    client.force_login(user or make.user(role))
    return client


def late(of: Customer | None = None, amount: str = "119,90", days: int = 4, **values: Any) -> Charge:
    """An open charge that was due some days ago. 119,90 four days late takes 122,46 (design/cliente.html)."""
    with clock.frozen(THE_DAY - timedelta(days=days + 10)):
        return billing_make.charge(of or make.customer(), amount, TODAY - timedelta(days=days), **values)


def monthly(of: Customer | None = None, due_date: date = date(2026, 3, 20), amount: str = "119,90", **values: Any) -> Charge:
    """A monthly charge as the run makes it, without running it."""
    contract = make.contract(of or make.customer())
    made = billing_make.charge(contract.customer, amount, max(due_date, TODAY), contract_id=contract.pk)
    period = {"period_start": due_date - timedelta(days=30), "period_end": due_date - timedelta(days=1)}
    Charge.objects.filter(pk=made.pk).update(kind="MONTHLY", due_date=due_date, **period, **values)
    return Charge.objects.get(pk=made.pk)


def receiving(*charges: Charge, value: str, **fields: Any) -> dict[str, Any]:
    """The fields of Receber as the browser sends them."""
    account = accounts.ensure_default(actor=make.user().actor())
    return {
        "token": fields.pop("token", "a" * 32),
        "charge": [charge.pk for charge in charges],
        "value": value,
        "paid_on": "10/03/2026",
        "account": account.pk,
        "way": "CASH",
        "note": "",
        **fields,
    }


def said(answer: Any) -> list[str]:
    """The messages of an answer."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def text(answer: Any) -> str:
    """The page as text, with plain spaces."""
    return str(answer.content.decode()).replace("\u00a0", " ")
