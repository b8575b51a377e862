"""How each PSP is asked for a token, and what its calls carry (payments.md §11)."""

import base64
from urllib.parse import parse_qs

import pytest

from malha.gateways.adapters.bacen_pix.client import Client
from malha.gateways.adapters.bacen_pix.profiles import ALL, OTHER, PROFILES
from tests.support.stub_server import Reply, Seen, StubServer

BASIC = "Basic " + base64.b64encode(b"the-id:the-secret").decode()
GRANT = {"grant_type": ["client_credentials"]}


def asked(key: str, method: str = "GET") -> tuple[Seen, Seen]:
    """The call for the token and the one after it."""
    with StubServer(lambda seen: Reply(200, {"access_token": "the-token", "expires_in": 300})) as stub:
        client = Client(PROFILES[key], f"{stub.url}/api", f"{stub.url}/oauth/token", ("the-id", "the-secret"), extra_key="the-key")
        if method == "GET":
            client.get_charge("cob", "t" * 26)
        else:
            client.patch_charge("cob", "t" * 26, {})
        client.close()
    token, call = stub.seen
    assert call.headers["authorization"] == "Bearer the-token"
    return token, call


@pytest.mark.parametrize("key", ["sicredi", "bb", "bradesco", "outro"])
def test_a_token_by_basic_and_form(key: str) -> None:
    token, _call = asked(key)

    assert token.headers["authorization"] == BASIC
    assert parse_qs(token.body.decode()) == GRANT


def test_a_token_by_basic_and_json() -> None:
    token, _call = asked("efi")

    assert token.headers["authorization"] == BASIC
    assert token.json == {"grant_type": "client_credentials"}


@pytest.mark.parametrize("key", ["inter", "itau", "santander"])
def test_a_token_by_form(key: str) -> None:
    token, _call = asked(key)

    assert "authorization" not in token.headers
    assert parse_qs(token.body.decode()) == {**GRANT, "client_id": ["the-id"], "client_secret": ["the-secret"]}


def test_sicoob_knows_us_by_the_certificate() -> None:
    token, call = asked("sicoob")

    assert parse_qs(token.body.decode()) == {**GRANT, "client_id": ["the-id"]}
    assert call.headers["client_id"] == "the-id"


def test_what_calls_carry_besides() -> None:
    assert asked("bb")[1].query == {"gw-dev-app-key": "the-key"}
    assert asked("efi")[1].query == {}
    assert asked("itau")[1].headers["x-sandbox-token"] == "the-key"
    assert asked("itau")[1].headers["x-correlationid"] != asked("itau")[1].headers["x-correlationid"]
    assert asked("santander")[1].path.startswith("/api/v1/cob/")
    assert asked("santander", "PATCH")[1].path.startswith("/api/v2/cob/")


def test_efi_is_told_that_the_secret_in_the_address_is_the_proof() -> None:
    with StubServer(lambda seen: Reply(200, {"access_token": "t", "expires_in": 300})) as stub:
        client = Client(PROFILES["efi"], stub.url, f"{stub.url}/oauth/token", ("i", "s"))
        client.put_webhook("webhook", "pix@example.com", "https://x.example.com/a?hmac=1&ignorar=")
        client.close()

    _token, call = stub.seen
    assert (call.method, call.path, call.headers["x-skip-mtls-checking"]) == ("PUT", "/webhook/pix@example.com", "true")


def test_every_bank_has_addresses_over_tls() -> None:
    for profile in ALL:
        for address in (profile.base, profile.token, profile.test_base, profile.test_token):
            assert address.startswith("https://") or address == ""
        assert bool(profile.base) == bool(profile.token) == (profile.key != OTHER)
        assert bool(profile.test_base) == bool(profile.test_token)
