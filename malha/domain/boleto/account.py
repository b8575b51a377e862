"""The account in which a bank collects for the provider, and how what was typed for it is checked (payments.md §1.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from malha.domain.errors import RuleError
from malha.domain.text import is_ascii_digits

_LETTERS_AS_DIGITS: Final = ("X", "P")


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Text as the bank gave it, without points and hyphens; leading zeros may be left out. Empty where a bank asks for none.

    | field | asked by |
    |---|---|
    | branch | all but Ailos, Banestes, BV, C6, Caixa, Inter and Santander |
    | branch_dv | Safra; Banco do Brasil and Bradesco for print and files |
    | account | Ailos, Banco do Brasil, Banestes, BNB, Bradesco and Uniprime, BRB, BV, Cresol, Itaú, Safra, Unicred |
    | account_dv | Ailos, Banestes, BNB, Itaú, Safra, Unicred; Banco do Brasil and Bradesco for print and files |
    | carteira | all but Banestes, Banrisul, Caixa, Safra and Unicred |
    | convenio | Ailos, Banco do Brasil |
    | codigo_beneficiario | Banrisul, C6, Caixa, Itaú (some carteiras), Santander, Sicoob (*cliente*), Sicredi |
    | modalidade | Caixa, Sicoob |
    | operacao | Daycoval, Inter |
    | posto, byte | Sicredi |
    | variant | a digit or more that tells kinds of collection apart: Banco do Brasil *serviço* (``21``: nosso número of 17), |
    | | Banestes and Sicredi *tipo*, Banrisul *produto*, BRB *incremento*, C6 *layout*, Santander *IOS* |
    """

    branch: str = ""
    branch_dv: str = ""
    account: str = ""
    account_dv: str = ""
    carteira: str = ""
    convenio: str = ""
    codigo_beneficiario: str = ""
    modalidade: str = ""
    operacao: str = ""
    posto: str = ""
    byte: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class AccountField:
    """One field a bank asks for: its name in ``BankAccount`` and the digits it takes.

    ``digits`` is the most; less is filled with zeros at the left. ``choices`` are the only values, full length, where a bank
    has few. ``default`` is what an empty field stands for. A check digit that is not required stands in no campo livre and may
    be X or P.
    """

    name: str
    digits: int
    required: bool = True
    default: str = ""
    choices: tuple[str, ...] = ()
    is_check_digit: bool = False

    def value(self, account: BankAccount) -> str:
        """The field as it enters a campo livre: zero-filled digits. Empty when nothing was given and there is no default."""
        given: str = getattr(account, self.name) or self.default
        return given.upper() if self.is_check_digit else given.zfill(self.digits) if given else ""

    def problem(self, account: BankAccount) -> RuleError | None:
        """What is wrong with the field.

        RuleError ``account_field_missing``, ``account_field_shape`` (params: digits) or ``account_field_choice`` (params: choices).
        """
        value = self.value(account)
        if not value:
            return RuleError("account_field_missing", {"field": self.name}) if self.required else None
        has_shape = is_ascii_digits(value) or (self.is_check_digit and not self.required and value in _LETTERS_AS_DIGITS)
        if not has_shape or len(value) > self.digits:
            return RuleError("account_field_shape", {"field": self.name, "digits": self.digits})
        if self.choices and value not in self.choices:
            return RuleError("account_field_choice", {"field": self.name, "choices": self.choices})
        return None


def problems_of(fields: Iterable[AccountField], account: BankAccount) -> tuple[RuleError, ...]:
    """What is wrong with each field, in their order."""
    found = (field.problem(account) for field in fields)
    return tuple(problem for problem in found if problem)
