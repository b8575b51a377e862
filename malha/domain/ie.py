"""Inscrição Estadual: the state tax number, checked as a warning and never as a refusal.

Each state has its own shape and check digit (rules published by SINTEGRA, one page per state). They
change without notice and old numbers stay in use, so a number that fails is SUSPECT, not wrong.
Prefixes are not compared: several states have opened new ones (GO 20-29, PA 75-79, MS 50).
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from malha.domain.documents import check_digit, strip_punctuation
from malha.domain.text import is_ascii_digits

_EXEMPT: Final = frozenset({"ISENTO", "ISENTA"})
_NINE_TO_TWO: Final = (9, 8, 7, 6, 5, 4, 3, 2)

_Rule = Callable[[str], bool]


class IeCheck(StrEnum):
    """What can be said of an IE: it fits the state's rule, it does not, or there is no rule."""

    OK = "OK"
    SUSPECT = "SUSPECT"
    UNKNOWN = "UNKNOWN"


def check_ie(uf: str, text: str) -> IeCheck:
    """Whether ``text`` looks like an IE of the state ``uf``.

    "ISENTO" is OK. Empty text or an unknown state is UNKNOWN. Anything else that does not have the
    state's length and check digit is SUSPECT: show a warning, save it all the same.
    """
    signs = strip_punctuation(text)
    if signs in _EXEMPT:
        return IeCheck.OK
    rule = _RULES.get(uf.strip().upper())
    if rule is None or not signs:
        return IeCheck.UNKNOWN
    if not set(signs) - {"0"}:
        return IeCheck.SUSPECT
    if not is_ascii_digits(signs) and not (signs[0] == "P" and rule is _sao_paulo):
        return IeCheck.SUSPECT
    return IeCheck.OK if rule(signs) else IeCheck.SUSPECT


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _wrapped(digits: str, weights: tuple[int, ...]) -> int:
    """Modulo 11 as RO and old PE take it: 10 and 11 become 0 and 1."""
    return (11 - _weighted(digits, weights) % 11) % 10


def _common(length: int, weights: tuple[int, ...] = _NINE_TO_TWO, digits: int = 1) -> _Rule:
    """Modulo 11, 10 and 11 becoming 0, with one or two check digits at the end."""

    def rule(number: str) -> bool:
        if len(number) != length:
            return False
        built = number[: length - digits]
        for _ in range(digits):
            built += str(check_digit(built, weights))
        return number == built

    return rule


def _either(*rules: _Rule) -> _Rule:
    return lambda number: any(rule(number) for rule in rules)


def _amapa(number: str) -> bool:
    """Two numbered ranges have other constants than today's."""
    if len(number) != 9:
        return False
    base = int(number[:8])
    offset, on_eleven = 0, 0
    if 3000001 <= base <= 3017000:
        offset, on_eleven = 5, 0
    elif 3017001 <= base <= 3019022:
        offset, on_eleven = 9, 1
    digit = 11 - (offset + _weighted(number[:8], _NINE_TO_TWO)) % 11
    return int(number[8]) == {10: 0, 11: on_eleven}.get(digit, digit)


def _bahia(number: str) -> bool:
    """Two check digits, the second computed first; modulo 10 or 11 by one digit of the number."""
    if len(number) not in (8, 9):
        return False
    base, first, second = number[:-2], int(number[-2]), int(number[-1])
    modulus = 11 if number[len(number) - 8] in "679" else 10

    def digit(signs: str) -> int:
        rest = _weighted(signs, tuple(range(len(signs) + 1, 1, -1))) % modulus
        return 0 if rest == 0 or (modulus == 11 and rest == 1) else modulus - rest

    return second == digit(base) and first == digit(base + number[-1])


def _goias(number: str) -> bool:
    """A rest of 1 gives 1 in one range of numbers and 0 elsewhere."""
    if len(number) != 9:
        return False
    rest = _weighted(number[:8], _NINE_TO_TWO) % 11
    if rest == 1:
        return number[8] == ("1" if 10103105 <= int(number[:8]) <= 10119997 else "0")
    return int(number[8]) == (0 if rest == 0 else 11 - rest)


def _mato_grosso(number: str) -> bool:
    """Eleven digits; commonly written with the leading zeros left out."""
    return 9 <= len(number) <= 11 and _common(11, (3, 2, *_NINE_TO_TWO))(number.zfill(11))


def _minas_gerais(number: str) -> bool:
    """First digit: modulo 10 over digit sums, a zero put in after the municipality."""
    if len(number) != 13:
        return False
    padded = f"{number[:3]}0{number[3:11]}"
    products = "".join(str(int(sign) * (1 + index % 2)) for index, sign in enumerate(padded))
    first = -sum(int(sign) for sign in products) % 10
    second = check_digit(number[:12], (3, 2, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2))
    return number[11:] == f"{first}{second}"


def _pernambuco_old(number: str) -> bool:
    weights = (5, 4, 3, 2, 1, *_NINE_TO_TWO)
    return len(number) == 14 and int(number[13]) == _wrapped(number[:13], weights)


def _rondonia(number: str) -> bool:
    """Fourteen digits since 2000; before, nine with the municipality in front, not counted."""
    if len(number) == 14:
        return int(number[13]) == _wrapped(number[:13], (6, 5, 4, 3, 2, *_NINE_TO_TWO))
    return len(number) == 9 and int(number[8]) == _wrapped(number[3:8], (6, 5, 4, 3, 2))


def _roraima(number: str) -> bool:
    return len(number) == 9 and int(number[8]) == _weighted(number[:8], tuple(range(1, 9))) % 9


def _sao_paulo(number: str) -> bool:
    """Trade and industry: digits 9 and 12. Rural producers: P, then 12 digits, digit 9 after P."""
    is_rural = number.startswith("P")
    digits = number.removeprefix("P")
    if len(digits) != 12 or not is_ascii_digits(digits):
        return False
    first = _weighted(digits[:8], (1, 3, 4, 5, 6, 7, 8, 10)) % 11 % 10
    if int(digits[8]) != first:
        return False
    second = _weighted(digits[:11], (3, 2, 10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11 % 10
    return is_rural or int(digits[11]) == second


def _tocantins(number: str) -> bool:
    """Nine digits; the older eleven hold a kind of business (third and fourth), not counted."""
    if len(number) == 11:
        number = number[:2] + number[4:]
    return _common(9)(number)


_RULES: Final[Mapping[str, _Rule]] = {
    "AC": _common(13, (5, 4, 3, 2, *_NINE_TO_TWO), digits=2),
    "AL": _common(9),
    "AM": _common(9),
    "AP": _amapa,
    "BA": _bahia,
    "CE": _common(9),
    "DF": _common(13, (5, 4, 3, 2, *_NINE_TO_TWO), digits=2),
    "ES": _common(9),
    "GO": _goias,
    "MA": _common(9),
    "MG": _minas_gerais,
    "MS": _common(9),
    "MT": _mato_grosso,
    "PA": _common(9),
    "PB": _common(9),
    "PE": _either(_common(9, _NINE_TO_TWO, digits=2), _pernambuco_old),
    "PI": _common(9),
    "PR": _common(10, (4, 3, 2, 7, 6, 5, 4, 3, 2), digits=2),
    "RJ": _common(8, (2, 7, 6, 5, 4, 3, 2)),
    "RN": _either(_common(9), _common(10, (10, *_NINE_TO_TWO))),
    "RO": _rondonia,
    "RR": _roraima,
    "RS": _common(10, (2, *_NINE_TO_TWO)),
    "SC": _common(9),
    "SE": _common(9),
    "SP": _sao_paulo,
    "TO": _tocantins,
}
