"""Each fault of a router in the middle of a batch of a thousand (network.md §6.8, §8.4).

What the batch leaves behind is unknown, so the cure is always the same: connect again, read, compare, write what is missing.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from malha.domain.access import AccessFacts, Operation, Outcome
from malha.network.base import Snapshot, TemporaryFailure
from malha.network.drivers.mikrotik import MikrotikDriver
from tests.domain.access.builders import ROUTER, access
from tests.network.drivers.conftest import IMPATIENT, Connect
from tests.support.router_process import RouterProcess

DRIVER = MikrotikDriver()
THOUSAND = tuple(access(id=number, username=f"c{number}", password=f"s{number}") for number in range(1000))


def plan(snapshot: Snapshot, facts: Sequence[AccessFacts]) -> list[Operation]:
    return list(DRIVER.diff(snapshot, facts, DRIVER.desired(facts, (), ROUTER), ROUTER).operations)


def known(facts: Sequence[AccessFacts]) -> list[AccessFacts]:
    """The same facts, their passwords not to be written again."""
    return [replace(each, password=None) for each in facts]


def assert_recovers(peer: RouterProcess, connect: Connect) -> None:
    """A new connection finds out what is missing, writes exactly that, and a second pass writes nothing."""
    peer.control("clear-faults")
    connection = connect()
    there = len(peer.dump("/ppp/secret"))
    operations = plan(connection.read(), known(THOUSAND))
    assert len([each for each in operations if each.table == "ppp/secret"]) == 1000 - there
    assert all(outcome.ok for outcome in connection.apply(operations))
    assert len(peer.dump("/ppp/secret")) == 1000
    writes = peer.counters()["writes"]
    assert plan(connection.read(), known(THOUSAND)) == []
    assert peer.counters()["writes"] == writes


def codes(outcomes: Sequence[Outcome]) -> set[str]:
    return {outcome.code for outcome in outcomes}


@pytest.mark.parametrize("mode", ["before", "after"])
@pytest.mark.parametrize("reset", [False, True])
def test_a_connection_dropped_in_the_middle(peer: RouterProcess, connect: Connect, mode: str, reset: bool) -> None:
    connection = connect()
    operations = plan(connection.read(), THOUSAND)
    peer.fault(drop_after=500, drop_mode=mode, drop_reset=reset, only="writes")

    outcomes = connection.apply(operations)

    assert len(outcomes) == len(operations) == 1001
    assert codes(outcomes) <= {"ok", "unknown"} and "unknown" in codes(outcomes)
    names = {row["name"] for row in peer.dump("/ppp/secret")}
    obeyed = {outcome.operation.name for outcome in outcomes if outcome.ok and outcome.operation.table == "ppp/secret"}
    assert obeyed <= names, "nothing lies: what is said to be there is there"
    assert codes(connection.apply(operations[:3])) == {"unknown"}
    assert_recovers(peer, connect)


def test_a_truncated_answer(peer: RouterProcess, connect: Connect) -> None:
    connection = connect()
    operations = plan(connection.read(), THOUSAND)
    peer.fault(truncate_after=4000)

    outcomes = connection.apply(operations)

    assert codes(outcomes) == {"ok", "unknown"}
    assert_recovers(peer, connect)


def test_a_router_that_stops_answering(peer: RouterProcess, connect: Connect) -> None:
    connection = connect(deadlines=IMPATIENT)
    operations = plan(connection.read(), THOUSAND)
    peer.fault(hang_after=300)

    outcomes = connection.apply(operations)

    assert codes(outcomes) == {"ok", "unknown"}
    assert {outcome.words for outcome in outcomes if not outcome.ok} == {"the router said nothing in time"}
    assert_recovers(peer, connect)


def test_a_router_that_disappears(peer: RouterProcess, connect: Connect) -> None:
    connection = connect()
    operations = plan(connection.read(), THOUSAND)
    peer.control("reboot")

    assert codes(connection.apply(operations)) == {"unknown"}
    with pytest.raises(TemporaryFailure):
        connection.read()
    assert_recovers(peer, connect)


@pytest.mark.parametrize("faults", [{"latency_ms": 30}, {"command_ms": 0.5}])
def test_a_slow_router_is_only_slow(peer: RouterProcess, connect: Connect, faults: dict[str, float]) -> None:
    connection = connect()
    operations = plan(connection.read(), THOUSAND)
    peer.fault(**faults)

    assert codes(connection.apply(operations)) == {"ok"}
    assert_recovers(peer, connect)


@pytest.mark.parametrize("faults", [{"drop_after": 2}, {"truncate_after": 30_000}, {"hang_after": 2}])
def test_a_read_cut_in_the_middle_decides_nothing(peer: RouterProcess, connect: Connect, faults: dict[str, int]) -> None:
    connection = connect(deadlines=IMPATIENT)
    assert codes(connection.apply(plan(connection.read(), THOUSAND))) == {"ok"}
    peer.fault(**faults)
    writes = peer.counters()["writes"]

    with pytest.raises(TemporaryFailure):
        connection.read()

    assert peer.counters()["writes"] == writes


def test_no_sensitive_policy_reads_no_password(peer: RouterProcess, connect: Connect) -> None:
    peer.add("/ppp/secret", name="ana", password="by-hand")
    connection = connect()
    assert connection.secrets(["ana"]) == {"ana": "by-hand"}

    peer.fault(no_sensitive=True)

    assert connection.secrets(["ana"]) == {}
    assert codes(connection.apply(plan(connection.read(), THOUSAND[:2]))) == {"ok"}


def test_a_duplicated_mark_is_told_and_both_stay(peer: RouterProcess, connect: Connect) -> None:
    connection = connect()
    connection.apply(plan(connection.read(), THOUSAND[:3]))
    copy = peer.control("duplicate-mark", name="c1")["name"]
    blocked = [replace(each, standing="BLOCKED") for each in known(THOUSAND[:3])]
    entries = DRIVER.desired(blocked, (), ROUTER)
    before = peer.row("/ppp/secret", name=copy)

    result = DRIVER.diff(connection.read(), blocked, entries, ROUTER, covers_router=True)

    assert [(each.kind, each.name) for each in result.differences if each.kind == "REPEATED"] == [("REPEATED", copy)]
    assert codes(connection.apply(result.operations)) == {"ok"}
    assert peer.row("/ppp/secret", name=copy) == before
    row = peer.row("/ppp/secret", name="c1")
    assert row is not None and row["profile"] == "malha-bloqueado"
