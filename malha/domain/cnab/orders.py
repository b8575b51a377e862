"""What goes into a remessa: who sends it, and what is asked for each title."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from malha.domain.money import ZERO, Money

COMPANY_USE_LENGTH = 25


class Movement(StrEnum):
    """What the bank is asked to do with a title. A layout says which of them it knows, and under which code."""

    REGISTER = "REGISTER"
    CANCEL = "CANCEL"
    GRANT_ABATEMENT = "GRANT_ABATEMENT"
    CANCEL_ABATEMENT = "CANCEL_ABATEMENT"
    CHANGE_DUE = "CHANGE_DUE"
    CHANGE_AMOUNT = "CHANGE_AMOUNT"  # the nominal amount (C004 47)
    CHANGE_OTHER = "CHANGE_OTHER"


class Species(StrEnum):
    """What kind of paper the title is. A layout has its own code for each."""

    MERCHANT = "MERCHANT"  # duplicata mercantil
    SERVICE = "SERVICE"  # duplicata de serviço
    RECEIPT = "RECEIPT"  # recibo
    OTHER = "OTHER"


class PixKey(StrEnum):
    """Type of a Pix key as Y-03 numbers it (payments.md §5)."""

    CPF = "1"
    CNPJ = "2"
    PHONE = "3"
    EMAIL = "4"
    RANDOM = "5"


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """The company and its account as the bank knows them. Texts as the bank gave them, without punctuation.

    ``agreement`` is what the bank calls convênio, código do beneficiário or código do cliente. ``carteira`` is the bank's number or
    letter, ``carteira_code`` the one sign of FEBRABAN's segment P. ``variation`` is BB's variação or Sicoob's modalidade; ``posto`` is
    Sicredi's; ``transmission`` is Santander's código de transmissão.
    """

    name: str
    document: str
    branch: str
    account: str
    branch_dv: str = ""
    account_dv: str = ""
    agreement: str = ""
    carteira: str = ""
    carteira_code: str = "1"
    variation: str = ""
    posto: str = ""
    transmission: str = ""


@dataclass(frozen=True, slots=True)
class Payer:
    """Who is charged. ``document`` is CPF or CNPJ and ``cep`` eight digits, both without punctuation."""

    name: str
    document: str
    address: str
    district: str
    cep: str
    city: str
    uf: str


@dataclass(frozen=True, slots=True)
class RemittanceOrder:
    """One title. ``nosso_numero`` is the bank's number without its check digit, which stands in ``nosso_numero_dv``.

    ``company_use`` is our own reference, at most 25 ASCII signs, and comes back in the retorno. Rates are basis points: fine once,
    interest per month. ``discount`` is a fixed amount until ``discount_until``. ``abatement`` is a plain deduction. ``write_off_days``
    after the due date the bank drops the title; zero leaves that to the account's set-up. ``pix_key`` asks for a hybrid boleto (§8).
    """

    movement: Movement
    nosso_numero: str
    nosso_numero_dv: str
    document_number: str
    company_use: str
    due_on: date
    issued_on: date
    amount: Money
    payer: Payer
    species: Species = Species.SERVICE
    fine_rate: int = 0
    interest_rate: int = 0
    discount: Money = ZERO
    discount_until: date | None = None
    abatement: Money = ZERO
    write_off_days: int = 0
    messages: tuple[str, ...] = ()
    pix_key: str = ""
    pix_key_type: PixKey | None = None
    txid: str = ""
