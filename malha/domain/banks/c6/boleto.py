"""C6 Bank (336)."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod11


class C6(Bank):
    """``codigo_beneficiario`` is the client's code of 12. ``variant`` is the layout: 3 issued by the bank, 4 by the client."""

    code = "336"
    dv = "7"
    name = "C6 Bank"
    fields = (
        AccountField("codigo_beneficiario", 12),
        AccountField("carteira", 2),
        AccountField("variant", 1, required=False, default="4", choices=("3", "4")),
    )
    sequence_digits = 10

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{sequence:010d}"
        dv = mod11(f"0{self.value(account, 'carteira')}{number}", 7, ten="P")
        return NossoNumero(number, dv, f"{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        client, carteira = self.value(account, "codigo_beneficiario"), self.value(account, "carteira")
        return f"{client}{nosso_numero.number}{carteira}{self.value(account, 'variant')}"


BANK = C6()
