"""What breaks between us and a router, each by its number in failure-modes.md and by the faults of the issue."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from malha.contracts.models import Contract, Standing
from malha.core import clock
from malha.core.history import SYSTEM
from malha.domain.access.types import Diff
from malha.network.drivers.mikrotik.driver import MikrotikDriver
from malha.network.models import Access, Router, RouterCommand, RouterHealth, SyncRun, SyncState
from malha.network.services import accesses, commands, health
from tests import make
from tests.support.lanes import ACTIVE, SECRET, Serve, fresh, registered, settled, subscribers
from tests.support.router_process import RouterProcess

pytestmark = pytest.mark.django_db


def later(router: Router) -> None:
    """The back-off is over."""
    Router.objects.filter(pk=router.pk).update(retry_at=clock.now())


def due_again() -> None:
    """The back-off of refused accesses is over."""
    Access.objects.filter(due_at__isnull=False).update(due_at=clock.now())


def states() -> set[str]:
    return set(Access.objects.values_list("sync_state", flat=True))


class Interrupted(MikrotikDriver):
    """The real driver; something happens once, between its reading and its writing."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self.happens: list[Callable[[], object]] = [happens]

    def diff(self, *args: Any, **options: Any) -> Diff:
        found = super().diff(*args, **options)
        while self.happens:
            self.happens.pop()()
        return found


def test_f35_dead_router_keeps_its_queue_and_drains_it_on_return(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 500)
    served = serve(router)
    process.kill()

    for _ in range(3):
        served.round()
        later(router)

    router.refresh_from_db()
    assert router.health == RouterHealth.DEGRADED and router.failures == 3 and router.last_error == "unreachable"
    assert states() == {SyncState.MODIFIED} and Access.objects.filter(due_at__isnull=False).count() == 500
    process.start()
    served.round()
    assert states() == {SyncState.APPLIED} and len(process.dump(SECRET)) == 500
    router.refresh_from_db()
    assert (router.health, router.failures, router.health_words) == (RouterHealth.ONLINE, 0, "")
    settled(router)


def test_f35_between_two_tries_nobody_speaks_to_a_dead_router(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 1)
    served = serve(router)
    process.kill()
    served.round()
    process.start()

    assert not served.round()

    assert process.counters()["logins"] == 0


def test_f36_refused_command_shows_the_routers_words(process: RouterProcess, router: Router, serve: Serve) -> None:
    rows = subscribers(router, 6)
    process.fault(trap_every=3, trap_message="failure: out of memory", only="/ppp/secret/add")

    serve(router).round()

    refused = Access.objects.filter(sync_state=SyncState.ERROR)
    assert refused.count() == 2 and {row.last_error for row in refused} == {"failure: out of memory"}
    assert all(row.due_at and row.due_at > clock.now() for row in refused)
    assert Access.objects.filter(sync_state=SyncState.APPLIED).count() == len(rows) - 2
    run = SyncRun.objects.get()
    assert run.outcome == "refusals" and "failure: out of memory" in run.refusals
    process.fault(trap_every=0)
    due_again()
    serve(router).round()
    assert states() == {SyncState.APPLIED}
    settled(router)


def test_f37_entries_deleted_by_hand_come_back_at_night(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 60)
    served = serve(router)
    served.round()
    for row in process.dump(SECRET)[:30]:
        process.control("remove", table=SECRET, id=row[".id"])

    commands.ask_audit(router=router, actor=SYSTEM, repairs=True, cause="night")
    served.round()

    assert len(process.dump(SECRET)) == 60
    assert {row["password"][:6] for row in process.dump(SECRET)} == {"senha-"}
    settled(router)


def test_f38_one_broken_router_of_three_delays_only_itself(serve: Serve) -> None:
    with RouterProcess() as one, RouterProcess() as two, RouterProcess() as three:
        routers = [registered(each) for each in (one, two, three)]
        for each in routers:
            subscribers(each, 5)
        two.fault(hang_after=0)

        for each in routers:
            serve(each, is_impatient=True).round()

        assert [len(each.dump(SECRET)) for each in (one, two, three)] == [5, 0, 5]
    assert set(Access.objects.filter(router=routers[1]).values_list("sync_state", flat=True)) == {SyncState.MODIFIED}


def test_f39_twenty_edits_are_one_connection_and_the_last_wins(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    served = serve(router)
    for number in range(20):
        data = make.access_data(username="rosa", password=f"senha-{number:02}", router_id=router.pk, plan_id=access.plan_id)
        accesses.change(access=access, data=data, actor=SYSTEM)

    served.round()
    served.round()

    secret = process.row(SECRET, name="rosa")
    assert secret is not None and secret["password"] == "senha-19"
    assert process.counters()["connections"] == 1 and served.logins == 1
    assert SyncRun.objects.count() == 1
    settled(router)


def test_f39_two_workers_never_write_the_same_router(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 1)
    Router.objects.filter(pk=router.pk).update(leased_by="other", lease_until=clock.now() + timedelta(seconds=30))

    assert not serve(router, "w2").round()
    assert process.counters()["connections"] == 0

    Router.objects.filter(pk=router.pk).update(lease_until=clock.now())
    assert serve(router, "w2").round()
    assert states() == {SyncState.APPLIED}


def test_f40_customer_blocked_while_offline_meets_the_page(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa", ipv4="203.0.113.7")
    served = serve(router)
    served.round()
    Contract.objects.update(standing=Standing.BLOCKED, standing_cause="MANUAL")
    accesses.want_all_of([access.contract])
    served.round()

    process.control("ppp-connect", name="rosa", password=make.PASSWORD)

    session = process.row(ACTIVE, name="rosa")
    assert session is not None and session["address"] != "203.0.113.7"
    lists = [(row["list"], row["address"]) for row in process.dump("/ip/firewall/address-list")]
    assert ("malha-bloqueado", session["address"]) in lists


@pytest.mark.parametrize("version", ["6.49.10", "7.17", "7.19.4"])
def test_f41_empty_answers_of_every_version(version: str, serve: Serve) -> None:
    with RouterProcess(version=version) as process:
        router = registered(process)
        subscribers(router, 3)
        serve(router).round()
        assert len(process.dump(SECRET)) == 3
        settled(router)


@pytest.mark.parametrize("form", ["plain", "challenge"])
def test_f42_both_logins(form: str, serve: Serve) -> None:
    with RouterProcess(login_form=form) as process:
        router = registered(process)
        subscribers(router, 1)
        serve(router).round()
        assert states() == {SyncState.APPLIED}


def test_f43_windows_bytes_on_the_router_stop_nothing(serve: Serve) -> None:
    with RouterProcess(foreign=200, cp1252_comments=True) as process:
        router = registered(process)
        subscribers(router, 20)
        before = {row["name"]: row for row in process.dump(SECRET)}
        served = serve(router)
        served.round()
        commands.ask_audit(router=router, actor=SYSTEM)
        served.round()

        after = {row["name"]: row for row in process.dump(SECRET)}
        assert {name: after[name] for name in before} == before
    assert states() == {SyncState.APPLIED}
    assert router.divergences.filter(kind="STRANGER").count() == len(before)


def test_f44_listing_cut_in_the_middle_changes_nothing(serve: Serve) -> None:
    with RouterProcess() as process:
        router = registered(process)
        subscribers(router, 400)
        served = serve(router)
        served.round()
        Access.objects.filter(username__lt="cliente.0050").update(sync_state=SyncState.REMOVING)
        accesses.want(Access.objects.all())
        Access.objects.update(due_at=clock.now())
        process.control("reset-counters")
        process.fault(truncate_after=20_000, truncate_times=10)

        served.round()

        assert process.counters()["writes"] == 0
        assert len(process.dump(SECRET)) == 400
        assert SyncState.REMOVED not in states()


def test_f45_a_kept_connection_logs_in_once(process: RouterProcess, router: Router, serve: Serve) -> None:
    served = serve(router)
    for _ in range(5):
        subscribers(router, 1)
        Router.objects.filter(pk=router.pk).update(due_at=clock.now())
        served.round()

    assert process.counters()["logins"] == 1


def test_f47_alternative_address_is_tried(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 1)
    Router.objects.filter(pk=router.pk).update(host="192.0.2.1", fallback_host="127.0.0.1")

    serve(router, is_impatient=True).round()

    assert states() == {SyncState.APPLIED}


def test_f48_five_hundred_changes_read_once(process: RouterProcess, router: Router, serve: Serve) -> None:
    Router.objects.filter(pk=router.pk).update(kicks_per_second=0)
    subscribers(router, 500)
    served = serve(router)
    served.round()
    process.control("reset-counters")
    Contract.objects.update(standing=Standing.BLOCKED, standing_cause="MANUAL")
    accesses.want(Access.objects.all())

    served.round()

    run = SyncRun.objects.first()
    assert run is not None and run.sets == 500
    assert process.counters()["writes"] <= 505
    assert run.commands - run.sets <= 20


def test_refused_login_stops_the_lane_at_once(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 2)
    process.fault(refuse_login=True)
    served = serve(router)

    served.round()
    for _ in range(3):
        later(router)
        assert not served.round()

    router.refresh_from_db()
    assert router.health == RouterHealth.STOPPED and "invalid user name" in router.health_words
    assert process.counters()["connections"] == 1
    assert states() == {SyncState.MODIFIED}
    process.fault(refuse_login=False)
    health.resume(router=router, actor=SYSTEM)
    assert served.round()
    assert states() == {SyncState.APPLIED}


def test_router_that_accepts_and_never_answers_is_given_up(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 2)
    process.fault(hang_after=0)

    serve(router, is_impatient=True).round()

    router.refresh_from_db()
    assert router.failures == 1 and router.retry_at is not None
    assert states() == {SyncState.MODIFIED}


@pytest.mark.parametrize("mode", ["before", "after"])
@pytest.mark.parametrize("times", [1, 3])
def test_cut_in_the_middle_of_a_batch_is_read_again_never_replayed(
    mode: str, times: int, process: RouterProcess, router: Router, serve: Serve
) -> None:
    subscribers(router, 300)
    process.fault(drop_after=120, drop_mode=mode, drop_times=times, only="writes")
    served = serve(router)

    for _ in range(4):
        later(router)
        served.round()

    assert states() == {SyncState.APPLIED}
    assert len({row["name"] for row in process.dump(SECRET)}) == len(process.dump(SECRET)) == 300
    assert process.counters()["traps"] == 0
    settled(router)


def test_cut_after_a_block_was_written_still_drops_the_session(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    served = serve(router)
    served.round()
    process.control("ppp-connect", name="rosa", password=make.PASSWORD)
    Contract.objects.update(standing=Standing.BLOCKED, standing_cause="MANUAL")
    accesses.want_all_of([access.contract])
    process.fault(drop_after=0, drop_mode="after", only="/ppp/secret/set")

    served.round()

    assert fresh(access).sync_state == SyncState.APPLIED
    assert process.dump(ACTIVE) == []


def test_access_edited_during_the_pass_stays_due(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    served = serve(router)
    data = make.access_data(username="rosa", password="nova-senha", router_id=router.pk, plan_id=access.plan_id)
    served.driver_of = lambda key: Interrupted(lambda: accesses.change(access=access, data=data, actor=SYSTEM))

    served.round()

    secret = process.row(SECRET, name="rosa")
    assert secret is not None and secret["password"] == "nova-senha"
    assert SyncRun.objects.count() == 2
    assert fresh(access).applied_version == 2


def test_kicks_keep_the_pace(process: RouterProcess, router: Router, serve: Serve) -> None:
    Router.objects.filter(pk=router.pk).update(kicks_per_second=50)
    rows = subscribers(router, 120)
    served = serve(router)
    served.round()
    for row in rows:
        process.control("ppp-connect", name=row.username, password=f"senha-{row.username[-4:]}")
    Contract.objects.update(standing=Standing.BLOCKED, standing_cause="MANUAL")
    accesses.want(Access.objects.all())
    process.control("reset-counters")

    served.round()

    assert process.dump(ACTIVE) == []
    counted = process.counters()
    assert counted["kicks"] == 120
    command = RouterCommand.objects.get()
    assert (command.outcome, command.arguments["dropped"]) == ("ok", 120)


def test_plain_disconnect(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    served = serve(router)
    served.round()
    process.control("ppp-connect", name="rosa", password=make.PASSWORD)
    command = accesses.disconnect(access=access, reason="pedido", actor=SYSTEM)

    served.round()

    assert process.dump(ACTIVE) == []
    command.refresh_from_db()
    assert command.outcome == "ok" and command.due_at is None
