"""What the gateways room asks of an adapter (payments.md §13). An adapter takes dataclasses and returns dataclasses and knows none of
our tables.

An `Adapter` is the kind of gateway; `open` gives a `Gateway` for the credentials of one account. Only two errors may leave a gateway:
`TemporaryFailure` (try again later) and `PermanentFailure` (a person must act). Amounts are `Money`; how the other side writes them is
the adapter's business. Our reference of an order is chosen and stored before the call, so that calling twice is harmless (F18).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from malha.domain.money import ZERO, Money


class Feature(StrEnum):
    """What an adapter can do beyond the core. The pages offer no button for what is missing here."""

    BOLETO = "boleto"
    BOLEPIX = "bolepix"
    PIX = "pix"  # a dynamic QR without a boleto
    ASYNC_REGISTRATION = "async_registration"  # `fetch` until registered
    UPDATE = "update"  # due date and amount of a registered charge
    REFUND = "refund"
    LIST_CHANGES = "list_changes"
    PIX_AUTOMATICO = "pix_automatico"
    WEBHOOK = "webhook"
    CONFIGURES_WEBHOOK = "configures_webhook"
    CHECK = "check"
    FEES_REPORTED = "fees_reported"
    OWN_MAIL = "own_mail"  # can write to the customer by itself


class Environment(StrEnum):
    """Test credentials and production ones are never mixed."""

    TEST = "TEST"
    PRODUCTION = "PRODUCTION"


class Kind(StrEnum):
    """What is registered."""

    BOLETO = "BOLETO"
    BOLEPIX = "BOLEPIX"
    PIX = "PIX"
    COBR = "COBR"  # a charge of a Pix Automático recurrence; it has no QR


class Trust(StrEnum):
    """How far a webhook is proved (payments.md §10). Whatever it is, the charge is asked for again before money moves."""

    SIGNED = "SIGNED"
    TOKEN = "TOKEN"
    MTLS = "MTLS"
    OPAQUE = "OPAQUE"
    FORGED = "FORGED"  # refused: nothing is done on it


class Status(StrEnum):
    """What a registration is at the other side. What an adapter cannot name is a PermanentFailure("unknown_status"), never PAID."""

    PENDING = "PENDING"  # taken in, not payable yet
    REGISTERED = "REGISTERED"
    PAID = "PAID"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"
    UNKNOWN_THERE = "UNKNOWN_THERE"  # the other side does not know our reference


class Channel(StrEnum):
    """How it was paid."""

    PIX = "PIX"
    BOLETO = "BOLETO"
    CARD = "CARD"
    CASH = "CASH"
    OTHER = "OTHER"


class GatewayFailure(Exception):
    """Something outside went wrong. `code` is ours and stable, `words` are the other side's own; `field` names what it refused."""

    def __init__(self, code: str, words: str = "", *, field: str = "") -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words
        self.field = field


class TemporaryFailure(GatewayFailure):
    """Not reachable, too slow, too many calls: the lane backs off and tries again.

    Codes: unreachable, timeout, rate_limited, unavailable. `retry_after` in seconds when the other side says so.
    """

    def __init__(self, code: str, words: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(code, words)
        self.retry_after = retry_after


class PermanentFailure(GatewayFailure):
    """Trying again will not help. What it says stands on the charge until a person has acted.

    Codes of a charge: payer_document_invalid, payer_name_invalid, payer_address_invalid, payer_cep_invalid, payer_email_invalid,
    due_date_invalid, amount_invalid, discount_invalid, duplicated, not_found, already_paid, refused, unknown_status.
    Codes of an account: credentials_refused, permission, certificate_invalid, certificate_expired, settings_invalid, protocol.
    """


ACCOUNT_CODES = frozenset({"credentials_refused", "permission", "certificate_invalid", "certificate_expired", "settings_invalid"})


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays. `document`: digits of a CPF, or a CNPJ, which may carry letters since 2026."""

    name: str
    document: str
    email: str = ""
    phone: str = ""
    street: str = ""
    number: str = ""
    complement: str = ""
    district: str = ""
    city: str = ""
    uf: str = ""
    cep: str = ""


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Who is paid: the provider, as printed on the boleto."""

    name: str
    document: str
    city: str = ""
    uf: str = ""
    address: str = ""
    cep: str = ""


@dataclass(frozen=True, slots=True)
class RecurrenceOffer:
    """A Pix Automático recurrence that is offered with a charge (journeys 3 and 4), or alone (journey 2).

    `reference` is ours (the contract's number). `amount` None: variable, with `floor` as the least. `allows_retry`: 3 in 7 days.
    `journey`: 2, 3 or 4. `first_reference`: the txid of the charge whose payment is the consent (3).
    """

    reference: str
    payer: Payer
    description: str
    starts_on: date
    amount: Money | None = None
    floor: Money | None = None
    ends_on: date | None = None
    allows_retry: bool = True
    journey: int = 2
    first_reference: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be registered. `reference`: 32 hexadecimal characters, which is also the txid where there is one.

    `document`: the charge's number as people know it. `nosso_numero` only where we number. `fine_basis_points` 200 is 2 %,
    `interest_basis_points` 100 is 1 % a month. `id_rec`: of the recurrence, for COBR; `offer_id_rec`: the one printed with the QR.
    """

    reference: str
    kind: Kind
    document: str
    amount: Money
    issued_on: date
    due_date: date
    payer: Payer
    description: str = ""
    fine_basis_points: int = 200
    interest_basis_points: int = 100
    discount: Money = ZERO
    discount_until: date | None = None
    accept_days_after_due: int = 90
    write_off_days: int = 90
    instructions: tuple[str, ...] = ()
    nosso_numero: str = ""
    id_rec: str = ""
    offer_id_rec: str = ""
    sends_mail: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """Which registration is meant: ours, and what the other side gave us of its own, as far as we have it."""

    reference: str
    kind: Kind
    remote_id: str = ""
    nosso_numero: str = ""
    due_date: date | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """What the other side answered to a registration. `pix_url`: location without https://. `raw`: its answer, for the record."""

    remote_id: str
    status: Status = Status.REGISTERED
    nosso_numero: str = ""
    codigo_barras: str = ""
    linha_digitavel: str = ""
    pix_copia_e_cola: str = ""
    pix_url: str = ""
    pdf_url: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RemotePayment:
    """Money that came in at the other side. `remote_id` is unique for ever at the account (an endToEndId, a payment's id).

    `paid` is what the payer gave; `net` what arrives when the fee is taken off; None where the other side does not say.
    """

    remote_id: str
    paid: Money
    paid_on: date
    channel: Channel
    credited_on: date | None = None
    fine: Money | None = None
    interest: Money | None = None
    discount: Money | None = None
    fee: Money | None = None
    net: Money | None = None
    payer_name: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money that went back to the payer at the other side."""

    remote_id: str
    payment_id: str
    amount: Money
    on: date


@dataclass(frozen=True, slots=True)
class RemoteStatus:
    """A registration as the other side has it now, with every payment it got: a second one is a second row (F19)."""

    status: Status
    payments: tuple[RemotePayment, ...] = ()
    refunds: tuple[Refunded, ...] = ()
    registered: Registered | None = None
    reason: str = ""
    words: str = ""


class NoticeKind(StrEnum):
    """What a notice speaks of: a charge, a recurrence, or nothing that concerns us."""

    CHARGE = "CHARGE"
    RECURRENCE = "RECURRENCE"
    IGNORED = "IGNORED"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing a webhook speaks of. It is a hint: the charge is asked for again.

    At least one of `reference` and `remote_id` is there. `payment`: what it claims, kept for Conciliação when nobody knows the charge;
    `id_rec` for a recurrence.
    """

    kind: NoticeKind
    reference: str = ""
    remote_id: str = ""
    nosso_numero: str = ""
    id_rec: str = ""
    payment: RemotePayment | None = None


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """A webhook as it came. Names of headers are lower case. `has_client_certificate`: said by the front that ended the TLS.

    `received_at`: a signature with an instant in it is good for some minutes only, and for none when this is not given.
    """

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    ip: str = ""
    path: str = ""
    has_client_certificate: bool = False
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of what changed since a cursor. `cursor` goes into the next call; `is_last`: nothing more for now."""

    references: tuple[Reference, ...]
    cursor: str
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """The other side's answer to "are these credentials good?": whose account it is, and until when the certificate lasts."""

    name: str = ""
    environment: Environment | None = None
    certificate_expires_on: date | None = None


class RecurrenceStatus(StrEnum):
    """CRIADA, APROVADA, REJEITADA, EXPIRADA, CANCELADA of the Pix API."""

    CREATED = "CREATED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A recurrence at the other side. `qr`: copia-e-cola that offers it alone. `by`, `code`: who ended it and why, in its own words."""

    id_rec: str
    status: RecurrenceStatus
    qr: str = ""
    location_url: str = ""
    by: str = ""
    code: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One account as its adapter sees it. `settings`: the cleaned values of the adapter's own form.

    `webhook_secret`: chosen by us, sent along by the other side or used to sign.
    """

    account_id: int
    environment: Environment
    settings: Mapping[str, Any]
    beneficiary: Beneficiary
    pix_key: str = ""
    webhook_secret: str = ""
    today: date | None = None


@runtime_checkable
class Gateway(Protocol):
    """One account, ready to be asked. Used by several threads at once; closed by `close`."""

    def register(self, order: Order) -> Registered:
        """Register; the same reference again answers the same registration (the other side's idempotency, or `fetch` first)."""
        ...

    def cancel(self, reference: Reference) -> None:
        """Harmless when it is cancelled already. Raises PermanentFailure("already_paid")."""
        ...

    def fetch(self, reference: Reference) -> RemoteStatus:
        """What it is now."""
        ...

    def verify(self, call: WebhookCall) -> Trust:
        """How far this webhook is proved; asks nobody, takes no time."""
        ...

    def read(self, call: WebhookCall) -> Sequence[Notice]:
        """What it speaks of. Pure for most; asks the other side where the body is only a token. Raises PermanentFailure("protocol")."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class CanCheck(Protocol):
    def check_credentials(self) -> Checked: ...


@runtime_checkable
class CanUpdate(Protocol):
    def update(self, order: Order, reference: Reference) -> Registered:
        """Bring due date and amount of what is registered to those of `order`."""
        ...


@runtime_checkable
class CanRefund(Protocol):
    def refund(self, reference: Reference, payment_id: str, amount: Money, refund_id: str) -> Refunded:
        """Give back; the same `refund_id` again gives nothing twice."""
        ...


@runtime_checkable
class CanListChanges(Protocol):
    def list_changes(self, cursor: str, since: datetime) -> Changes:
        """What changed after `cursor`; an empty cursor means since then."""
        ...


@runtime_checkable
class CanConfigureWebhook(Protocol):
    def configure_webhook(self, url: str) -> None:
        """Tell the other side where to call. `url` ends without a slash."""
        ...


@runtime_checkable
class CanRecur(Protocol):
    """Pix Automático (payments.md §4). A COBR is registered, fetched and cancelled by the core's methods."""

    def create_recurrence(self, offer: RecurrenceOffer) -> Recurrence: ...

    def get_recurrence(self, id_rec: str) -> Recurrence: ...

    def cancel_recurrence(self, id_rec: str) -> Recurrence: ...

    def retry_charge(self, reference: Reference, on: date) -> None:
        """Ask the payer's bank again on that day; at most three within seven days of the due date."""
        ...


@runtime_checkable
class Adapter(Protocol):
    """One kind of gateway. `form` is a `django.forms.Form` class whose cleaned data become `AccountFacts.settings`; names of fields in
    `secrets` are never shown again and may be left empty to keep what is stored. `rate_per_second`: what the other side allows.
    """

    key: str
    label: str
    features: frozenset[Feature]
    kinds: tuple[Kind, ...]
    form: type[Any]
    secrets: frozenset[str]
    rate_per_second: float

    def open(self, facts: AccountFacts) -> Gateway:
        """Ready to be asked; connects to nobody yet. Raises PermanentFailure("settings_invalid", "certificate_invalid")."""
        ...
