"""Charges, Pix received and notices of the Pix API, and our dataclasses. Pure."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from malha.domain.money import Money
from malha.gateways.base import (
    Channel,
    Kind,
    Notice,
    NoticeKind,
    Order,
    Payer,
    PermanentFailure,
    Reference,
    Refunded,
    Registered,
    RemotePayment,
    RemoteStatus,
    Status,
)

Json = Mapping[str, Any]

# The banking day is Brasília's, wherever the provider is.
ZONE: Final = ZoneInfo("America/Sao_Paulo")
DAY_SECONDS: Final = 86400
REMOVED: Final = {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"}
CANCELLED: Final = {"status": "CANCELADA"}
STATUSES: Final = {
    "ATIVA": Status.REGISTERED,
    "CONCLUIDA": Status.PAID,
    "REMOVIDA_PELO_USUARIO_RECEBEDOR": Status.CANCELLED,
    "REMOVIDO_PELO_USUARIO_RECEBEDOR": Status.CANCELLED,  # as the prose of the standard writes it
    "REMOVIDA_PELO_PSP": Status.CANCELLED,
    "REMOVIDO_PELO_PSP": Status.CANCELLED,
}
DEBIT_STATUSES: Final = {
    "CRIADA": Status.PENDING,
    "ATIVA": Status.REGISTERED,
    "CONCLUIDA": Status.PAID,
    "EXPIRADA": Status.EXPIRED,
    "REJEITADA": Status.REJECTED,
    "CANCELADA": Status.CANCELLED,
}


@contextmanager
def reading() -> Iterator[None]:
    """What does not have the promised shape is PermanentFailure("protocol")."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PermanentFailure("protocol", f"the answer is not as promised: {type(error).__name__}") from error


# -- out -------------------------------------------------------------------------------------------------


def is_immediate(order: Order, today: date | None) -> bool:
    """Whether it has to be a cob: a cobv takes no due date that is past, needs a payer, and is pointless for today."""
    return order.due_date <= (today or order.issued_on) or not order.payer.document


def cob_body(order: Order, key: str) -> Json:
    """An immediate charge: no fine, no interest."""
    body: dict[str, Any] = {
        "calendario": {"expiracao": max(order.accept_days_after_due, 1) * DAY_SECONDS},
        "valor": {"original": order.amount.as_json()},
        "chave": key,
        **_texts(order),
    }
    if order.payer.document:
        body["devedor"] = person(order.payer)
    return body


def cobv_body(order: Order, key: str) -> Json:
    """A charge with a due date."""
    return {"calendario": _calendar(order), "devedor": _debtor(order.payer), "valor": _value(order), "chave": key, **_texts(order)}


def change_body(kind: str, order: Order) -> Json:
    """Amount and due date of what is there."""
    if kind == "cob":
        return {"valor": {"original": order.amount.as_json()}}
    return {"calendario": _calendar(order), "valor": _value(order)}


def cobr_body(order: Order, receiver: Json) -> Json:
    """An automatic debit. Fine and interest go to the next charge (payments.md §4)."""
    body: dict[str, Any] = {
        "idRec": order.id_rec,
        "calendario": {"dataDeVencimento": order.due_date.isoformat()},
        "valor": {"original": order.amount.as_json()},
        "ajusteDiaUtil": True,
        "recebedor": dict(receiver),
    }
    if order.description:
        body["infoAdicional"] = order.description[:140]
    return body


def _calendar(order: Order) -> Json:
    return {"dataDeVencimento": order.due_date.isoformat(), "validadeAposVencimento": order.accept_days_after_due}


def _value(order: Order) -> Json:
    value: dict[str, Any] = {"original": order.amount.as_json()}
    if order.fine_basis_points:
        value["multa"] = {"modalidade": 2, "valorPerc": _percent(order.fine_basis_points)}
    if order.interest_basis_points:
        value["juros"] = {"modalidade": 3, "valorPerc": _percent(order.interest_basis_points)}
    if order.discount and order.discount_until is not None:
        until = min(order.discount_until, order.due_date)
        dated = [{"data": until.isoformat(), "valorPerc": order.discount.as_json()}]
        value["desconto"] = {"modalidade": 1, "descontoDataFixa": dated}
    return value


def _percent(basis_points: int) -> str:
    return f"{basis_points // 100}.{basis_points % 100:02d}"


def _texts(order: Order) -> Json:
    texts: dict[str, Any] = {}
    if order.description:
        texts["solicitacaoPagador"] = order.description[:140]
    if order.document:
        texts["infoAdicionais"] = [{"nome": "Documento", "valor": order.document[:200]}]
    return texts


def document(payer: Payer) -> Json:
    """cpf or cnpj, by length."""
    return {"cpf" if len(payer.document) == 11 else "cnpj": payer.document}


def person(payer: Payer) -> Json:
    """Who pays."""
    return {**document(payer), "nome": payer.name[:200]}


def _debtor(payer: Payer) -> Json:
    """With the address, when it is whole."""
    street = ", ".join(part for part in (payer.street, payer.number, payer.complement, payer.district) if part)
    if not (payer.street and payer.city and len(payer.uf) == 2 and re.fullmatch("[0-9]{8}", payer.cep, re.ASCII)):
        return person(payer)
    return {**person(payer), "logradouro": street[:200], "cidade": payer.city[:200], "uf": payer.uf, "cep": payer.cep}


def refund_number(refund_id: str) -> str:
    """Our id of a refund as the Pix API takes it: 1 to 35 letters and digits, the same for the same id."""
    if re.fullmatch("[a-zA-Z0-9]{1,35}", refund_id, re.ASCII):
        return refund_id
    return hashlib.sha256(refund_id.encode()).hexdigest()[:32]


# -- in --------------------------------------------------------------------------------------------------


def status_of(kind: str, charge: Json) -> Status:
    """Raises PermanentFailure("unknown_status")."""
    word = str(charge.get("status"))
    try:
        return (DEBIT_STATUSES if kind == "cobr" else STATUSES)[word]
    except KeyError:
        raise PermanentFailure("unknown_status", word[:60]) from None


def is_same(order: Order, charge: Json) -> bool:
    """Whether a charge that is there already asks for the same money."""
    return bool(charge["valor"]["original"] == order.amount.as_json())


def remote_id(kind: str, txid: str) -> str:
    """How we remember which of cob, cobv and cobr a txid is."""
    return f"{kind}:{txid}"


def kinds_of(reference: Reference) -> Sequence[str]:
    """Where to look for it, the likely place first."""
    if reference.kind is Kind.COBR:
        return ("cobr",)
    known = reference.remote_id.partition(":")[0]
    return (known,) if known in ("cob", "cobv") else ("cobv", "cob")


def location_of(charge: Json) -> str:
    """Where the payload lies, without https://."""
    place = charge.get("location") or (charge.get("loc") or {}).get("location") or ""
    return str(place).removeprefix("https://")


def code_of(charge: Json, aliases: Sequence[str]) -> str:
    """The copia-e-cola, by whatever name; empty when only the location is given."""
    return next((str(charge[name]) for name in ("pixCopiaECola", *aliases) if charge.get(name)), "")


def registered(kind: str, charge: Json, code: str) -> Registered:
    """Their answer to a registration."""
    with reading():
        return Registered(
            remote_id=remote_id(kind, str(charge["txid"])),
            status=status_of(kind, charge),
            pix_copia_e_cola=code,
            pix_url=location_of(charge),
            raw=charge,
        )


def remote_status(kind: str, charge: Json, code: str) -> RemoteStatus:
    """A charge as it is now. That its time to pay is over is no status there: it stays REGISTERED."""
    with reading():
        rows = charge.get("pix") or ()
        code_why, words = _why(charge)
        return RemoteStatus(
            status=status_of(kind, charge),
            payments=tuple(payment(each) for each in rows),
            refunds=tuple(refund(each, str(row["endToEndId"])) for row in rows for each in row.get("devolucoes") or () if _is_back(each)),
            registered=registered(kind, charge, code),
            reason=code_why,
            words=words,
        )


def _why(charge: Json) -> tuple[str, str]:
    """Code and words of the end of a debit, or of its last attempt that failed."""
    ends = charge.get("encerramento") or {}
    failed = [each["rejeicao"] for each in charge.get("tentativas") or () if each.get("rejeicao")]
    why = ends.get("rejeicao") or ends.get("cancelamento") or (failed[-1] if failed else {})
    return str(why.get("codigo") or ""), str(why.get("descricao") or "")


def payment(row: Json) -> RemotePayment:
    """A Pix received. The API reports no fee."""
    at = datetime.fromisoformat(row["horario"])
    parts = row.get("componentesValor") or {}
    discounts = [amount for amount in (_part(parts, "desconto"), _part(parts, "abatimento")) if amount is not None]
    return RemotePayment(
        remote_id=str(row["endToEndId"]),
        paid=Money.from_json(row["valor"]),
        paid_on=at.astimezone(ZONE).date(),
        channel=Channel.PIX,
        fine=_part(parts, "multa"),
        interest=_part(parts, "juros"),
        discount=Money.total(discounts) if discounts else None,
        payer_name=str((row.get("pagador") or {}).get("nome") or ""),
        at=at,
    )


def _part(parts: Json, name: str) -> Money | None:
    return Money.from_json(parts[name]["valor"]) if parts.get(name) else None


def _is_back(row: Json) -> bool:
    return bool(row["status"] == "DEVOLVIDO")


def refund(row: Json, e2e: str) -> Refunded:
    """A devolução. Raises PermanentFailure("refused") when it came to nothing."""
    with reading():
        if row["status"] == "NAO_REALIZADO":
            raise PermanentFailure("refused", str(row.get("motivo") or "")[:200])
        when = row["horario"].get("liquidacao") or row["horario"]["solicitacao"]
        day = datetime.fromisoformat(when).astimezone(ZONE).date()
        return Refunded(str(row["id"]), e2e, Money.from_json(row["valor"]), day)


def notices(content: bytes, key: str) -> list[Notice]:
    """What a callback speaks of. Any client of the same PSP could register our address: a Pix to another key is not ours."""
    with reading():
        body = json.loads(content)
        if not isinstance(body, dict):
            raise TypeError("no object")
        found = [_of_pix(each, key) for each in body.get("pix") or ()]
        found += [Notice(NoticeKind.RECURRENCE, id_rec=str(each["idRec"])) for each in body.get("recs") or ()]
        found += [_of_debit(each) for each in body.get("cobsr") or ()]
        # A PSP tries the address with a body of its own when it is set.
        return found or [Notice(NoticeKind.IGNORED)]


def _of_pix(row: Json, key: str) -> Notice:
    if row.get("chave") and key and row["chave"] != key:
        return Notice(NoticeKind.IGNORED)
    txid = str(row.get("txid") or "")
    return Notice(NoticeKind.CHARGE, reference=txid, remote_id="" if txid else str(row["endToEndId"]), payment=payment(row))


def _of_debit(row: Json) -> Notice:
    claims = [payment(each) for each in row.get("pix") or ()]
    txid, id_rec = str(row["txid"]), str(row.get("idRec") or "")
    return Notice(
        NoticeKind.CHARGE, reference=txid, remote_id=remote_id("cobr", txid), id_rec=id_rec, payment=claims[-1] if claims else None
    )


def received(answer: Json) -> tuple[list[Reference], str, bool]:
    """References of one page of Pix received, the last instant in it, and whether another page follows.

    A Pix does not say whether its charge is a cobr: the kind is PIX for all.
    """
    with reading():
        rows, paging = answer["pix"], answer["parametros"]["paginacao"]
        txids = dict.fromkeys(str(row["txid"]) for row in rows if row.get("txid"))
        last = max((str(row["horario"]) for row in rows), default="")
        more = int(paging["paginaAtual"]) + 1 < int(paging["quantidadeDePaginas"])
        return [Reference(txid, Kind.PIX) for txid in txids], last, more


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")


def end_of(day: date) -> datetime:
    """The last second of a banking day."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZONE) - timedelta(seconds=1)
