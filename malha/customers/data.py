"""What a door hands in about a customer: plain values as typed. The services normalise and check them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class AddressData:
    """An address as typed; everything may be empty."""

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
    lat: Decimal | None = None
    lng: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PhoneData:
    """A phone in any Brazilian way of typing it."""

    number: str
    owner: str = ""
    has_whatsapp: bool = True
    wants_messages: bool = True


@dataclass(frozen=True, kw_only=True)
class CustomerData:
    """Dados do cliente, telefones, endereço. Only the name is required (seed)."""

    name: str
    person_type: str = "INDIVIDUAL"
    trade_name: str = ""
    email: str = ""
    cpf_cnpj: str = ""
    rg_ie: str = ""
    rg_issuer: str = ""
    ie_status: str = ""
    im: str = ""
    birth_date: date | None = None
    group_id: int | None = None
    seller_id: int | None = None
    source: str = ""
    notes: str = ""
    opening_alert: str = ""
    tags: tuple[str, ...] = ()
    wants_email: bool = True
    wants_sms: bool = True
    wants_whatsapp: bool = True
    phones: tuple[PhoneData, ...] = ()
    address: AddressData = field(default_factory=AddressData)
