"""Itaú (341): two campos livres, by carteira."""

from malha.domain.boleto.account import AccountField, BankAccount
from malha.domain.boleto.bank import Bank, NossoNumero, Terms
from malha.domain.boleto.check_digits import mod10
from malha.domain.errors import RuleError
from malha.domain.text import is_ascii_digits

_WITHOUT_ACCOUNT = ("126", "131", "146", "150", "168")
_WITH_SEU_NUMERO = ("106", "107", "122", "142", "143", "195", "196", "198")
_SEU_NUMERO_DIGITS = 7


class Itau(Bank):
    """The DAC of the nosso número counts branch and account, but for five carteiras (bank manual of July 2021, annex 4).

    112, on which implementations differ, follows the manual. Eight carteiras carry seu número and the five-digit code of the
    client (``codigo_beneficiario``) in place of branch and account.
    """

    code = "341"
    dv = "7"
    name = "Itaú"
    fields = (
        AccountField("branch", 4),
        AccountField("account", 5),
        AccountField("account_dv", 1, required=False, is_check_digit=True),
        AccountField("carteira", 3),
        AccountField("codigo_beneficiario", 5, required=False),
    )
    sequence_digits = 8

    def check(self, account: BankAccount) -> tuple[RuleError, ...]:
        problems = super().check(account)
        if problems:
            return problems
        if self.value(account, "account_dv") not in ("", mod10(self._branch_and_account(account))):
            problems += (RuleError("account_check_digit", {"field": "account_dv"}),)
        if self.value(account, "carteira") in _WITH_SEU_NUMERO and not account.codigo_beneficiario:
            problems += (RuleError("account_field_missing", {"field": "codigo_beneficiario"}),)
        return problems

    def _number(self, account: BankAccount, sequence: int, year: int) -> NossoNumero:
        carteira, number = self.value(account, "carteira"), f"{sequence:08d}"
        before = "" if carteira in _WITHOUT_ACCOUNT else self._branch_and_account(account)
        dv = mod10(f"{before}{carteira}{number}")
        return NossoNumero(number, dv, f"{carteira}/{number}-{dv}")

    def _free(self, account: BankAccount, nosso_numero: NossoNumero, terms: Terms) -> str:
        carteira = self.value(account, "carteira")
        if carteira not in _WITH_SEU_NUMERO:
            own = self._branch_and_account(account)
            return f"{carteira}{nosso_numero.full}{own}{mod10(own)}000"
        if not is_ascii_digits(terms.seu_numero) or len(terms.seu_numero) > _SEU_NUMERO_DIGITS:
            raise RuleError("seu_numero_invalid", {"digits": _SEU_NUMERO_DIGITS})
        seu_numero = terms.seu_numero.zfill(_SEU_NUMERO_DIGITS)
        base = f"{carteira}{nosso_numero.number}{seu_numero}{self.value(account, 'codigo_beneficiario')}"
        return f"{base}{mod10(base)}0"

    def _branch_and_account(self, account: BankAccount) -> str:
        return f"{self.value(account, 'branch')}{self.value(account, 'account')}"


BANK = Itau()
