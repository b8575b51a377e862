"""Efí's payloads and ours. Pure."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qs

from malha.domain.money import Money
from malha.gateways.base import (
    Channel,
    Notice,
    NoticeKind,
    Order,
    Payer,
    PermanentFailure,
    Registered,
    RemotePayment,
    RemoteStatus,
    Status,
)

STATUSES: Final = {
    "new": Status.PENDING,
    "waiting": Status.REGISTERED,
    "link": Status.REGISTERED,
    "unpaid": Status.REGISTERED,  # overdue, payable until it is written off
    "paid": Status.PAID,
    "settled": Status.PAID,  # by hand
    "canceled": Status.CANCELLED,
    "expired": Status.EXPIRED,
}
MAX_WRITE_OFF: Final = 120
# Parts of the property that was refused, the first that fits counts.
PROPERTIES: Final = (
    ("cpf", "payer_document_invalid"),
    ("cnpj", "payer_document_invalid"),
    ("zipcode", "payer_cep_invalid"),
    ("address", "payer_address_invalid"),
    ("email", "payer_email_invalid"),
    ("customer/name", "payer_name_invalid"),
    ("corporate_name", "payer_name_invalid"),
    ("expire_at", "due_date_invalid"),
    ("discount", "discount_invalid"),
    ("items", "amount_invalid"),
)


@contextmanager
def reading() -> Iterator[None]:
    """What does not have the promised shape is PermanentFailure("protocol")."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise PermanentFailure("protocol", f"the answer is not as promised: {type(error).__name__}") from error


def order_body(order: Order, notification_url: str) -> dict[str, Any]:
    """Cents. Fine in hundredths of a percent; interest in thousandths of a percent a month (330 is 0.33 %): README, not confirmed."""
    configurations: dict[str, Any] = {"days_to_write_off": min(order.write_off_days, MAX_WRITE_OFF)}
    if order.fine_basis_points:
        configurations["fine"] = order.fine_basis_points
    if order.interest_basis_points:
        configurations["interest"] = {"value": order.interest_basis_points * 10, "type": "monthly"}
    billet: dict[str, Any] = {
        "customer": customer_body(order.payer),
        "expire_at": order.due_date.isoformat(),
        "configurations": configurations,
    }
    if order.discount:
        until = order.discount_until or order.due_date
        billet["conditional_discount"] = {"type": "currency", "value": order.discount.cents, "until_date": until.isoformat()}
    if order.instructions:
        billet["message"] = "\n".join(line[:100] for line in order.instructions[:4])
    metadata = {"custom_id": order.reference} | ({"notification_url": notification_url} if notification_url else {})
    item = {"name": (order.description or order.document)[:255], "value": order.amount.cents, "amount": 1}
    return {"items": [item], "metadata": metadata, "payment": {"banking_billet": billet}}


def customer_body(payer: Payer) -> dict[str, Any]:
    """A company stands in `juridical_person`. Efí writes to the address it is given: it is given none."""
    body: dict[str, Any] = {"phone_number": payer.phone} if payer.phone else {}
    if len(payer.document) == 11:
        body |= {"name": payer.name, "cpf": payer.document}
    else:
        body["juridical_person"] = {"corporate_name": payer.name, "cnpj": payer.document}
    if payer.street and payer.cep:
        body["address"] = {
            "street": payer.street,
            "number": payer.number or "S/N",
            "neighborhood": payer.district,
            "zipcode": payer.cep,
            "city": payer.city,
            "complement": payer.complement,
            "state": payer.uf,
        }
    return body


def data(answer: Any) -> Any:
    """What stands in the envelope."""
    with reading():
        return answer["data"]


def found(answer: Any, reference: str) -> str:
    """The id of the charge with this reference, a living one first; empty when there is none."""
    with reading():
        mine = [row for row in answer["data"] if row["custom_id"] == reference]
        mine.sort(key=lambda row: row["status"] in ("canceled", "expired"))
        return str(mine[0]["id"]) if mine else ""


def status(charge: Mapping[str, Any]) -> Status:
    """Raises PermanentFailure("unknown_status")."""
    with reading():
        word = str(charge["status"])
    if word not in STATUSES:
        raise PermanentFailure("unknown_status", word)
    return STATUSES[word]


def registered(charge: Mapping[str, Any]) -> Registered:
    """Of the answer of one-step, whose codes stand flat, or of a charge, whose codes stand in its payment."""
    with reading():
        payment = charge.get("payment")
        billet = payment["banking_billet"] if isinstance(payment, Mapping) else charge
        return Registered(
            remote_id=str(charge["charge_id"]),
            status=status(charge),
            linha_digitavel="".join(each for each in str(billet.get("barcode") or "") if each.isdigit()),
            pix_copia_e_cola=str((billet.get("pix") or {}).get("qrcode") or ""),
            pdf_url=str((billet.get("pdf") or {}).get("charge") or ""),
            raw={name: value for name, value in charge.items() if name != "customer"},
        )


def remote_status(charge: Mapping[str, Any]) -> RemoteStatus:
    """As it is now."""
    now = status(charge)
    payments = (remote_payment(charge),) if now is Status.PAID else ()
    return RemoteStatus(now, payments, registered=registered(charge), words=str(charge["status"]))


def remote_payment(charge: Mapping[str, Any]) -> RemotePayment:
    """One charge is paid once there: its id is the payment's. The day is the bank's, else that of the last line of its history."""
    with reading():
        paid = charge.get("paid_value", charge["total"])
        if isinstance(paid, bool) or not isinstance(paid, int):
            raise TypeError("not cents")
        on = charge.get("received_by_bank_at") or charge["history"][-1]["created_at"]
        by_hand = charge["status"] == "settled"
        return RemotePayment(
            remote_id=str(charge["charge_id"]),
            paid=Money(paid),
            paid_on=date.fromisoformat(str(on)[:10]),
            channel=Channel.OTHER if by_hand else Channel.BOLETO,
        )


def token(body: bytes) -> str:
    """The token of a webhook's form; empty when there is none."""
    try:
        return parse_qs(body.decode("ascii")).get("notification", [""])[0]
    except ValueError:
        return ""


def notices(answer: Any) -> list[Notice]:
    """One notice for each charge among the changes."""
    with reading():
        seen = {
            str(row["identifiers"]["charge_id"]): str(row.get("custom_id") or "")
            for row in answer["data"]
            if row["type"] == "charge"
        }  # fmt: skip
        return [Notice(NoticeKind.CHARGE, reference, charge_id) for charge_id, reference in seen.items()]


def failure(code: int, body: Any, text: str) -> PermanentFailure:
    """What a refusal of theirs means."""
    told = body.get("error_description") if isinstance(body, Mapping) else None
    field = str(told.get("property") or "") if isinstance(told, Mapping) else ""
    words = str(told.get("message") or text) if isinstance(told, Mapping) else str(told or text)
    if code == 403:
        return PermanentFailure("permission", words)
    if code == 404:
        return PermanentFailure("not_found", words)
    return PermanentFailure(next((ours for part, ours in PROPERTIES if part in field), "refused"), words, field=field)
