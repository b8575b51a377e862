"""The control channel, seeding, the state file, the counters, the end of the process."""

import os
import signal
from pathlib import Path

import pytest

from tests.sandbox.conftest import Connect, StartRouter
from tests.support.raw_router_client import RawClient
from tests.support.router_process import ControlRefused, RouterProcess

SECRET = "/ppp/secret"


@pytest.fixture(scope="module")
def router(start_router: StartRouter) -> RouterProcess:
    return start_router(name="CCR Centro", tls="off")


def test_two_routers_of_one_seed_are_equal(start_router: StartRouter) -> None:
    first, second, third = (start_router(tls="off", seed=seed, secrets=50, foreign=30, sessions=10) for seed in (3, 3, 4))

    tables = (SECRET, "/ip/pool", "/ip/firewall/address-list", "/ip/hotspot/user")
    dumps = [[router.dump(table) for table in tables] for router in (first, second, third)]

    assert dumps[0] == dumps[1] != dumps[2]
    online = [[(row["name"], row["address"]) for row in router.dump("/ppp/active")] for router in (first, second)]
    assert online[0] == online[1]
    assert len(online[0]) == 10


def test_seeding_at_run_time(router: RouterProcess) -> None:
    added = router.control("seed", secrets=10, foreign=10, sessions=2, mark_from=500)

    assert added["secrets"] == 10
    assert router.row(SECRET, comment="malha:access:505") is not None
    assert router.control("check")["problems"] == []


def test_counters_tell_what_was_done(start_router: StartRouter) -> None:
    router = start_router(tls="off")
    with RawClient(router.port) as client:
        client.login(router.user, router.password)
        client.say(f"{SECRET}/add", "=name=a")
        client.rows(f"{SECRET}/print")
        with pytest.raises(Exception, match="already exists"):
            client.say(f"{SECRET}/add", "=name=a")

    counted = router.counters()

    assert (counted["connections"], counted["logins"], counted["reads"], counted["writes"], counted["traps"]) == (1, 1, 1, 2, 1)
    assert counted["per_command"] == {f"{SECRET}/add": 2, f"{SECRET}/print": 1}
    router.control("reset-counters")
    assert router.counters()["commands"] == 0


def test_kicks_are_counted_by_the_second(start_router: StartRouter, connect: Connect) -> None:
    router = start_router(tls="off", secrets=30, sessions=30)
    api = connect(router)
    ids = ",".join(row[".id"] for row in api.rows("/ppp/active/print", "=.proplist=.id"))

    api.say("/ppp/active/remove", f"=.id={ids}")

    counted = router.counters()
    assert (counted["kicks"], counted["kicks_peak_per_second"]) == (30, 30)


def test_the_operator_writes_by_hand_uncounted(router: RouterProcess) -> None:
    before = router.counters()["writes"]
    router.add(SECRET, name="hand", comment="x")
    router.control("set", table=SECRET, id="hand", values={"comment": "y"})
    router.control("unset", table=SECRET, id="hand", names=["comment"])
    router.control("set", table="/system/identity", values={"name": "Outro"})

    row = router.row(SECRET, name="hand")
    assert row is not None
    assert "comment" not in row
    router.control("remove", table=SECRET, id="hand")
    assert router.row(SECRET, name="hand") is None
    assert router.counters()["writes"] == before


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("paint", {}),
        ("dump", {"table": "/nowhere"}),
        ("fault", {"weather": 1}),
        ("fault", {"drop_mode": "sideways"}),
        ("ppp-connect", {}),
        ("add", {"table": SECRET, "values": {}}),
        ("seed", {"colour": 1}),
    ],
)
def test_nonsense_is_refused_and_the_channel_goes_on(router: RouterProcess, verb: str, arguments: dict[str, object]) -> None:
    with pytest.raises(ControlRefused):
        router.control(verb, **arguments)
    assert router.control("status")["name"] == "CCR Centro"


def test_users_come_and_change_at_run_time(router: RouterProcess, connect: Connect) -> None:
    router.control("user", login="novo:senha:read")

    assert connect(router, "novo", "senha").say(f"{SECRET}/print", "=count-only=")


def test_connections_can_be_broken_by_hand(router: RouterProcess, connect: Connect) -> None:
    connect(router)

    assert router.control("drop-connections")["dropped"] >= 1


def test_configuration_survives_a_restart_with_its_ids_and_references(tmp_path: Path) -> None:
    router = RouterProcess(tls="off", state_file=str(tmp_path / "router.json"), secrets=5, foreign=3, sessions=2)
    with router:
        router.add("/ppp/profile", name="mine", comment="malha:plan:1")
        router.add(SECRET, name="kept", profile="mine", comment="João".encode("cp1252").decode("utf-8", "surrogateescape"))
        router.control("remove", table=SECRET, id=router.dump(SECRET)[0]["name"])
        router.add("/ip/firewall/address-list", list="lost", address="10.0.0.9", timeout="1h")
        before = {table: router.dump(table) for table in (SECRET, "/ppp/profile", "/ip/pool", "/ip/firewall/filter")}
    ports = router.port

    with router:
        assert router.port == ports
        assert {table: router.dump(table) for table in before} == before
        assert router.dump("/ppp/active") == []
        assert router.row("/ip/firewall/address-list", list="lost") is None
        router.control("set", table="/ppp/profile", id="mine", values={"name": "renamed"})
        assert router.row(SECRET, name="kept")["profile"] == "renamed"  # type: ignore[index]
        assert router.control("check")["problems"] == []


def test_a_killed_router_keeps_what_was_saved(tmp_path: Path) -> None:
    router = RouterProcess(tls="off", state_file=str(tmp_path / "router.json"))
    router.start()
    router.add(SECRET, name="saved")
    router.control("save")
    router.kill()

    with router:
        assert router.row(SECRET, name="saved") is not None


def test_sigterm_ends_it_cleanly_with_counters() -> None:
    router = RouterProcess(tls="off")
    router.start()

    os.kill(router.pid, signal.SIGTERM)
    router.stop()

    assert router.last_counters["connections"] == 0
