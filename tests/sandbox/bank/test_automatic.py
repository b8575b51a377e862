"""Pix Automático: rec, solicrec, cobr, retentativa, and the same through the bank's own API."""

from typing import Any

import pytest

from sandbox.bank import codes
from tests.sandbox.bank.conftest import ALL, PERSON, Customer, PixClient, cob, cobv, txid
from tests.support.webhook_sink import WebhookSink


def rec(**changes: Any) -> dict[str, Any]:
    return {
        "vinculo": {"contrato": "C-77", "devedor": PERSON, "objeto": "Internet"},
        "calendario": {"dataInicial": "2026-03-20", "periodicidade": "MENSAL"},
        "politicaRetentativa": "PERMITE_3R_7D",
        **changes,
    }


def cobr(id_rec: str, due: str = "2026-03-16", **changes: Any) -> dict[str, Any]:
    return {
        "idRec": id_rec,
        "calendario": {"dataDeVencimento": due},
        "valor": {"original": "99.90"},
        "recebedor": {"conta": "12345", "tipoConta": "CORRENTE", "agencia": "0001"},
        **changes,
    }


def approved(client: PixClient, **changes: Any) -> str:
    id_rec = str(client.call("POST", "/rec", rec(**changes)).body["idRec"])
    client.bank.control("recurrence", id_rec=id_rec, action="approve", journey="J2")
    return id_rec


def violations(answer: Any) -> list[str]:
    assert answer.status == 400, answer.body
    return [each["propriedade"] for each in answer.body.get("violacoes", [])]


def test_a_recurrence_is_made_with_its_id(client: PixClient) -> None:
    made = client.call("POST", "/rec", rec()).body
    without = client.call("POST", "/rec", rec(politicaRetentativa="NAO_PERMITE")).body

    assert len(made["idRec"]) == 29 and made["idRec"].startswith("RR9999900820260310")
    assert without["idRec"].startswith("RN")
    assert (made["status"], made["ativacao"]["tipoJornada"]) == ("CRIADA", "AGUARDANDO_DEFINICAO")
    assert client.call("GET", f"/rec?{ALL}").body["parametros"]["paginacao"]["quantidadeTotalDeItens"] == 2


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"calendario": {"dataInicial": "2026-03-20", "periodicidade": "BIMESTRAL"}}, "rec.calendario.periodicidade"),
        ({"calendario": {"dataInicial": "2026-03-09", "periodicidade": "MENSAL"}}, "rec.calendario.dataInicial"),
        ({"valor": {"valorRec": "9.90", "valorMinimoRecebedor": "5.00"}}, "rec.valor"),
        ({"valor": {"valorRec": 9.9}}, "rec.valor.valorRec"),
        ({"politicaRetentativa": "SIM"}, "rec.politicaRetentativa"),
        ({"vinculo": {"contrato": "x" * 36, "devedor": PERSON}}, "rec.vinculo.contrato"),
        ({"vinculo": {"devedor": PERSON}}, "rec.vinculo.contrato"),
        ({"loc": 999}, "rec.loc"),
    ],
)
def test_a_wrong_recurrence_is_a_problem(client: PixClient, changes: dict[str, Any], wrong: str) -> None:
    assert wrong in violations(client.call("POST", "/rec", rec(**changes)))


def test_paying_the_first_charge_is_the_consent(client: PixClient, sink: WebhookSink) -> None:
    client.call("PUT", "/webhookrec", {"webhookUrl": sink.url})
    name = txid()
    place = client.call("POST", "/locrec").body
    made = client.call("POST", "/rec", rec(loc=place["id"], ativacao={"dadosJornada": {"txid": name}})).body
    charge = client.call("PUT", f"/cob/{name}", cob()).body

    asked = client.call("GET", f"/rec/{made['idRec']}?txid={name}").body["dadosQR"]
    assert asked["jornada"] == "JORNADA_3"
    assert codes.br_code_urls(asked["pixCopiaECola"]) == [charge["location"], place["location"]]

    client.bank.control("pay", txid=name)

    done = client.call("GET", f"/rec/{made['idRec']}").body
    assert (done["status"], done["ativacao"]) == ("APROVADA", {"tipoJornada": "JORNADA_3", "dadosJornada": {"txid": name}})
    notice = sink.wait(1)[0]
    assert (notice.path, notice.json["recs"][0]["status"]) == ("/rec", "APROVADA")


def test_with_a_due_date_the_consent_is_optional(client: PixClient) -> None:
    place = client.call("POST", "/locrec").body
    made = client.call("POST", "/rec", rec(loc=place["id"])).body
    name = txid()
    client.call("PUT", f"/cobv/{name}", cobv())
    assert client.call("GET", f"/rec/{made['idRec']}?txid={name}").body["dadosQR"]["jornada"] == "JORNADA_4"

    client.bank.control("pay", txid=name)
    assert client.call("GET", f"/rec/{made['idRec']}").body["status"] == "CRIADA"

    client.bank.control("pay", txid=name, consent=True)
    assert client.call("GET", f"/rec/{made['idRec']}").body["ativacao"]["tipoJornada"] == "JORNADA_4"


def test_a_recurrence_is_cancelled_by_either_side(client: PixClient) -> None:
    one, other = approved(client), approved(client)

    ours = client.call("PATCH", f"/rec/{one}", {"status": "CANCELADA"}).body
    client.bank.control("recurrence", id_rec=other, action="cancel", code="ACCL", who="PSP_PAGADOR")
    theirs = client.call("GET", f"/rec/{other}").body

    assert ours["encerramento"]["cancelamento"]["codigo"] == "SLCR"
    assert (theirs["encerramento"]["cancelamento"]["solicitante"], theirs["status"]) == ("PSP_PAGADOR", "CANCELADA")
    assert client.call("PATCH", f"/rec/{one}", {"status": "CANCELADA"}).status == 200
    assert client.call("PATCH", f"/rec/{one}", {"vinculo": {"devedor": {"nome": "X"}}}).status == 400


def test_a_push_is_accepted_or_rejected_by_the_payer(client: PixClient) -> None:
    body = {
        "calendario": {"dataExpiracaoSolicitacao": "2026-03-12T12:00:00Z"},
        "destinatario": {"cpf": PERSON["cpf"], "conta": "550689", "agencia": "2569", "ispbParticipante": "91193552"},
    }
    results = {}
    for action in ("approve", "reject"):
        id_rec = client.call("POST", "/rec", rec()).body["idRec"]
        asked = client.call("POST", "/solicrec", {"idRec": id_rec, **body})
        assert asked.status == 201 and asked.body["idSolicRec"].startswith("SC")
        assert client.call("POST", "/solicrec", {"idRec": id_rec, **body}).status == 400
        client.bank.control("recurrence", id=asked.body["idSolicRec"], action=action)
        done = client.call("GET", f"/rec/{id_rec}").body
        results[action] = (done["status"], client.call("GET", f"/solicrec/{asked.body['idSolicRec']}").body["status"])

    assert results == {"approve": ("APROVADA", "ACEITA"), "reject": ("REJEITADA", "REJEITADA")}


def test_a_debit_is_paid_on_its_day_and_told(client: PixClient, sink: WebhookSink) -> None:
    client.call("PUT", "/webhookcobr", {"webhookUrl": sink.url})
    name = txid()
    made = client.call("PUT", f"/cobr/{name}", cobr(approved(client)))
    assert (made.status, made.body["status"]) == (201, "ATIVA")
    assert client.call("PUT", f"/cobr/{name}", cobr(made.body["idRec"])).body == made.body

    client.bank.control("clock", date="2026-03-16")

    done = client.call("GET", f"/cobr/{name}").body
    assert (done["status"], done["tentativas"][0]["status"], done["pix"][0]["valor"]) == ("CONCLUIDA", "PAGA", "99.90")
    told = [each.json["cobsr"][0]["status"] for each in sink.wait(2)]
    assert sorted(told) == ["ATIVA", "CONCLUIDA"] and sink.got[0].path == "/cobr"


@pytest.mark.parametrize("due", ["2026-03-11", "2026-03-21"])
def test_a_debit_is_sent_2_to_10_days_before(client: PixClient, due: str) -> None:
    assert "cobr.calendario.dataDeVencimento" in violations(client.call("PUT", f"/cobr/{txid()}", cobr(approved(client), due)))


def test_there_is_one_debit_per_cycle(client: PixClient) -> None:
    id_rec = approved(client)
    assert client.call("PUT", f"/cobr/{txid()}", cobr(id_rec, "2026-03-16")).status == 201
    first = client.call("GET", f"/cobr?{ALL}&idRec={id_rec}").body["cobsr"][0]["txid"]
    assert client.call("PUT", f"/cobr/{txid()}", cobr(id_rec, "2026-03-18")).status == 400

    client.call("PATCH", f"/cobr/{first}", {"status": "CANCELADA"})
    assert client.call("PUT", f"/cobr/{txid()}", cobr(id_rec, "2026-03-18")).status == 201


def test_a_fixed_amount_is_obeyed(client: PixClient) -> None:
    id_rec = approved(client, valor={"valorRec": "89.90"})

    assert "cobr.valor.original" in violations(client.call("PUT", f"/cobr/{txid()}", cobr(id_rec)))


def test_a_debit_is_not_cancelled_on_its_day(client: PixClient) -> None:
    name = txid()
    client.call("PUT", f"/cobr/{name}", cobr(approved(client)))
    client.bank.control("faults", pix_fails="AM04")
    client.bank.control("clock", date="2026-03-16")

    assert client.call("PATCH", f"/cobr/{name}", {"status": "CANCELADA"}).status == 400


def test_a_failed_debit_is_tried_again_three_times_at_most(client: PixClient) -> None:
    name = txid()
    client.call("PUT", f"/cobr/{name}", cobr(approved(client)))
    client.bank.control("faults", pix_fails="AM02")
    client.bank.control("clock", date="2026-03-16")
    assert client.call("GET", f"/cobr/{name}").body["tentativas"][0]["rejeicao"]["codigo"] == "AM02"
    assert client.call("POST", f"/cobr/{name}/retentativa/2026-03-24").status == 400

    for day in ("2026-03-17", "2026-03-18", "2026-03-19"):
        assert client.call("POST", f"/cobr/{name}/retentativa/{day}").status == 201
        assert client.call("POST", f"/cobr/{name}/retentativa/2026-03-20").status == 400
        client.bank.control("clock", date=day)

    done = client.call("GET", f"/cobr/{name}").body
    assert [each["tipo"] for each in done["tentativas"]] == ["AGND", "NTAG", "NTAG", "NTAG"]
    assert done["status"] == "EXPIRADA"


def test_a_retry_may_succeed(client: PixClient) -> None:
    name = txid()
    client.call("PUT", f"/cobr/{name}", cobr(approved(client)))
    client.bank.control("debit", txid=name, code="AM02")
    assert client.call("GET", f"/cobr/{name}").body["status"] == "ATIVA"

    client.call("POST", f"/cobr/{name}/retentativa/2026-03-17")
    client.bank.control("clock", date="2026-03-17")

    assert client.call("GET", f"/cobr/{name}").body["status"] == "CONCLUIDA"


def test_without_retries_or_with_a_fatal_code_it_is_over(client: PixClient) -> None:
    one, other = txid(), txid()
    client.call("PUT", f"/cobr/{one}", cobr(approved(client, politicaRetentativa="NAO_PERMITE")))
    client.call("PUT", f"/cobr/{other}", cobr(approved(client)))
    client.bank.control("debit", txid=one, code="AM02")
    client.bank.control("debit", txid=other, code="AC05")

    assert client.call("GET", f"/cobr/{one}").body["status"] == "EXPIRADA"
    assert client.call("GET", f"/cobr/{other}").body["status"] == "REJEITADA"
    assert client.call("POST", f"/cobr/{one}/retentativa/2026-03-17").status == 400


def test_a_debit_without_authorization_is_refused_on_its_day(client: PixClient) -> None:
    name = txid()
    id_rec = client.call("POST", "/rec", rec()).body["idRec"]
    assert client.call("PUT", f"/cobr/{name}", cobr(id_rec)).body["status"] == "CRIADA"

    client.bank.control("clock", date="2026-03-16")

    assert client.call("GET", f"/cobr/{name}").body["encerramento"]["rejeicao"]["codigo"] == "MSUC"


# ---- through the bank's own API


def test_an_own_recurrence_is_made_once_and_cancelled(customer: Customer) -> None:
    body = {"payer": {"name": "Maria", "document": PERSON["cpf"]}, "contract": "C-1", "period": "MONTHLY", "amount_cents": 9990}
    first = customer.call("PUT", "/v1/recurrences/r-1", body)
    again = customer.call("PUT", "/v1/recurrences/r-1", body)
    other = customer.call("PUT", "/v1/recurrences/r-1", {**body, "amount_cents": 1})

    assert (first.status, again.status, other.status) == (201, 200, 409)
    assert (first.body["status"], first.body["amount_cents"]) == ("CREATED", 9990)
    assert len(codes.br_code_urls(first.body["pix_copia_e_cola"])) == 1
    for _ in range(2):
        assert customer.call("DELETE", "/v1/recurrences/r-1").body["status"] == "CANCELLED"


def test_an_own_charge_is_debited_on_its_day_once_allowed(customer: Customer, sink: WebhookSink) -> None:
    customer.call("PUT", "/v1/webhook", {"url": sink.url, "secret": "s"})
    first = customer.register("first", recurrence={"journey": "J3", "id_rec": None}).body
    customer.pay("first", channel="PIX")
    id_rec = first["recurrence"]["id_rec"]
    assert len(codes.br_code_urls(first["pix_copia_e_cola"])) == 2
    assert customer.call("GET", f"/v1/recurrences/{id_rec}").body["journey"] == "J3"

    customer.register("next", kind="PIX", due_date="2026-04-20", recurrence={"journey": "AUTO", "id_rec": id_rec})
    customer.bank.control("clock", date="2026-04-20")

    assert (customer.charge("next")["status"], customer.charge("next")["payments"][0]["paid_on"]) == ("PAID", "2026-04-20")
    assert any(each.json["type"] == "recurrence.approved" for each in sink.wait(5))


def test_an_own_charge_is_not_debited_after_the_payer_cancelled(customer: Customer) -> None:
    first = customer.register("first", recurrence={"journey": "J3", "id_rec": None}).body
    customer.pay("first", channel="PIX")
    id_rec = first["recurrence"]["id_rec"]
    customer.register("next", kind="PIX", due_date="2026-04-20", recurrence={"journey": "AUTO", "id_rec": id_rec})

    customer.bank.control("recurrence", id_rec=id_rec, action="cancel")
    customer.bank.control("clock", date="2026-04-20")

    assert customer.charge("next")["status"] == "REGISTERED"
