"""What `mortal.py` does until it dies."""

import argparse
import os
import resource
import signal
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone, translation

from malha.billing.data import ReceiptData
from malha.billing.models import Charge, Payment
from malha.core import clock, company
from malha.core.history import SYSTEM
from malha.journeys import delinquency, monthly_billing, settlement
from malha.worker import schedule


def main(words: Sequence[str]) -> None:
    """Do the work of the command line at that instant."""
    parser = argparse.ArgumentParser()
    parser.add_argument("at", type=datetime.fromisoformat)
    parser.add_argument("work", choices=list(WORKS))
    parser.add_argument("--dies-at", type=int)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--patience", type=float)
    parser.add_argument("--room", type=int)
    parser.add_argument("--file-limit", type=int)
    parser.add_argument("--writer-after", type=int, default=0)
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args(words)
    if options.patience is not None:
        connection.settings_dict["OPTIONS"]["timeout"] = options.patience
    translation.activate("pt-br")
    timezone.activate(company.zone())
    if options.room is not None:
        leave_room(options.room)
    if options.file_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (options.file_limit, options.file_limit))
    with clock.frozen(options.at), connection.execute_wrapper(Count(options.dies_at)):
        print("ready", flush=True)  # noqa: T201 - who started us waits for it
        WORKS[options.work](options.batch, Writer(options.writer_after))


class Count:
    """Counts the statements of this process and ends it at the given one."""

    def __init__(self, dies_at: int) -> None:
        self.left = dies_at

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)


class Writer:
    """Somebody else who writes into the same SQLite: takes the lock after the n-th batch and keeps it until this process is over."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.other: sqlite3.Connection | None = None

    def __call__(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
            self.other.execute("BEGIN IMMEDIATE")


def leave_room(pages: int) -> None:
    """The disk under SQLite has so many pages left: what it answers is what it answers when a real one is full."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # what earlier tests freed would be room too
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + pages}")


def run_timetable(names: Sequence[str], batch: int, writer: Writer) -> None:
    """These jobs, as the worker does them, the runs in smaller batches."""
    runs: dict[str, Callable[..., str]] = {"billing": schedule.bill, "dunning": schedule.assess}

    def batched(run: Callable[..., str], today: date, beat: schedule.Beat) -> str:
        def beat_and_wait() -> None:
            beat()
            writer()

        return run(today, beat_and_wait, batch=batch)

    jobs = [
        replace(job, run=partial(batched, runs[job.name])) if job.name in runs else job for job in schedule.TIMETABLE if job.name in names
    ]
    schedule.run_due(worker=f"w{os.getpid()}", jobs=jobs)


def bill(batch: int, writer: Writer) -> None:
    """The billing run by hand, past the timetable and its lease."""
    monthly_billing.bill_day(today=clock.today(), actor=SYSTEM, batch=batch, beat=writer)


def assess(batch: int, writer: Writer) -> None:
    """The dunning run by hand."""
    delinquency.assess_day(today=clock.today(), actor=SYSTEM, batch=batch, beat=writer)


def settle(batch: int, writer: Writer) -> None:
    """Everybody pays what is open. The charge's number is the token of the submission: the same one again receives nothing."""
    for charge in Charge.objects.filter(state="OPEN").select_related("customer"):
        data = ReceiptData(value=charge.total, paid_on=clock.today(), form="CASH", token=str(charge.number), waives_fees=True)
        settlement.settle(customer=charge.customer, charge_ids=[charge.pk], data=data, actor=SYSTEM)
        writer()


def reverse(batch: int, writer: Writer) -> None:
    """Everything that was received is taken back."""
    for payment in Payment.objects.filter(kind="RECEIVED", reversal__isnull=True).order_by("pk"):
        settlement.reverse(payment=payment, reason="engano", actor=SYSTEM)
        writer()


WORKS: dict[str, Callable[[int, Writer], None]] = {
    "timetable": partial(run_timetable, ("billing", "dunning")),
    "chores": partial(run_timetable, ("suspensions", "payables")),
    "billing": bill,
    "dunning": assess,
    "settle": settle,
    "reverse": reverse,
}
