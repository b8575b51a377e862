"""Banrisul (041): two check digits in nosso número and campo livre."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import double_digit


class Banrisul(Bank):
    """``variant`` is the produto, 2."""

    code = "041"
    dv = "8"
    name = "Banrisul"
    fields = (
        AccountField("branch", 4),
        AccountField("codigo_beneficiario", 7),
        AccountField("variant", 1, required=False, default="2"),
    )
    sequence_digits = 8

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{sequence:08d}"
        dv = double_digit(number)
        return NossoNumero(number, dv, f"{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        beneficiario = self.value(account, "codigo_beneficiario")
        base = f"{self.value(account, 'variant')}1{self.value(account, 'branch')}{beneficiario}{nosso_numero.number}40"
        return base + double_digit(base)


BANK = Banrisul()
