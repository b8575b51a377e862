"""Banco BV (655)."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms


class BancoBv(Bank):
    """Account, carteira and number; no check digit of its own."""

    code = "655"
    dv = "6"
    name = "Banco BV"
    fields = (AccountField("account", 10), AccountField("carteira", 3))
    sequence_digits = 10

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{sequence:010d}"
        return NossoNumero(number, "", number)

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        return f"{self.value(account, 'account')}{self.value(account, 'carteira')}{nosso_numero.number}00"


BANK = BancoBv()
