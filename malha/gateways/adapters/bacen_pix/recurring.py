"""Recurrences of Pix Automático and our dataclasses (payments.md §4). Pure."""

from collections.abc import Mapping
from typing import Any, Final

from malha.gateways.adapters.bacen_pix.mapping import location_of, person, reading
from malha.gateways.base import PermanentFailure, Recurrence, RecurrenceOffer, RecurrenceStatus

Json = Mapping[str, Any]
STATUSES: Final = {
    "CRIADA": RecurrenceStatus.CREATED,
    "APROVADA": RecurrenceStatus.APPROVED,
    "REJEITADA": RecurrenceStatus.REJECTED,
    "EXPIRADA": RecurrenceStatus.EXPIRED,
    "CANCELADA": RecurrenceStatus.CANCELLED,
}
LIVE: Final = ("CRIADA", "APROVADA")


def body(offer: RecurrenceOffer, location: Any, convenio: str) -> Json:
    """What POST /rec takes. Journey 3 names the cob whose payment is the consent."""
    calendar = {"dataInicial": offer.starts_on.isoformat(), "periodicidade": "MENSAL"}
    if offer.ends_on is not None:
        calendar["dataFinal"] = offer.ends_on.isoformat()
    wanted: dict[str, Any] = {
        "vinculo": {"contrato": offer.reference[:35], "devedor": person(offer.payer), "objeto": offer.description[:35]},
        "calendario": calendar,
        "politicaRetentativa": "PERMITE_3R_7D" if offer.allows_retry else "NAO_PERMITE",
        "loc": location,
    }
    if value := _value(offer):
        wanted["valor"] = value
    if offer.journey == 3 and offer.first_reference:
        wanted["ativacao"] = {"dadosJornada": {"txid": offer.first_reference}}
    if convenio:
        wanted["recebedor"] = {"convenio": convenio}
    return wanted


def _value(offer: RecurrenceOffer) -> dict[str, str]:
    if offer.amount is not None:
        return {"valorRec": offer.amount.as_json()}
    return {"valorMinimoRecebedor": offer.floor.as_json()} if offer.floor else {}


def same(offer: RecurrenceOffer, answer: Json) -> str:
    """The idRec of a living recurrence that is this very offer, or empty: POST /rec itself is not idempotent."""
    with reading():
        for row in answer.get("recs") or ():
            first = ((row.get("ativacao") or {}).get("dadosJornada") or {}).get("txid", "")
            if (
                row.get("status") in LIVE
                and row["vinculo"]["contrato"] == offer.reference[:35]
                and (row.get("valor") or {}) == _value(offer)
                and row["calendario"]["dataInicial"] == offer.starts_on.isoformat()
                and (first or "") == (offer.first_reference if offer.journey == 3 and row["status"] == "CRIADA" else first or "")
            ):
                return str(row["idRec"])
    return ""


def recurrence(answer: Json, qr: str) -> Recurrence:
    """A recurrence as it is now."""
    with reading():
        word = answer["status"]
        if word not in STATUSES:
            raise PermanentFailure("unknown_status", str(word)[:60])
        ends = answer.get("encerramento") or {}
        why = ends.get("cancelamento") or ends.get("rejeicao") or {}
        return Recurrence(
            id_rec=str(answer["idRec"]),
            status=STATUSES[word],
            qr=qr,
            location_url=location_of(answer),
            by=str(why.get("solicitante") or ""),
            code=str(why.get("codigo") or ""),
            raw=answer,
        )


def code_of(answer: Json) -> str:
    """The copia-e-cola of what was asked for, alone or with a charge; empty when the PSP gives none."""
    with reading():
        return str((answer.get("dadosQR") or {}).get("pixCopiaECola") or "")
