"""Sicoob (756)."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.errors import RuleError

_WEIGHTS = (3, 1, 9, 7)
_PARCELAS = 999


class Sicoob(Bank):
    """``codigo_beneficiario`` is the client's number. The digit's weights run from the left over cooperative, client, number."""

    code = "756"
    dv = "0"
    name = "Sicoob"
    fields = (
        AccountField("branch", 4),
        AccountField("codigo_beneficiario", 7),
        AccountField("modalidade", 2, required=False, default="01"),
        AccountField("carteira", 1, required=False, default="1"),
    )
    sequence_digits = 7

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        number = f"{sequence:07d}"
        base = f"{self.value(account, 'branch')}{self.value(account, 'codigo_beneficiario'):0>10}{number}"
        rest = sum(int(digit) * _WEIGHTS[place % 4] for place, digit in enumerate(base)) % 11
        dv = "0" if rest < 2 else str(11 - rest)
        return NossoNumero(number, dv, f"{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        if not 1 <= terms.parcela <= _PARCELAS:
            raise RuleError("parcela_out_of_range", {"min": 1, "max": _PARCELAS})
        own = "".join(self.value(account, name) for name in ("carteira", "branch", "modalidade", "codigo_beneficiario"))
        return f"{own}{nosso_numero.full}{terms.parcela:03d}"


BANK = Sicoob()
