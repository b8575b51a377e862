"""Caixa Econômica Federal (104), SIGCB."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod11


class Caixa(Bank):
    """A beneficiário of up to six digits carries a check digit, one of seven does not.

    ``modalidade``: 14 (RG, registered) or 24 (SR), the two that the client numbers. Every digit is modulo 11, 10 and 11 to 0.
    """

    code = "104"
    dv = "0"
    name = "Caixa Econômica Federal"
    fields = (
        AccountField("codigo_beneficiario", 7),
        AccountField("modalidade", 2, required=False, default="14", choices=("14", "24")),
    )
    sequence_digits = 15

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{self.value(account, 'modalidade')}{sequence:015d}"
        dv = mod11(number)
        return NossoNumero(number, dv, f"{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        beneficiario = self.value(account, "codigo_beneficiario")
        if beneficiario.startswith("0"):
            beneficiario = beneficiario[1:] + mod11(beneficiario[1:])
        number = nosso_numero.number
        base = f"{beneficiario}{number[2:5]}{number[0]}{number[5:8]}{number[1]}{number[8:]}"
        return base + mod11(base)


BANK = Caixa()
