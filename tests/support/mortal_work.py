"""What `mortal.py` does until it dies."""

import argparse
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone, translation

from malha.billing.data import ReceiptData
from malha.billing.models import Charge
from malha.core import clock, company
from malha.core.history import SYSTEM
from malha.journeys import monthly_billing, settlement
from malha.worker import schedule


def main(words: Sequence[str]) -> None:
    """Do the work of the command line at that instant."""
    parser = argparse.ArgumentParser()
    parser.add_argument("at", type=datetime.fromisoformat)
    parser.add_argument("work", choices=list(WORKS))
    parser.add_argument("--dies-at", type=int)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args(words)
    translation.activate("pt-br")
    timezone.activate(company.zone())
    with clock.frozen(options.at), connection.execute_wrapper(Count(options.dies_at)):
        WORKS[options.work](options.batch)


class Count:
    """Counts the statements of this process and ends it at the given one."""

    def __init__(self, dies_at: int) -> None:
        self.left = dies_at

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)


def run_timetable(batch: int) -> None:
    """The two money runs, as the worker does them, in smaller batches."""
    runs = {"billing": schedule.bill, "dunning": schedule.assess}
    jobs = [replace(job, run=partial(runs[job.name], batch=batch)) for job in schedule.TIMETABLE if job.name in runs]
    schedule.run_due(worker=f"w{os.getpid()}", jobs=jobs)


def bill(batch: int) -> None:
    """The billing run by hand, past the timetable and its lease."""
    monthly_billing.bill_day(today=clock.today(), actor=SYSTEM, batch=batch)


def settle(batch: int) -> None:
    """Everybody pays what is open. The charge's number is the token of the submission: the same one again receives nothing."""
    for charge in Charge.objects.filter(state="OPEN").select_related("customer"):
        data = ReceiptData(value=charge.total, paid_on=clock.today(), form="CASH", token=str(charge.number), waives_fees=True)
        settlement.settle(customer=charge.customer, charge_ids=[charge.pk], data=data, actor=SYSTEM)


WORKS: dict[str, Callable[[int], None]] = {"timetable": run_timetable, "billing": bill, "settle": settle}
