"""The adapter of Asaas, against payloads of its documentation with names changed."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from malha.domain.money import Money
from malha.gateways.adapters.asaas.forms import AsaasForm
from malha.gateways.adapters.asaas.gateway import AsaasAdapter, AsaasGateway
from malha.gateways.base import (
    AccountFacts,
    Channel,
    Environment,
    Gateway,
    Kind,
    NoticeKind,
    PermanentFailure,
    Status,
    Trust,
    WebhookCall,
)
from tests.gateways.contract import GatewayContract, an_account, an_order, reference_to
from tests.support.stub_server import Reply, Seen, StubServer

PAYLOADS = Path(__file__).parent / "payloads"
SECRET = "the-secret-of-the-webhook"


def recorded(name: str, **changes: Any) -> dict[str, Any]:
    """A payload, with some fields changed."""
    return json.loads((PAYLOADS / f"{name}.json").read_text()) | changes


class Asaas:
    """Recorded answers over a memory of what was created."""

    def __init__(self) -> None:
        self.payments: dict[str, dict[str, Any]] = {}
        self.customers: dict[str, dict[str, Any]] = {}

    def __call__(self, seen: Seen) -> Reply:
        match [seen.method, *seen.path.strip("/").split("/")]:
            case ["GET", "payments"]:
                return self._list(self.payments, seen.query["externalReference"])
            case ["GET", "customers"]:
                return self._list(self.customers, seen.query["externalReference"])
            case ["POST", "customers"]:
                made = {**seen.json, "id": f"cus_{len(self.customers):012}"}
                return Reply(200, self.customers.setdefault(made["id"], made))
            case ["POST", "payments"]:
                key = f"pay_{len(self.payments):012}"
                return Reply(200, self.payments.setdefault(key, recorded("payment") | seen.json | {"id": key}))
            case ["GET", "myAccount", _]:
                return Reply(200, {"companyName": "Veloz Telecom Ltda"})
            case [method, "payments", key, *rest]:
                return self._one(method, key, rest, seen)
        return Reply(404)

    def _one(self, method: str, key: str, rest: list[str], seen: Seen) -> Reply:
        if key not in self.payments:
            return Reply(404)
        if rest:
            return Reply(200, recorded({"identificationField": "identification_field", "pixQrCode": "pix_qr_code"}[rest[0]]))
        if method == "DELETE":
            self.payments[key]["deleted"] = True
            return Reply(200, {"deleted": True, "id": key})
        if method == "PUT":
            self.payments[key] |= seen.json
        return Reply(200, self.payments[key])

    @staticmethod
    def _list(found: dict[str, dict[str, Any]], reference: str) -> Reply:
        rows = [row for row in found.values() if row["externalReference"] == reference]
        return Reply(200, {"object": "list", "hasMore": False, "totalCount": len(rows), "limit": 100, "offset": 0, "data": rows})


@pytest.fixture
def there() -> Asaas:
    return Asaas()


@pytest.fixture
def server(there: Asaas) -> Iterator[StubServer]:
    with StubServer(there) as stub:
        yield stub


def facts(url: str, **changes: Any) -> AccountFacts:
    return an_account({"base_url": url, "access_token": "$aact_hmlg_000abc"}, **changes)


@pytest.fixture
def gateway(server: StubServer) -> Iterator[AsaasGateway]:
    gateway = AsaasAdapter().open(facts(server.url))
    yield gateway
    gateway.close()


class TestContract(GatewayContract):
    adapter = AsaasAdapter()

    @pytest.fixture
    def gateway(self, server: StubServer) -> Iterator[Gateway]:
        gateway = self.adapter.open(self.facts(server.url))
        yield gateway
        gateway.close()

    def facts(self, url: str) -> AccountFacts:
        return facts(url)

    def strange(self, seen: Seen) -> Reply:
        return Reply(200, recorded("payment", status="FROZEN"))

    def forged(self) -> WebhookCall:
        return WebhookCall({"asaas-access-token": "guessed"}, {}, (PAYLOADS / "webhook.json").read_bytes())


def test_a_bolepix_has_all_its_codes_and_the_amount_is_exact_on_the_wire(gateway: AsaasGateway, server: StubServer) -> None:
    registered = gateway.register(an_order(amount=Money(11990), discount=Money(7), discount_until=date(2026, 3, 18)))

    assert (len(registered.linha_digitavel), len(registered.codigo_barras)) == (47, 44)
    assert registered.pix_copia_e_cola.startswith("000201")
    sent = next(seen for seen in server.seen if (seen.method, seen.path) == ("POST", "/payments"))
    assert b'"value": 119.90,' in sent.body
    assert sent.json["discount"] == {"value": 0.07, "dueDateLimitDays": 2, "type": "FIXED"}
    assert (sent.json["fine"], sent.json["interest"]) == ({"value": 2.0, "type": "PERCENTAGE"}, {"value": 1.0})
    assert sent.headers["access_token"] == "$aact_hmlg_000abc"


def test_a_payer_is_created_once_and_not_written_to(gateway: AsaasGateway, there: Asaas) -> None:
    gateway.register(an_order())
    gateway.register(an_order())

    assert len(there.payments) == 2
    assert [customer["notificationDisabled"] for customer in there.customers.values()] == [True]


def test_a_pix_has_no_boleto(gateway: AsaasGateway, there: Asaas) -> None:
    registered = gateway.register(an_order(kind=Kind.PIX))

    assert registered.linha_digitavel == "" and registered.pix_copia_e_cola
    assert [payment["billingType"] for payment in there.payments.values()] == ["PIX"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("PENDING", Status.REGISTERED),
        ("OVERDUE", Status.REGISTERED),
        ("AWAITING_RISK_ANALYSIS", Status.PENDING),
        ("CONFIRMED", Status.PAID),
        ("RECEIVED", Status.PAID),
        ("RECEIVED_IN_CASH", Status.PAID),
        ("REFUNDED", Status.PAID),
    ],
)
def test_each_status_has_its_name(gateway: AsaasGateway, there: Asaas, word: str, status: Status) -> None:
    order = an_order()
    registered = gateway.register(order)
    there.payments[registered.remote_id] |= {"status": word, "clientPaymentDate": "2026-03-11"}

    found = gateway.fetch(reference_to(order, registered))

    assert found.status is status
    assert len(found.payments) == (status is Status.PAID)


def test_a_payment_tells_amounts_to_the_cent(gateway: AsaasGateway, there: Asaas) -> None:
    order = an_order()
    registered = gateway.register(order)
    there.payments[registered.remote_id] |= recorded("webhook")["payment"] | {"id": registered.remote_id}

    (paid,) = gateway.fetch(reference_to(order, registered)).payments

    assert (paid.paid, paid.net, paid.fee, paid.interest) == (Money(12234), Money(12035), Money(199), Money(244))
    assert (paid.paid_on, paid.credited_on, paid.channel) == (date(2026, 3, 11), date(2026, 3, 13), Channel.BOLETO)


def test_money_that_went_back_is_named(gateway: AsaasGateway, there: Asaas) -> None:
    order = an_order()
    registered = gateway.register(order)
    row = {"dateCreated": "2026-03-12 10:00:00", "status": "DONE", "value": 119.9}
    rows = [row, row | {"status": "PENDING"}]
    there.payments[registered.remote_id] |= {"status": "REFUNDED", "paymentDate": "2026-03-11", "refunds": rows}

    (refund,) = gateway.fetch(reference_to(order, registered)).refunds

    assert (refund.amount, refund.on, refund.payment_id) == (Money(11990), date(2026, 3, 12), registered.remote_id)


def test_what_is_paid_cannot_be_cancelled(gateway: AsaasGateway, there: Asaas) -> None:
    order = an_order()
    registered = gateway.register(order)
    there.payments[registered.remote_id] |= {"status": "RECEIVED", "clientPaymentDate": "2026-03-11"}

    with pytest.raises(PermanentFailure) as caught:
        gateway.cancel(reference_to(order, registered))

    assert caught.value.code == "already_paid"


def test_due_date_and_amount_can_change(gateway: AsaasGateway, there: Asaas) -> None:
    order = an_order()
    registered = gateway.register(order)

    gateway.update(replace(order, amount=Money(9990), due_date=date(2026, 4, 1)), reference_to(order, registered))

    assert (there.payments[registered.remote_id]["value"], there.payments[registered.remote_id]["dueDate"]) == (99.9, "2026-04-01")


def test_a_webhook_with_our_token_is_taken_each_time_it_comes(gateway: AsaasGateway) -> None:
    call = WebhookCall({"asaas-access-token": SECRET}, {}, (PAYLOADS / "webhook.json").read_bytes())

    for _again in range(2):
        (notice,) = gateway.read(call)
        assert gateway.verify(call) is Trust.TOKEN
        assert (notice.kind, notice.reference) == (NoticeKind.CHARGE, "0123456789abcdef0123456789abcdef")
        assert notice.remote_id == "pay_080225913252"
        assert notice.payment is not None and notice.payment.paid == Money(12234)


def test_without_a_secret_every_webhook_is_forged(server: StubServer) -> None:
    with closing(AsaasAdapter().open(facts(server.url, webhook_secret=""))) as gateway:
        assert gateway.verify(WebhookCall({"asaas-access-token": ""}, {}, b"{}")) is Trust.FORGED


def test_an_event_of_no_payment_is_not_for_us(gateway: AsaasGateway) -> None:
    (notice,) = gateway.read(WebhookCall({}, {}, b'{"id": "evt_1", "event": "TRANSFER_DONE", "transfer": {}}'))

    assert notice.kind is NoticeKind.IGNORED


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("invalid_cpfCnpj", "payer_document_invalid"),
        ("invalid_dueDate", "due_date_invalid"),
        ("invalid_value", "amount_invalid"),
        ("invalid_email", "payer_email_invalid"),
        ("invalid_object", "refused"),
    ],
)
def test_a_refusal_names_what_is_wrong(theirs: str, ours: str) -> None:
    refusal = Reply(400, {"errors": [{"code": theirs, "description": "O valor informado é inválido."}]})
    with (
        StubServer(lambda seen: refusal) as stub,
        closing(AsaasAdapter().open(facts(stub.url))) as gateway,
        pytest.raises(PermanentFailure) as caught,
    ):
        gateway.register(an_order())

    assert (caught.value.code, caught.value.words) == (ours, "O valor informado é inválido.")


def test_a_token_of_the_other_environment_is_refused() -> None:
    with pytest.raises(PermanentFailure) as caught:
        AsaasAdapter().open(facts("", environment=Environment.PRODUCTION))

    assert caught.value.code == "settings_invalid"


def test_only_this_machine_may_take_the_place_of_the_real_address() -> None:
    with pytest.raises(PermanentFailure) as caught:
        AsaasAdapter().open(facts("https://evil.example.com"))

    assert caught.value.code == "settings_invalid"
    assert "base_url" in AsaasForm({"access_token": "x", "base_url": "https://127.0.0.1.example.com"}).errors


def test_credentials_say_whose_account_it_is(gateway: AsaasGateway) -> None:
    assert gateway.check_credentials().name == "Veloz Telecom Ltda"
