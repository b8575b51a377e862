"""The check digits of boletos (payments.md §1). Every function takes ASCII digits; weights run from the right."""

from typing import Final

from malha.domain.errors import RuleError
from malha.domain.text import is_ascii_digits

_TOP_OF_DOUBLE: Final = 7


def mod10(digits: str) -> str:
    """Weights 2, 1, 2, 1…, the digits of each product added; what is missing to the next ten."""
    total = 0
    for place, digit in enumerate(reversed(_checked(digits))):
        product = int(digit) * (2 - place % 2)
        total += product // 10 + product % 10
    return str(-total % 10)


def sum11(digits: str, top: int = 9) -> int:
    """The sum of digit x weight modulo 11; weights 2 to ``top``, then again from 2."""
    cycle = top - 1
    return sum(int(digit) * (2 + place % cycle) for place, digit in enumerate(reversed(_checked(digits)))) % 11


def mod11(digits: str, top: int = 9, *, ten: str = "0", eleven: str = "0") -> str:
    """``m11(2..top; 10→ten, 11→eleven)`` of payments.md: 11 less the sum modulo 11; banks differ in what 10 and 11 become."""
    rest = 11 - sum11(digits, top)
    return {10: ten, 11: eleven}.get(rest, str(rest))


def double_digit(digits: str) -> str:
    """The two digits of Banrisul, Banestes and BRB.

    The first is modulo 10, the second modulo 11 (weights 2 to 7) over the number and the first. A remainder of 1 has no digit:
    the first one is raised by one and the second computed again.
    """
    first = int(mod10(digits))
    while (rest := sum11(f"{digits}{first}", _TOP_OF_DOUBLE)) == 1:
        first = (first + 1) % 10
    return f"{first}{0 if rest == 0 else 11 - rest}"


def _checked(digits: str) -> str:
    if not is_ascii_digits(digits):
        raise RuleError("digits_expected")
    return digits
