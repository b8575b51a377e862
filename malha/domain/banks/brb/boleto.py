"""BRB (070)."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import double_digit


class Brb(Bank):
    """``variant`` is the incremento, 000. The nosso número's two digits are those of the campo livre."""

    code = "070"
    dv = "1"
    name = "BRB"
    fields = (
        AccountField("branch", 3),
        AccountField("account", 7),
        AccountField("carteira", 1),
        AccountField("variant", 3, required=False, default="000"),
    )
    sequence_digits = 6

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{sequence:06d}"
        dv = double_digit(self._base(account, number))
        return NossoNumero(number, dv, f"{self.value(account, 'carteira')}{number}{self.code}{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        base = self._base(account, nosso_numero.number)
        return base + double_digit(base)

    def _base(self, account: BankAccount, number: str) -> str:
        own = "".join(self.value(account, name) for name in ("variant", "branch", "account", "carteira"))
        return f"{own}{number}{self.code}"


BANK = Brb()
