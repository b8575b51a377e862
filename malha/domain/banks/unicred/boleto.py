"""Unicred (136)."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod11


class Unicred(Bank):
    """Branch, account with its check digit, number with its own."""

    code = "136"
    dv = "8"
    name = "Unicred"
    fields = (
        AccountField("branch", 4),
        AccountField("account", 9),
        AccountField("account_dv", 1, is_check_digit=True),
    )
    sequence_digits = 10

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{sequence:010d}"
        dv = mod11(number)
        return NossoNumero(number, dv, f"{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        branch, number, digit = (self.value(account, name) for name in ("branch", "account", "account_dv"))
        return f"{branch}{number}{digit}{nosso_numero.full}"


BANK = Unicred()
