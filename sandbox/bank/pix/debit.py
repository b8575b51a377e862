"""Attempts of an automatic debit (cobr): scheduled, paid, failed, tried again."""

import datetime
from typing import Any

from sandbox.bank.books import Account, Bank, Doc
from sandbox.bank.clock import next_business_day
from sandbox.bank.recurrences import day_of
from sandbox.bank.webhooks import Webhooks

FATAL = {"AC05", "AM09", "DENC", "DS27", "DTED", "MIDI", "MSUC", "NITX", "RC09"}
RETRY_DAYS = 7
RETRIES = 3


def set_status(bank: Bank, thing: Doc, status: str) -> None:
    """Change a state and note when."""
    if thing.get("status") != status:
        thing["status"] = status
        thing.setdefault("atualizacao", []).append({"status": status, "data": bank.clock.stamp()})


def add_attempt(bank: Bank, doc: Doc, day: datetime.date, kind: str) -> Doc:
    """A new attempt, scheduled at the payer's bank at once."""
    attempt: Doc = {"dataLiquidacao": day.isoformat(), "tipo": kind, "endToEndId": bank.end_to_end_id(), "status": ""}
    set_status(bank, attempt, "SOLICITADA")
    set_status(bank, attempt, "AGENDADA")
    doc.setdefault("tentativas", []).append(attempt)
    return attempt


def first_day(doc: Doc) -> datetime.date:
    """Day of the first attempt."""
    due = day_of(doc["calendario"]["dataDeVencimento"])
    return next_business_day(due) if doc.get("ajusteDiaUtil", True) else due


def running(doc: Doc) -> Doc | None:
    """The attempt that is not over, if any."""
    attempts: list[Doc] = doc.get("tentativas", [])
    return attempts[-1] if attempts and attempts[-1]["status"] in ("SOLICITADA", "AGENDADA") else None


def refusal(account: Account, doc: Doc) -> str:
    """Why the payer's bank refuses by itself: no authorization in force. Empty when it does not."""
    rec = account.docs["rec"].get(doc["idRec"], {})
    return "" if rec.get("status") == "APROVADA" else "MSUC"


def succeed(bank: Bank, doc: Doc, pix: Doc) -> None:
    """The attempt is paid."""
    attempt = running(doc)
    assert attempt is not None
    # The Pix carries the endToEndId of its attempt.
    attempt["endToEndId"] = pix["endToEndId"]
    set_status(bank, attempt, "PAGA")
    set_status(bank, doc, "CONCLUIDA")
    doc.setdefault("pix", []).append(pix)


def fail(bank: Bank, account: Account, doc: Doc, code: str) -> None:
    """The attempt is refused. A fatal code ends the cobr; so does the last chance without another try."""
    attempt = running(doc)
    assert attempt is not None
    set_status(bank, attempt, "REJEITADA")
    attempt["rejeicao"] = {"codigo": code, "descricao": "Tentativa recusada pelo banco do pagador."}
    rec = account.docs["rec"].get(doc["idRec"], {})
    if code in FATAL:
        set_status(bank, doc, "REJEITADA")
        doc["encerramento"] = {"rejeicao": {"codigo": code, "descricao": "Cobrança rejeitada pelo banco do pagador."}}
    elif rec.get("politicaRetentativa") != "PERMITE_3R_7D" or len(doc["tentativas"]) > RETRIES:
        set_status(bank, doc, "EXPIRADA")


def tell(webhooks: Webhooks, account: Account, doc: Doc) -> None:
    """To the webhook of automatic debits."""
    hook = account.docs["webhookcobr"].get("")
    if hook:
        names = ("idRec", "txid", "status", "atualizacao", "encerramento", "tentativas", "pix")
        webhooks.call_back(account, hook["webhookUrl"], "cobr", {"cobsr": [{name: doc[name] for name in names if name in doc}]})


def expire_request(bank: Bank, account: Account, request: Doc) -> None:
    """A request for confirmation (solicrec) whose time is over."""
    until: Any = request["calendario"]["dataExpiracaoSolicitacao"]
    if request["status"] in ("CRIADA", "ENVIADA", "RECEBIDA") and datetime.datetime.fromisoformat(until) < bank.clock.now():
        set_status(bank, request, "EXPIRADA")
        account.put("solicrec", request["idSolicRec"], request)
