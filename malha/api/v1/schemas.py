"""The shapes of version 1: English names, money as "123.45", dates ISO, instants UTC with Z. Never a password."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from malha.api.values import Id, Sent, if_sent
from malha.domain.money import Money


def _money(value: Any) -> Money:
    if isinstance(value, Money):
        return value
    if not isinstance(value, str):
        raise ValueError('money is a text like "119.90", never a number')
    return Money.from_json(value)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


MoneyText = Annotated[
    Money,
    BeforeValidator(_money),
    PlainSerializer(lambda value: value.as_json(), return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+\.\d{2}$", "examples": ["119.90"]}),
]
Instant = Annotated[datetime, PlainSerializer(_instant, return_type=str)]


class Model(Sent):
    """Base: unknown fields are refused, so that a misspelt one is told instead of ignored."""

    model_config = {"extra": "forbid", "arbitrary_types_allowed": True, "from_attributes": True}


class Error(Schema):
    """Every error."""

    code: str
    message: str
    fields: dict[str, str] = {}


class AddressBody(Model):
    cep: str = ""
    street: str = ""
    number: str = ""
    complement: str = ""
    district: str = ""
    city: str = ""
    uf: str = ""
    ibge_code: str = ""
    reference: str = ""
    condo: str = ""
    block: str = ""
    unit: str = ""
    zone: str = "URBAN"


class ContactBody(Model):
    number: str
    owner: str = ""
    has_whatsapp: bool = True
    wants_messages: bool = True


class CustomerDetails(Model):
    """What a customer may be registered with beyond the name."""

    person_type: str = "INDIVIDUAL"
    trade_name: str = ""
    email: str = ""
    cpf_cnpj: str = ""
    rg_ie: str = ""
    im: str = ""
    birth_date: date | None = None
    notes: str = ""
    tags: list[str] = []
    wants_email: bool = True
    wants_sms: bool = True
    wants_whatsapp: bool = True
    phones: list[ContactBody] = []
    address: AddressBody = Field(default_factory=AddressBody)


class CustomerBody(CustomerDetails):
    """What a customer is registered with; only the name is required."""

    name: str


class CustomerPatch(Model):
    """Only what is sent changes; `phones` and `address` are replaced as a whole. `null` empties what may be empty."""

    name: str = if_sent()
    person_type: str = if_sent()
    trade_name: str = if_sent()
    email: str = if_sent()
    cpf_cnpj: str = if_sent()
    rg_ie: str = if_sent()
    im: str = if_sent()
    birth_date: date | None = None
    notes: str = if_sent()
    tags: list[str] = if_sent()
    wants_email: bool = if_sent()
    wants_sms: bool = if_sent()
    wants_whatsapp: bool = if_sent()
    phones: list[ContactBody] = if_sent()
    address: AddressBody = if_sent()


class CustomerOut(Schema):
    id: int
    number: int
    name: str
    trade_name: str
    person_type: str
    email: str
    cpf_cnpj: str
    rg_ie: str
    im: str
    birth_date: date | None
    notes: str
    tags: list[str]
    wants_email: bool
    wants_sms: bool
    wants_whatsapp: bool
    phones: list[ContactBody]
    address: AddressBody
    archived_at: Instant | None
    created_at: Instant
    updated_at: Instant

    @staticmethod
    def resolve_phones(row: Any) -> list[Any]:
        return list(row.contacts.all())


class ContractDetails(Model):
    """What a contract may agree beyond the due day. Empty days mean the standard."""

    collection_method_id: Id | None = None
    template_id: Id | None = None
    discount: MoneyText = Money(0)
    surcharge: MoneyText = Money(0)
    days_to_pending: int | None = None
    days_to_block: int | None = None
    first_charge: str = "PRORATED"
    minimum_term_months: int | None = None
    exempt: bool = False
    auto_block: bool = True


class ContractBody(ContractDetails):
    """What a contract agrees; only customer and due day are required."""

    customer_id: Id
    due_day: int


class ContractPatch(Model):
    due_day: int = if_sent()
    collection_method_id: Id | None = None
    template_id: Id | None = None
    discount: MoneyText = if_sent()
    surcharge: MoneyText = if_sent()
    days_to_pending: int | None = None
    days_to_block: int | None = None
    first_charge: str = if_sent()
    minimum_term_months: int | None = None
    exempt: bool = if_sent()
    auto_block: bool = if_sent()


class ItemOut(Schema):
    id: int
    kind: str
    plan_id: int | None
    description: str
    amount: MoneyText
    quantity: int
    starts_on: date
    ends_on: date | None


class ContractOut(Schema):
    id: int
    number: int
    customer_id: int
    state: str
    waiting_for: str
    standing: str
    standing_cause: str
    standing_until: date | None
    suspended_from: date | None
    suspended_until: date | None
    due_day: int
    collection_method_id: int
    template_id: int | None
    discount: MoneyText
    surcharge: MoneyText
    days_to_pending: int | None
    days_to_block: int | None
    first_charge: str
    minimum_term_months: int | None
    exempt: bool
    auto_block: bool
    signed_on: date
    activated_on: date | None
    cancelled_on: date | None
    items: list[ItemOut]
    created_at: Instant
    updated_at: Instant

    @staticmethod
    def resolve_items(row: Any) -> list[Any]:
        return list(row.items.all())


class ReasonBody(Model):
    reason: str = ""


class CancelBody(Model):
    """`cancel_charges`: the open charges on which nothing was paid are cancelled too."""

    reason: str
    note: str = ""
    keeps_ip: bool = False
    cancel_charges: bool = False


class AccessBody(Model):
    """Login, password, router and plan are required."""

    username: str
    password: str
    router_id: Id
    plan_id: Id
    method: str = "PPPOE"
    ipv4: str = ""
    ipv6_prefix: str = ""
    mac: str = ""
    lock_mac: bool = False
    equipment: str = ""
    onu_serial: str = ""
    notes: str = ""


class NewAccessBody(AccessBody):
    contract_id: Id


class AccessPatch(Model):
    username: str = if_sent()
    password: str = if_sent()
    router_id: Id = if_sent()
    plan_id: Id = if_sent()
    method: str = if_sent()
    ipv4: str = if_sent()
    ipv6_prefix: str = if_sent()
    mac: str = if_sent()
    lock_mac: bool = if_sent()
    equipment: str = if_sent()
    onu_serial: str = if_sent()
    notes: str = if_sent()


class AccessOut(Schema):
    """An access without its password. `sync_state` says what is known of it on the router, `last_error` in its own words."""

    id: int
    contract_id: int
    router_id: int
    plan_id: int
    username: str
    method: str
    ipv4: str | None
    ipv6_prefix: str
    mac: str
    lock_mac: bool
    equipment: str
    onu_serial: str
    notes: str
    sync_state: str
    last_error: str
    applied_at: Instant | None
    online_since: Instant | None
    seen_ip: str | None
    created_at: Instant
    updated_at: Instant


class PasswordOut(Schema):
    password: str


class CommandOut(Schema):
    """A wish to the router, taken up by the worker."""

    id: int
    verb: str
    asked_at: Instant
    finished_at: Instant | None
    outcome: str


class PlanBody(Model):
    name: str
    price: MoneyText
    download_kbps: int = Field(gt=0)
    upload_kbps: int = Field(gt=0)
    sva_price: MoneyText = Money(0)
    profile_name: str = ""
    reduced_percent: int | None = None
    technology: str = "FTTH"
    medium: str = "fibra"
    description: str = ""


class PlanOut(Schema):
    id: int
    name: str
    profile_name: str
    price: MoneyText
    scm_price: MoneyText
    sva_price: MoneyText
    download_kbps: int
    upload_kbps: int
    reduced_percent: int | None
    technology: str
    medium: str
    description: str
    archived_at: Instant | None
    created_at: Instant
    updated_at: Instant


class RouterOut(Schema):
    """A router without its credentials."""

    id: int
    name: str
    description: str
    driver: str
    host: str
    port: int
    enabled_methods: list[str]
    health: str
    health_words: str
    version: str
    session_count: int | None
    latency_ms: int | None
    last_seen_at: Instant | None
    created_at: Instant
    updated_at: Instant


class SignUpBody(Model):
    """The seed's whole path in one call. Required: name, due_day, login, password, router, plan.

    `router` and `plan` are an id or a name. `customer` and `contract` carry the rest when it is known, `accesses` further logins.
    """

    name: str
    due_day: int
    login: str
    password: str
    router: Id | str
    plan: Id | str
    customer: CustomerDetails = Field(default_factory=lambda: CustomerDetails())
    contract: ContractDetails = Field(default_factory=lambda: ContractDetails())
    accesses: list[AccessBody] = []


class SignUpOut(Schema):
    customer: CustomerOut
    contract: ContractOut
    accesses: list[AccessOut]
