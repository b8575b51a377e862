"""The worker as a process: killed like one, two at once, stopped like one (failure modes F39, F70)."""

from pathlib import Path

import pytest

from malha.contracts.models import Contract
from malha.core import clock
from malha.network.models import Access, Router, RouterCommand, SyncState
from malha.network.services import accesses
from tests import make
from tests.support.lanes import ACTIVE, SECRET, registered, settled, subscribers
from tests.support.router_process import RouterProcess
from tests.support.worker_process import WorkerProcess, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def lease_runs_out() -> None:
    Router.objects.update(lease_until=clock.now(), due_at=None)


def online(process: RouterProcess, router: Router, count: int) -> list[Access]:
    """Accesses on the router with running sessions, about to be blocked."""
    Router.objects.filter(pk=router.pk).update(kicks_per_second=0)
    rows = subscribers(router, count)
    return rows


def block_all() -> None:
    Contract.objects.update(standing="BLOCKED", standing_cause="MANUAL")
    accesses.want(Access.objects.all())


def test_worker_killed_between_read_and_write(tmp_path: Path, process: RouterProcess, router: Router) -> None:
    subscribers(router, 40)
    process.fault(hang_after=0, only="writes")
    first = WorkerProcess(tmp_path).start()
    until(lambda: process.counters()["faults"].get("hang"))
    first.kill()

    assert set(Access.objects.values_list("sync_state", flat=True)) == {SyncState.MODIFIED}
    process.fault(hang_after=-1)
    lease_runs_out()
    WorkerProcess(tmp_path, "--once").start().join()

    assert len(process.dump(SECRET)) == 40
    assert set(Access.objects.values_list("sync_state", flat=True)) == {SyncState.APPLIED}
    settled(router)


def test_worker_killed_between_write_and_record_still_drops_the_sessions(
    tmp_path: Path, process: RouterProcess, router: Router
) -> None:
    rows = online(process, router, 12)
    WorkerProcess(tmp_path, "--once").start().join()
    for row in rows:
        process.control("ppp-connect", name=row.username, password=f"senha-{row.username[-4:]}")
    block_all()
    process.control("reset-counters")
    # The pass reads with five commands, writes, and gets no answer when it reads again.
    process.fault(hang_after=6, only="reads")
    first = WorkerProcess(tmp_path).start()
    until(lambda: process.counters()["faults"].get("hang"))
    assert {row["profile"] for row in process.dump(SECRET)} == {"malha-bloqueado"}
    first.kill()

    assert SyncState.MODIFIED in set(Access.objects.values_list("sync_state", flat=True))
    process.fault(hang_after=-1)
    lease_runs_out()
    WorkerProcess(tmp_path, "--once").start().join()

    assert process.dump(ACTIVE) == []
    assert set(Access.objects.values_list("sync_state", flat=True)) == {SyncState.APPLIED}
    settled(router)


def test_two_workers_write_a_router_once(tmp_path: Path, router: Router, process: RouterProcess) -> None:
    make.company()
    subscribers(router, 60)

    workers = [WorkerProcess(tmp_path).start(), WorkerProcess(tmp_path, lends=False).start()]
    until(lambda: len(process.dump(SECRET)) == 60)
    codes = [worker.stop() for worker in workers]

    assert codes == [0, 0]
    assert process.counters()["traps"] == 0
    assert len({row["name"] for row in process.dump(SECRET)}) == 60
    assert set(Access.objects.values_list("sync_state", flat=True)) == {SyncState.APPLIED}


def test_a_change_is_on_the_router_within_a_second_and_term_ends_it(tmp_path: Path, process: RouterProcess, router: Router) -> None:
    access = make.access(router=router, username="rosa")
    worker = WorkerProcess(tmp_path).start()

    until(lambda: process.row(SECRET, name="rosa") is not None, seconds=5)
    # What follows the write, the drop of an old session, is a command of its own.
    until(lambda: not RouterCommand.objects.filter(due_at__isnull=False).exists(), seconds=5)
    assert worker.stop() == 0

    assert Access.objects.get(pk=access.pk).sync_state == SyncState.APPLIED
    assert Router.objects.get(pk=router.pk).lease_until is None


def test_router_that_hangs_delays_no_other_routers_customers(tmp_path: Path, process: RouterProcess, router: Router) -> None:
    with RouterProcess() as hanging:
        sick = registered(hanging)
        subscribers(sick, 3)
        hanging.fault(hang_after=0)
        worker = WorkerProcess(tmp_path).start()
        until(lambda: hanging.counters()["connections"])
        worker.kill()

        make.access(router=router, username="rosa")
        worker.start()
        until(lambda: process.row(SECRET, name="rosa") is not None, seconds=5)
        worker.kill()

        assert hanging.dump(SECRET) == []
