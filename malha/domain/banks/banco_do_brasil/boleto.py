"""Banco do Brasil (001): the length of the convênio says how it is composed."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod11
from malha.domain.errors import RuleError

_NUMBER_17 = "21"
_CARTEIRAS_17 = ("16", "18")
_SEQUENCE_DIGITS = {4: 7, 6: 5, 7: 10, 8: 9}


class BancoDoBrasil(Bank):
    """Convênios of 7 (or 8) digits: nosso número of 17, without check digit. Of 6 and 4: of 11, with one.

    ``variant`` 21 is the *serviço* of convênios of 6 in carteiras 16 and 18 whose whole nosso número of 17 is the client's.
    The check digits of branch and account are for print and files; given, they must be right.
    """

    code = "001"
    dv = "9"
    name = "Banco do Brasil"
    fields = (
        AccountField("branch", 4),
        AccountField("branch_dv", 1, required=False, is_check_digit=True),
        AccountField("account", 8),
        AccountField("account_dv", 1, required=False, is_check_digit=True),
        AccountField("convenio", 8),
        AccountField("carteira", 2),
        AccountField("variant", 2, required=False, choices=(_NUMBER_17,)),
    )

    def check(self, account: BankAccount) -> tuple[RuleError, ...]:
        problems = super().check(account)
        if problems:
            return problems
        if len(account.convenio) not in _SEQUENCE_DIGITS:
            problems += (RuleError("account_field_shape", {"field": "convenio", "digits": (4, 6, 7, 8)}),)
        if account.variant and (len(account.convenio) != 6 or self.value(account, "carteira") not in _CARTEIRAS_17):
            problems += (RuleError("account_field_choice", {"field": "variant", "choices": ("",)}),)
        for name in ("branch", "account"):
            right = mod11(self.value(account, name), ten="X")
            if self.value(account, f"{name}_dv") not in ("", right):
                problems += (RuleError("account_check_digit", {"field": f"{name}_dv"}),)
        return problems

    def max_sequence(self, account: BankAccount) -> int:
        return int("9" * self._digits(account) or "0")

    def _digits(self, account: BankAccount) -> int:
        return 17 if account.variant else _SEQUENCE_DIGITS.get(len(account.convenio), 0)

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        own = f"{sequence:0{self._digits(account)}d}"
        if account.variant:
            return NossoNumero(own, "", own)
        number = f"{account.convenio}{own}"
        if len(account.convenio) > 6:
            return NossoNumero(number, "", number)
        dv = mod11(number, ten="X")
        return NossoNumero(number, dv, f"{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        carteira = self.value(account, "carteira")
        if account.variant:
            return f"{account.convenio}{nosso_numero.number}{_NUMBER_17}"
        if len(account.convenio) > 6:
            return f"000000{nosso_numero.number}{carteira}"
        return f"{nosso_numero.number}{self.value(account, 'branch')}{self.value(account, 'account')}{carteira}"


BANK = BancoDoBrasil()
