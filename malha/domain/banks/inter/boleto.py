"""Inter (077): carteira 110 is numbered by us, 112 by the bank."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod10

_BRANCH = "0001"
_NUMBERED_BY_BANK = "112"


class Inter(Bank):
    """One branch, 0001. In carteira 112 the nosso número comes with the retorno or the API, so nothing is composed."""

    code = "077"
    dv = "9"
    name = "Inter"
    fields = (
        AccountField("carteira", 3, choices=("110", _NUMBERED_BY_BANK)),
        AccountField("operacao", 7),
    )
    sequence_digits = 10

    def can_compose(self, account: BankAccount) -> bool:
        return account.carteira != _NUMBERED_BY_BANK

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        carteira, number = self.value(account, "carteira"), f"{sequence:010d}"
        dv = mod10(f"{_BRANCH}{carteira}{number}")
        return NossoNumero(number, dv, f"{_BRANCH}/{carteira}/{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        return f"{_BRANCH}{self.value(account, 'carteira')}{self.value(account, 'operacao')}{nosso_numero.full}"


BANK = Inter()
