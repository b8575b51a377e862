"""What a door hands in about accounts, as typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from malha.domain.money import ZERO, Money


@dataclass(frozen=True, kw_only=True)
class AccountData:
    """Conta de gateway. `settings`: cleaned values of the adapter's own form; a secret that is empty keeps what is stored."""

    name: str
    adapter: str
    environment: str = "TEST"
    settings: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "BOLEPIX"
    fine_basis_points: int = 200
    interest_basis_points: int = 100
    promptness_discount: Money = ZERO
    beneficiary_name: str = ""
    beneficiary_document: str = ""
    payment_place: str = ""
    instructions: str = ""
    notes_lines: str = ""
    accept_days_after_due: int = 90
    write_off_days: int = 90
    gateway_sends_mail: bool = False
    pix_key: str = ""
    print_layout: str = "A4"
    rate_per_second: int = 10
    is_active: bool = True
