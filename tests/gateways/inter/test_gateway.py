"""The adapter of Banco Inter, against payloads of its documentation with names changed."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from malha.domain.money import Money
from malha.gateways.adapters.inter.forms import InterForm
from malha.gateways.adapters.inter.gateway import InterAdapter, InterGateway
from malha.gateways.base import (
    AccountFacts,
    Channel,
    Gateway,
    PermanentFailure,
    Reference,
    Status,
    Trust,
    WebhookCall,
)
from tests.gateways.contract import GatewayContract, an_account, an_order, reference_to
from tests.support.stub_server import Reply, Seen, StubServer

PAYLOADS = Path(__file__).parent / "payloads"
TOKEN = {"access_token": "a-token", "token_type": "Bearer", "expires_in": 3600, "scope": "boleto-cobranca.read boleto-cobranca.write"}


def recorded(**changes: Any) -> dict[str, Any]:
    """The answer of a charge, with some fields of `cobranca` changed."""
    answer: dict[str, Any] = json.loads((PAYLOADS / "charge.json").read_text())
    answer["cobranca"] |= changes
    return answer


class Inter:
    """Recorded answers over a memory of what was asked for."""

    def __init__(self) -> None:
        self.charges: dict[str, dict[str, Any]] = {}
        self.born = "A_RECEBER"

    def __call__(self, seen: Seen) -> Reply:
        match [seen.method, *seen.path.strip("/").split("/")]:
            case ["POST", "oauth", "v2", "token"]:
                return Reply(200, TOKEN)
            case ["POST", "cobranca", "v3", "cobrancas"]:
                code = str(uuid4())
                self.charges[code] = recorded(codigoSolicitacao=code, seuNumero=seen.json["seuNumero"], situacao=self.born)
                return Reply(200, {"codigoSolicitacao": code})
            case ["GET", "cobranca", "v3", "cobrancas"]:
                rows = [row for row in self.charges.values() if row["cobranca"]["seuNumero"] == seen.query["seuNumero"]]
                return Reply(200, {"totalPaginas": 1, "totalElementos": len(rows), "cobrancas": rows})
            case ["PUT", "cobranca", "v3", "cobrancas", "webhook"]:
                return Reply(204)
            case ["GET", "cobranca", "v3", "cobrancas", code] if code in self.charges:
                return Reply(200, self.charges[code])
            case ["POST", "cobranca", "v3", "cobrancas", code, "cancelar"] if code in self.charges:
                self.charges[code]["cobranca"] |= {"situacao": "CANCELADO", "motivoCancelamento": seen.json["motivoCancelamento"]}
                return Reply(202)
        return Reply(404)


@pytest.fixture
def there() -> Inter:
    return Inter()


@pytest.fixture
def server(there: Inter) -> Iterator[StubServer]:
    with StubServer(there) as stub:
        yield stub


def facts(url: str) -> AccountFacts:
    return an_account({"base_url": url, "client_id": "an-id", "client_secret": "very-secret", "account_number": "1234567"})


@pytest.fixture
def gateway(server: StubServer) -> Iterator[InterGateway]:
    with closing(InterAdapter().open(facts(server.url))) as gateway:
        yield gateway


class TestContract(GatewayContract):
    adapter = InterAdapter()

    @pytest.fixture
    def gateway(self, server: StubServer) -> Iterator[Gateway]:
        with closing(self.adapter.open(self.facts(server.url))) as gateway:
            yield gateway

    def facts(self, url: str) -> AccountFacts:
        return facts(url)

    def strange(self, seen: Seen) -> Reply:
        return Reply(200, TOKEN if seen.path.endswith("token") else recorded(situacao="CONGELADO"))

    def forged(self) -> None:
        return None


def test_a_bolepix_has_all_its_codes_and_the_amount_is_exact_on_the_wire(gateway: InterGateway, server: StubServer) -> None:
    registered = gateway.register(an_order(amount=Money(11990)))

    assert (len(registered.linha_digitavel), len(registered.codigo_barras)) == (47, 44)
    assert (registered.nosso_numero, registered.pix_copia_e_cola[:6]) == ("01127843550", "000201")
    sent = next(seen for seen in server.seen if (seen.method, seen.path) == ("POST", "/cobranca/v3/cobrancas"))
    assert b'"valorNominal": 119.90,' in sent.body
    assert (sent.headers["authorization"], sent.headers["x-conta-corrente"]) == ("Bearer a-token", "1234567")
    assert len(sent.json["seuNumero"]) == 15


def test_registration_may_take_its_time(gateway: InterGateway, there: Inter) -> None:
    there.born = "EM_PROCESSAMENTO"
    order = an_order()
    registered = gateway.register(order)
    there.charges[registered.remote_id]["cobranca"]["situacao"] = "A_RECEBER"

    assert registered.status is Status.PENDING
    assert gateway.fetch(reference_to(order, registered)).status is Status.REGISTERED


def test_it_is_found_by_our_reference_alone(gateway: InterGateway) -> None:
    order = an_order()
    registered = gateway.register(order)

    found = gateway.fetch(Reference(order.reference, order.kind, due_date=order.due_date)).registered

    assert found is not None and found.remote_id == registered.remote_id


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("EM_PROCESSAMENTO", Status.PENDING),
        ("A_RECEBER", Status.REGISTERED),
        ("ATRASADO", Status.REGISTERED),
        ("RECEBIDO", Status.PAID),
        ("MARCADO_RECEBIDO", Status.PAID),
        ("CANCELADO", Status.CANCELLED),
        ("EXPIRADO", Status.EXPIRED),
        ("FALHA_EMISSAO", Status.REJECTED),
    ],
)
def test_each_status_has_its_name(gateway: InterGateway, there: Inter, word: str, status: Status) -> None:
    order = an_order()
    registered = gateway.register(order)
    there.charges[registered.remote_id]["cobranca"] |= {"situacao": word, "valorTotalRecebido": 122.34, "dataSituacao": "2026-03-18"}

    found = gateway.fetch(reference_to(order, registered))

    assert found.status is status
    assert [(paid.paid, paid.paid_on) for paid in found.payments] == [(Money(12234), date(2026, 3, 18))] * (status is Status.PAID)


def test_what_is_paid_cannot_be_cancelled(gateway: InterGateway, there: Inter) -> None:
    order = an_order()
    registered = gateway.register(order)
    there.charges[registered.remote_id]["cobranca"] |= {"situacao": "RECEBIDO", "valorTotalRecebido": 119.9}

    with pytest.raises(PermanentFailure) as caught:
        gateway.cancel(reference_to(order, registered))

    assert caught.value.code == "already_paid"


def test_a_webhook_is_only_as_good_as_its_certificate_and_reads_the_same_each_time(gateway: InterGateway) -> None:
    body = (PAYLOADS / "webhook.json").read_bytes()

    assert gateway.verify(WebhookCall({}, {}, body, has_client_certificate=True)) is Trust.MTLS
    assert gateway.verify(WebhookCall({}, {}, body)) is Trust.OPAQUE
    (notice,), (again,) = gateway.read(WebhookCall({}, {}, body)), gateway.read(WebhookCall({}, {}, body))
    assert notice == again
    assert notice.remote_id == "183e982a-34e5-4bc0-9643-def5432a0001"
    assert notice.payment is not None
    assert (notice.payment.paid, notice.payment.channel, notice.payment.paid_on) == (Money(11990), Channel.PIX, date(2026, 3, 18))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("pagador.cpfCnpj", "payer_document_invalid"),
        ("pagador.cep", "payer_cep_invalid"),
        ("dataVencimento", "due_date_invalid"),
        ("valorNominal", "amount_invalid"),
        ("formasRecebimento", "refused"),
    ],
)
def test_a_refusal_names_what_is_wrong(there: Inter, theirs: str, ours: str) -> None:
    wrong = {"title": "Requisição inválida", "violacoes": [{"razao": "Valor inválido.", "propriedade": theirs, "valor": "x"}]}

    def answer(seen: Seen) -> Reply:
        return Reply(400, wrong) if (seen.method, seen.path) == ("POST", "/cobranca/v3/cobrancas") else there(seen)

    with (
        StubServer(answer) as stub,
        closing(InterAdapter().open(facts(stub.url))) as gateway,
        pytest.raises(PermanentFailure) as caught,
    ):
        gateway.register(an_order())

    assert (caught.value.code, caught.value.words, caught.value.field) == (ours, "Valor inválido.", theirs)


def test_the_real_bank_is_not_asked_without_a_certificate() -> None:
    with pytest.raises(PermanentFailure) as caught:
        InterAdapter().open(facts(""))

    assert (caught.value.code, caught.value.field) == ("settings_invalid", "certificate")


def test_only_this_machine_may_take_the_place_of_the_real_address() -> None:
    with pytest.raises(PermanentFailure) as caught:
        InterAdapter().open(facts("https://evil.example.com"))

    assert caught.value.code == "settings_invalid"
    assert "base_url" in InterForm({"base_url": "https://127.0.0.1.example.com"}).errors


def test_the_bank_is_told_where_to_call(gateway: InterGateway, server: StubServer) -> None:
    gateway.configure_webhook("https://veloz.example.com/webhooks/1")

    assert server.seen[-1].json == {"webhookUrl": "https://veloz.example.com/webhooks/1"}
