"""The address in a QR code: what a payer's app reads, as a signed-looking JWS whose payload is the charge (no signature is made)."""

import base64
import json
from typing import Any

from sandbox.bank.books import Account, Bank, Charge, Doc
from sandbox.bank.errors import Problem
from sandbox.bank.http import Request, Response
from sandbox.bank.late import Owed, owed
from sandbox.bank.pix import value
from sandbox.bank.pix.cob import expires_at, show
from sandbox.bank.recurrences import amount_of, day_of


def serve(bank: Bank, request: Request) -> Response:
    """GET /qr/v2/…: the payload of a cob, cobv or rec. `?DPP=` asks what is owed on that day. `Accept: application/json` gives it bare."""
    try:
        return jose(request, read(bank, request.path.rsplit("/", 1)[-1], request.query.get("DPP", "")))
    except Problem as problem:
        return problem.response()


def read(bank: Bank, token: str, day: str) -> Doc:
    """The payload. Raises Problem."""
    found = bank.find(token)
    if found is None:
        raise Problem(404, "CobPayloadNaoEncontrado", "Nada nesta location.")
    account, kind, thing = found
    try:
        pay_on = day_of(day) if day else bank.clock.today()
    except ValueError as problem:
        raise Problem(400, "CobPayloadOperacaoInvalida", "DPP não respeita o schema.", [("Data inválida.", "DPP", day)]) from problem
    if isinstance(thing, Charge):
        return _of_charge(bank, thing, owed(thing, pay_on))
    if kind == "locrec":
        return _of_rec(account, thing)
    return _of_doc(bank, account, thing, pay_on)


def _of_rec(account: Account, location: Doc) -> Doc:
    rec = account.docs["rec"].get(location.get("idRec", ""))
    if rec is None:
        raise Problem(404, "RecPayloadNaoEncontrado", "Nada nesta location.")
    if rec["status"] not in ("CRIADA", "APROVADA"):
        raise Problem(400, "RecPayloadOperacaoInvalida", "A recorrência terminou.")
    names = ("idRec", "vinculo", "calendario", "valor", "politicaRetentativa", "atualizacao")
    receiver = {"cnpj": account.cnpj, "nome": account.title, "ispbParticipante": "99999008"}
    return {name: rec[name] for name in names if name in rec} | {"recebedor": receiver}


def _of_doc(bank: Bank, account: Account, location: Doc, pay_on: Any) -> Doc:
    kind, txid = location["tipoCob"], location.get("txid", "")
    doc = account.docs[kind].get(txid)
    if doc is None:
        raise Problem(404, "CobPayloadNaoEncontrado", "Nada nesta location.")
    late = kind == "cob" and doc["status"] == "ATIVA" and expires_at(doc) < bank.clock.now()
    if doc["status"].startswith("REMOVIDA") or late:
        raise Problem(410, "CobPayloadNaoEncontrado", "A cobrança foi removida ou expirou.")
    parts = value.owed(doc, kind, pay_on)
    names = ("txid", "revisao", "status", "chave", "devedor", "solicitacaoPagador", "infoAdicionais", "recebedor")
    payload = {name: each for name, each in show(doc).items() if name in names}
    payload["calendario"] = {**doc["calendario"], "apresentacao": bank.clock.stamp()}
    payload["valor"] = {"original": doc["valor"]["original"]} if kind == "cob" else _amounts(parts)
    return payload


def _of_charge(bank: Bank, charge: Charge, parts: Owed) -> Doc:
    if charge.status in ("CANCELLED", "EXPIRED"):
        raise Problem(410, "CobPayloadNaoEncontrado", "A cobrança foi removida ou expirou.")
    return {
        "txid": charge.txid,
        "revisao": 0,
        "status": "CONCLUIDA" if charge.status == "PAID" else "ATIVA",
        "chave": "",
        "calendario": {
            "criacao": charge.created_at,
            "apresentacao": bank.clock.stamp(),
            "dataDeVencimento": charge.due_date,
            "validadeAposVencimento": charge.accept_days_after_due,
        },
        "devedor": {"cpf" if len(charge.payer["document"]) == 11 else "cnpj": charge.payer["document"], "nome": charge.payer["name"]},
        "valor": _amounts(parts),
    }


def _amounts(parts: Owed) -> Doc:
    named = {"multa": parts.fine, "juros": parts.interest, "desconto": parts.discount}
    amounts = {name: amount_of(cents) for name, cents in named.items() if cents}
    return {"original": amount_of(parts.principal), **amounts, "final": amount_of(parts.total)}


def jose(request: Request, payload: Doc) -> Response:
    """JWS compact form, or JSON if that is all the caller accepts."""
    body = json.dumps(payload, ensure_ascii=False).encode()
    if "application/json" in request.headers.get("accept", ""):
        return Response(200, body, "application/json")
    parts = (b'{"alg":"none","typ":"JWS"}', body, b"sandbox")
    return Response(200, b".".join(base64.urlsafe_b64encode(each).rstrip(b"=") for each in parts), "application/jose")
