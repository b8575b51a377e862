"""What a door hands in about charges and payments, as typed."""

from dataclasses import dataclass
from datetime import date

from malha.domain.money import ZERO, Money


@dataclass(frozen=True, kw_only=True)
class ReceiptData:
    """Receber: what came in. `value` may be less or more than what is owed.

    `token`: of the submission; the same one twice receives once. `waives_fees`: fine and interest are let go (permission of its own).
    `tolerance`: how much may be lacking for a charge to be paid all the same (a bank's rounding).
    """

    value: Money
    paid_on: date
    form: str
    place: str = ""
    note: str = ""
    waives_fees: bool = False
    tolerance: Money = ZERO
    token: str = ""
    user_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class OneOffData:
    """A charge made by hand. `installments` more than one makes a booklet, a month apart. `token`: of the submission."""

    description: str
    amount: Money
    due_date: date
    kind: str = "ONE_OFF"
    contract_id: int | None = None
    collection_method_id: int | None = None
    installments: int = 1
    notes: str = ""
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class AgreementData:
    """Acordo: these charges are replaced by `installments` equal ones, the first due on `first_due`."""

    charge_ids: tuple[int, ...]
    first_due: date
    installments: int
    waives_fees: bool = False
    entry: Money | None = None
    note: str = ""
