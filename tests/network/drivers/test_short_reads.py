"""A large listing that comes short with a plain `!done`, as real routers have done (failure mode F44).

The simulated router never does that, so the far end here is a script.
"""

import pytest

from malha.domain.access import Method, Operation, Verb
from malha.network.base import Target, TemporaryFailure
from malha.network.drivers.mikrotik.client import Client, Reply, Words
from malha.network.drivers.mikrotik.connection import MikrotikConnection
from tests.network.drivers.conftest import BOTH, INSTALLATION

REMOVAL = Operation(Verb.REMOVE, "ppp/secret", "c1", "*1")


class ShortRouter(Client):
    """Has `there` secrets and shows `shown` of them."""

    def __init__(self, *, there: int, shown: int) -> None:
        self.there = there
        self.shown = shown
        self.heard: list[bytes] = []
        self.failure = None
        self.commands = 0

    def batch(self, sentences: object, **limits: object) -> list[Reply]:
        return [self._answer(words) for words in sentences]  # type: ignore[attr-defined]

    def _answer(self, words: Words) -> Reply:
        self.heard.append(words[0])
        self.commands += 1
        reply = Reply()
        reply.is_done = True
        if words[0] == b"/ppp/secret/print":
            if b"=count-only=" in words:
                reply.ret = b"%d" % self.there
            else:
                reply.rows = [{b".id": b"*%X" % number, b"name": b"c%d" % number} for number in range(self.shown)]
        elif b"=count-only=" in words:
            reply.ret = b"0"
        return reply


def connection_to(router: ShortRouter, methods: tuple[Method, ...]) -> MikrotikConnection:
    target = Target(1, "torre", "", 0, "", "", installation_id=INSTALLATION, methods=methods)
    return MikrotikConnection(router, target, "")


def test_a_short_listing_is_no_snapshot() -> None:
    with pytest.raises(TemporaryFailure) as failure:
        connection_to(ShortRouter(there=10_000, shown=4_000), (Method.PPPOE,)).read()

    assert failure.value.words == "ppp/secret: 4000 of 10000 rows were read"


def test_with_two_methods_the_count_is_asked_before_a_removal() -> None:
    router = ShortRouter(there=10_000, shown=4_000)
    connection = connection_to(router, BOTH)
    assert len(connection.read().rows) == 4_000 and router.commands == 6

    (outcome,) = connection.apply([REMOVAL])

    assert (outcome.ok, outcome.code, outcome.words) == (False, "retry", "ppp/secret: 4000 of 10000 rows were read")
    assert b"/ppp/secret/remove" not in router.heard


def test_a_full_listing_lets_the_removal_pass() -> None:
    router = ShortRouter(there=4_000, shown=4_000)
    connection = connection_to(router, BOTH)
    connection.read()

    assert connection.apply([REMOVAL])[0].ok
    assert router.heard[-1] == b"/ppp/secret/remove"


def test_a_listing_that_shrinks_later_is_noticed() -> None:
    router = ShortRouter(there=4_000, shown=4_000)
    connection = connection_to(router, (Method.PPPOE,))
    connection.read()
    router.shown = 3_000

    with pytest.raises(TemporaryFailure):
        connection.read()


def test_rows_that_the_operator_removed_meanwhile_are_no_alarm() -> None:
    router = ShortRouter(there=3_999, shown=4_000)

    assert connection_to(router, (Method.PPPOE,)).read().is_complete
