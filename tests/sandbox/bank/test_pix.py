"""The Pix API of Bacen: cob, cobv, loc, pix, devolução, webhooks."""

import json
from base64 import urlsafe_b64decode
from typing import Any

import pytest

from sandbox.bank import codes
from tests.sandbox.bank.conftest import ALL, KEY, PERSON, TODAY, PixClient, basic, cob, cobv, txid
from tests.support.bank_process import BankProcess
from tests.support.webhook_sink import WebhookSink


def test_a_token_comes_by_basic_or_by_form_and_only_with_the_secret(bank: BankProcess) -> None:
    grant = "grant_type=client_credentials"
    form = bank.call("POST", "/oauth/token", f"{grant}&client_id=abc&client_secret=one".encode())
    assert form.status == 200 and form.body["token_type"] == "Bearer" and "cobr.write" in form.body["scope"]

    assert bank.call("POST", "/oauth/token", grant.encode(), headers=basic("abc", "two")).status == 401
    assert bank.call("POST", "/oauth/token", b"grant_type=password", headers=basic("abc", "one")).status == 400
    assert bank.call("GET", f"/pix/v2/cob?{ALL}", token="made-up").status == 401


def test_a_cob_is_made_once(client: PixClient) -> None:
    name = txid()
    first = client.call("PUT", f"/cob/{name}", cob())
    again = client.call("PUT", f"/cob/{name}", cob())

    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert (first.body["status"], first.body["revisao"], first.body["txid"]) == ("ATIVA", 0, name)
    assert codes.br_code_urls(first.body["pixCopiaECola"]) == [first.body["location"]]
    assert first.body["loc"]["tipoCob"] == "cob" and client.client_id not in first.body["pixCopiaECola"]


def test_the_bank_chooses_the_txid_of_a_post(client: PixClient) -> None:
    made = client.call("POST", "/cob", cob()).body

    assert client.call("GET", f"/cob/{made['txid']}").body["valor"] == {"original": "37.00"}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (cob(valor={"original": 37.0}), "cob.valor.original"),
        (cob(valor={"original": "37.001"}), "cob.valor.original"),
        (cob(valor={"original": "0.00"}), "cob.valor.original"),
        (cob(valor={}), "cob.valor.original"),
        (cob(chave=None), "cob.chave"),
        (cob(chave="x" * 78), "cob.chave"),
        (cob(devedor={"cpf": "52998224724", "nome": "Maria"}), "cob.devedor.cpf"),
        (cob(devedor={**PERSON, "cnpj": "11222333000181"}), "cob.devedor"),
        (cob(calendario={"expiracao": 0}), "cob.calendario.expiracao"),
        (cob(calendario={"expiracao": "3600"}), "cob.calendario.expiracao"),
        (cob(loc={"id": 4711}), "cob.loc.id"),
        (cob(loc=4711), "cob.loc"),
        (cob(calendario="amanhã"), "cob.calendario"),
    ],
)
def test_a_wrong_cob_is_a_problem_with_its_violation(client: PixClient, body: dict[str, Any], wrong: str) -> None:
    answer = client.call("PUT", f"/cob/{txid()}", body)

    assert answer.status == 400 and answer.headers["Content-Type"] == "application/problem+json"
    assert answer.body["type"] == "https://pix.bcb.gov.br/api/v2/error/CobOperacaoInvalida"
    assert wrong in [each["propriedade"] for each in answer.body["violacoes"]]


@pytest.mark.parametrize("name", ["a" * 25, "a" * 36, "a" * 25 + "-"])
def test_a_txid_has_26_to_35_letters_and_digits(client: PixClient, name: str) -> None:
    assert client.call("PUT", f"/cob/{name}", cob()).status == 400


def test_a_txid_is_never_used_again(client: PixClient) -> None:
    name = txid()
    client.call("PUT", f"/cob/{name}", cob())
    client.call("PATCH", f"/cob/{name}", {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"})

    assert client.call("PUT", f"/cob/{name}", cob(valor={"original": "1.00"})).status == 400
    assert client.call("PUT", f"/cobv/{name}", cobv()).status == 400


def test_a_cob_is_revised_and_removed(client: PixClient) -> None:
    name = txid()
    client.call("PUT", f"/cob/{name}", cob())
    revised = client.call("PATCH", f"/cob/{name}", {"valor": {"original": "12.00"}}).body
    assert (revised["revisao"], revised["valor"]["original"], revised["devedor"]) == (1, "12.00", PERSON)

    assert client.call("PATCH", f"/cob/{name}", {"status": "REMOVIDO_PELO_USUARIO_RECEBEDOR"}).status == 400
    for _ in range(2):
        assert client.call("PATCH", f"/cob/{name}", {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"}).status == 200
    assert client.call("PATCH", f"/cob/{name}", {"valor": {"original": "1.00"}}).status == 400
    assert client.call("GET", f"/cob/{txid()}").body["type"].endswith("/CobNaoEncontrado")


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ({"multa": {"modalidade": "2", "valorPerc": "2.00"}}, "cobv.valor.multa.modalidade"),
        ({"multa": {"modalidade": 3, "valorPerc": "2.00"}}, "cobv.valor.multa.modalidade"),
        ({"juros": {"modalidade": 3}}, "cobv.valor.juros.valorPerc"),
        ({"desconto": {"modalidade": 1}}, "cobv.valor.desconto.descontoDataFixa"),
        (
            {"desconto": {"modalidade": 1, "valorPerc": "1.00", "descontoDataFixa": [{"data": "2026-03-15", "valorPerc": "5.00"}]}},
            "cobv.valor.desconto.valorPerc",
        ),
        (
            {"desconto": {"modalidade": 1, "descontoDataFixa": [{"data": "2026-03-21", "valorPerc": "5.00"}]}},
            "cobv.valor.desconto.descontoDataFixa[0].data",
        ),
    ],
)
def test_a_wrong_cobv_is_a_problem(client: PixClient, value: dict[str, Any], wrong: str) -> None:
    answer = client.call("PUT", f"/cobv/{txid()}", cobv(**value))

    assert answer.status == 400 and wrong in [each["propriedade"] for each in answer.body["violacoes"]]


def test_a_cobv_needs_its_debtor_and_a_due_date_not_past(client: PixClient) -> None:
    without = {name: value for name, value in cobv().items() if name != "devedor"}
    assert client.call("PUT", f"/cobv/{txid()}", without).status == 400
    assert client.call("PUT", f"/cobv/{txid()}", cobv(due="2026-03-09")).status == 400
    company = {**cobv(), "devedor": {"cnpj": "12ABC34501DE35", "nome": "Empresa"}}
    assert client.call("PUT", f"/cobv/{txid()}", company).status == 201


LATE = {"multa": {"modalidade": 2, "valorPerc": "2.00"}, "juros": {"modalidade": 3, "valorPerc": "1.00"}}
EARLY = {
    "desconto": {
        "modalidade": 1,
        "descontoDataFixa": [{"data": "2026-03-16", "valorPerc": "7.00"}, {"data": "2026-03-18", "valorPerc": "3.00"}],
    }
}
FIXED = {"multa": {"modalidade": 1, "valorPerc": "5.00"}, "juros": {"modalidade": 1, "valorPerc": "0.10"}}


@pytest.mark.parametrize(
    ("value", "day", "paid", "parts"),
    [
        ({}, TODAY, "100.00", {"original"}),
        (LATE, "2026-03-20", "100.00", {"original"}),
        (LATE, "2026-03-25", "102.17", {"original", "multa", "juros"}),
        (FIXED, "2026-03-25", "105.50", {"original", "multa", "juros"}),
        (EARLY, "2026-03-16", "93.00", {"original", "desconto"}),
        (EARLY, "2026-03-18", "97.00", {"original", "desconto"}),
        (EARLY, "2026-03-19", "100.00", {"original"}),
        ({"abatimento": {"modalidade": 2, "valorPerc": "10.00"}}, TODAY, "90.00", {"original", "desconto"}),
    ],
)
def test_what_is_paid_depends_on_the_day(client: PixClient, value: dict[str, Any], day: str, paid: str, parts: set[str]) -> None:
    name = txid()
    assert client.call("PUT", f"/cobv/{name}", cobv(**value)).status == 201
    client.bank.control("clock", date=day)

    pix = client.bank.control("pay", txid=name)["pix"]

    assert (pix["valor"], set(pix["componentesValor"])) == (paid, parts)
    done = client.call("GET", f"/cobv/{name}").body
    assert (done["status"], done["pix"]) == ("CONCLUIDA", [pix])
    assert client.call("GET", f"/pix/{pix['endToEndId']}").body == pix


def test_a_payment_calls_back_at_the_address_with_pix_behind_it(client: PixClient, sink: WebhookSink) -> None:
    client.call("PUT", f"/webhook/{KEY}", {"webhookUrl": f"{sink.url}/w?hmac=abc&ignorar="})
    name = txid()
    client.call("PUT", f"/cob/{name}", cob())

    pix = client.bank.control("pay", txid=name)["pix"]

    notice = sink.wait(1)[0]
    assert notice.path == "/w?hmac=abc&ignorar=/pix"
    assert notice.json == {"pix": [pix]}
    assert "X-Sandbox-Signature" not in notice.headers


def test_a_devolucao_is_asked_once_and_told(client: PixClient, sink: WebhookSink) -> None:
    client.call("PUT", f"/webhook/{KEY}", {"webhookUrl": sink.url})
    name = txid()
    client.call("PUT", f"/cob/{name}", cob())
    e2e = client.bank.control("pay", txid=name)["pix"]["endToEndId"]

    first = client.call("PUT", f"/pix/{e2e}/devolucao/d1", {"valor": "30.00"})
    again = client.call("PUT", f"/pix/{e2e}/devolucao/d1", {"valor": "30.00"})
    assert (first.status, first.body["status"], len(first.body["rtrId"])) == (201, "EM_PROCESSAMENTO", 32)
    assert again.body["rtrId"] == first.body["rtrId"]

    assert client.call("GET", f"/pix/{e2e}/devolucao/d1").body["status"] == "DEVOLVIDO"
    assert client.call("PUT", f"/pix/{e2e}/devolucao/d2", {"valor": "7.01"}).body["type"].endswith("/PixDevolucaoInvalida")
    assert client.call("GET", f"/pix/{e2e}/devolucao/d2").status == 404
    assert sink.wait(2)[1].json["pix"][0]["devolucoes"][0]["status"] == "DEVOLVIDO"


def test_a_held_devolucao_may_fail_later(client: PixClient) -> None:
    client.bank.control("faults", devolucao_hold=True)
    name = txid()
    client.call("PUT", f"/cob/{name}", cob())
    e2e = client.bank.control("pay", txid=name)["pix"]["endToEndId"]
    client.call("PUT", f"/pix/{e2e}/devolucao/d1", {"valor": "37.00"})

    client.bank.control("devolucao", end_to_end_id=e2e, id="d1", status="NAO_REALIZADO")

    assert client.call("GET", f"/pix/{e2e}/devolucao/d1").body["status"] == "NAO_REALIZADO"
    assert client.call("PUT", f"/pix/{e2e}/devolucao/d2", {"valor": "37.00"}).status == 201


def test_lists_have_dates_filters_and_pages(client: PixClient) -> None:
    for _ in range(5):
        client.call("PUT", f"/cob/{txid()}", cob())
    other = {**cob(), "devedor": {"cnpj": "11222333000181", "nome": "Empresa"}}
    client.call("PUT", f"/cob/{txid()}", other)

    page = client.call("GET", f"/cob?{ALL}&paginacao.itensPorPagina=4&paginacao.paginaAtual=1").body
    assert len(page["cobs"]) == 2
    assert page["parametros"]["paginacao"] == {"paginaAtual": 1, "itensPorPagina": 4, "quantidadeDePaginas": 2, "quantidadeTotalDeItens": 6}
    assert len(client.call("GET", f"/cob?{ALL}&cnpj=11222333000181").body["cobs"]) == 1
    assert client.call("GET", "/cob?inicio=2020-01-01T00:00:00Z&fim=2020-02-01T00:00:00Z").body["cobs"] == []
    assert client.call("GET", "/cob").body["type"].endswith("/CobConsultaInvalida")
    assert client.call("GET", f"/cob?{ALL}&cpf=1&cnpj=2").status == 400
    assert client.call("GET", f"/pix?{ALL}").body["pix"] == []


def test_locations_hold_one_charge_of_their_kind(client: PixClient) -> None:
    place = client.call("POST", "/loc", {"tipoCob": "cob"}).body
    assert client.call("POST", "/loc", {"tipoCob": "rec"}).status == 400
    first, second = txid(), txid()

    assert client.call("PUT", f"/cob/{first}", cob(loc={"id": place["id"]})).body["location"] == place["location"]
    assert client.call("PUT", f"/cob/{second}", cob(loc={"id": place["id"]})).status == 400
    assert client.call("PUT", f"/cobv/{second}", {**cobv(), "loc": {"id": place["id"]}}).status == 400
    assert client.call("GET", f"/loc/{place['id']}").body["txid"] == first

    client.call("DELETE", f"/loc/{place['id']}/txid")
    assert "txid" not in client.call("GET", f"/loc/{place['id']}").body
    assert client.call("PUT", f"/cob/{second}", cob(loc={"id": place["id"]})).status == 201


def test_a_payers_app_reads_what_is_owed_on_its_day(client: PixClient) -> None:
    made = client.call("PUT", f"/cobv/{txid()}", cobv(**LATE)).body
    path = "/" + made["location"].partition("/")[2]

    signed = client.bank.call("GET", f"{path}?DPP=2026-03-25")
    payload = json.loads(urlsafe_b64decode(signed.raw.split(b".")[1] + b"=="))
    assert signed.headers["Content-Type"] == "application/jose"
    assert payload["valor"] == {"original": "100.00", "multa": "2.00", "juros": "0.17", "final": "102.17"}

    client.call("PATCH", f"/cobv/{made['txid']}", {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"})
    assert client.bank.call("GET", path).status == 410
    assert client.bank.call("GET", "/qr/v2/unknown").status == 404


@pytest.mark.parametrize("path", [f"/webhook/{KEY}", "/webhookrec", "/webhookcobr"])
def test_a_webhook_is_set_read_and_removed(client: PixClient, path: str) -> None:
    assert client.call("GET", path).status == 404
    assert client.call("PUT", path, {"webhookUrl": "nonsense"}).status == 400
    assert client.call("PUT", path, {"webhookUrl": "https://provedor.example/w"}).status == 200
    assert client.call("GET", path).body["webhookUrl"] == "https://provedor.example/w"
    assert client.call("DELETE", path).status == 204
    assert client.call("GET", path).status == 404
