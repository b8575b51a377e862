"""Dropping sessions: whose, how fast, and what a hotspot forgets (network.md §3.3)."""

from collections.abc import Sequence

import pytest

from malha.domain.access import Method
from malha.network.base import TemporaryFailure
from malha.network.drivers.mikrotik import MikrotikDriver
from malha.network.drivers.mikrotik.connection import MikrotikConnection
from tests.domain.access.builders import ROUTER, access
from tests.network.drivers.conftest import Connect, target_of
from tests.support.router_process import RouterProcess

DRIVER = MikrotikDriver()


def subscribers(peer: RouterProcess, number: int) -> list[str]:
    """So many PPPoE sessions."""
    names = [f"c{each}" for each in range(number)]
    for name in names:
        peer.add("/ppp/secret", name=name, password="s")
        peer.control("ppp-connect", name=name, password="s")
    return names


def online(peer: RouterProcess, kind: str = "ppp") -> list[str]:
    return [session["name"] for session in peer.control("sessions")[kind]]


def test_the_pace_is_kept(peer: RouterProcess) -> None:
    names = subscribers(peer, 45)
    waited: list[float] = []
    connection = MikrotikDriver(sleep=waited.append).connect(target_of(peer))

    dropped = connection.kick(names, per_second=50)
    connection.close()

    assert dropped == names and online(peer) == []
    # Slices of ten: four waits of a fifth of a second, less what the slices themselves took.
    assert len(waited) == 4 and all(0 <= each <= 0.2 for each in waited)


def test_without_a_pace_all_go_at_once(peer: RouterProcess) -> None:
    names = subscribers(peer, 120)
    waited: list[float] = []
    connection = MikrotikDriver(sleep=waited.append).connect(target_of(peer))
    peer.control("reset-counters")

    assert sorted(connection.kick(names, per_second=0)) == sorted(names)
    connection.close()

    assert waited == [] and peer.counters()["per_command"]["/ppp/active/print"] == 1


def test_only_the_named_are_dropped_and_the_answer_is_true(peer: RouterProcess, connection: MikrotikConnection) -> None:
    subscribers(peer, 5)

    assert sorted(connection.kick(["c3", "c1", "offline"], per_second=50)) == ["c1", "c3"]
    assert connection.kick(["c3"], per_second=50) == []
    assert sorted(online(peer)) == ["c0", "c2", "c4"]


def test_nobody_to_kick_asks_nothing(peer: RouterProcess, connection: MikrotikConnection) -> None:
    connection.read()
    commands = connection.commands

    assert connection.kick([], per_second=50) == []
    assert connection.commands == commands


def test_a_redialled_session_takes_the_new_profile(peer: RouterProcess, connection: MikrotikConnection) -> None:
    def passes(standing: str) -> Sequence[str]:
        facts = [access(standing=standing)]
        result = DRIVER.diff(connection.read(), facts, DRIVER.desired(facts, (), ROUTER), ROUTER)
        assert all(outcome.ok for outcome in connection.apply(result.operations))
        return result.kick_names

    passes("CLEAR")
    peer.control("ppp-connect", name="maria", redial_ms=1)
    assert connection.kick(passes("BLOCKED"), per_second=0) == ["maria"]

    peer.control("advance", seconds=1)
    (session,) = peer.control("sessions")["ppp"]
    assert session["name"] == "maria" and session["address"].startswith("100.127.")
    assert peer.row("/ip/firewall/address-list", list="malha-bloqueado", address=session["address"]) is not None


def test_a_hotspot_forgets_cookie_and_host(peer: RouterProcess, connection: MikrotikConnection) -> None:
    for name, mac in (("bia", "AA:BB:CC:00:00:02"), ("lia", "AA:BB:CC:00:00:03")):
        peer.add("/ip/hotspot/user", name=name, password="s")
        peer.control("hotspot-login", name=name, password="s", mac=mac)

    assert connection.kick(["bia"], per_second=50) == ["bia"]

    assert online(peer, "hotspot") == ["lia"]
    assert [row["user"] for row in peer.dump("/ip/hotspot/cookie")] == ["lia"]
    assert [row["mac-address"] for row in peer.dump("/ip/hotspot/host")] == ["AA:BB:CC:00:00:03"]


def test_a_line_that_breaks_while_kicking_is_temporary(peer: RouterProcess, connection: MikrotikConnection) -> None:
    names = subscribers(peer, 20)
    connection.read()
    peer.fault(drop_after=10, only="writes")

    with pytest.raises(TemporaryFailure):
        connection.kick(names, per_second=0)

    assert 0 < len(online(peer)) < 20


class TestNotice:
    def test_running_addresses_go_on_the_list_and_off_again(self, peer: RouterProcess, connect: Connect) -> None:
        connection = connect(methods=(Method.PPPOE,))
        peer.add("/ppp/secret", name="ana", password="s", remote_address="100.64.0.9")
        peer.control("ppp-connect", name="ana", password="s")
        peer.add("/ip/firewall/address-list", list="malha-pendente", address="100.64.0.10", comment="by hand")

        connection.announce(pending=["ana", "offline"])
        connection.announce(pending=["ana"])

        row = peer.row("/ip/firewall/address-list", list="malha-pendente", address="100.64.0.9")
        assert row is not None and row["timeout"] == "1d" and row["comment"].startswith("malha:base:")
        connection.announce(cleared=["ana"])
        assert [row["address"] for row in peer.dump("/ip/firewall/address-list")] == ["100.64.0.10"]
        assert online(peer) == ["ana"]

    def test_who_has_read_it_is_left_in_peace_for_a_while(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        assert connection.silence("100.64.0.9", seconds=7200) == ""
        assert connection.silence("100.64.0.9", seconds=7200) == ""

        (row,) = peer.dump("/ip/firewall/address-list")
        assert (row["list"], row["address"], row["dynamic"]) == ("malha-ciente", "100.64.0.9", "true")
        assert row["comment"].startswith("malha:base:")
        peer.control("advance", seconds=7199)
        assert len(peer.dump("/ip/firewall/address-list")) == 1
        peer.control("advance", seconds=2)
        assert peer.dump("/ip/firewall/address-list") == []

    def test_a_refusal_comes_back_in_the_routers_words(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        assert "address" in connection.silence("não é endereço", seconds=60)
