"""Bradesco (237)."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod11
from malha.domain.errors import RuleError


class Bradesco(Bank):
    """The check digits of branch and account are in no campo livre, but print and files carry them; given, they must be right."""

    code = "237"
    dv = "2"
    name = "Bradesco"
    fields = (
        AccountField("branch", 4),
        AccountField("branch_dv", 1, required=False, is_check_digit=True),
        AccountField("account", 7),
        AccountField("account_dv", 1, required=False, is_check_digit=True),
        AccountField("carteira", 2),
    )
    sequence_digits = 11

    def check(self, account: BankAccount) -> tuple[RuleError, ...]:
        problems = super().check(account)
        if problems:
            return problems
        right = {
            "branch_dv": mod11(self.value(account, "branch"), 5, ten="P"),
            "account_dv": mod11(self.value(account, "account"), 7, ten="P"),
        }
        wrong = [name for name, digit in right.items() if self.value(account, name) not in ("", digit)]
        return tuple(RuleError("account_check_digit", {"field": name}) for name in wrong)

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        carteira, number = self.value(account, "carteira"), f"{sequence:011d}"
        dv = mod11(f"{carteira}{number}", 7, ten="P")
        return NossoNumero(number, dv, f"{carteira:0>3}/{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        branch, carteira = self.value(account, "branch"), self.value(account, "carteira")
        return f"{branch}{carteira}{nosso_numero.number}{self.value(account, 'account')}0"


BANK = Bradesco()
