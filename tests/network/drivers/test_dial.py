"""Reaching a router: addresses, TLS, logins (network.md §1.1, §1.3; failure modes F42, F47)."""

import socket
from collections.abc import Iterator

import pytest

from malha.network.base import DriverFailure, PermanentFailure, TemporaryFailure
from malha.network.drivers.mikrotik.dial import dial
from tests.network.drivers.conftest import IMPATIENT, Connect, target_of
from tests.support.router_process import RouterProcess


@pytest.fixture
def nobody() -> Iterator[int]:
    """A port that accepts and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        yield listener.getsockname()[1]


def test_the_certificate_is_pinned_on_first_use(peer: RouterProcess, connect: Connect) -> None:
    assert connect().pin == peer.fingerprint
    assert connect(tls_pin=peer.fingerprint.upper()).pin == peer.fingerprint


def test_a_changed_certificate_needs_a_person_and_gets_no_password(peer: RouterProcess, connect: Connect) -> None:
    with pytest.raises(PermanentFailure) as failure:
        connect(tls_pin="0" * 64)

    assert failure.value.code == "certificate_changed"
    assert peer.fingerprint in failure.value.words
    assert peer.counters()["logins"] == 0


@pytest.mark.parametrize("mode", ["PLAIN", "ANONYMOUS"])
def test_a_router_with_a_pin_never_falls_back(peer: RouterProcess, connect: Connect, mode: str) -> None:
    with pytest.raises(PermanentFailure) as failure:
        connect(tls_mode=mode, tls_pin=peer.fingerprint, port=peer.port)

    assert failure.value.code == "tls_downgrade"
    assert peer.counters()["logins"] == 0


def test_plain_works_where_it_is_asked_for(peer: RouterProcess, connect: Connect) -> None:
    connection = connect(tls_mode="PLAIN", port=peer.port)

    assert connection.pin == "" and connection.health().version


def test_a_router_without_certificate_speaks_anonymous_tls() -> None:
    with RouterProcess(tls="adh") as peer:
        client, pin = dial(target_of(peer, tls_mode="ANONYMOUS"))
        client.close()
        assert pin == ""

        with pytest.raises(DriverFailure) as failure:
            dial(target_of(peer, tls_mode="PINNED"))
        assert "PINNED" in failure.value.words
        assert peer.counters()["logins"] == 1


def test_an_anonymous_mode_does_not_talk_to_a_certificate(peer: RouterProcess, connect: Connect) -> None:
    with pytest.raises(DriverFailure):
        connect(tls_mode="ANONYMOUS")

    assert peer.counters()["logins"] == 0


@pytest.mark.parametrize("form", ["plain", "challenge"])
def test_both_logins_work_whatever_the_version_says(form: str) -> None:
    with RouterProcess(login_form=form, password="sênha=1 ") as peer:
        client, _ = dial(target_of(peer))
        client.close()
        assert (peer.counters()["logins"], peer.counters()["failed_logins"]) == (1, 0)

        with pytest.raises(PermanentFailure) as failure:
            dial(target_of(peer, password="wrong"))
        assert failure.value.code == "login_refused"
        assert peer.counters()["failed_logins"] == 1  # no second try: each one is logged as critical


def test_a_login_refused_by_a_fault_says_the_routers_words(peer: RouterProcess, connect: Connect) -> None:
    peer.fault(refuse_login=True)

    with pytest.raises(PermanentFailure) as failure:
        connect()

    assert failure.value.code == "login_refused" and failure.value.words


def test_the_alternative_address_is_tried_when_the_first_is_dead(peer: RouterProcess, connect: Connect) -> None:
    assert connect(host="127.0.0.99", fallback_host=peer.host).health().version


def test_the_alternative_address_is_not_tried_after_a_refusal(peer: RouterProcess, connect: Connect) -> None:
    with pytest.raises(PermanentFailure):
        connect(fallback_host="localhost", password="wrong")

    assert peer.counters()["failed_logins"] == 1


def test_a_closed_port_is_temporary(peer: RouterProcess, connect: Connect) -> None:
    peer.fault(closed_port=True)

    with pytest.raises(TemporaryFailure) as failure:
        connect()

    assert failure.value.code == "unreachable"


def test_a_host_that_is_no_host_is_temporary(connect: Connect) -> None:
    with pytest.raises(TemporaryFailure) as failure:
        connect(host="no..host")

    assert failure.value.code == "unreachable"


@pytest.mark.parametrize("mode", ["PLAIN", "PINNED"])
def test_accepting_without_ever_answering_is_a_timeout(connect: Connect, nobody: int, mode: str) -> None:
    with pytest.raises(TemporaryFailure) as failure:
        connect(tls_mode=mode, port=nobody, deadlines=IMPATIENT)

    assert failure.value.code == "timeout"


def test_too_many_sessions_is_temporary(peer: RouterProcess, connect: Connect) -> None:
    connect()
    peer.fault(max_sessions=1)

    with pytest.raises(TemporaryFailure) as failure:
        connect()

    assert failure.value.code == "connection_lost"


def test_plain_to_the_tls_port_is_not_a_crash(peer: RouterProcess, connect: Connect) -> None:
    with pytest.raises(DriverFailure):
        connect(tls_mode="PLAIN", port=peer.tls_port, deadlines=IMPATIENT)


def test_tls_to_the_plain_port_is_not_a_crash(peer: RouterProcess, connect: Connect) -> None:
    with pytest.raises(DriverFailure):
        connect(port=peer.port, deadlines=IMPATIENT)
