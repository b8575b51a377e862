"""The shapes of charges, payments, booklets, agreements and dunning in version 1. What holds for `schemas` holds here."""

from datetime import date
from typing import Any, Literal

from ninja import Field, Schema

from malha.api.v1.schemas import Instant, Model, MoneyText
from malha.api.values import Day, Id
from malha.billing.models import ChargeState
from malha.billing.queries import is_overdue
from malha.core import clock
from malha.domain.money import ZERO, Money
from malha.dunning.models import NoticeChannel

# ------------------------------------------------------------------------------------------------------------------- charges


class ChargeBody(Model):
    """A charge made by hand. `kind`: ONE_OFF, INSTALLATION or EXIT_FINE. More than one instalment makes a booklet, a month apart."""

    customer_id: Id
    description: str
    amount: MoneyText
    due_date: Day
    kind: str = "ONE_OFF"
    contract_id: Id | None = None
    collection_method_id: Id | None = None
    installments: int = 1
    notes: str = ""


class BookletBody(ChargeBody):
    """The same, always as a booklet. `amount` is that of all instalments together."""

    installments: int = Field(12, ge=2)


class ReplaceBody(Model):
    """Another date, another value, or both."""

    due_date: Day | None = None
    total: MoneyText | None = None
    reason: str = ""


class CancelChargeBody(Model):
    """`release` false: a contract that is blocked stays blocked, by hand."""

    reason: str = ""
    release: bool = True


class ReceiptBody(Model):
    """What came in. `value` left out: exactly what is owed on `paid_on` (today when left out).

    `form`: CASH, PIX, CARD, BOLETO, DEPOSIT or CHECK. `cash_account_id` left out: the standard account. `place` left out: the name of
    the key. `waive_fees` lets fine and interest go and needs the permission charges:waive.
    """

    form: str
    value: MoneyText | None = None
    paid_on: Day | None = None
    cash_account_id: Id | None = None
    place: str = ""
    note: str = ""
    waive_fees: bool = False


class ChargeOut(Schema):
    """`outstanding`: what is left of it without fine and interest; zero when it is not open."""

    id: int
    number: int
    customer_id: int
    contract_id: int | None
    kind: str
    state: str
    overdue: bool
    contested_on: date | None
    period_start: date | None
    period_end: date | None
    issued_on: date
    due_date: date
    total: MoneyText
    outstanding: MoneyText
    promptness_discount: MoneyText
    collection_method_id: int
    booklet_id: int | None
    installment_number: int | None
    agreement_id: int | None
    settled_by_agreement_id: int | None
    replaces_id: int | None
    notes: str
    paid_on: date | None
    cancelled_on: date | None
    cancel_reason: str
    created_at: Instant
    updated_at: Instant

    @staticmethod
    def resolve_overdue(row: Any) -> bool:
        return is_overdue(row, clock.today())

    @staticmethod
    def resolve_outstanding(row: Any) -> Money:
        return Money(row.outstanding_cents) if row.state == ChargeState.OPEN else ZERO

    @staticmethod
    def resolve_settled_by_agreement_id(row: Any) -> Any:
        return row.settled_by_id


class ChargeLineOut(Schema):
    """`days` of `whole_days` are charged where it is not a whole month."""

    position: int
    kind: str
    description: str
    amount: MoneyText
    days: int
    whole_days: int


class OwedOut(Schema):
    """What paying a charge today takes: `total` is principal, fine and interest. `discount` is let go for being in time."""

    principal: MoneyText
    discount: MoneyText
    fine: MoneyText
    interest: MoneyText
    total: MoneyText
    days_late: int


class AllocationOut(Schema):
    """What of a payment went to a charge. A reversal is a further one with the signs turned."""

    payment_id: int
    charge_id: int
    at: Instant
    principal: MoneyText
    fine: MoneyText
    interest: MoneyText
    discount: MoneyText
    waived_fine: MoneyText
    waived_interest: MoneyText


class ChargeDetailOut(ChargeOut):
    """`owed` is null when the charge is not open."""

    lines: list[ChargeLineOut]
    owed: OwedOut | None
    allocations: list[AllocationOut]

    @staticmethod
    def resolve_lines(row: Any) -> list[Any]:
        return list(row.lines.all())

    @staticmethod
    def resolve_allocations(row: Any) -> list[Any]:
        return list(row.allocations.all())


class IssuedOut(Schema):
    """What was made: one charge, or the instalments of a booklet."""

    booklet_id: int | None
    charges: list[ChargeOut]


# ------------------------------------------------------------------------------------------------------------------ payments


class PaymentBody(ReceiptBody):
    """Money of a customer for these charges, the oldest first. What is too much, or is for no charge, becomes the customer's credit.

    `value` is required when there are no charges.
    """

    customer_id: Id
    charge_ids: list[Id] = Field(default_factory=list, max_length=200)


class PaymentOut(Schema):
    """`kind`: RECEIVED, CREDIT (given by us) or REVERSAL (`value` is negative). `credit`: what no charge has used."""

    id: int
    number: int
    customer_id: int
    kind: str
    value: MoneyText
    paid_on: date
    received_at: Instant
    form: str
    place: str
    note: str
    received_by_id: int | None
    reverses_id: int | None
    reversed_by_id: int | None
    credit: MoneyText
    allocations: list[AllocationOut]

    @staticmethod
    def resolve_reversed_by_id(row: Any) -> Any:
        return row.reversal.pk if hasattr(row, "reversal") else None

    @staticmethod
    def resolve_credit(row: Any) -> Money:
        return ZERO if row.value.is_negative or hasattr(row, "reversal") else row.value - Money(row.used_cents)

    @staticmethod
    def resolve_allocations(row: Any) -> list[Any]:
        return list(row.allocations.all())


# ---------------------------------------------------------------------------------------------------- booklets and agreements


class InstallmentOut(Schema):
    """A charge of a booklet or an agreement, in short."""

    id: int
    number: int
    installment_number: int | None
    due_date: date
    total: MoneyText
    state: str


class BookletOut(Schema):
    id: int
    number: int
    customer_id: int
    contract_id: int | None
    description: str
    installments: int
    printed_at: Instant | None
    charges: list[InstallmentOut]
    created_at: Instant
    updated_at: Instant

    @staticmethod
    def resolve_charges(row: Any) -> list[Any]:
        return list(row.charges.all())


class AgreementBody(Model):
    """Open charges of a customer become `installments` new ones, with the fine and interest of today unless they are waived.

    `entry`: the first of them when it is not like the others. `waive_fees` needs the permission charges:waive.
    """

    customer_id: Id
    charge_ids: list[Id] = Field(min_length=1, max_length=200)
    first_due: Day
    installments: int
    entry: MoneyText | None = None
    waive_fees: bool = False
    note: str = ""


class AgreementOut(Schema):
    """`replaced_ids`: the charges that it took the place of."""

    id: int
    number: int
    customer_id: int
    made_on: date
    total: MoneyText
    note: str
    charges: list[InstallmentOut]
    replaced_ids: list[int]
    created_at: Instant
    updated_at: Instant

    @staticmethod
    def resolve_charges(row: Any) -> list[Any]:
        return list(row.instalments.all())

    @staticmethod
    def resolve_replaced_ids(row: Any) -> list[int]:
        return [charge.pk for charge in row.sources.all()]


# ------------------------------------------------------------------------------------------------------------------- billing


class PlannedLineOut(Schema):
    """`item_id`: of the contract's item; empty for discount, surcharge, fee and corrections."""

    kind: str
    amount: MoneyText
    item_id: int | None
    days: int
    whole_days: int


class PlannedChargeOut(Schema):
    """A zero total issues nothing; the period still counts as done."""

    period_start: date
    period_end: date
    due_date: date
    total: MoneyText
    lines: list[PlannedLineOut]


class PlannedOut(Schema):
    """What the run would do with a contract. `parked`: why it would be left to a person, with `waiting_periods` still to charge."""

    contract_id: int
    contract_number: int
    customer_id: int
    charges: list[PlannedChargeOut]
    parked: str | None
    waiting_periods: int


class ParkedOut(Schema):
    """A contract that the run leaves to a person. `resolution`: RESUME or SKIP once somebody dealt with it."""

    id: int
    contract_id: int
    customer_id: int
    reason: str
    words: str
    waiting_periods: int
    parked_at: Instant
    resolved_at: Instant | None
    resolution: str

    @staticmethod
    def resolve_customer_id(row: Any) -> Any:
        return row.contract.customer_id


# ------------------------------------------------------------------------------------------------------------------- dunning


class TrustBody(Model):
    """`days` left out: as the rules of the house say. `exceed` goes beyond them; a reason is then required and kept."""

    days: int | None = None
    reason: str = ""
    exceed: bool = False


class SuspendBody(Model):
    """`until`: the last day of the suspension."""

    until: Day
    reason: str = ""


class DeliverBody(Model):
    """How the notice reached the customer. `proof`: who saw it, in words. `content`: the text as it was shown."""

    channel: NoticeChannel
    proof: str
    content: str = ""


class NoticeOut(Schema):
    """`kind`: DEBT or TERMINATION. Only a delivered notice starts the days until the block."""

    id: int
    contract_id: int
    customer_id: int
    charge_id: int
    kind: str
    wanted_on: date
    delivered_on: date | None
    delivered_at: Instant | None
    channel: str
    proof: str

    @staticmethod
    def resolve_contract_id(row: Any) -> Any:
        return row.pendency.contract_id

    @staticmethod
    def resolve_customer_id(row: Any) -> Any:
        return row.pendency.contract.customer_id


class AheadOut(Schema):
    """The predicted days if nothing is paid; null where the step will not come."""

    pending_on: date | None
    block_on: date | None
    terminate_on: date | None


class DebtOut(Schema):
    """An open charge. `outstanding`: without fine and interest; `owed_today`: with them."""

    charge_id: int
    number: int
    due_date: date
    outstanding: MoneyText
    owed_today: MoneyText
    notified_on: date | None
    contested: bool


class TrustOfferOut(Schema):
    """The release in trust that the contract may get now. `refusal`: why not, in words; empty when it may."""

    days: int
    remaining: int
    refusal: str


class StandingOut(Schema):
    """How a contract is treated and why.

    `cause`: POLICY, MANUAL or TRUST, empty while it is clear; `by`, `since`, `reason`: who put it there, when, and what they said.
    `why`: the policy's own code of today, `words` the sentence that people read. `may_terminate`: so long blocked that ending the
    contract is proposed.
    """

    contract_id: int
    state: str
    standing: str
    cause: str
    until: date | None
    by: str
    since: Instant | None
    reason: str
    why: str
    words: str
    may_terminate: bool
    ahead: AheadOut
    debts: list[DebtOut]
    owed_today: MoneyText
    notices: list[NoticeOut]
    trust: TrustOfferOut


PartName = Literal["WARN", "BLOCK", "RELEASE", "REDUCE", "POSTPONED", "UNDELIVERED"]


class RehearsedNoticeOut(Schema):
    """The notice of the charge that decides."""

    wanted_on: date
    delivered_on: date | None


class RehearsedOut(Schema):
    """What would happen to a contract on the date. `amount`: what is late of it, without fine and interest.

    `part`: WARN, BLOCK, RELEASE, REDUCE; POSTPONED would be blocked if nothing protected it; UNDELIVERED waits for its notice.
    """

    part: PartName
    contract_id: int
    contract_number: int
    customer_id: int
    customer: str
    amount: MoneyText
    oldest_due: date | None
    days_late: int
    standing: str
    to: str
    why: str
    words: str
    until: date | None
    approved: bool
    charge_id: int | None
    charge_number: int | None
    notice: RehearsedNoticeOut | None
    ahead: AheadOut
