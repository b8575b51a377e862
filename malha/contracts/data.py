"""What a door hands in about a contract, as typed. Empty values mean the standard."""

from dataclasses import dataclass
from datetime import date

from malha.customers.data import AddressData
from malha.domain.money import Money


@dataclass(frozen=True, kw_only=True)
class ContractData:
    """Contrato e cobrança. Only the due day is required (seed)."""

    due_day: int
    collection_method_id: int | None = None
    template_id: int | None = None
    discount: Money = Money(0)
    discount_until: date | None = None
    surcharge: Money = Money(0)
    days_to_pending: int | None = None
    days_to_block: int | None = None
    auto_block: bool = True
    auto_notice: bool = True
    never_block: bool = False
    never_block_reason: str = ""
    exempt: bool = False
    trust_release_rule: str = "DEFAULT"
    signed_on: date | None = None
    activated_on: date | None = None
    first_charge: str = "PRORATED"
    minimum_term_months: int | None = None
    minimum_term_benefit: Money | None = None
    installation_fee: Money = Money(0)
    installation_installments: int = 1
    service_address: AddressData | None = None
    seller_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PlanData:
    """A plan as typed. Speeds in kbit/s. `profile_name` empty: derived from the name."""

    name: str
    price: Money
    download_kbps: int
    upload_kbps: int
    sva_price: Money = Money(0)
    kind: str = "INTERNET"
    profile_name: str = ""
    burst_download_kbps: int | None = None
    burst_upload_kbps: int | None = None
    burst_threshold_percent: int | None = None
    burst_seconds: int | None = None
    priority: int = 8
    guaranteed_percent: int | None = None
    reduced_percent: int | None = None
    pool_v4: str = ""
    pool_v6: str = ""
    address_list: str = ""
    technology: str = "FTTH"
    medium: str = "fibra"
    offer_code: str = ""
    offer_valid_until: date | None = None
    description: str = ""
    charge_text: str = ""
    is_public: bool = True
    allows_trust_release: bool = True
