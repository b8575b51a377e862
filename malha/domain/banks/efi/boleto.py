"""Efí (364): barcode, linha digitável and Pix come from its API; the campo livre is not public."""

from malha.domain.boleto.account import BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.errors import RuleError


class Efi(Bank):
    """Known by name; never composed."""

    code = "364"
    dv = "6"
    name = "Efí"
    sequence_digits = 0

    def can_compose(self, account: BankAccount) -> bool:
        return False

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        raise RuleError("boleto_not_composed", {"bank": self.code})

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        raise RuleError("boleto_not_composed", {"bank": self.code})


BANK = Efi()
