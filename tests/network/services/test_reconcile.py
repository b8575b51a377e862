"""One pass over one router, with the real driver and a simulated router of its own process (network.md §6)."""

import pytest
from django.db import connection

from malha.contracts.models import Contract, Standing
from malha.core.history import SYSTEM
from malha.network.models import Access, Router, RouterCommand, SyncRun, SyncState
from malha.network.services import accesses, commands
from tests import make
from tests.support.lanes import ACTIVE, PROFILE, SECRET, Serve, fresh, registered, settled, subscribers
from tests.support.router_process import RouterProcess

pytestmark = pytest.mark.django_db


def test_new_access_reaches_the_router(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa.duarte", password="bola-azul-7")

    assert serve(router).round()

    secret = process.row(SECRET, name="rosa.duarte")
    assert secret is not None
    assert (secret["password"], secret["profile"], secret["service"]) == ("bola-azul-7", access.plan.profile_name, "pppoe")
    assert secret["comment"] == f"malha:access:{access.pk}"
    access = fresh(access)
    assert (access.sync_state, access.due_at, access.applied_version) == (SyncState.APPLIED, None, access.wanted_version)
    assert access.pushed_password and "bola" not in access.pushed_password
    run = SyncRun.objects.get()
    assert (run.outcome, run.adds, run.cause) == ("ok", 2, "due")
    settled(router)


def test_pass_without_changes_writes_nothing(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 30)
    first = serve(router)
    first.round()
    process.control("reset-counters")
    accesses.want(Access.objects.all())

    first.round()

    run = SyncRun.objects.first()
    assert run is not None and (run.adds, run.sets, run.removals) == (0, 0, 0)
    assert run.commands <= 6
    assert process.counters()["writes"] == 0
    assert set(Access.objects.values_list("sync_state", flat=True)) == {SyncState.APPLIED}


def test_block_moves_the_login_and_drops_the_session(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    served = serve(router)
    served.round()
    process.control("ppp-connect", name="rosa", password=make.PASSWORD)
    Contract.objects.update(standing=Standing.BLOCKED, standing_cause="MANUAL")
    accesses.want_all_of([access.contract])

    served.round()

    secret = process.row(SECRET, name="rosa")
    assert secret is not None and secret["profile"] == "malha-bloqueado"
    assert process.dump(ACTIVE) == []
    command = RouterCommand.objects.get()
    assert (command.verb, command.outcome) == ("kick", "ok")
    settled(router)


def test_pending_does_not_disconnect(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    served = serve(router)
    served.round()
    process.control("ppp-connect", name="rosa", password=make.PASSWORD)
    Contract.objects.update(standing=Standing.PENDING)
    accesses.want_all_of([access.contract])

    served.round()

    assert len(process.dump(ACTIVE)) == 1
    assert not RouterCommand.objects.exists()
    assert [row["list"] for row in process.dump("/ip/firewall/address-list")].count("malha-pendente") == 1


def test_rename_takes_the_old_name_with_it(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    served = serve(router)
    served.round()
    process.control("ppp-connect", name="rosa", password=make.PASSWORD)
    accesses.change(access=access, data=make.access_data(username="rosa.nova", router_id=router.pk, plan_id=access.plan_id), actor=SYSTEM)

    served.round()

    assert [row["name"] for row in process.dump(SECRET)] == ["rosa.nova"]
    assert process.dump(ACTIVE) == []
    assert fresh(access).applied_username == "rosa.nova"


def test_removed_access_leaves_the_router(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    served = serve(router)
    served.round()
    accesses.remove(access=access, reason="mudou", actor=SYSTEM)

    served.round()

    assert process.dump(SECRET) == []
    assert fresh(access).sync_state == SyncState.REMOVED


def test_moved_access_is_taken_off_its_old_router(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    old = serve(router)
    old.round()
    with RouterProcess() as second:
        new_router = registered(second)
        data = make.access_data(username="rosa", router_id=new_router.pk, plan_id=access.plan_id)
        accesses.change(access=access, data=data, actor=SYSTEM)

        serve(new_router).round()
        commands.hand_over_moves()
        old.round()

        assert [row["name"] for row in second.dump(SECRET)] == ["rosa"]
    assert process.dump(SECRET) == []
    assert fresh(access).previous_router is None


def test_taken_name_is_an_error_with_words_and_nothing_is_touched(process: RouterProcess, router: Router, serve: Serve) -> None:
    process.add(SECRET, name="rosa", password="alheia", service="pppoe", profile="default", comment="feito a mao")
    access = make.access(router=router, username="rosa")
    other = make.access(router=router, username="joao")

    serve(router).round()

    access = fresh(access)
    assert access.sync_state == SyncState.ERROR and "rosa" in access.last_error
    assert fresh(other).sync_state == SyncState.APPLIED
    secret = process.row(SECRET, name="rosa")
    assert secret is not None and (secret["comment"], secret["password"]) == ("feito a mao", "alheia")


def test_another_installations_router_is_not_written(process: RouterProcess, router: Router, serve: Serve) -> None:
    process.add("/ip/firewall/address-list", list="malha-livre", address="192.0.2.1", comment="malha:base:owner deadbeef")
    access = make.access(router=router, username="rosa")

    serve(router).round()

    router.refresh_from_db()
    assert router.health == "STOPPED" and "deadbeef" in router.health_words
    assert process.counters()["writes"] == 0
    assert fresh(access).sync_state == SyncState.MODIFIED


def test_password_is_pushed_once(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    served = serve(router)
    served.round()
    data = accesses.data_of(fresh(access))
    accesses.change(access=access, data=make.access_data(**{**data.__dict__, "password": "outra-senha"}), actor=SYSTEM)

    served.round()
    accesses.want(Access.objects.all())
    process.control("reset-counters")
    served.round()

    secret = process.row(SECRET, name="rosa")
    assert secret is not None and secret["password"] == "outra-senha"
    assert process.counters()["writes"] == 0


def test_speed_of_a_plan_changes_its_profile_once(process: RouterProcess, router: Router, serve: Serve) -> None:
    first = subscribers(router, 3)[0]
    served = serve(router)
    served.round()
    process.control("ppp-connect", name=first.username, password="senha-0001")
    plan = first.plan
    plan.download_kbps, plan.upload_kbps = 700_000, 350_000
    plan.save()
    accesses.want(Access.objects.filter(plan=plan))

    served.round()

    profile = process.row(PROFILE, name=plan.profile_name)
    assert profile is not None and profile["rate-limit"] == "350000k/700000k"
    later = RouterCommand.objects.get(verb="kick")
    assert later.due_at is not None and first.username in later.arguments["names"]
    assert len(process.dump(ACTIVE)) == 1


def test_hotspot_login_and_profile(process: RouterProcess, router: Router, serve: Serve) -> None:
    Router.objects.filter(pk=router.pk).update(enabled_methods=["PPPOE", "HOTSPOT"])
    access = make.access(router=router, username="praca", method="HOTSPOT")

    serve(router).round()

    user = process.row("/ip/hotspot/user", name="praca")
    assert user is not None and user["profile"] == access.plan.profile_name and user["password"] == make.PASSWORD
    assert fresh(access).sync_state == SyncState.APPLIED
    settled(router)


def test_hotspot_on_a_router_without_that_menu_is_said_in_words(process: RouterProcess, router: Router, serve: Serve) -> None:
    process.fault(missing_menus="/ip/hotspot/user")
    Router.objects.filter(pk=router.pk).update(enabled_methods=["PPPOE", "HOTSPOT"])
    access, other = make.access(router=router, username="praca", method="HOTSPOT"), make.access(router=router, username="rosa")

    serve(router).round()

    assert fresh(access).sync_state == SyncState.ERROR and fresh(access).last_error
    assert fresh(other).sync_state == SyncState.APPLIED


def test_repeated_mark_is_not_called_applied(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    for name in ("copia-1", "copia-2"):
        process.add(SECRET, name=name, password="x", service="pppoe", profile="default", comment=f"malha:access:{access.pk}")

    serve(router, names=0).round()  # reads whole tables

    access = fresh(access)
    assert access.sync_state == SyncState.ERROR and access.last_error
    assert sorted(row["name"] for row in process.dump(SECRET)) == ["copia-1", "copia-2"]


def test_unreadable_password_stops_only_its_own_access(process: RouterProcess, router: Router, serve: Serve) -> None:
    broken, other = make.access(router=router, username="rosa"), make.access(router=router, username="joao")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE network_access SET password = 'gone$gAAAA' WHERE id = %s", [broken.pk])

    serve(router).round()

    assert Access.objects.defer("password").get(pk=broken.pk).sync_state == SyncState.ERROR
    assert [row["name"] for row in process.dump(SECRET)] == ["joao"]
    assert fresh(other).sync_state == SyncState.APPLIED


def test_draft_has_nothing_on_the_router_and_waits(process: RouterProcess, router: Router, serve: Serve) -> None:
    access = make.access(router=router, username="rosa")
    Contract.objects.update(state="DRAFT", waiting_for="SIGNATURE")

    serve(router).round()

    access = fresh(access)
    assert (access.sync_state, access.due_at) == (SyncState.MODIFIED, None)
    assert process.dump(SECRET) == []


def test_f46_no_profile_hangs_on_a_parent_queue(process: RouterProcess, router: Router, serve: Serve) -> None:
    subscribers(router, 3)
    serve(router).round()

    assert not any(row.get("parent-queue") not in (None, "", "none") for row in process.dump(PROFILE))
