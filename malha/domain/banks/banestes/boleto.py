"""Banestes (021)."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import double_digit


class Banestes(Bank):
    """``variant`` is the tipo of collection that the bank agreed. The nosso número is printed without check digit."""

    code = "021"
    dv = "3"
    name = "Banestes"
    fields = (
        AccountField("account", 10),
        AccountField("account_dv", 1, is_check_digit=True),
        AccountField("variant", 1),
    )
    sequence_digits = 8

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{sequence:08d}"
        return NossoNumero(number, "", number)

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        own = "".join(self.value(account, field.name) for field in self.fields)
        base = f"{nosso_numero.number}{own}{self.code}"
        return base + double_digit(base)


BANK = Banestes()
