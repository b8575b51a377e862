"""Daycoval (707)."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod10


class Daycoval(Bank):
    """Branch, carteira, operação and number with its check digit."""

    code = "707"
    dv = "2"
    name = "Daycoval"
    fields = (AccountField("branch", 4), AccountField("carteira", 3), AccountField("operacao", 7))
    sequence_digits = 10

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        branch, carteira, number = self.value(account, "branch"), self.value(account, "carteira"), f"{sequence:010d}"
        dv = mod10(f"{branch}{carteira}{number}")
        return NossoNumero(number, dv, f"{branch}/{carteira}/{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        return "".join(self.value(account, field.name) for field in self.fields) + nosso_numero.full


BANK = Daycoval()
