"""Banco do Nordeste (004)."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod11


class BancoDoNordeste(Bank):
    """Branch, account with its check digit, number with its own (weights 2 to 8), carteira."""

    code = "004"
    dv = "3"
    name = "Banco do Nordeste"
    fields = (
        AccountField("branch", 4),
        AccountField("account", 7),
        AccountField("account_dv", 1, is_check_digit=True),
        AccountField("carteira", 2),
    )
    sequence_digits = 7

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{sequence:07d}"
        dv = mod11(number, 8)
        return NossoNumero(number, dv, f"{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        own = "".join(self.value(account, name) for name in ("branch", "account", "account_dv"))
        return f"{own}{nosso_numero.full}{self.value(account, 'carteira')}000"


BANK = BancoDoNordeste()
