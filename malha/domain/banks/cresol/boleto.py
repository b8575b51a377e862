"""Cresol (133): Bradesco's campo livre, with a print of its own."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod11


class Cresol(Bank):
    """Branch, carteira, number and account, then a zero."""

    code = "133"
    dv = "3"
    name = "Cresol"
    fields = (AccountField("branch", 4), AccountField("account", 7), AccountField("carteira", 2))
    sequence_digits = 11

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        carteira, number = self.value(account, "carteira"), f"{sequence:011d}"
        dv = mod11(f"{carteira}{number}", 7, ten="P")
        return NossoNumero(number, dv, f"{carteira} / {number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        branch, carteira = self.value(account, "branch"), self.value(account, "carteira")
        return f"{branch}{carteira}{nosso_numero.number}{self.value(account, 'account')}0"


BANK = Cresol()
