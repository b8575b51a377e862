"""What becomes of an operation that a router refuses: each row of network.md §2, acted out."""

from dataclasses import replace

import pytest

from malha.domain.access import AccessFacts, Method, Operation, Outcome, Verb
from malha.network.base import PermanentFailure, Snapshot
from malha.network.drivers.mikrotik import MikrotikDriver
from malha.network.drivers.mikrotik.connection import MikrotikConnection
from tests.domain.access.builders import ROUTER, access
from tests.network.drivers.conftest import Connect, target_of
from tests.support.router_process import RouterProcess

DRIVER = MikrotikDriver()
NOTHING = Snapshot((), False)
BLOCKED = access(standing="BLOCKED", password="s3")


def operations(*facts: AccessFacts, snapshot: Snapshot = NOTHING) -> list[Operation]:
    """What would be sent, after a read that found `snapshot`."""
    return list(DRIVER.diff(snapshot, facts, DRIVER.desired(facts, (), ROUTER), ROUTER).operations)


def send(connection: MikrotikConnection, *facts: AccessFacts) -> list[Outcome]:
    return connection.apply(operations(*facts, snapshot=connection.read()))


def assert_settled(connection: MikrotikConnection, *facts: AccessFacts) -> None:
    assert operations(*[replace(each, password=None) for each in facts], snapshot=connection.read()) == []


class TestTaken:
    """`already exists`: the name is read again; ours becomes a set, a stranger's is a conflict."""

    @pytest.mark.parametrize(("method", "table"), [(Method.PPPOE, "/ppp/secret"), (Method.HOTSPOT, "/ip/hotspot/user")])
    def test_ours_becomes_a_set(self, peer: RouterProcess, connection: MikrotikConnection, method: Method, table: str) -> None:
        facts = access(method=method, password="new")
        peer.add(table, name="maria", password="old", comment="malha:access:17 casa azul")

        outcomes = connection.apply(operations(facts))

        assert [outcome.code for outcome in outcomes] == ["ok", "ok"]
        row = peer.row(table, name="maria")
        assert row is not None
        assert (row["password"], row["profile"], row["comment"]) == ("new", "malha-fibra-100", "malha:access:17 casa azul")

    @pytest.mark.parametrize(("method", "table"), [(Method.PPPOE, "/ppp/secret"), (Method.HOTSPOT, "/ip/hotspot/user")])
    def test_a_strangers_is_a_conflict(self, peer: RouterProcess, connection: MikrotikConnection, method: Method, table: str) -> None:
        peer.add(table, name="maria", password="old", comment="by hand")
        before = peer.row(table, name="maria")

        outcome = connection.apply(operations(access(method=method, password="new")))[-1]

        assert (outcome.ok, outcome.code) == (False, "conflict") and "already" in outcome.words
        assert peer.row(table, name="maria") == before

    def test_another_login_of_ours_may_leave_it_later(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        peer.add("/ppp/secret", name="maria", comment="malha:access:99")

        assert connection.apply(operations(access()))[-1].code == "retry"

    def test_profiles_and_pools_of_ours_become_sets(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        peer.add("/ip/pool", name="malha-bloqueado", ranges="100.127.0.1", comment="malha:base:block")
        peer.add("/ppp/profile", name="malha-bloqueado", comment="malha:base:block")

        assert [outcome.code for outcome in connection.apply(operations(BLOCKED))] == ["ok"] * 3
        assert_settled(connection, BLOCKED)

    def test_a_rename_onto_a_stranger_is_a_conflict(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        send(connection, access())
        renaming = operations(access(username="ana"), snapshot=connection.read())
        peer.add("/ppp/secret", name="ana", comment="by hand")

        (outcome,) = connection.apply(renaming)

        assert (outcome.ok, outcome.code) == (False, "conflict")
        assert peer.row("/ppp/secret", name="maria") is not None


class TestPresent:
    def test_the_same_list_entry_twice_is_success(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        peer.add("/ip/firewall/address-list", list="malha-livre", address="1.2.3.4")
        twice = Operation(Verb.ADD, "ip/firewall/address-list", "1.2.3.4", fields={"list": "malha-livre", "address": "1.2.3.4/32"})

        (outcome,) = connection.apply([twice])

        assert (outcome.ok, outcome.code) == (True, "ok")


class TestReference:
    """`input does not match any value of profile`: it is made, and the operation tried once more."""

    def test_a_profile_that_vanished_is_made_again(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        send(connection, access(id=1, username="ana"))
        late = operations(access(id=1, username="ana"), access(), snapshot=connection.read())
        assert [each.table for each in late] == ["ppp/secret"]
        peer.control("remove", table="/ppp/secret", id="ana")
        peer.control("remove", table="/ppp/profile", id="malha-fibra-100")

        (outcome,) = connection.apply(late)

        assert (outcome.ok, outcome.code) == (True, "ok")
        profile = peer.row("/ppp/profile", name="malha-fibra-100")
        assert profile is not None and profile["rate-limit"] == "50000k/100000k"

    def test_a_block_makes_pool_and_interface_list_that_vanished(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        send(connection, access(id=1, username="ana", standing="BLOCKED"))
        late = operations(access(id=1, username="ana", standing="BLOCKED"), access(standing="BLOCKED"), snapshot=connection.read())
        peer.control("remove", table="/ppp/secret", id="ana")
        peer.control("remove", table="/ppp/profile", id="malha-bloqueado")
        peer.control("remove", table="/ip/pool", id="malha-bloqueado")
        peer.control("remove", table="/interface/list", id="malha-bloqueado")

        assert [outcome.ok for outcome in connection.apply(late)] == [True]
        assert_settled(connection, access(standing="BLOCKED"))

    def test_a_block_works_on_a_router_that_was_never_set_up(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        assert all(outcome.ok for outcome in send(connection, BLOCKED))
        assert peer.row("/interface/list", name="malha-bloqueado") is not None
        assert_settled(connection, BLOCKED)

    def test_the_operators_profile_is_not_made_for_him(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        outcome = send(connection, access(profile_override="vip"))[-1]

        assert (outcome.ok, outcome.words) == (False, "input does not match any value of profile")
        assert peer.row("/ppp/profile", name="vip") is None


class TestGone:
    def test_a_removal_of_what_is_gone_is_success(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        send(connection, access())
        removal = operations(access(contract_state="CANCELLED"), snapshot=connection.read())
        peer.control("remove", table="/ppp/secret", id="maria")

        assert [(outcome.ok, outcome.code) for outcome in connection.apply(removal)] == [(True, "ok")]

    def test_a_set_of_what_is_gone_says_so(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        send(connection, access())
        change = operations(access(standing="REDUCED"), snapshot=connection.read())
        peer.control("remove", table="/ppp/secret", id="maria")

        assert connection.apply(change)[-1].code == "gone"
        assert all(outcome.ok for outcome in send(connection, access(standing="REDUCED")))


class TestCapability:
    @pytest.mark.parametrize("version", ["7.19.4", "6.49.10"])
    def test_a_property_this_version_lacks_is_left_out(self, version: str) -> None:
        with RouterProcess(version=version, fault=["unknown_properties=use-ipv6,remote-ipv6-prefix"]) as peer:
            connection = DRIVER.connect(target_of(peer))
            everybody = (BLOCKED, access(id=18, username="ana", ipv6_prefix="2001:db8:1::/56", password="s"))

            outcomes = send(connection, *everybody)

            assert [(outcome.ok, outcome.words) for outcome in outcomes] == [(True, "")] * 5
            assert_settled(connection, *everybody)
            connection.close()

    def test_a_missing_menu_disables_the_method_and_nothing_else(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        peer.fault(missing_menus="/ip/hotspot")
        people = (access(password="s"), access(id=18, username="ana", method=Method.HOTSPOT, password="s"))

        snapshot = connection.read()
        outcomes = connection.apply(operations(*people, snapshot=snapshot))

        assert ("ip/hotspot/user", "") in snapshot.unsupported
        assert [outcome.operation.table for outcome in outcomes] == ["ppp/profile", "ppp/secret"]
        assert all(outcome.ok for outcome in outcomes)
        assert connection.sessions() == []

    def test_a_menu_that_goes_missing_under_our_hands_is_a_capability(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        connection.read()
        peer.fault(missing_menus="/ip/hotspot")

        outcomes = connection.apply(operations(access(method=Method.HOTSPOT)))

        assert [outcome.code for outcome in outcomes] == ["capability", "capability"]


class TestPermission:
    def test_a_reader_cannot_write(self, peer: RouterProcess, connect: Connect) -> None:
        connection = connect(username="reader", password="look")

        outcomes = send(connection, access())

        assert {outcome.code for outcome in outcomes} == {"permission"}
        assert peer.counters()["writes"] == 0

    def test_a_claim_without_the_policy_needs_a_person(self, connect: Connect) -> None:
        with pytest.raises(PermanentFailure) as failure:
            connect(username="reader", password="look").claim_owner()

        assert failure.value.code == "permission" and "permissions" in failure.value.words


class TestOneItem:
    """Anything else fails that item only."""

    def test_our_own_mistake_is_reported_and_the_rest_goes_on(self, peer: RouterProcess, connection: MikrotikConnection) -> None:
        people = [access(id=number, username=f"c{number}") for number in range(50)]
        people[20] = replace(people[20], lock_mac=True, mac="nonsense", ipv4="300.1.1.1")

        outcomes = send(connection, *people)

        (refused,) = [outcome for outcome in outcomes if not outcome.ok]
        assert (refused.code, refused.operation.access_id) == ("bug", 20)
        assert len(peer.dump("/ppp/secret")) == 49

    @pytest.mark.parametrize(
        ("words", "code"),
        [("failure: who knows", "refused"), ("action timed out - try again (13)", "retry"), ("interrupted", "retry")],
    )
    def test_every_tenth_refused(self, peer: RouterProcess, connection: MikrotikConnection, words: str, code: str) -> None:
        people = [access(id=number, username=f"c{number}") for number in range(1000)]
        batch = operations(*people, snapshot=connection.read())
        peer.fault(trap_every=10, trap_message=words, only="writes")

        outcomes = connection.apply(batch)

        refused = [outcome for outcome in outcomes if not outcome.ok]
        assert len(refused) == 100 and {(outcome.code, outcome.words) for outcome in refused} == {(code, words)}
        peer.control("clear-faults")
        assert all(outcome.ok for outcome in send(connection, *people))
        assert_settled(connection, *people)


def test_a_profile_that_somebody_began_to_use_is_not_removed(peer: RouterProcess, connection: MikrotikConnection) -> None:
    peer.add("/ppp/profile", name="malha-velho", comment="malha:plan:3")
    snapshot = connection.read()
    removal = list(DRIVER.diff(snapshot, (), (), ROUTER, covers_router=True).operations)
    assert [each.verb for each in removal] == [Verb.REMOVE]
    peer.add("/ppp/secret", name="vizinho", profile="malha-velho")

    (outcome,) = connection.apply(removal)

    assert (outcome.ok, outcome.code) == (False, "retry")
    assert peer.row("/ppp/profile", name="malha-velho") is not None
    peer.control("remove", table="/ppp/secret", id="vizinho")
    assert connection.apply(removal)[0].ok
