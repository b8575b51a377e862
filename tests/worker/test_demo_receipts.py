"""The demo writes punctual payments together; one by one through `settle` they would leave the same rows."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from malha.billing import queries
from malha.billing.data import ReceiptData
from malha.billing.models import Allocation, Charge, Payment
from malha.cashbook.models import CashEntry
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.models import Counter, HistoryEntry
from malha.dunning.models import Notice, Pendency, Release
from malha.journeys import settlement
from malha.network.models import Access
from malha.worker import invariants, schedule
from malha.worker.demo import receipts
from malha.worker.demo.receipts import Receipt
from tests import cashbook_make, make

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)
TABLES: tuple[type[models.Model], ...] = (
    Payment, Allocation, Charge, CashEntry, Contract, Access, HistoryEntry, Counter, Pendency, Notice, Release,
)  # fmt: skip


@pytest.fixture
def to_pay() -> list[Receipt]:
    """Five people who come on the tenth, two months before any of it is late; one of them with two charges."""
    make.company()
    till, cashier = cashbook_make.default(), make.user().actor()
    plan = make.plan(price="119,90")
    contracts = [make.access(make.contract(make.customer(cpf_cnpj=""), due_day=20), plan=plan).contract for _n in range(5)]
    schedule.bill(DAY + timedelta(days=2))
    Charge.objects.filter(contract=contracts[-1]).update(due_date=date(2026, 4, 20))
    with clock.frozen(datetime(2026, 4, 12, 12, tzinfo=UTC)):
        schedule.bill(date(2026, 4, 12))
    found = []
    for n, contract in enumerate(contracts):
        charges = list(Charge.objects.filter(contract=contract).select_related("customer").order_by("due_date", "pk"))
        charges = charges[: 2 if n == 3 else 1]
        left = queries.outstanding(charges)
        at = datetime(2026, 3, 10, 12 + n, 20, tzinfo=UTC)
        rest = [left[charge.pk] for charge in charges]
        found.append(Receipt(charges, rest, at, ("PIX", "CASH")[n % 2], "Balcão" if n % 2 else "", till.pk, cashier))
    return found


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every column of every row; what the clock adds while it runs is cut off, and keys that the database chose."""
    found = {}
    for model in TABLES:
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in ("updated_at", "lease_until")]
        if model is not Charge:
            names = [name for name in names if name != "id"]
        found[model.__name__] = sorted(
            ({name: _cut(value) for name, value in row.items()} for row in model._default_manager.values(*names)), key=str
        )
    return found


def _cut(value: Any) -> Any:
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value


def in_both_ways(to_pay: list[Receipt], together: bool) -> dict[str, list[dict[str, Any]]]:
    with transaction.atomic():
        if together:
            receipts.write(to_pay, DAY)
        else:
            for one in to_pay:
                with clock.frozen(one.at):
                    data = ReceiptData(value=one.value, paid_on=DAY, form=one.form, place=one.place, user_id=one.cashier.id)
                    settlement.settle(
                        customer=one.charges[0].customer, charge_ids=[charge.pk for charge in one.charges], data=data,
                        cash_account_id=one.account_id, actor=one.cashier,
                    )  # fmt: skip
        assert invariants.broken() == []
        found = rows()
        transaction.set_rollback(True)
    return found


def by_number(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Keys of payments are the database's; in two tries they differ on PostgreSQL."""
    first = min((row["payment_id"] for row in found["CashEntry"] if row["payment_id"]), default=0)
    for name, column in (("Allocation", "payment_id"), ("CashEntry", "payment_id")):
        for row in found[name]:
            row[column] = row[column] and row[column] - first
    for row in found["HistoryEntry"]:
        if row["object_kind"] == "billing.payment":
            row["object_id"] -= first
    return {name: sorted(rows_, key=str) for name, rows_ in found.items()}


def test_written_together_it_is_what_settling_one_by_one_leaves(to_pay: list[Receipt]) -> None:
    one_by_one = by_number(in_both_ways(to_pay, together=False))
    together = by_number(in_both_ways(to_pay, together=True))

    assert len(one_by_one["Payment"]) == 5 and len(one_by_one["Allocation"]) == 6
    for name, expected in one_by_one.items():
        assert together[name] == expected, name


def test_a_day_takes_a_constant_number_of_statements(to_pay: list[Receipt]) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as few:
        receipts.write(to_pay[:1], DAY)
        transaction.set_rollback(True)
    with CaptureQueriesContext(connection) as many:
        receipts.write(to_pay, DAY)

    # The lines of the history are gathered by whoever lives the day (`history.together`).
    assert len(many) - len(few) <= 4 + 1
    assert Payment.objects.count() == 5
