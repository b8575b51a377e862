"""Santander (033): the beneficiário's code is all it needs."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod11


class Santander(Bank):
    """``variant`` is the IOS digit: 0 for all but insurers. Nosso número of 12 digits, printed with at least seven."""

    code = "033"
    dv = "7"
    name = "Santander"
    fields = (
        AccountField("codigo_beneficiario", 7),
        AccountField("carteira", 3, choices=("101", "102", "201")),
        AccountField("variant", 1, required=False, default="0"),
    )
    sequence_digits = 12

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{sequence:012d}"
        dv = mod11(number)
        return NossoNumero(number, dv, f"{sequence:07d}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        beneficiario, carteira = self.value(account, "codigo_beneficiario"), self.value(account, "carteira")
        return f"9{beneficiario}{nosso_numero.full}{self.value(account, 'variant')}{carteira}"


BANK = Santander()
