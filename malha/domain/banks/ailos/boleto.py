"""Ailos, formerly Cecred (085)."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms


class Ailos(Bank):
    """The nosso número is the account with its check digit (8) and nine digits of ours."""

    code = "085"
    dv = "1"
    name = "Ailos"
    fields = (
        AccountField("convenio", 6),
        AccountField("account", 7),
        AccountField("account_dv", 1, is_check_digit=True),
        AccountField("carteira", 2),
    )
    sequence_digits = 9

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{self.value(account, 'account')}{self.value(account, 'account_dv')}{sequence:09d}"
        return NossoNumero(number, "", number)

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        return f"{self.value(account, 'convenio')}{nosso_numero.number}{self.value(account, 'carteira')}"


BANK = Ailos()
