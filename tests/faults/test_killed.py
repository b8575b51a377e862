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


def killed_until_done(folder: Path, work: str, look: Callable[[], object], *, at_most: float, batch: int = 5) -> int:
    """Kill it after a random time, look, begin again; in the end let it be. Answers how often it died."""
    moments, at = random.Random(f"{work} {batch}"), MORNING
    for deaths in range(TRIES):
        mortal = Mortal(folder, at, work, batch=batch)
        code = mortal.run_for(moments.uniform(0, at_most)) if deaths < 5 else mortal.run()
        assert code in (0, KILLED), mortal.output
        with clock.frozen(at):
            assert invariants.broken() == []
            look()
        if code == 0:
            return deaths
        at += timedelta(seconds=schedule.LEASE_SECONDS + 1)
    raise AssertionError("it never came to an end")


def test_f17_settlements_killed_at_any_moment_are_wholly_there_or_wholly_absent(tmp_path: Path) -> None:
    blocked(60)
    seen: list[int] = []

    def look() -> None:
        charges = Charge.objects.select_related("contract")
        assert [(charge.number, half_done(received(charge))) for charge in charges if half_done(received(charge))] == []
        seen.append(Payment.objects.count())

    deaths = killed_until_done(tmp_path, "settle", look, at_most=0.5)

    assert deaths >= 3 and any(0 < count < 60 for count in seen), seen
    assert Payment.objects.count() == CashEntry.objects.count() == 60
    assert set(Contract.objects.values_list("standing", flat=True)) == {"CLEAR"}


def test_reversals_killed_at_any_moment_are_wholly_there_or_wholly_absent(tmp_path: Path) -> None:
    blocked(40)
    Mortal(tmp_path, MORNING, "settle").run()
    seen: list[int] = []

    def look() -> None:
        back = {payment.reverses_id for payment in Payment.objects.filter(kind="REVERSAL", cash_entry__isnull=False)}
        for payment in Payment.objects.filter(kind="RECEIVED").select_related("customer"):
            charge = Charge.objects.select_related("contract").get(allocations__payment=payment, allocations__principal__gt=0)
            assert charge.contract is not None
            # A day on which it was noticed and is past its block date: blocked again in the same transaction.
            wanted = ("OPEN", "BLOCKED") if payment.pk in back else ("PAID", "CLEAR")
            assert (charge.state, charge.contract.standing) == wanted, charge.number
        seen.append(len(back))

    deaths = killed_until_done(tmp_path, "reverse", look, at_most=0.4)

    assert deaths >= 3 and any(0 < count < 40 for count in seen), seen
    assert Payment.objects.count() == CashEntry.objects.count() == 80
    assert Pendency.objects.filter(closed_on__isnull=True).count() == 40


def test_f70_the_dunning_run_killed_at_any_moment_blocks_wholly_or_not_at_all(tmp_path: Path) -> None:
    warned(60)
    seen: list[int] = []

    def look() -> None:
        rows = [(contract.number, cut_off(contract)) for contract in Contract.objects.all()]
        assert [(number, half_done(traces)) for number, traces in rows if half_done(traces)] == []
        seen.append(Contract.objects.filter(standing="BLOCKED").count())

    deaths = killed_until_done(tmp_path, "dunning", look, at_most=0.3, batch=3)

    assert deaths >= 3 and any(0 < count < 60 for count in seen), seen
    assert set(Contract.objects.values_list("standing", flat=True)) == {"BLOCKED"}


def test_f70_the_billing_run_killed_at_any_moment_charges_once(tmp_path: Path) -> None:
    warned(60)
    seen: list[int] = []

    deaths = killed_until_done(tmp_path, "billing", lambda: seen.append(Charge.objects.count()), at_most=0.3, batch=3)

    assert deaths >= 3 and any(60 < count < 120 for count in seen), seen
    assert Charge.objects.count() == 120
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
