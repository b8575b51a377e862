"""Two schedulers at once, one of them killed; and a timetable that outlives what nobody thought of (issue 3 H; F1, F70)."""

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connections

from malha.cashbook.models import Payable
from malha.contracts.models import Contract, ServicePause
from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import Company
from malha.dunning.models import Pendency, PendencyStep
from malha.journeys import suspension
from malha.worker import invariants, schedule
from malha.worker.management.commands import worker as command
from malha.worker.models import TimetableRun
from tests import cashbook_make, make
from tests.faults.provider import MORNING, TODAY, cut_off, half_done, warned
from tests.support.mortal import KILLED, Mortal
from tests.support.worker_process import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_f1_two_dunning_runs_at_once_block_once(tmp_path: Path) -> None:
    """Past the lease of the timetable: two people who start it by hand at the same moment."""
    warned(40)

    both = [Mortal(tmp_path, MORNING, "dunning", batch=3).start(), Mortal(tmp_path, MORNING, "dunning", batch=3, lends=False).start()]
    assert [one.join() for one in both] == [0, 0], [one.output for one in both]

    with clock.frozen(MORNING):
        assert invariants.broken() == []
    assert [half_done(cut_off(contract)) for contract in Contract.objects.all() if half_done(cut_off(contract))] == []
    assert set(Contract.objects.values_list("standing", flat=True)) == {"BLOCKED"}
    assert ServicePause.objects.count() == Pendency.objects.count() == PendencyStep.objects.filter(kind="BLOCKED").count() == 40


def test_f1_two_schedulers_repeat_a_bill_once_and_end_a_suspension_once(tmp_path: Path) -> None:
    make.company()
    for n in range(8):
        cashbook_make.payable("50,00", recurrence="MONTHLY", due_date=date(2026, 3, 1 + n))
    with clock.frozen(MORNING - timedelta(days=40)):
        for _n in range(8):
            suspension.suspend(contract=make.access().contract, until=TODAY - timedelta(days=1), actor=SYSTEM)

    both = [Mortal(tmp_path, MORNING, "chores").start(), Mortal(tmp_path, MORNING, "chores", lends=False).start()]
    assert [one.join() for one in both] == [0, 0], [one.output for one in both]

    assert Payable.objects.count() == 16
    assert set(Contract.objects.values_list("state", flat=True)) == {"ACTIVE"}
    assert set(TimetableRun.objects.values_list("job", "outcome")) == {("suspensions", "ok"), ("payables", "ok")}


@pytest.mark.parametrize("dies_at", [25, 60])
def test_f70_one_of_two_is_killed_and_the_other_one_does_it_all(tmp_path: Path, dies_at: int) -> None:
    warned(40)

    dying = Mortal(tmp_path, MORNING, "dunning", batch=3, dies_at=dies_at).start()
    living = Mortal(tmp_path, MORNING, "dunning", batch=3, lends=False).start()
    assert (dying.join(), living.join()) == (KILLED, 0), living.output

    with clock.frozen(MORNING):
        assert invariants.broken() == []
    assert set(Contract.objects.values_list("standing", flat=True)) == {"BLOCKED"}
    assert ServicePause.objects.count() == 40


def test_the_timetable_goes_on_after_an_error_that_nobody_thought_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company whose zone this machine does not know; then it knows it."""
    monkeypatch.setattr(command, "TIMETABLE_SECONDS", 0.05)
    make.company()
    Company.objects.update(timezone="America/Atlantida")
    stopping = threading.Event()
    keeper = threading.Thread(target=command._keep_timetable, args=("w1", stopping))
    keeper.start()
    try:
        keeper.join(0.5)
        assert keeper.is_alive() and not TimetableRun.objects.exists()

        Company.objects.update(timezone="America/Sao_Paulo")
        until(lambda: TimetableRun.objects.filter(outcome="ok").count() == len(schedule.TIMETABLE))
    finally:
        stopping.set()
        keeper.join(10)
        connections.close_all()
    assert not keeper.is_alive()
