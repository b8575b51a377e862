"""Charges, payments and notices over the base of `bench.seed`, by COPY: what the dashboard has to count.

Every running contract was charged in the last months. Nine in ten pay, a few days around the due date; one in ten is late with the
last charge, one in a hundred with the two before it as well. Whoever is late for some days has a notice, every second one delivered.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery

from bench.seed import advance_sequences, write
from malha.billing.models import Allocation, Charge, Payment
from malha.contracts.models import Contract, ContractItem, ContractState
from malha.core import clock
from malha.domain import calendar
from malha.dunning.models import Notice, Pendency, Release

TABLES = (Charge, Payment, Allocation, Pendency, Notice, Release)
# What hangs on those tables and is emptied with them.
WITH_THEM = ("billing_chargeline", "billing_billedperiod", "cashbook_cashentry", "dunning_pendencystep")
NOTICE_AFTER, RELEASES, AHEAD = 3, 500, 10


@dataclass(frozen=True, slots=True)
class _Issued:
    """A charge before it is written; `paid_on` is None while it is open."""

    key: int
    contract: int
    customer: int
    method: int
    due_date: date
    total: int
    paid_on: date | None


def fill(months: int = 3, *, seed: int = 2) -> dict[str, Any]:
    """Charge every active contract for so many months until now."""
    today, now, source = clock.today(), clock.now(), random.Random(seed)
    issued = list(_charges(months, today, source))
    with transaction.atomic():
        write(Charge, _charge_rows(issued, now))
        paid = [one for one in issued if one.paid_on]
        write(Payment, _payment_rows(paid, now))
        write(Allocation, ({"payment_id": n, "charge_id": one.key, "at": now, "principal": one.total} for n, one in enumerate(paid, 1)))
        late = [one for one in issued if not one.paid_on and one.due_date + timedelta(days=NOTICE_AFTER) < today]
        contracts = {contract: n for n, contract in enumerate(sorted({one.contract for one in late}), 1)}
        write(Pendency, ({"contract_id": contract, "opened_on": today} for contract in contracts))
        write(Notice, _notice_rows(late, contracts, now))
        write(Release, _release_rows(contracts, now, source))
        for due_day in {one.due_date.day for one in issued}:
            billed = max(one.due_date for one in issued if one.due_date.day == due_day) - timedelta(days=1)
            Contract.objects.filter(state=ContractState.ACTIVE, due_day=due_day).update(billed_until=billed)
        _close_items()
        advance_sequences(TABLES)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    overdue = sum(not one.paid_on and one.due_date < today for one in issued)
    return {"charges": len(issued), "payments": len(paid), "late": overdue}


def _close_items() -> None:
    """A contract that is cancelled has no items in force: `bench.seed` leaves them open, the service that cancels does not."""
    gone = ContractItem.objects.filter(contract__state=ContractState.CANCELLED, ends_on__isnull=True)
    last = Contract.objects.filter(pk=OuterRef("contract")).values("cancelled_on")[:1]
    gone.annotate(last=Subquery(last)).filter(last__gte=F("starts_on")).update(ends_on=Subquery(last))


def clear() -> dict[str, Any]:
    """Take it all away again, so that what is measured afterwards begins without charges."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join([model._meta.db_table for model in TABLES] + list(WITH_THEM))
            cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        else:
            for model in reversed(TABLES):
                cursor.execute(f"DELETE FROM {model._meta.db_table}")
    return {}


def _charges(months: int, today: date, source: random.Random) -> Iterator[_Issued]:
    rows = Contract.objects.filter(state=ContractState.ACTIVE).order_by("pk")
    names = ("pk", "customer_id", "collection_method_id", "due_day", "items__amount", "items__quantity")
    contracts = list(rows.values_list(*names))
    key = 0
    for back in reversed(range(-1, months)):
        for contract, customer, method, due_day, amount, quantity in contracts:
            due_date = calendar.month_offset(due_day, today.replace(day=1), -back)
            if due_date > today + timedelta(days=AHEAD):
                continue
            is_late = contract % 10 == 3 if back <= 0 else contract % 100 == 3
            paid_on: date | None = due_date + timedelta(days=source.choice((-3, -1, 0, 0, 0, 1, 2, 4)))
            key += 1
            if is_late or (paid_on and paid_on > today):
                paid_on = None
            yield _Issued(key, contract, customer, method, due_date, amount.cents * quantity, paid_on)


def _charge_rows(issued: list[_Issued], now: datetime) -> Iterator[dict[str, Any]]:
    for one in issued:
        yield {
            "number": one.key, "customer_id": one.customer, "contract_id": one.contract, "kind": "MONTHLY",
            "state": "PAID" if one.paid_on else "OPEN", "period_start": one.due_date - timedelta(days=30),
            "period_end": one.due_date - timedelta(days=1), "issued_on": one.due_date - timedelta(days=10), "due_date": one.due_date,
            "total": one.total, "collection_method_id": one.method, "paid_on": one.paid_on, "created_at": now, "updated_at": now,
        }  # fmt: skip


def _payment_rows(paid: list[_Issued], now: datetime) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(paid, 1):
        yield {
            "number": number, "customer_id": one.customer, "value": one.total, "paid_on": one.paid_on, "received_at": now, "form": "PIX",
        }  # fmt: skip


def _notice_rows(late: list[_Issued], pendencies: dict[int, int], now: datetime) -> Iterator[dict[str, Any]]:
    for one in late:
        on = one.due_date + timedelta(days=NOTICE_AFTER)
        delivered = {"delivered_on": on, "delivered_at": now, "channel": "PAGE"} if one.key % 2 else {}
        yield {"pendency_id": pendencies[one.contract], "charge_id": one.key, "wanted_on": on, **delivered}


def _release_rows(contracts: dict[int, int], now: datetime, source: random.Random) -> Iterator[dict[str, Any]]:
    for contract in list(contracts)[:RELEASES]:
        at = now - timedelta(days=source.randrange(30), minutes=source.randrange(600))
        yield {"contract_id": contract, "released_at": at, "obeyed_at": at + timedelta(seconds=source.randrange(1, 90))}
