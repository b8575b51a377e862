"""What every driver promises. A new driver subclasses `DriverContract`, says how to reach a router of its kind, and adds its own.

class TestMine(DriverContract):
    methods = (Method.PPPOE,)

    @pytest.fixture
    def rig(self) -> Rig: ...
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol

import pytest

from malha.domain.access import AccessFacts, Diff, Method, Verb
from malha.network.base import Connection, Driver, PermanentFailure, Target, TemporaryFailure
from tests.domain.access.builders import access

STANDINGS = ("CLEAR", "PENDING", "REDUCED", "BLOCKED")


class Peer(Protocol):
    """The far side, seen without the driver."""

    def login(self, method: Method, name: str) -> dict[str, str] | None:
        """The entry of a login as the router holds it, or None."""

    def foreign(self) -> object:
        """Everything on the router that is not ours, to compare before and after."""

    def add_stranger(self, method: Method, name: str) -> None:
        """An entry that the operator made by hand."""

    def dial(self, method: Method, name: str, password: str) -> None:
        """The subscriber connects."""

    def is_online(self, method: Method, name: str) -> bool:
        """Whether the subscriber has a session."""

    def writes(self) -> int:
        """Changes made to the router so far."""


@dataclass(frozen=True)
class Rig:
    """A driver, a router it can reach, and another way to look at that router."""

    driver: Driver
    target: Target
    peer: Peer
    opened: list[Connection] = field(default_factory=list)

    def connect(self, **changes: Any) -> Connection:
        """A connection, closed after the test."""
        connection = self.driver.connect(replace(self.target, **changes))
        self.opened.append(connection)
        return connection


def converge(rig: Rig, connection: Connection, *facts: AccessFacts, covers_router: bool = False) -> Diff:
    """One pass: read, compare, write. Asserts that the router refused nothing."""
    snapshot = connection.read()
    entries = rig.driver.desired(facts, (), rig.target.facts)
    result = rig.driver.diff(snapshot, facts, entries, rig.target.facts, covers_router=covers_router)
    outcomes = connection.apply(result.operations)
    assert [outcome.words for outcome in outcomes if not outcome.ok] == []
    return result


class DriverContract:
    methods: ClassVar[tuple[Method, ...]] = (Method.PPPOE,)

    @pytest.fixture
    def rig(self) -> Rig:
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def hang_up(self, rig: Rig) -> Iterator[None]:
        yield
        for connection in rig.opened:
            connection.close()

    def test_it_is_a_driver(self, rig: Rig) -> None:
        connection = rig.connect()

        assert isinstance(rig.driver, Driver) and isinstance(connection, Connection)
        connection.close()
        connection.close()

    def test_a_refused_login_is_permanent(self, rig: Rig) -> None:
        with pytest.raises(PermanentFailure) as refusal:
            rig.connect(password="wrong")

        assert refusal.value.code == "login_refused" and refusal.value.words

    def test_nobody_there_is_temporary(self, rig: Rig) -> None:
        with pytest.raises(TemporaryFailure) as failure:
            rig.connect(port=9, fallback_host="")

        assert failure.value.code in ("unreachable", "timeout")

    def test_health_says_who_it_is(self, rig: Rig) -> None:
        connection = rig.connect()

        health = connection.health()

        assert health.version and health.identity and health.latency_ms >= 0

    def test_every_standing_of_every_method_converges_in_one_pass(self, rig: Rig) -> None:
        connection = rig.connect()
        connection.claim_owner()
        for method in self.methods:
            for standing in STANDINGS:
                facts = access(method=method, standing=standing, password="s3", ipv4="177.10.0.9")
                converge(rig, connection, facts, covers_router=True)
                before, commands = rig.peer.writes(), connection.commands

                again = converge(rig, connection, replace(facts, password=None), covers_router=True)

                assert (again.operations, again.differences) == ((), ()), (method, standing)
                assert rig.peer.writes() == before
                assert connection.commands - commands <= 6
                assert rig.peer.login(method, "maria") is not None

    def test_a_cancelled_contract_leaves_no_login(self, rig: Rig) -> None:
        connection = rig.connect()
        for method in self.methods:
            converge(rig, connection, access(method=method, password="s3"))

            converge(rig, connection, access(method=method, contract_state="CANCELLED"))

            assert rig.peer.login(method, "maria") is None

    def test_what_is_not_ours_is_byte_identical_afterwards(self, rig: Rig) -> None:
        connection = rig.connect()
        for method in self.methods:
            rig.peer.add_stranger(method, "vizinho")
        before = rig.peer.foreign()

        for standing in STANDINGS:
            everybody = [
                access(id=n, username=f"m{n}", method=each, standing=standing, password="s") for n, each in enumerate(self.methods)
            ]
            result = converge(rig, connection, *everybody, covers_router=True)
            assert sorted(row.fields["name"] for row in result.strangers) == ["vizinho"] * len(self.methods)

        assert rig.peer.foreign() == before

    def test_a_taken_name_is_a_conflict_and_not_overwritten(self, rig: Rig) -> None:
        connection = rig.connect()
        for method in self.methods:
            rig.peer.add_stranger(method, "maria")
            before = rig.peer.foreign()

            result = converge(rig, connection, access(method=method, password="s3"))

            assert [each.access_id for each in result.conflicts] == [17]
            assert rig.peer.foreign() == before

    def test_a_kick_drops_exactly_the_named_sessions(self, rig: Rig) -> None:
        connection = rig.connect()
        for method in self.methods:
            people = [access(id=n, username=name, method=method, password="s3") for n, name in enumerate(("maria", "joana"))]
            converge(rig, connection, *people)
            rig.peer.dial(method, "maria", "s3")
            rig.peer.dial(method, "joana", "s3")
            assert {session.username for session in connection.sessions() if session.method is method} == {"maria", "joana"}

            assert connection.kick(["maria", "nobody"], per_second=0) == ["maria"]

            assert not rig.peer.is_online(method, "maria")
            assert rig.peer.is_online(method, "joana")

    def test_another_installation_s_router_is_not_written(self, rig: Rig) -> None:
        rig.connect().claim_owner()
        stranger = rig.connect(installation_id="deadbeef")
        before = rig.peer.writes()
        entries = rig.driver.desired([access(password="s3")], (), rig.target.facts)
        operations = rig.driver.diff(stranger.read(), [access()], entries, rig.target.facts).operations

        for attempt in (lambda: stranger.apply(operations), stranger.claim_owner, lambda: stranger.kick(["maria"], per_second=0)):
            with pytest.raises(PermanentFailure) as refusal:
                attempt()
            assert refusal.value.code == "foreign_owner"

        assert stranger.read().owner == rig.target.installation_id
        assert rig.peer.writes() == before

    def test_the_base_set_up_is_complete_after_one_go(self, rig: Rig) -> None:
        connection = rig.connect()
        operations = connection.base_operations()

        assert operations and all(outcome.ok for outcome in connection.apply(operations))
        assert connection.base_operations() == []

    def test_a_shown_command_hides_the_password(self, rig: Rig) -> None:
        connection = rig.connect()
        facts = [access(password="s3cr3t-p4ss")]
        entries = rig.driver.desired(facts, (), rig.target.facts)
        operations = rig.driver.diff(connection.read(), facts, entries, rig.target.facts).operations

        shown = [rig.driver.render(operation) for operation in operations]

        assert any(operation.verb is Verb.ADD and "maria" in line for operation, line in zip(operations, shown, strict=True))
        assert not any("s3cr3t-p4ss" in line for line in shown)

    def test_an_adopted_login_brings_its_password(self, rig: Rig) -> None:
        connection = rig.connect()
        for method in self.methods:
            rig.peer.add_stranger(method, "vizinho")

        assert connection.secrets(["vizinho", "nobody"]) == {"vizinho": "by-hand"}

    def test_the_set_up_script_names_user_and_sources(self, rig: Rig) -> None:
        script = rig.driver.setup_script(rig.target, our_addresses=["203.0.113.7"])

        assert rig.target.username in script and "203.0.113.7" in script
