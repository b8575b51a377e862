"""Kill -9 at any moment of each run and of settlements: what was begun is wholly there or wholly absent, and the next try ends it.

(Issue 3 H; failure modes F17, F70.) The moments are random, so that the seed stands in the failure; the statements at which
`tests/worker/test_money_runs.py` dies are chosen.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from malha.billing.models import Charge, Payment
from malha.cashbook.models import CashEntry, Payable
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import SYSTEM
from malha.dunning.models import Pendency
from malha.journeys import suspension
from malha.worker import invariants, schedule
from malha.worker.models import TimetableRun
from tests import cashbook_make, make
from tests.faults.provider import MORNING, TODAY, blocked, cut_off, half_done, received, warned
from tests.support.mortal import KILLED, Mortal
from tests.world import fingerprint

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TRIES = 30


def killed_until_done(folder: Path, work: str, look: Callable[[], int], *, between: tuple[int, int], batch: int = 5) -> None:
    """Kill it after a random time, look, begin again; in the end let it be.

    `look` answers how much is done. Killed before it did anything it gets more time, whatever this machine is doing besides; it
    must have been seen half-way, and have died three times.
    """
    moments, at, window = random.Random(f"{work} {batch}"), MORNING, 0.08
    seen = [between[0]]
    for deaths in range(TRIES):
        is_enough = deaths >= 3 and any(between[0] < count < between[1] for count in seen)
        mortal = Mortal(folder, at, work, batch=batch)
        code = mortal.run() if is_enough else mortal.run_for(moments.uniform(0, window))
        assert code in (0, KILLED), mortal.output
        with clock.frozen(at):
            assert invariants.broken() == []
            seen.append(look())
        if code == 0:
            assert is_enough and seen[-1] == between[1], seen
            return
        window *= 1.5 if seen[-1] == seen[-2] else 1.0
        at += timedelta(seconds=schedule.LEASE_SECONDS + 1)
    raise AssertionError(f"it never came to an end: {seen}")


def test_f17_settlements_killed_at_any_moment_are_wholly_there_or_wholly_absent(tmp_path: Path) -> None:
    blocked(60)

    def look() -> int:
        charges = Charge.objects.select_related("contract")
        assert [(charge.number, half_done(received(charge))) for charge in charges if half_done(received(charge))] == []
        return Payment.objects.count()

    killed_until_done(tmp_path, "settle", look, between=(0, 60))

    assert Payment.objects.count() == CashEntry.objects.count() == 60
    assert set(Contract.objects.values_list("standing", flat=True)) == {"CLEAR"}


def test_reversals_killed_at_any_moment_are_wholly_there_or_wholly_absent(tmp_path: Path) -> None:
    blocked(40)
    Mortal(tmp_path, MORNING, "settle").run()

    def look() -> int:
        back = {payment.reverses_id for payment in Payment.objects.filter(kind="REVERSAL", cash_entry__isnull=False)}
        for payment in Payment.objects.filter(kind="RECEIVED").select_related("customer"):
            charge = Charge.objects.select_related("contract").get(allocations__payment=payment, allocations__principal__gt=0)
            assert charge.contract is not None
            # A day on which it was noticed and is past its block date: blocked again in the same transaction.
            wanted = ("OPEN", "BLOCKED") if payment.pk in back else ("PAID", "CLEAR")
            assert (charge.state, charge.contract.standing) == wanted, charge.number
        return len(back)

    killed_until_done(tmp_path, "reverse", look, between=(0, 40))

    assert Payment.objects.count() == CashEntry.objects.count() == 80
    assert Pendency.objects.filter(closed_on__isnull=True).count() == 40


def test_f70_the_dunning_run_killed_at_any_moment_blocks_wholly_or_not_at_all(tmp_path: Path) -> None:
    warned(60)

    def look() -> int:
        rows = [(contract.number, cut_off(contract)) for contract in Contract.objects.all()]
        assert [(number, half_done(traces)) for number, traces in rows if half_done(traces)] == []
        return Contract.objects.filter(standing="BLOCKED").count()

    killed_until_done(tmp_path, "dunning", look, between=(0, 60), batch=3)


def test_f70_the_billing_run_killed_at_any_moment_charges_once(tmp_path: Path) -> None:
    warned(60)

    killed_until_done(tmp_path, "billing", Charge.objects.count, between=(60, 120), batch=3)

    with clock.frozen(MORNING):
        before = fingerprint()
        schedule.bill(TODAY)
        assert fingerprint() == before


def test_f70_recurring_bills_and_suspensions_killed_at_any_statement(tmp_path: Path) -> None:
    """The two smaller jobs of the timetable: every bill's next one is made once, every suspension ends once."""
    make.company()
    bills = [cashbook_make.payable("50,00", recurrence="MONTHLY", due_date=date(2026, 2, 5 + n)) for n in range(6)]
    plan, router = make.plan(), make.router()
    with clock.frozen(MORNING - timedelta(days=40)):
        contracts = [make.access(make.contract(), plan=plan, router=router).contract for _n in range(6)]
        for contract in contracts:
            suspension.suspend(contract=contract, until=TODAY - timedelta(days=2), actor=SYSTEM)
    at, deaths = MORNING, 0

    for dies_at in (5, 12, 20, 30, 41, 53, 66, 80, 95, 0):
        mortal = Mortal(tmp_path, at, "chores", dies_at=dies_at)
        code = mortal.run()
        assert code in (0, KILLED), mortal.output
        assert [found for found in invariants.broken() if found.rule != "reachable_router_leaves_nothing_waiting"] == []
        if code == 0:
            break
        deaths += 1
        at += timedelta(seconds=schedule.LEASE_SECONDS + 1)

    assert deaths >= 5
    assert set(TimetableRun.objects.values_list("job", "outcome")) == {("suspensions", "ok"), ("payables", "ok")}
    assert Payable.objects.count() == 3 * len(bills)  # March's and April's
    assert sorted(Payable.objects.filter(follows__in=bills).values_list("due_date", flat=True)) == [date(2026, 3, 5 + n) for n in range(6)]
    assert set(Contract.objects.values_list("state", flat=True)) == {"ACTIVE"}
