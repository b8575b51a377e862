"""From the payment to the router that obeyed, in seconds (domain.md §22 no. 9)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.billing.data import ReceiptData
from malha.billing.models import Charge
from malha.contracts.models import Contract, Standing
from malha.core import clock
from malha.core.history import SYSTEM
from malha.dunning.models import Release
from malha.journeys import blocking, releases, settlement
from malha.network.models import Access, Router, SyncState
from malha.network.services import accesses
from malha.reports.release_times import ReleaseTimes, release_times
from malha.worker import invariants
from tests import make
from tests.support.lanes import SECRET, Serve, subscribers
from tests.support.router_process import RouterProcess
from tests.world import World, at

pytestmark = pytest.mark.django_db
BLOCK = date(2026, 4, 7)


def paid(charge: Charge) -> None:
    data = ReceiptData(value=charge.total, paid_on=clock.today(), form="PIX", waives_fees=True)
    settlement.settle(customer=charge.customer, charge_ids=[charge.pk], data=data, actor=SYSTEM)


def release(contract: Contract | None = None, **values: object) -> Release:
    contract = contract or make.access().contract
    return Release.objects.create(**{"contract": contract, "released_at": clock.now(), **values})


def applied(rows: object, later: timedelta) -> None:
    rows.update(sync_state=SyncState.APPLIED, due_at=None, applied_at=clock.now() + later)  # type: ignore[attr-defined]


def test_from_payment_to_the_simulated_router(process: RouterProcess, router: Router, serve: Serve) -> None:
    rows = subscribers(router, 2, plan=make.plan(price="119,90"))
    serve(router).round()
    World(date(2026, 3, 10)).to(BLOCK)
    with clock.frozen(at(BLOCK, 10)):
        serve(router).round()
        assert {row["profile"] for row in process.dump(SECRET)} == {"malha-bloqueado"}

        paid(Charge.objects.order_by("due_date")[0])
        assert releases.note_obeyed() == 0
        assert release_times().waiting == 1
        serve(router).round()
        assert releases.note_obeyed() == 1

        assert {row["profile"] for row in process.dump(SECRET)} == {rows[0].plan.profile_name}
        times = release_times()
        assert (times.count, times.waiting) == (1, 0)
        assert times.median is not None and timedelta(0) < times.median < timedelta(seconds=10)
        assert times.worst == times.median
        assert invariants.broken() == []


def test_every_access_counts_and_the_last_one_says_when() -> None:
    contract = make.access().contract
    make.access(contract)
    first, second = contract.accesses.all()
    opened = release(contract)

    applied(Access.objects.filter(pk=first.pk), timedelta(seconds=3))
    assert releases.note_obeyed() == 0
    applied(Access.objects.filter(pk=second.pk), timedelta(seconds=8))
    assert releases.note_obeyed() == 1

    opened.refresh_from_db()
    assert timedelta(seconds=7) < opened.obeyed_at - opened.released_at < timedelta(seconds=9)


def test_applied_before_the_release_is_not_obeyed() -> None:
    contract = make.access().contract
    applied(Access.objects.all(), timedelta(minutes=-1))
    release(contract)

    assert releases.note_obeyed() == 0


def test_a_router_that_is_down_is_waited_for() -> None:
    release()

    assert releases.note_obeyed() == 0
    assert release_times().waiting == 1


def test_what_no_router_has_to_obey_measures_nothing() -> None:
    without = make.contract(plans=(make.plan(),))
    again = make.access().contract
    release(without)
    release(again)
    blocking.block(contract=again, reason="de novo", actor=SYSTEM)

    assert releases.note_obeyed() == 2

    assert release_times() == ReleaseTimes()


def test_an_access_that_was_removed_is_not_waited_for() -> None:
    contract = make.access().contract
    gone = make.access(contract)
    accesses.remove(access=gone, reason="x", actor=SYSTEM)
    applied(Access.objects.exclude(pk=gone.pk), timedelta(seconds=1))
    release(contract)
    applied(Access.objects.exclude(pk=gone.pk), timedelta(seconds=2))

    assert releases.note_obeyed() == 1


def test_median_and_worst_of_the_last_thirty_days() -> None:
    contract = make.access().contract
    for days, seconds in ((1, 2), (5, 4), (29, 90), (31, 5000)):
        at_ = clock.now() - timedelta(days=days)
        release(contract, released_at=at_, obeyed_at=at_ + timedelta(seconds=seconds))

    times = release_times()

    assert (times.count, times.median, times.worst) == (3, timedelta(seconds=4), timedelta(seconds=90))


def test_looking_costs_one_statement_while_nothing_waits_and_four_for_many() -> None:
    with CaptureQueriesContext(connection) as idle:
        releases.note_obeyed()
    for _n in range(12):
        release()
    applied(Access.objects.all(), timedelta(seconds=1))
    with CaptureQueriesContext(connection) as busy:
        assert releases.note_obeyed() == 12

    assert len(idle) == 1
    assert len([q for q in busy if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]) == 4


def test_a_contract_cancelled_meanwhile_is_closed() -> None:
    contract = make.access().contract
    release(contract)
    Contract.objects.update(state="CANCELLED", cancelled_on=date(2026, 3, 10), standing=Standing.CLEAR)

    assert releases.note_obeyed() == 1
