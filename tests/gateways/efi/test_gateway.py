"""The adapter of Efí Cobranças, against payloads of its documentation with names changed."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from malha.domain.money import Money
from malha.gateways.adapters.efi.gateway import EfiAdapter, EfiGateway
from malha.gateways.base import AccountFacts, Gateway, PermanentFailure, Status, Trust, WebhookCall
from tests.gateways.contract import GatewayContract, an_account, an_order, reference_to
from tests.support.stub_server import Reply, Seen, StubServer

PAYLOADS = Path(__file__).parent / "payloads"
TOKEN = {"access_token": "a-token", "refresh_token": "x", "expires_in": 600, "token_type": "Bearer"}


def recorded(**changes: Any) -> dict[str, Any]:
    """The answer of a charge, with some fields changed."""
    answer: dict[str, Any] = json.loads((PAYLOADS / "charge.json").read_text())
    answer["data"] |= changes
    return answer


class Efi:
    """Recorded answers over a memory of what was created."""

    def __init__(self) -> None:
        self.charges: dict[str, dict[str, Any]] = {}

    def __call__(self, seen: Seen) -> Reply:
        match [seen.method, *seen.path.strip("/").split("/")[1:]]:
            case ["POST", "authorize"]:
                return Reply(200, TOKEN)
            case ["POST", "charge", "one-step"]:
                key = str(1000 + len(self.charges))
                made = recorded(charge_id=int(key), custom_id=seen.json["metadata"]["custom_id"], total=seen.json["items"][0]["value"])
                self.charges[key] = made
                flat = made["data"]["payment"]["banking_billet"] | {"charge_id": int(key), "status": "waiting", "payment": "banking_billet"}
                return Reply(200, {"code": 200, "data": flat})
            case ["GET", "charges"]:
                rows = [{**each["data"], "id": each["data"]["charge_id"]} for each in self.charges.values()]
                return Reply(200, {"code": 200, "data": [row for row in rows if row["custom_id"] == seen.query["custom_id"]]})
            case ["GET", "notification", "known"]:
                return Reply(200, content=(PAYLOADS / "notification.json").read_bytes())
            case ["GET", "charge", key] if key in self.charges:
                return Reply(200, self.charges[key])
            case ["PUT", "charge", key, "cancel"]:
                self.charges[key]["data"]["status"] = "canceled"
                return Reply(200, {"code": 200})
            case ["PUT", "charge", key, "billet"]:
                self.charges[key]["data"]["payment"]["banking_billet"] |= seen.json
                return Reply(200, {"code": 200})
        return Reply(404, {"code": 3500010, "error": "property_does_not_exists", "error_description": "Não encontrado."})


@pytest.fixture
def there() -> Efi:
    return Efi()


@pytest.fixture
def server(there: Efi) -> Iterator[StubServer]:
    with StubServer(there) as stub:
        yield stub


def facts(url: str) -> AccountFacts:
    return an_account({"base_url": url, "client_id": "an-id", "client_secret": "very-secret"})


@pytest.fixture
def gateway(server: StubServer) -> Iterator[EfiGateway]:
    with closing(EfiAdapter().open(facts(server.url))) as gateway:
        yield gateway


class TestContract(GatewayContract):
    adapter = EfiAdapter()

    @pytest.fixture
    def gateway(self, server: StubServer) -> Iterator[Gateway]:
        with closing(self.adapter.open(self.facts(server.url))) as gateway:
            yield gateway

    def facts(self, url: str) -> AccountFacts:
        return facts(url)

    def strange(self, seen: Seen) -> Reply:
        return Reply(200, TOKEN if seen.path.endswith("authorize") else recorded(status="frozen"))

    def forged(self) -> WebhookCall:
        return WebhookCall({}, {}, b"status=paid&charge_id=1")


def test_a_bolepix_has_its_codes_and_goes_out_in_cents(gateway: EfiGateway, server: StubServer) -> None:
    registered = gateway.register(an_order(amount=Money(11990)))

    assert registered.linha_digitavel.isdigit() and registered.pix_copia_e_cola.startswith("000201")
    sent = next(seen for seen in server.seen if seen.path == "/v1/charge/one-step").json
    assert sent["items"][0]["value"] == 11990
    assert sent["payment"]["banking_billet"]["configurations"]["interest"] == {"value": 1000, "type": "monthly"}
    assert "email" not in sent["payment"]["banking_billet"]["customer"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("new", Status.PENDING),
        ("waiting", Status.REGISTERED),
        ("unpaid", Status.REGISTERED),
        ("paid", Status.PAID),
        ("settled", Status.PAID),
        ("canceled", Status.CANCELLED),
        ("expired", Status.EXPIRED),
    ],
)
def test_each_status_has_its_name(gateway: EfiGateway, there: Efi, word: str, status: Status) -> None:
    order = an_order()
    registered = gateway.register(order)
    there.charges[registered.remote_id]["data"]["status"] = word

    found = gateway.fetch(reference_to(order, registered))

    assert found.status is status
    assert [(paid.paid, paid.paid_on) for paid in found.payments] == [(Money(11990), date(2026, 3, 12))] * (status is Status.PAID)


def test_what_is_paid_cannot_be_cancelled(gateway: EfiGateway, there: Efi) -> None:
    order = an_order()
    registered = gateway.register(order)
    there.charges[registered.remote_id]["data"]["status"] = "paid"

    with pytest.raises(PermanentFailure) as caught:
        gateway.cancel(reference_to(order, registered))

    assert caught.value.code == "already_paid"


def test_the_due_date_can_change_and_the_amount_cannot(gateway: EfiGateway, there: Efi) -> None:
    order = an_order()
    registered = gateway.register(order)

    gateway.update(replace(order, due_date=date(2026, 4, 1)), reference_to(order, registered))
    with pytest.raises(PermanentFailure) as caught:
        gateway.update(replace(order, amount=Money(1)), reference_to(order, registered))

    assert there.charges[registered.remote_id]["data"]["payment"]["banking_billet"]["expire_at"] == "2026-04-01"
    assert caught.value.code == "amount_invalid"


def test_a_token_is_exchanged_each_time_and_a_made_up_one_is_not_known(gateway: EfiGateway) -> None:
    call, made_up = (WebhookCall({}, {}, body) for body in (b"notification=known", b"notification=guessed"))

    for _again in range(2):
        (notice,) = gateway.read(call)
        assert gateway.verify(call) is Trust.TOKEN
        assert (notice.reference, notice.remote_id) == ("0123456789abcdef0123456789abcdef", "44412345")
    with pytest.raises(PermanentFailure) as caught:
        gateway.read(made_up)
    assert caught.value.code == "not_found"


def test_a_refusal_names_what_is_wrong(there: Efi) -> None:
    told = {"property": "/payment/banking_billet/customer/cpf", "message": "O CPF informado é inválido."}

    def answer(seen: Seen) -> Reply:
        return Reply(400, {"code": 3500034, "error_description": told}) if seen.path.endswith("one-step") else there(seen)

    with StubServer(answer) as stub, closing(EfiAdapter().open(facts(stub.url))) as gateway, pytest.raises(PermanentFailure) as caught:
        gateway.register(an_order())

    assert (caught.value.code, caught.value.words) == ("payer_document_invalid", "O CPF informado é inválido.")


def test_only_this_machine_may_take_the_place_of_the_real_address() -> None:
    with pytest.raises(PermanentFailure) as caught:
        EfiAdapter().open(facts("https://evil.example.com"))

    assert caught.value.code == "settings_invalid"
