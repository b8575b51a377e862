"""Boleto de arrecadação: taxes, water, energy (FEBRABAN). A provider issues none; it is only known when somebody pastes one."""

from dataclasses import dataclass
from typing import Final

from malha.domain.boleto.check_digits import mod10, mod11
from malha.domain.errors import RuleError
from malha.domain.money import Money
from malha.domain.text import is_ascii_digits

PRODUCT: Final = "8"
BARCODE_LENGTH: Final = 44
LINE_LENGTH: Final = 48
_BLOCK: Final = 12
_MOD_10: Final = "67"
_MOD_11: Final = "89"
_IN_REAIS: Final = "68"


@dataclass(frozen=True, slots=True)
class Arrecadacao:
    """``barcode`` 44 digits, ``line`` 48 digits; ``amount`` None where the field counts something other than reais."""

    barcode: str
    line: str
    segment: str
    amount: Money | None


def parse_arrecadacao(digits: str) -> Arrecadacao:
    """The parts of 44 digits (barcode) or 48 (line of four blocks, each with its check digit), check digits proven.

    Raises RuleError ``arrecadacao_shape`` or ``arrecadacao_check_digit`` (params: block, 1 to 4, or 0 for the general one).
    """
    if len(digits) not in (BARCODE_LENGTH, LINE_LENGTH) or not is_ascii_digits(digits) or digits[0] != PRODUCT:
        raise RuleError("arrecadacao_shape")
    kind = digits[2]
    if kind not in _MOD_10 + _MOD_11:
        raise RuleError("arrecadacao_shape")
    barcode = digits if len(digits) == BARCODE_LENGTH else _without_block_digits(digits, kind)
    if _digit(barcode[:3] + barcode[4:], kind) != barcode[3]:
        raise RuleError("arrecadacao_check_digit", {"block": 0})
    blocks = (barcode[start : start + _BLOCK - 1] for start in range(0, BARCODE_LENGTH, _BLOCK - 1))
    line = "".join(block + _digit(block, kind) for block in blocks)
    amount = Money(int(barcode[4:15])) if kind in _IN_REAIS else None
    return Arrecadacao(barcode, line, barcode[1], amount)


def _without_block_digits(line: str, kind: str) -> str:
    blocks = [line[start : start + _BLOCK] for start in range(0, LINE_LENGTH, _BLOCK)]
    for number, block in enumerate(blocks, 1):
        if _digit(block[:-1], kind) != block[-1]:
            raise RuleError("arrecadacao_check_digit", {"block": number})
    return "".join(block[:-1] for block in blocks)


def _digit(digits: str, kind: str) -> str:
    return mod10(digits) if kind in _MOD_10 else mod11(digits)
