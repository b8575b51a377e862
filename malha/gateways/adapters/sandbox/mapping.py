"""Payloads of the simulated bank's own API and our dataclasses. Pure."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

from malha.domain.money import Money
from malha.gateways.base import (
    Changes,
    Channel,
    Checked,
    Environment,
    Kind,
    Notice,
    NoticeKind,
    Order,
    PermanentFailure,
    Recurrence,
    RecurrenceOffer,
    RecurrenceStatus,
    Reference,
    Refunded,
    Registered,
    RemotePayment,
    RemoteStatus,
    Status,
)

Json = Mapping[str, Any]

STATUSES: Final = {
    "PENDING": Status.PENDING,
    "REGISTERED": Status.REGISTERED,
    "PAID": Status.PAID,
    "CANCELLED": Status.CANCELLED,
    "EXPIRED": Status.EXPIRED,
    "REJECTED": Status.REJECTED,
}
CHANNELS: Final = {"PIX": Channel.PIX, "BOLETO": Channel.BOLETO}
# What their codes are with us; the others are `refused`.
CODES: Final = {
    "payer_document_invalid": "payer_document_invalid",
    "payer_name_missing": "payer_name_invalid",
    "amount_invalid": "amount_invalid",
    "refund_too_large": "amount_invalid",
    "due_date_invalid": "due_date_invalid",
    "discount_invalid": "discount_invalid",
    "conflict": "duplicated",
    "already_paid": "already_paid",
    "not_found": "not_found",
    "url_invalid": "settings_invalid",
    "not_json": "protocol",
    "method_not_allowed": "protocol",
}


@contextmanager
def reading() -> Iterator[None]:
    """What does not have the promised shape is PermanentFailure("protocol")."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PermanentFailure("protocol", f"the answer is not as promised: {type(error).__name__}") from error


def failure(status: int, body: Any, text: str) -> PermanentFailure:
    """What a refusal of theirs means."""
    given = body if isinstance(body, Mapping) else {}
    code = str(given.get("code") or "")
    ours = "permission" if status == 403 else CODES.get(code, "refused")
    return PermanentFailure(ours, str(given.get("message") or text), field=str(given.get("field") or ""))


def order_body(order: Order) -> Json:
    """A charge to be registered. A COBR is a Pix charge of the journey AUTO.

    The same order always gives the same body: the bank compares.
    """
    payer = order.payer
    body: dict[str, Any] = {
        "kind": "PIX" if order.kind is Kind.COBR else order.kind.value,
        "amount_cents": order.amount.cents,
        "due_date": order.due_date.isoformat(),
        "issued_on": order.issued_on.isoformat(),
        "description": order.description,
        "payer": {
            "name": payer.name,
            "document": payer.document,
            "street": payer.street,
            "number": payer.number,
            "district": payer.district,
            "city": payer.city,
            "uf": payer.uf,
            "cep": payer.cep,
            "email": payer.email,
        },
        "fine_basis_points": order.fine_basis_points,
        "interest_basis_points": order.interest_basis_points,
        "accept_days_after_due": order.accept_days_after_due,
    }
    if order.discount and order.discount_until is not None:
        body |= {"discount_cents": order.discount.cents, "discount_until": order.discount_until.isoformat()}
    if order.kind is Kind.COBR:
        body["recurrence"] = {"journey": "AUTO", "id_rec": order.id_rec}
    elif order.offer_id_rec and order.kind is not Kind.BOLETO:
        # What is due at once is the first payment, which is the consent; a charge for later only carries the offer.
        is_first = order.kind is Kind.PIX and order.due_date <= order.issued_on
        body["recurrence"] = {"journey": "J3" if is_first else "J4", "id_rec": order.offer_id_rec}
    return body


def change_body(order: Order) -> Json:
    """What PATCH takes."""
    return {"due_date": order.due_date.isoformat(), "amount_cents": order.amount.cents}


def is_same(order: Order, charge: Json) -> bool:
    """Whether a charge that is there already asks for the same money on the same day."""
    return bool(charge["amount_cents"] == order.amount.cents and charge["due_date"] == order.due_date.isoformat())


def status_of(charge: Json) -> Status:
    """Raises PermanentFailure("unknown_status")."""
    try:
        return STATUSES[charge["status"]]
    except (KeyError, TypeError):
        raise PermanentFailure("unknown_status", str(charge.get("status"))[:60]) from None


def registered(charge: Json) -> Registered:
    """Their answer to a registration."""
    with reading():
        return Registered(
            remote_id=str(charge["id"]),
            status=status_of(charge),
            nosso_numero=charge.get("nosso_numero") or "",
            codigo_barras=charge.get("codigo_barras") or "",
            linha_digitavel=charge.get("linha_digitavel") or "",
            pix_copia_e_cola=charge.get("pix_copia_e_cola") or "",
            raw=charge,
        )


def remote_status(charge: Json) -> RemoteStatus:
    """A charge as it is now, with all its payments."""
    with reading():
        payments = tuple(_payment(each, charge) for each in charge.get("payments") or ())
        # Theirs name no payment: with one there is no doubt whose refund it is.
        refunded = payments[0].remote_id if len(payments) == 1 else ""
        reason = charge.get("reason") or {}
        return RemoteStatus(
            status=status_of(charge),
            payments=payments,
            refunds=tuple(_refund(each, refunded) for each in charge.get("refunds") or ()),
            registered=registered(charge),
            reason=str(reason.get("code") or ""),
            words=str(reason.get("message") or ""),
        )


def _payment(row: Json, charge: Json) -> RemotePayment:
    return RemotePayment(
        remote_id=str(row["id"]),
        paid=Money(row["cents"]),
        paid_on=date.fromisoformat(row["paid_on"]),
        channel=CHANNELS.get(row["channel"], Channel.OTHER),
        fine=Money(row["fine_cents"]),
        interest=Money(row["interest_cents"]),
        discount=Money(row["discount_cents"]),
        fee=Money(row["fee_cents"]),
        net=Money(row["net_cents"]),
        payer_name=str((charge.get("payer") or {}).get("name") or ""),
        at=datetime.fromisoformat(row["paid_at"]),
    )


def _refund(row: Json, payment_id: str) -> Refunded:
    return Refunded(str(row["id"]), payment_id, Money(row["cents"]), datetime.fromisoformat(row["refunded_at"]).date())


def refunded(charge: Json, refund_id: str, payment_id: str) -> Refunded:
    """The refund of this id among those of the charge."""
    with reading():
        row = next((each for each in charge["refunds"] if each["id"] == refund_id), None)
        if row is None:
            raise ValueError("the refund is not there")
        return _refund(row, payment_id)


def changes(answer: Json, limit: int) -> Changes:
    """One page of charges that changed."""
    with reading():
        rows = answer["changes"]
        return Changes(tuple(_reference(each) for each in rows), str(answer["cursor"]), is_last=len(rows) < limit)


def _reference(charge: Json) -> Reference:
    is_automatic = (charge.get("recurrence") or {}).get("journey") == "AUTO"
    return Reference(
        reference=str(charge["reference"]),
        kind=Kind.COBR if is_automatic else Kind(charge["kind"]),
        remote_id=str(charge["id"]),
        nosso_numero=charge.get("nosso_numero") or "",
        due_date=date.fromisoformat(charge["due_date"]),
    )


def checked(answer: Json) -> Checked:
    """Whose account a token is."""
    with reading():
        return Checked(name=str(answer["name"]), environment=Environment.TEST)


def offer_body(offer: RecurrenceOffer) -> Json:
    """An authorization to be asked for."""
    body: dict[str, Any] = {
        "payer": {"name": offer.payer.name, "document": offer.payer.document},
        "contract": offer.reference,
        "description": offer.description,
        "period": "MONTHLY",
        "first_on": offer.starts_on.isoformat(),
        "retry": offer.allows_retry,
    }
    if offer.ends_on is not None:
        body["last_on"] = offer.ends_on.isoformat()
    if offer.amount is not None:
        body["amount_cents"] = offer.amount.cents
    elif offer.floor:
        body["minimum_cents"] = offer.floor.cents
    return body


def recurrence(answer: Json) -> Recurrence:
    """An authorization as it is now."""
    with reading():
        if answer["status"] not in RecurrenceStatus.__members__:
            raise PermanentFailure("unknown_status", str(answer["status"])[:60])
        return Recurrence(
            id_rec=str(answer["id_rec"]),
            status=RecurrenceStatus[answer["status"]],
            qr=answer.get("pix_copia_e_cola") or "",
            by=answer.get("ended_by") or "",
            code=answer.get("ended_code") or "",
            raw=answer,
        )


def notices(content: bytes) -> list[Notice]:
    """What a notice speaks of; payments it claims are those of the charge it shows."""
    with reading():
        body = json.loads(content)
        kind = str(body["type"])
        if kind.startswith("recurrence."):
            return [Notice(NoticeKind.RECURRENCE, id_rec=str(body["recurrence"]["id_rec"]))]
        if not kind.startswith("charge."):
            return [Notice(NoticeKind.IGNORED)]
        charge = body["charge"]
        claims = [_payment(each, charge) for each in charge.get("payments") or ()]
        return [
            Notice(
                NoticeKind.CHARGE,
                reference=str(charge["reference"]),
                remote_id=str(charge.get("id") or ""),
                nosso_numero=charge.get("nosso_numero") or "",
                payment=claims[-1] if claims else None,
            )
        ]
