"""What a read finds, what it costs, and whose router it is (network.md §4, §6.3; failure modes F41, F43, F48)."""

from dataclasses import replace

import pytest

from malha.domain.access import Method, adopt, desired_entry
from malha.network.base import PermanentFailure
from malha.network.drivers.mikrotik import MikrotikDriver
from malha.network.drivers.mikrotik.connection import MikrotikConnection
from tests.domain.access.builders import ROUTER, access
from tests.network.drivers.conftest import INSTALLATION, Connect
from tests.support.router_process import RouterProcess

DRIVER = MikrotikDriver()


def test_a_first_read_costs_six_commands_and_no_write(peer: RouterProcess, connect: Connect) -> None:
    for methods in ((Method.PPPOE,), (Method.HOTSPOT,), (Method.PPPOE, Method.HOTSPOT)):
        connection = connect(methods=methods)
        before = connection.commands

        assert connection.read().is_complete
        assert connection.commands - before <= 6

    assert peer.counters()["writes"] == 0


def test_five_hundred_names_are_one_read(peer: RouterProcess, connection: MikrotikConnection) -> None:
    peer.control("seed", secrets=500, foreign=50, sessions=0)
    peer.control("reset-counters")

    snapshot = connection.read()

    assert len([row for row in snapshot.rows if row.table == "ppp/secret"]) >= 500
    assert peer.counters()["per_command"]["/ppp/secret/print"] == 1


def test_few_names_are_read_by_one_query(peer: RouterProcess, connection: MikrotikConnection) -> None:
    peer.control("seed", secrets=50, foreign=0, sessions=0)
    wanted = [row["name"] for row in peer.dump("/ppp/secret")[:10]]
    peer.control("reset-counters")

    snapshot = connection.read(names=[*wanted, "nobody", wanted[0]])

    assert not snapshot.is_complete
    assert sorted(row.fields["name"] for row in snapshot.rows if row.table == "ppp/secret") == sorted(wanted)
    assert peer.counters()["reads"] <= 6


def test_no_names_read_no_logins(peer: RouterProcess, connection: MikrotikConnection) -> None:
    peer.control("seed", secrets=5, foreign=0, sessions=0)

    assert {row.table for row in connection.read(names=[]).rows} <= {"ppp/profile", "ip/hotspot/user/profile", "ip/pool"}


def test_names_with_every_sign_are_found(peer: RouterProcess, connection: MikrotikConnection) -> None:
    for name in ("a=b", "yes", "007", "*1", "a,b", "?x", "a b"):
        peer.add("/ppp/secret", name=name)

    snapshot = connection.read(names=["a=b", "yes", "007", "*1", "a,b", "?x", "a b"])

    found = [row.fields["name"] for row in snapshot.rows if row.table == "ppp/secret"]
    assert sorted(found) == sorted(["a=b", "yes", "007", "*1", "a,b", "?x", "a b"])


def test_comments_of_winbox_survive_reading_and_adopting(peer: RouterProcess, connection: MikrotikConnection) -> None:
    peer.control("seed", secrets=3_000, foreign=0, sessions=0)
    peer.add("/ppp/secret", name="joao", comment="Jo\udce3o, torre 2", password="s3")

    rows = connection.read().rows

    assert len([row for row in rows if row.table == "ppp/secret"]) == 3_001
    (joao,) = [row for row in rows if row.fields.get("name") == "joao"]
    assert joao.raw_comment == b"Jo\xe3o, torre 2"
    entry = desired_entry(access(username="joao"), ROUTER)
    assert entry is not None
    peer.add("/ppp/profile", name="malha-fibra-100")
    assert connection.apply([adopt(joao, entry)])[0].ok
    row = peer.row("/ppp/secret", name="joao")
    assert row is not None
    assert (row["comment"], row["password"]) == ("malha:access:17 Jo\udce3o, torre 2", "s3")


def test_values_are_never_guessed(peer: RouterProcess, connection: MikrotikConnection) -> None:
    peer.add("/ppp/secret", name="123", password="yes", caller_id="true")

    (row,) = [row for row in connection.read().rows if row.table == "ppp/secret"]

    assert (row.fields["name"], row.fields["caller-id"]) == ("123", "true")
    assert connection.secrets(["123"]) == {"123": "yes"}


def test_passwords_are_not_part_of_a_read(peer: RouterProcess, connection: MikrotikConnection) -> None:
    peer.add("/ppp/secret", name="ana", password="s3cr3t")
    peer.add("/ip/hotspot/user", name="ana", password="s3cr3t")

    assert "s3cr3t" not in repr(connection.read())


def test_sessions_of_both_methods(peer: RouterProcess, connection: MikrotikConnection) -> None:
    peer.add("/ppp/secret", name="ana", password="s3", remote_address="100.64.0.9")
    peer.add("/ip/hotspot/user", name="bia", password="s3")
    peer.control("ppp-connect", name="ana", password="s3", caller_id="aa:bb:cc:00:00:01")
    peer.control("hotspot-login", name="bia", password="s3", mac="AA:BB:CC:00:00:02")

    found = {session.username: session for session in connection.sessions()}

    assert (found["ana"].method, found["ana"].address, found["ana"].mac) == (Method.PPPOE, "100.64.0.9", "AA:BB:CC:00:00:01")
    assert (found["bia"].method, found["bia"].mac) == (Method.HOTSPOT, "AA:BB:CC:00:00:02")
    assert found["ana"].uptime_seconds is not None


class TestOwner:
    def test_a_new_router_has_none_and_is_claimed_once(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        assert connection.read().owner == ""

        connection.claim_owner()
        connection.claim_owner()

        assert connection.read().owner == INSTALLATION
        assert [row["comment"] for row in peer.dump("/ip/firewall/address-list")] == [f"malha:base:owner {INSTALLATION}"]

    def test_the_notice_servers_entry_carries_it_and_keeps_its_text(self, peer: RouterProcess, connect: Connect) -> None:
        facts = replace(ROUTER, notice_address="198.51.100.7")
        peer.add("/ip/firewall/address-list", list="malha-livre", address="198.51.100.7", comment="aviso Jo\udce3o")

        connect(facts=facts).claim_owner()

        (row,) = peer.dump("/ip/firewall/address-list")
        assert row["comment"] == f"malha:base:owner {INSTALLATION} aviso Jo\udce3o"

    def test_another_list_of_the_operator_is_no_claim(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        peer.add("/ip/firewall/address-list", list="outra", address="1.2.3.4", comment="malha:base:owner deadbeef")

        assert connection.read().owner == ""

    def test_a_restored_copy_writes_nothing_even_without_reading(self, peer: RouterProcess, connect: Connect) -> None:
        connect().claim_owner()
        writes = peer.counters()["writes"]
        operations = DRIVER.diff(connect().read(), [access()], DRIVER.desired([access()], (), ROUTER), ROUTER).operations

        for attempt in (
            lambda copy: copy.apply(operations),
            lambda copy: copy.kick(["maria"], per_second=0),
            lambda copy: copy.claim_owner(),
            lambda copy: copy.announce(pending=["maria"]),
            lambda copy: copy.silence("100.64.0.9", seconds=60),
        ):
            with pytest.raises(PermanentFailure) as failure:
                attempt(connect(installation_id="deadbeef"))
            assert failure.value.code == "foreign_owner" and INSTALLATION in failure.value.words

        assert peer.counters()["writes"] == writes
