"""The 44 digits under a boleto's bars and the 47 of its linha digitável (payments.md §1.1, §1.2).

One altered digit is refused, with one limit that lies in the standard and not here: three remainders of the general digit's
modulo 11 all become 1. Where the general digit is 1, an alteration of factor or amount can stay unseen.
"""

from dataclasses import dataclass
from typing import Final

from malha.domain.boleto.check_digits import mod10, sum11
from malha.domain.errors import RuleError
from malha.domain.money import Money
from malha.domain.text import is_ascii_digits

BARCODE_LENGTH: Final = 44
LINHA_LENGTH: Final = 47
CAMPO_LIVRE_LENGTH: Final = 25
REAL: Final = "9"
MAX_AMOUNT: Final = Money(9_999_999_999)
"""R$ 99.999.999,99: one cent more would run into the factor, and some banks let it."""


def general_dv(other_digits: str) -> str:
    """The general check digit of the 43 other digits, 1 to 9, never 0."""
    rest = 11 - sum11(other_digits)
    return "1" if rest in (10, 11) else str(rest)


@dataclass(frozen=True, slots=True)
class Barcode:
    """What a barcode says. ``amount`` zero: none is printed, the payer names it. ``factor`` 0: no due date.

    Raises RuleError ``bank_code_invalid``, ``due_factor_invalid``, ``boleto_amount_out_of_range`` or ``campo_livre_invalid``.
    """

    bank: str
    factor: int
    amount: Money
    campo_livre: str

    def __post_init__(self) -> None:
        if len(self.bank) != 3 or not is_ascii_digits(self.bank):
            raise RuleError("bank_code_invalid")
        if not 0 <= self.factor <= 9999:
            raise RuleError("due_factor_invalid")
        if self.amount.is_negative or self.amount > MAX_AMOUNT:
            raise RuleError("boleto_amount_out_of_range", {"max": MAX_AMOUNT})
        if len(self.campo_livre) != CAMPO_LIVRE_LENGTH or not is_ascii_digits(self.campo_livre):
            raise RuleError("campo_livre_invalid", {"length": CAMPO_LIVRE_LENGTH})

    @property
    def dv(self) -> str:
        return general_dv(f"{self._head}{self._tail}")

    @property
    def digits(self) -> str:
        """The 44 digits."""
        return f"{self._head}{self.dv}{self._tail}"

    @property
    def linha(self) -> str:
        """The 47 digits of the linha digitável, without its mask."""
        free = self.campo_livre
        fields = (f"{self._head}{free[:5]}", free[5:15], free[15:])
        return "".join(f"{field}{mod10(field)}" for field in fields) + self.dv + self._tail[:14]

    @property
    def linha_digitavel(self) -> str:
        """The linha as it is printed: ``AAAAA.AAAAA BBBBB.BBBBBB CCCCC.CCCCCC D EEEEEEEEEEEEEE``."""
        return mask_linha(self.linha)

    @property
    def _head(self) -> str:
        return f"{self.bank}{REAL}"

    @property
    def _tail(self) -> str:
        return f"{self.factor:04d}{self.amount.cents:010d}{self.campo_livre}"


def parse_barcode(digits: str) -> Barcode:
    """The parts of 44 digits, check digit proven. No blanks or points are taken: see ``pasted.py`` for what people paste.

    Raises RuleError ``barcode_shape``, ``boleto_currency`` or ``barcode_check_digit``.
    """
    if len(digits) != BARCODE_LENGTH or not is_ascii_digits(digits):
        raise RuleError("barcode_shape", {"length": BARCODE_LENGTH})
    if digits[3] != REAL:
        raise RuleError("boleto_currency")
    barcode = Barcode(digits[:3], int(digits[5:9]), Money(int(digits[9:19])), digits[19:])
    if barcode.dv != digits[4]:
        raise RuleError("barcode_check_digit")
    return barcode


def parse_linha(digits: str) -> Barcode:
    """The parts of the 47 digits of a linha digitável, all four check digits proven.

    Raises RuleError ``linha_shape``, ``linha_check_digit`` (params: field, 1 to 3), or what ``parse_barcode`` raises.
    """
    if len(digits) != LINHA_LENGTH or not is_ascii_digits(digits):
        raise RuleError("linha_shape", {"length": LINHA_LENGTH})
    fields = (digits[:10], digits[10:21], digits[21:32])
    for number, field in enumerate(fields, 1):
        if mod10(field[:-1]) != field[-1]:
            raise RuleError("linha_check_digit", {"field": number})
    first, second, third = (field[:-1] for field in fields)
    return parse_barcode(f"{first[:4]}{digits[32:]}{first[4:]}{second}{third}")


def mask_linha(digits: str) -> str:
    """The printed form of the 47 digits. Raises RuleError ``linha_shape``; proves no check digit."""
    if len(digits) != LINHA_LENGTH or not is_ascii_digits(digits):
        raise RuleError("linha_shape", {"length": LINHA_LENGTH})
    one, two, three = digits[:10], digits[10:21], digits[21:32]
    return f"{one[:5]}.{one[5:]} {two[:5]}.{two[5:]} {three[:5]}.{three[5:]} {digits[32]} {digits[33:]}"
