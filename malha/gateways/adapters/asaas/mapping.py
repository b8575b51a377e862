"""Asaas' payloads and ours. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from malha.domain.errors import RuleError
from malha.domain.money import ZERO, Money
from malha.gateways.base import (
    Channel,
    Kind,
    Notice,
    NoticeKind,
    Order,
    Payer,
    PermanentFailure,
    Refunded,
    Registered,
    RemotePayment,
    RemoteStatus,
    Status,
)

OPEN: Final = frozenset({"PENDING", "OVERDUE", "DUNNING_REQUESTED"})
SETTLED: Final = frozenset({"RECEIVED", "CONFIRMED", "RECEIVED_IN_CASH", "DUNNING_RECEIVED"})
GIVEN_BACK: Final = frozenset({"REFUND_REQUESTED", "REFUND_IN_PROGRESS", "REFUNDED"})  # it was paid, whatever came after
CHANNELS: Final = {"BOLETO": Channel.BOLETO, "PIX": Channel.PIX, "CREDIT_CARD": Channel.CARD, "DEBIT_CARD": Channel.CARD}
# Parts of their error codes ("invalid_cpfCnpj", "invalid_dueDate"), the first that fits counts.
WORDS: Final = (
    ("cpfcnpj", "payer_document_invalid"),
    ("duedate", "due_date_invalid"),
    ("postalcode", "payer_cep_invalid"),
    ("address", "payer_address_invalid"),
    ("province", "payer_address_invalid"),
    ("email", "payer_email_invalid"),
    ("discount", "discount_invalid"),
    ("value", "amount_invalid"),
    ("name", "payer_name_invalid"),
)


@contextmanager
def reading() -> Iterator[None]:
    """What does not have the promised shape is PermanentFailure("protocol")."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, RuleError) as error:
        raise PermanentFailure("protocol", f"the answer is not as promised: {type(error).__name__}") from error


def customer_body(payer: Payer, *, sends_mail: bool) -> dict[str, Any]:
    """Asaas writes to its customers unless it is told not to."""
    return {
        "name": payer.name,
        "cpfCnpj": payer.document,
        "email": payer.email or None,
        "mobilePhone": payer.phone or None,
        "address": payer.street or None,
        "addressNumber": payer.number or None,
        "complement": payer.complement or None,
        "province": payer.district or None,
        "postalCode": payer.cep or None,
        "externalReference": payer.document,
        "notificationDisabled": not sends_mail,
    }


def payment_body(order: Order, customer_id: str) -> dict[str, Any]:
    """Fine and interest in percent (interest a month), discount in reais until so many days before the due date."""
    body: dict[str, Any] = {
        "customer": customer_id,
        "billingType": "PIX" if order.kind is Kind.PIX else "BOLETO",
        "value": order.amount,
        "dueDate": order.due_date.isoformat(),
        "description": order.description[:500],
        "externalReference": order.reference,
        "fine": {"value": Money(order.fine_basis_points), "type": "PERCENTAGE"},
        "interest": {"value": Money(order.interest_basis_points)},
    }
    if order.kind is not Kind.PIX:
        body["daysAfterDueDateToRegistrationCancellation"] = order.write_off_days
    if order.discount:
        until = order.discount_until or order.due_date
        days = max((order.due_date - until).days, 0)
        body["discount"] = {"value": order.discount, "dueDateLimitDays": days, "type": "FIXED"}
    return body


def rows(answer: Any) -> list[Mapping[str, Any]]:
    """The rows of a list."""
    with reading():
        found = answer["data"]
        if not isinstance(found, list):
            raise TypeError
        return [row for row in found if row["id"]]


def best(payments: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The one that lives, else the first."""
    return next((row for row in payments if not row.get("deleted")), payments[0] if payments else None)


def registered(payment: Mapping[str, Any], codes: Mapping[str, Any] | None, qr: Mapping[str, Any] | None) -> Registered:
    """With the codes that were asked for."""
    with reading():
        codes, qr = codes or {}, qr or {}
        return Registered(
            remote_id=str(payment["id"]),
            status=status(payment),
            nosso_numero=str(codes.get("nossoNumero") or payment.get("nossoNumero") or ""),
            codigo_barras=str(codes.get("barCode") or ""),
            linha_digitavel=str(codes.get("identificationField") or ""),
            pix_copia_e_cola=str(qr.get("payload") or ""),
            pdf_url=str(payment.get("bankSlipUrl") or ""),
            raw=dict(payment),
        )


def status(payment: Mapping[str, Any]) -> Status:
    """Raises PermanentFailure("unknown_status")."""
    word = str(payment["status"])
    if word in SETTLED or word in GIVEN_BACK:
        return Status.PAID
    if payment.get("deleted"):
        return Status.CANCELLED
    if word in OPEN:
        return Status.REGISTERED
    if word == "AWAITING_RISK_ANALYSIS":
        return Status.PENDING
    raise PermanentFailure("unknown_status", word)


def remote_status(payment: Mapping[str, Any], full: Registered | None = None) -> RemoteStatus:
    """As it is now."""
    with reading():
        now = status(payment)
        paid = remote_payment(payment) if now is Status.PAID else None
        return RemoteStatus(now, (paid,) if paid else (), refunds(payment, paid), full, words=str(payment["status"]))


def remote_payment(payment: Mapping[str, Any]) -> RemotePayment:
    """`value` is what was paid, `netValue` what arrives, `interestValue` fine and interest in one."""
    with reading():
        paid, net = money(payment["value"]), money(payment.get("netValue"))
        by_pix = bool(payment.get("pixTransaction"))
        in_cash = payment["status"] == "RECEIVED_IN_CASH"
        channel = Channel.PIX if by_pix else CHANNELS.get(str(payment.get("billingType")), Channel.OTHER)
        on = payment.get("clientPaymentDate") or payment.get("paymentDate") or payment["confirmedDate"]
        return RemotePayment(
            remote_id=str(payment["id"]),
            paid=paid or ZERO,
            paid_on=date.fromisoformat(on),
            channel=Channel.CASH if in_cash else channel,
            credited_on=date.fromisoformat(payment["creditDate"]) if payment.get("creditDate") else None,
            interest=money(payment.get("interestValue")),
            fee=paid - net if paid is not None and net is not None else None,
            net=net,
        )


def refunds(payment: Mapping[str, Any], paid: RemotePayment | None) -> tuple[Refunded, ...]:
    """Those that were done."""
    if paid is None:
        return ()
    return tuple(
        Refunded(
            remote_id=f"{payment['id']}:{row['dateCreated']}",
            payment_id=paid.remote_id,
            amount=money(row["value"]) or ZERO,
            on=date.fromisoformat(str(row["dateCreated"])[:10]),
        )
        for row in payment.get("refunds") or ()
        if row["status"] == "DONE"
    )


def money(value: Any) -> Money | None:
    """A number that was kept as text, or a whole one."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise TypeError("not an amount")
    return Money.from_json(str(value))


def notices(body: Any) -> list[Notice]:
    """What an event speaks of: an event of no payment is not for us."""
    with reading():
        if not str(body["event"]).startswith("PAYMENT_"):
            return [Notice(NoticeKind.IGNORED)]
        payment = body["payment"]
        settled = payment.get("status") in SETTLED
        return [
            Notice(
                NoticeKind.CHARGE,
                reference=str(payment.get("externalReference") or ""),
                remote_id=str(payment["id"]),
                nosso_numero=str(payment.get("nossoNumero") or ""),
                payment=remote_payment(payment) if settled else None,
            )
        ]


def failure(code: int, body: Any, text: str) -> PermanentFailure:
    """What a refusal of theirs means."""
    errors = body.get("errors") if isinstance(body, Mapping) else None
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], Mapping) else {}
    theirs, words = str(first.get("code") or ""), str(first.get("description") or text)
    if code == 403:
        return PermanentFailure("permission", words)
    if code == 404:
        return PermanentFailure("not_found", words)
    if theirs == "invalid_access_token":
        return PermanentFailure("credentials_refused", words)
    ours = next((ours for part, ours in WORDS if part in theirs.lower()), "refused")
    return PermanentFailure(ours, words, field=theirs.removeprefix("invalid_"))
