"""Interleaved 2 of 5, the bars of a boleto, as plain numbers: whoever draws gives them a unit (payments.md §1.1).

44 digits are 405 modules. FEBRABAN prints them 103 mm wide and 13 mm high, with 5 mm of quiet zone at each side.
"""

from typing import Final

from malha.domain.errors import RuleError
from malha.domain.text import is_ascii_digits

WIDTH_MM: Final = 103
HEIGHT_MM: Final = 13
QUIET_ZONE_MM: Final = 5

_NARROW: Final = 1
_WIDE: Final = 3
# Two of five elements are wide (1): the code's weights are 1, 2, 4, 7 and parity.
_WIDE_PLACES: Final = ("00110", "10001", "01001", "11000", "00101", "10100", "01100", "00011", "10010", "01010")
_START: Final = ((True, _NARROW), (False, _NARROW), (True, _NARROW), (False, _NARROW))
_STOP: Final = ((True, _WIDE), (False, _NARROW), (True, _NARROW))


def itf_bars(digits: str) -> list[tuple[bool, int]]:
    """(is a bar, width in modules) from left to right, bars and gaps in turn, start and stop included, quiet zones not.

    The first digit of a pair is in the bars, the second in the gaps between them. Raises RuleError ``itf_shape`` for an odd
    number of digits or anything else than digits.
    """
    if not is_ascii_digits(digits) or len(digits) % 2:
        raise RuleError("itf_shape")
    elements = list(_START)
    for first, second in zip(digits[::2], digits[1::2], strict=True):
        for bar, gap in zip(_WIDE_PLACES[int(first)], _WIDE_PLACES[int(second)], strict=True):
            elements += [(True, _width(bar)), (False, _width(gap))]
    elements += _STOP
    return elements


def _width(place: str) -> int:
    return _WIDE if place == "1" else _NARROW
