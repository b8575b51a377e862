"""What a bank's folder promises about its boletos. Each ``malha/domain/banks/<folder>/boleto.py`` has one ``BANK`` of this kind."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from malha.domain.boleto.account import AccountField, BankAccount, problems_of
from malha.domain.errors import RuleError
from malha.domain.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class NossoNumero:
    """How the bank knows a boleto: ``number`` digits without check digit, ``dv`` (one or two signs, or none), ``printed`` form."""

    number: str
    dv: str
    printed: str

    @property
    def full(self) -> str:
        """Number and check digit, as most files carry it."""
        return f"{self.number}{self.dv}"


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a charge enters some campos livres: its amount (Sicredi), seu número (Itaú, old carteiras), parcela (Sicoob)."""

    amount: Money = ZERO
    seu_numero: str = ""
    parcela: int = 1


NO_TERMS = Terms()


class Bank(ABC):
    """A bank: who it is, what it asks of an account, and how it makes nosso número and campo livre (payments.md §1.4)."""

    code: ClassVar[str]
    dv: ClassVar[str]
    name: ClassVar[str]
    fields: ClassVar[tuple[AccountField, ...]] = ()
    sequence_digits: ClassVar[int]

    @property
    def printed_code(self) -> str:
        """Code and check digit as the head of a boleto shows them: ``748-X``."""
        return f"{self.code}-{self.dv}"

    def check(self, account: BankAccount) -> tuple[RuleError, ...]:
        """Everything that is wrong with an account of this bank; each error names its ``field``. Other fields are not looked at.

        Codes: ``account_field_missing``, ``account_field_shape``, ``account_field_choice``, ``account_check_digit``.
        """
        return problems_of(self.fields, account)

    def can_compose(self, account: BankAccount) -> bool:
        """False where the bank numbers the boletos itself, or keeps the campo livre to itself: take them from file or API."""
        return True

    def max_sequence(self, account: BankAccount) -> int:
        """The last number of the counter kept for the account and its carteira. It starts at 1."""
        return int("9" * self.sequence_digits or "0")

    def nosso_numero(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        """The nosso número of a counter's value; ``year`` (four digits) counts where numbering starts anew each year.

        Raises RuleError ``boleto_not_composed`` where the bank numbers, the first problem of ``check``, or
        ``nosso_numero_out_of_range``.
        """
        self._refuse(account)
        if not 1 <= sequence <= self.max_sequence(account):
            raise RuleError("nosso_numero_out_of_range", {"min": 1, "max": self.max_sequence(account)})
        return self._number(account, sequence, year)

    def campo_livre(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms = NO_TERMS) -> str:
        """The 25 digits of the bank. Raises what ``nosso_numero`` raises, and ``seu_numero_invalid`` or ``parcela_out_of_range``."""
        self._refuse(account)
        return self._free(account, nosso_numero, terms)

    def value(self, account: BankAccount, name: str) -> str:
        """An account's field as this bank writes it: defaults taken, zero-filled."""
        return next(field for field in self.fields if field.name == name).value(account)

    def _refuse(self, account: BankAccount) -> None:
        if not self.can_compose(account):
            raise RuleError("boleto_not_composed", {"bank": self.code})
        for problem in self.check(account):
            raise problem

    @abstractmethod
    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        """The nosso número of a checked account and sequence."""

    @abstractmethod
    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        """The campo livre of a checked account."""
