"""Registering, changing, switching off and removing routers; moving accesses."""

from dataclasses import replace

import pytest

from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.network.data import RouterData
from malha.network.models import Access, AddressPool, Router, RouterCommand, SyncState
from malha.network.services import commands, pools, routers
from tests import make
from tests.support.lanes import SECRET, Serve, fresh, settled
from tests.support.router_process import RouterProcess

pytestmark = pytest.mark.django_db
DATA = RouterData(name="CCR Centro", host="10.0.0.1", api_password="x7kq-29pm")


def test_a_registered_router_is_read_at_once_and_its_password_is_nowhere_in_the_history() -> None:
    router = routers.register(data=DATA, actor=SYSTEM)

    assert router.due_at is not None and router.health == "UNKNOWN"
    assert Router.objects.get().api_password == "x7kq-29pm"
    assert "x7kq" not in str(list(HistoryEntry.objects.values_list("before", "after")))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"host": "http://10.0.0.1"}, "host"),
        ({"port": 0}, "port"),
        ({"port": 70_000}, "port"),
        ({"api_username": "com espaço"}, "api_username"),
        ({"api_password": None}, "api_password"),
        ({"api_password": ""}, "api_password"),
        ({"driver": "cisco"}, "driver"),
        ({"tls_mode": "X"}, "tls_mode"),
        ({"enabled_methods": ()}, "enabled_methods"),
        ({"enabled_methods": ("IPOE",)}, "enabled_methods"),
        ({"pending_list": "malha-livre"}, "pending_list"),
        ({"block_pool_ranges": "tudo"}, "block_pool_ranges"),
        ({"walled_garden": ("*.banco.com.br",)}, "walled_garden"),
        ({"notice_address": "aviso"}, "notice_address"),
        ({"kicks_per_second": -1}, "kicks_per_second"),
        ({"max_accesses": 0}, "max_accesses"),
    ],
)
def test_what_is_wrong_is_told_by_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(BusinessError) as refusal:
        routers.register(data=replace(DATA, **change), actor=SYSTEM)  # type: ignore[arg-type]

    assert list(refusal.value.fields) == [field]
    assert not Router.objects.exists()


def test_name_and_address_are_unique() -> None:
    routers.register(data=DATA, actor=SYSTEM)

    with pytest.raises(BusinessError) as refusal:
        routers.register(data=replace(DATA, name="ccr CENTRO"), actor=SYSTEM)
    assert set(refusal.value.fields) == {"name", "host"}
    assert routers.register(data=replace(DATA, name="Outro", port=8728), actor=SYSTEM).pk


def test_another_way_to_the_router_is_tried_at_once_and_another_protection_forgets_the_pin() -> None:
    router = routers.register(data=DATA, actor=SYSTEM)
    Router.objects.update(health="STOPPED", health_words="senha", tls_pin="ab" * 32, due_at=None, failures=4)

    changed = routers.change(router=router, data=replace(DATA, api_password="outra-senha"), actor=SYSTEM)
    assert (changed.health, changed.failures, changed.tls_pin) == ("UNKNOWN", 0, "ab" * 32) and changed.due_at is not None

    changed = routers.change(router=router, data=replace(DATA, api_password=None, tls_mode="ANONYMOUS"), actor=SYSTEM)
    assert (changed.tls_pin, changed.api_password) == ("", "outra-senha")


def test_changing_nothing_leaves_no_trace() -> None:
    router = routers.register(data=DATA, actor=SYSTEM)
    entries = HistoryEntry.objects.count()

    routers.change(router=router, data=replace(DATA, api_password=None), actor=SYSTEM)

    assert HistoryEntry.objects.count() == entries


def test_other_names_on_the_router_make_its_accesses_due() -> None:
    router = routers.register(data=DATA, actor=SYSTEM)
    access = make.access(router=router)
    Access.objects.update(sync_state=SyncState.APPLIED, due_at=None)

    routers.change(router=router, data=replace(DATA, kicks_per_second=10), actor=SYSTEM)
    assert fresh(access).due_at is None
    routers.change(router=router, data=replace(DATA, local_address="100.64.0.1"), actor=SYSTEM)
    assert fresh(access).due_at is not None


def test_a_router_with_accesses_is_not_removed_and_says_what_to_do() -> None:
    router = routers.register(data=DATA, actor=SYSTEM)
    access = make.access(router=router)

    with pytest.raises(BusinessError, match="Mova"):
        routers.remove(router=router, actor=SYSTEM)
    Access.objects.filter(pk=access.pk).update(sync_state=SyncState.REMOVED)
    with pytest.raises(BusinessError, match="desative"):
        routers.remove(router=router, actor=SYSTEM)
    other = routers.register(data=replace(DATA, name="Vazio", host="10.0.0.2"), actor=SYSTEM)
    pools.add(router=other, name="casa", ranges="100.64.8.2-100.64.8.9", actor=SYSTEM)
    routers.remove(router=other, actor=SYSTEM)
    assert list(Router.objects.all()) == [router]


def test_switched_off_and_on_again() -> None:
    router = routers.register(data=DATA, actor=SYSTEM)

    routers.deactivate(router=router, reason="troca", actor=SYSTEM)
    with pytest.raises(StateConflict):
        routers.deactivate(router=router, actor=SYSTEM)
    router.refresh_from_db()
    with pytest.raises(StateConflict, match="desativado"):
        routers.read_now(router=router, actor=SYSTEM)
    routers.reactivate(router=router, actor=SYSTEM)
    with pytest.raises(StateConflict):
        routers.reactivate(router=router, actor=SYSTEM)


def test_reading_twice_is_one_wish_and_a_stopped_router_is_not_asked() -> None:
    router = routers.register(data=DATA, actor=SYSTEM)

    routers.read_now(router=router, actor=SYSTEM)
    routers.read_now(router=router, actor=SYSTEM)

    assert sorted(RouterCommand.objects.values_list("verb", flat=True)) == ["audit", "read"]
    router.health = "STOPPED"
    with pytest.raises(StateConflict, match="parado"):
        routers.read_now(router=router, actor=SYSTEM)


def test_moved_accesses_stand_on_the_new_router_and_leave_the_old_one(process: RouterProcess, router: Router, serve: Serve) -> None:
    accesses = [make.access(router=router, username=name) for name in ("rosa", "joao", "ana")]
    serve(router).round()
    with RouterProcess() as second:
        target = make.router(host=second.host, port=second.port, api_username=second.user, api_password=second.password)

        moved = routers.move_accesses(source=router, target=target, ids=[accesses[0].pk, accesses[1].pk], actor=SYSTEM)
        serve(target).round()
        old = sorted(row["name"] for row in process.dump(SECRET))
        commands.hand_over_moves()
        serve(router).round()

        assert moved == 2
        assert old == ["ana", "joao", "rosa"]
        assert sorted(row["name"] for row in second.dump(SECRET)) == ["joao", "rosa"]
        assert [row["name"] for row in process.dump(SECRET)] == ["ana"]
        settled(router)
        settled(target)


def test_moving_refuses_all_of_them_with_a_sentence() -> None:
    source, target = (make.router() for _ in range(2))
    make.access(router=target, username="ja.esta", ipv4="203.0.113.18")
    make.access(router=source, username="rosa", ipv4="203.0.113.18")
    make.access(router=source, username="joao")

    with pytest.raises(BusinessError, match=r"rosa.*203\.0\.113\.18"):
        routers.move_accesses(source=source, target=target, actor=SYSTEM)
    with pytest.raises(BusinessError):
        routers.move_accesses(source=source, target=source, actor=SYSTEM)
    assert Access.objects.filter(router=source).count() == 2


def test_moving_takes_a_constant_number_of_statements(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    source, target = (make.router() for _ in range(2))
    plan = make.plan()
    contract = make.contract(plans=(plan,))
    for _ in range(30):
        make.access(contract, router=source, plan=plan)

    with django_assert_max_num_queries(15):
        routers.move_accesses(source=source, target=target, actor=SYSTEM)

    assert Access.objects.filter(router=target).count() == 30


def test_a_pool_goes_to_the_router_and_stays_there_when_forgotten(process: RouterProcess, router: Router, serve: Serve) -> None:
    make.access(router=router)
    serve(router).round()

    pool = pools.add(router=router, name="casa", ranges="100.64.8.2 - 100.64.8.9", actor=SYSTEM)
    serve(router).round()
    pools.forget(pool=pool, actor=SYSTEM)
    serve(router).round()

    row = process.row("/ip/pool", name="casa")
    assert row is not None and row["ranges"] == "100.64.8.2-100.64.8.9"
    assert not AddressPool.objects.exists()


def test_a_pool_that_a_plan_needs_is_kept() -> None:
    router = make.router()
    make.access(router=router, plan=make.plan(pool_v4="casa"))
    pool = pools.add(router=router, name="casa", ranges="100.64.8.0/24", actor=SYSTEM)

    with pytest.raises(BusinessError, match="plano"):
        pools.forget(pool=pool, actor=SYSTEM)
    with pytest.raises(BusinessError):
        pools.add(router=router, name="casa", ranges="100.64.8.0/24", actor=SYSTEM)


def test_two_routers_share_no_address_of_their_block_pools() -> None:
    one, two = (routers.register(data=replace(DATA, name=host, host=host), actor=SYSTEM) for host in ("10.0.0.1", "10.0.0.2"))

    assert one.block_pool_ranges != two.block_pool_ranges
