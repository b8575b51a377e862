"""TLS with a certificate to pin, and without one."""

import hashlib
import ssl
from pathlib import Path

import pytest

from tests.sandbox.conftest import StartRouter
from tests.support.raw_router_client import ConnectionEnded, RawClient
from tests.support.router_process import RouterProcess


def pinning_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def anonymous_context() -> ssl.SSLContext:
    context = pinning_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ADH:@SECLEVEL=0")
    return context


def fingerprint(client: RawClient) -> str:
    assert isinstance(client.socket, ssl.SSLSocket)
    return hashlib.sha256(client.socket.getpeercert(binary_form=True) or b"").hexdigest()


def test_the_certificate_is_the_announced_one(start_router: StartRouter) -> None:
    router = start_router(secrets=3000)

    with RawClient(router.tls_port, context=pinning_context()) as client:
        client.login(router.user, router.password)

        assert fingerprint(client) == router.fingerprint
        assert len(client.rows("/ppp/secret/print", ".tag=1")) == 3000


def test_a_new_certificate_changes_the_pin(start_router: StartRouter) -> None:
    router = start_router()

    new = router.control("new-certificate")["fingerprint"]

    assert new != router.fingerprint
    with RawClient(router.tls_port, context=pinning_context()) as client:
        assert fingerprint(client) == new


def test_anonymous_diffie_hellman(start_router: StartRouter) -> None:
    router = start_router(tls="adh")

    with RawClient(router.tls_port, context=anonymous_context()) as client:
        client.login(router.user, router.password)
        assert client.rows("/system/identity/print") == [{"name": "MikroTik"}]
    assert router.fingerprint == ""


def test_a_router_with_a_certificate_does_not_speak_anonymously(start_router: StartRouter) -> None:
    router = start_router()

    with pytest.raises(ssl.SSLError):
        RawClient(router.tls_port, context=anonymous_context())


def test_drops_reach_a_tls_client(start_router: StartRouter) -> None:
    router = start_router(fault=["drop_after=1"])

    with RawClient(router.tls_port, context=pinning_context()) as client:
        client.login(router.user, router.password)
        client.say("/system/identity/print")
        with pytest.raises((ConnectionEnded, ConnectionError, ssl.SSLError)):
            client.say("/system/identity/print")


def test_the_pin_survives_a_restart_with_a_state_file(tmp_path: Path) -> None:
    pins = []
    for _ in range(2):
        with RouterProcess(state_file=str(tmp_path / "state.json")) as router:
            pins.append(router.fingerprint)

    assert pins[0] == pins[1] != ""
