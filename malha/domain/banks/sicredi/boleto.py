"""Sicredi (748): numbered anew each year."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod11

_NUMBERED_BY_BANK = "1"


class Sicredi(Bank):
    """``variant`` is the tipo: 1 registered, 3 legacy. ``byte`` 2 to 9 are the client's; with 1 the bank numbers.

    The nosso número holds the year, so its counter restarts with it.
    """

    code = "748"
    dv = "X"
    name = "Sicredi"
    fields = (
        AccountField("branch", 4),
        AccountField("posto", 2),
        AccountField("codigo_beneficiario", 5),
        AccountField("byte", 1, required=False, default="2", choices=tuple("123456789")),
        AccountField("carteira", 1, required=False, default="1"),
        AccountField("variant", 1, required=False, default="1", choices=("1", "3")),
    )
    sequence_digits = 5

    def can_compose(self, account: BankAccount) -> bool:
        return account.byte != _NUMBERED_BY_BANK

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{year % 100:02d}{self.value(account, 'byte')}{sequence:05d}"
        dv = mod11(f"{self._own(account)}{number}")
        return NossoNumero(number, dv, f"{number[:2]}/{number[2:]}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        kind = f"{self.value(account, 'variant')}{self.value(account, 'carteira')}"
        base = f"{kind}{nosso_numero.full}{self._own(account)}{1 if terms.amount else 0}0"
        return base + mod11(base)

    def _own(self, account: BankAccount) -> str:
        return "".join(self.value(account, name) for name in ("branch", "posto", "codigo_beneficiario"))


BANK = Sicredi()
