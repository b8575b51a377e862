"""Safra (422)."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod11


class Safra(Bank):
    """Branch and account with their check digits. In the nosso número's digit a sum of 0 becomes 1."""

    code = "422"
    dv = "7"
    name = "Safra"
    fields = (
        AccountField("branch", 4),
        AccountField("branch_dv", 1, is_check_digit=True),
        AccountField("account", 8),
        AccountField("account_dv", 1, is_check_digit=True),
    )
    sequence_digits = 8

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{sequence:08d}"
        dv = mod11(number, eleven="1")
        return NossoNumero(number, dv, f"{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        own = "".join(self.value(account, field.name) for field in self.fields)
        return f"7{own}{nosso_numero.full}2"


BANK = Safra()
