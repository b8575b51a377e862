"""The database is locked by somebody else, or its disk is full: a run waits or fails as a whole batch, and the next try ends it.

Nothing of it is any contract's fault, so none is left to a person (issue 3 H). A full disk is SQLite's own answer when it may not
grow; PostgreSQL's is the error of its class that a trigger raises where the charges are written.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from malha.billing.models import BilledPeriod, Charge, ParkedContract, Payment
from malha.contracts.models import Contract
from malha.core import clock
from malha.worker import invariants, schedule
from malha.worker.models import TimetableRun
from tests.faults.provider import MORNING, TODAY, blocked, cut_off, half_done, received, warned
from tests.support.mortal import Mortal
from tests.world import fingerprint

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
COUNT = 80
only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no lock on the whole database")


def lease_over(at: datetime) -> datetime:
    return at + timedelta(seconds=schedule.BEAT_SECONDS + 1)


def is_half_way(count: int = COUNT) -> None:
    """Whole batches only, nobody left to a person, nothing that should not be so."""
    assert invariants.broken() == []
    assert not ParkedContract.objects.exists()
    assert [half_done(cut_off(contract)) for contract in Contract.objects.all() if half_done(cut_off(contract))] == []
    assert count <= Charge.objects.count() <= 2 * count


def is_complete(at: datetime, count: int = COUNT) -> None:
    is_half_way(count)
    assert Charge.objects.count() == 2 * count
    assert set(Contract.objects.values_list("standing", flat=True)) == {"BLOCKED"}
    assert set(TimetableRun.objects.values_list("job", "outcome")) == {("billing", "ok"), ("dunning", "ok")}
    with clock.frozen(at):
        before = fingerprint()
        schedule.bill(TODAY)
        schedule.assess(TODAY)
        assert fingerprint() == before


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """A long transaction of somebody else."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@only_sqlite
def test_a_run_waits_for_a_long_transaction_of_somebody_else(tmp_path: Path) -> None:
    warned(COUNT)
    mortal = Mortal(tmp_path, MORNING, "timetable").start()

    with locked(mortal.file):
        time.sleep(3.0)
        assert mortal.is_running
    assert mortal.join() == 0, mortal.output

    is_complete(MORNING)


@only_sqlite
def test_a_run_that_cannot_wait_any_longer_is_taken_again(tmp_path: Path) -> None:
    """Somebody takes the database after the third batch and keeps it longer than the run has patience."""
    warned(COUNT)
    mortal = Mortal(tmp_path, MORNING, "timetable", patience=0.3, writer_after=3)

    assert mortal.run() == 1 and "database is locked" in mortal.output

    is_half_way()
    assert Charge.objects.count() == COUNT + 30
    assert TimetableRun.objects.get().finished_at is None
    at = lease_over(MORNING)
    again = Mortal(tmp_path, at, "timetable")
    assert again.run() == 0, again.output
    is_complete(at)


@only_sqlite
def test_settlements_that_cannot_wait_any_longer_are_wholly_there_or_wholly_absent(tmp_path: Path) -> None:
    blocked(20)
    mortal = Mortal(tmp_path, MORNING, "settle", patience=0.3, writer_after=7)

    assert mortal.run() == 1 and "database is locked" in mortal.output

    with clock.frozen(MORNING):
        assert [half_done(received(charge)) for charge in Charge.objects.select_related("contract") if half_done(received(charge))] == []
        assert invariants.broken() == []
    assert Payment.objects.count() == 7


@only_sqlite
@pytest.mark.parametrize("room", [0, 2, 4, 7, 10])
def test_a_full_disk_ends_the_run_and_parks_nobody(tmp_path: Path, room: int) -> None:
    """`room` pages of 4 kB are left. With space again the run does the rest."""
    warned(COUNT)
    mortal = Mortal(tmp_path, MORNING, "timetable", room=room)

    mortal.run()

    assert "database or disk is full" in mortal.output
    is_half_way()
    at = lease_over(MORNING)
    again = Mortal(tmp_path, at, "timetable")
    assert again.run() == 0, again.output
    is_complete(at)


@only_sqlite
@pytest.mark.parametrize("limit", [10_000, 100_000, 250_000])
def test_a_write_that_the_system_refuses_ends_the_run_and_parks_nobody(tmp_path: Path, limit: int) -> None:
    """The write-ahead log reaches a size that the system does not allow: the write itself fails, wherever it is."""
    warned(COUNT)
    mortal = Mortal(tmp_path, MORNING, "timetable", file_limit=limit)

    mortal.run()

    assert "disk I/O error" in mortal.output or "disk is full" in mortal.output
    is_half_way()
    at = lease_over(MORNING)
    again = Mortal(tmp_path, at, "timetable")
    assert again.run() == 0, again.output
    is_complete(at)


@only_sqlite
@pytest.mark.parametrize("room", [0, 4, 11])
def test_a_full_disk_leaves_settlements_wholly_there_or_wholly_absent(tmp_path: Path, room: int) -> None:
    blocked(60)
    mortal = Mortal(tmp_path, MORNING, "settle", room=room)

    assert mortal.run() == 1 and "database or disk is full" in mortal.output

    with clock.frozen(MORNING):
        assert [half_done(received(charge)) for charge in Charge.objects.select_related("contract") if half_done(received(charge))] == []
        assert invariants.broken() == []
    assert Payment.objects.count() < 60
    again = Mortal(tmp_path, MORNING, "settle")
    assert again.run() == 0, again.output
    assert Payment.objects.count() == 60


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite says it by itself, above")
@pytest.mark.parametrize("after", [0, 1, 25])
def test_a_full_disk_of_postgresql_ends_the_run_and_parks_nobody(after: int) -> None:
    warned(COUNT)

    with clock.frozen(MORNING), full_after(after), pytest.raises(OperationalError, match="No space left"):
        schedule.bill(TODAY, batch=10)

    is_half_way()
    with clock.frozen(MORNING):
        schedule.bill(TODAY)
    assert Charge.objects.count() == 2 * COUNT


@contextmanager
def full_after(rows: int) -> Iterator[None]:
    """The disk takes so many more charges."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF (SELECT count(*) FROM billing_charge) > {Charge.objects.count() + rows} THEN
                    RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER disk_is_full AFTER INSERT ON billing_charge FOR EACH ROW EXECUTE FUNCTION disk_is_full();
            """
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER disk_is_full ON billing_charge; DROP FUNCTION disk_is_full();")


def test_f9_a_charge_that_the_database_refuses_stops_nobody_elses() -> None:
    """A row that should not be there holds the place of one contract's charge: the batch is refused, the others are charged."""
    contracts = warned(12)
    february = Charge.objects.get(contract=contracts[5])
    names = [field.attname for field in Charge._meta.concrete_fields if field.attname not in ("id", "number", "period_start", "period_end")]
    start, end = date(2026, 2, 20), date(2026, 3, 19)
    period = BilledPeriod.objects.get(contract=contracts[5])
    assert period.ends_on == start - timedelta(days=1)
    Charge.objects.create(number=900, period_start=start, period_end=end, **{name: getattr(february, name) for name in names})

    with clock.frozen(MORNING):
        schedule.bill(TODAY)

    assert set(Charge.objects.filter(due_date=date(2026, 3, 20)).values_list("contract_id", flat=True)) == {
        contract.pk for contract in contracts if contract != contracts[5]
    }
    parked = ParkedContract.objects.get()
    assert (parked.contract, parked.reason) == (contracts[5], "ERROR") and "IntegrityError" in parked.words
    # The doctor names that row, which has neither lines nor a period.
    assert {(found.rule, found.about.split(":")[0]) for found in invariants.broken()} == {
        ("one_charge_per_period", "charge 900"), ("total_is_the_sum_of_the_lines", "charge 900"),
    }  # fmt: skip
