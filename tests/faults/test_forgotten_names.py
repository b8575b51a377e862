"""A pass that dies after it wrote leaves a login under a name that nobody noted: it is found again, whatever happens next."""

from dataclasses import replace

import pytest

from malha.core import clock
from malha.core.history import SYSTEM
from malha.network.models import Access, Router, SyncState
from malha.network.services import accesses, commands
from malha.worker.lanes import Lane
from tests import make
from tests.faults.test_nothing_lies import Killed, MortalDriver
from tests.support.lanes import SECRET, Serve, process, registered, router, serve
from tests.support.router_process import RouterProcess

__all__ = ["process", "router", "serve"]
pytestmark = pytest.mark.django_db
AFTER_WRITING = 3  # read, claim, write


def dies_after_writing(router: Router) -> None:
    def dies() -> None:
        raise Killed

    lane = Lane(router.pk, "dead", driver_of=lambda key: MortalDriver(AFTER_WRITING, True, dies, lambda: None))
    with pytest.raises(Killed):
        lane.round()
    lane.hang_up()
    Router.objects.update(lease_until=clock.now())


def changed(access: Access, **values: object) -> None:
    data = replace(accesses.data_of(Access.objects.get(pk=access.pk)), **values)  # type: ignore[arg-type]
    accesses.change(access=access, data=data, actor=SYSTEM)


@pytest.fixture
def written(process: RouterProcess, router: Router) -> Access:
    """An access that stands on the router as `antes`, while the register knows of no pass."""
    access = make.access(router=router, username="antes")
    dies_after_writing(router)
    assert [row["name"] for row in process.dump(SECRET)] == ["antes"]
    assert Access.objects.get().applied_version == 0
    return access


def test_renamed_afterwards_it_is_renamed_there_too(written: Access, process: RouterProcess, router: Router, serve: Serve) -> None:
    changed(written, username="depois")

    serve(router).round()

    assert [row["name"] for row in process.dump(SECRET)] == ["depois"]
    assert Access.objects.get().sync_state == SyncState.APPLIED


def test_removed_after_a_new_name_it_is_gone(written: Access, process: RouterProcess, router: Router, serve: Serve) -> None:
    changed(written, username="depois")
    accesses.remove(access=written, reason="x", actor=SYSTEM)

    serve(router).round()

    assert process.dump(SECRET) == []
    assert Access.objects.get().sync_state == SyncState.REMOVED


def test_moved_after_a_new_name_it_leaves_the_old_router(written: Access, process: RouterProcess, router: Router, serve: Serve) -> None:
    with RouterProcess() as other:
        target = registered(other)
        changed(written, username="depois")
        changed(written, router_id=target.pk)

        serve(target).round()
        commands.hand_over_moves()
        serve(router).round()

        assert [row["name"] for row in other.dump(SECRET)] == ["depois"]
        assert process.dump(SECRET) == []


def test_once_a_pass_ended_a_login_is_read_by_its_name_again(written: Access, process: RouterProcess, router: Router, serve: Serve) -> None:
    make.access(router=router, username="outra")
    lane = serve(router)
    lane.round()
    changed(written, password="outra-senha")
    before = process.counters()["commands"]

    lane.round()

    assert Access.objects.get(pk=written.pk).leased_by == ""
    assert process.counters()["commands"] - before <= 20
