"""A boleto put together from a bank, an account, a number, a date and an amount."""

from dataclasses import dataclass
from datetime import date

from malha.domain.boleto.account import BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.barcode import Barcode
from malha.domain.boleto.factor import due_factor
from malha.domain.money import Money


@dataclass(frozen=True, slots=True)
class Boleto:
    """``barcode`` 44 digits, ``linha`` 47 digits, ``linha_digitavel`` the same as printed, ``parts`` what the barcode says.

    Not payable before the bank has registered it (payments.md §1.4).
    """

    barcode: str
    linha: str
    linha_digitavel: str
    nosso_numero: NossoNumero
    parts: Barcode


def compose(
    bank: Bank,
    account: BankAccount,
    nosso_numero: NossoNumero,
    due_date: date | None,
    amount: Money,
    *,
    seu_numero: str = "",
    parcela: int = 1,
) -> Boleto:
    """The boleto; ``due_date`` None is contra-apresentação.

    ``seu_numero`` (digits, Itaú's old carteiras) and ``parcela`` (Sicoob) enter the campo livre of few banks. Raises RuleError:
    what ``Bank.campo_livre``, ``due_factor`` and ``Barcode`` raise.
    """
    terms = Terms(amount, seu_numero, parcela)
    parts = Barcode(bank.code, due_factor(due_date), amount, bank.campo_livre(account, nosso_numero, terms))
    return Boleto(parts.digits, parts.linha, parts.linha_digitavel, nosso_numero, parts)
