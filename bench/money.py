"""The billing day and the dunning day over every contract of a base: what a provider's night costs.

Verbs of `bench.probe`. The base of `bench.seed` is bent so that every active contract is due on one day, and then so that one in ten
is late.
"""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from malha.billing.models import Charge
from malha.contracts.models import Contract, ContractState
from malha.core.history import SYSTEM
from malha.dunning.models import Notice
from malha.journeys import delinquency, monthly_billing

BILLING_DAY, NOTICE_DAY, BLOCK_DAY = date(2026, 11, 10), date(2026, 11, 24), date(2026, 12, 9)
WRITTEN = ("billing_charge", "billing_chargeline", "billing_billedperiod")


def _timed(work: Callable[[], Any]) -> dict[str, Any]:
    """Seconds, statements, and the most memory that the process held meanwhile."""
    statements = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(sql, params, many, context)

    _memory_mb(reset=True)
    began = time.perf_counter()
    with connection.execute_wrapper(count):
        work()
    seconds = time.perf_counter() - began
    return {"seconds": round(seconds, 2), "statements": statements, "memory_mb": round(_memory_mb(), 1)}


def _memory_mb(*, reset: bool = False) -> float:
    """The most memory of this process since the last reset (proc(5), clear_refs)."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def billing_day() -> dict[str, Any]:
    """Every active contract has a month to charge; then the same run again."""
    running = Contract.objects.filter(state=ContractState.ACTIVE)
    running.update(due_day=20, billed_until=date(2026, 10, 19), billing_starts_on=date(2026, 1, 20), activated_on=date(2026, 1, 20))
    running.update(standing="CLEAR", standing_cause="")
    Contract.objects.exclude(state=ContractState.ACTIVE).update(billing_starts_on=None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE contracts_contractitem SET starts_on = '2026-01-20' WHERE ends_on IS NULL OR ends_on >= '2026-01-20'")
        cursor.execute("ANALYZE")
    first = _timed(lambda: monthly_billing.bill_day(today=BILLING_DAY, actor=SYSTEM))
    again = _timed(lambda: monthly_billing.bill_day(today=BILLING_DAY, actor=SYSTEM))
    charges = Charge.objects.count()
    return {
        "contracts": running.count(), "charges": charges, **first, "per_thousand": round(first["statements"] / (charges / 1000), 1),
        "again_s": again["seconds"], "insert_select_s": round(_insert_select(), 2),
    }  # fmt: skip


def _insert_select() -> float:
    """The same rows written by the database alone, one statement a table, with the same indexes and checks."""
    seconds = 0.0
    with connection.cursor() as cursor:
        for table in WRITTEN:
            cursor.execute(f"CREATE TABLE copy_of_{table} (LIKE {table} INCLUDING ALL)")
            began = time.perf_counter()
            cursor.execute(f"INSERT INTO copy_of_{table} SELECT * FROM {table}")
            seconds += time.perf_counter() - began
            cursor.execute(f"DROP TABLE copy_of_{table}")
    return seconds


def dunning_day() -> dict[str, Any]:
    """One charge in ten is unpaid: a morning on which all of them get their notice, and one on which all of them are blocked."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_charge SET state = 'PAID', paid_on = due_date WHERE id % 10 <> 0")
        cursor.execute("ANALYZE")
    late = Charge.objects.filter(state="OPEN").count()
    noticing = _timed(lambda: delinquency.assess_day(today=NOTICE_DAY, actor=SYSTEM))
    again = _timed(lambda: delinquency.assess_day(today=NOTICE_DAY, actor=SYSTEM))
    Notice.objects.update(delivered_on=NOTICE_DAY, channel="PAGE")
    blocking = _timed(lambda: delinquency.assess_day(today=BLOCK_DAY, actor=SYSTEM))
    blocked = Contract.objects.filter(standing="BLOCKED", standing_cause="POLICY").count()
    return {"late": late, "noticing": noticing, "again": again, "blocking": blocking, "blocked": blocked}
