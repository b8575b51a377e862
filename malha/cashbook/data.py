"""What a door hands in about cash and bills, as typed."""

from dataclasses import dataclass
from datetime import date

from malha.domain.money import Money


@dataclass(frozen=True, kw_only=True)
class AccountData:
    """Caixa or conta. `owner_id`: the person whose own till it is."""

    name: str
    kind: str = "CASH"
    owner_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CategoryData:
    """A line of the plano de contas. Without a code it gets the next one under its parent."""

    name: str
    kind: str
    parent_id: int | None = None
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class EntryData:
    """Lançar: money that came or went without a charge or a bill behind it. `amount` is positive.

    `token`: of the submission; the same one twice enters once.
    """

    account_id: int | None
    direction: str
    amount: Money
    description: str
    date: date
    category_id: int | None = None
    form: str = ""
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class TransferData:
    """From one account to another. `token`: of the submission; the same one twice transfers once."""

    from_account_id: int | None
    to_account_id: int | None
    amount: Money
    date: date
    note: str = ""
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class SupplierData:
    """Who is paid."""

    legal_name: str
    trade_name: str = ""
    cpf_cnpj: str = ""
    ie: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    pix_key: str = ""
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class PayableData:
    """A bill. `amount` is of all instalments together; `due_date` is that of the first, the others follow a month apart.

    `token`: of the submission; the same one twice makes the bill once.
    """

    description: str
    amount: Money
    due_date: date
    supplier_id: int | None = None
    employee_id: int | None = None
    document_number: str = ""
    issued_on: date | None = None
    installments: int = 1
    category_id: int | None = None
    barcode: str = ""
    note: str = ""
    recurrence: str = "NONE"
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class PayData:
    """A bill is paid. `amount` may differ from the bill's: interest, discount."""

    account_id: int | None
    amount: Money
    paid_on: date
    form: str = ""
