"""Money in integer cents. Never a float: 3 x 10,10 is 30,30 on every machine.

Rounding is always named where it happens: ``round_down`` for pro-rata (RGC, Res. Anatel 765/2023,
art. 49: the fraction of a cent is cut), ``half_up`` for late fees and taxes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from malha.domain.errors import RuleError

NO_BREAK_SPACE: Final = "\u00a0"
MAX_REAIS_DIGITS: Final = 13  # ten trillion reais; well inside a 64-bit column

_JSON = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,2}))?", re.ASCII)
_COMMA = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,([0-9]{1,2}))?", re.ASCII)
_POINT = re.compile(r"([0-9]+)\.([0-9]{1,2})", re.ASCII)


def round_down(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` with the fraction cut off, towards zero. Exact, no float."""
    _refuse_zero(denominator)
    quotient = abs(numerator) // abs(denominator)
    return quotient if (numerator < 0) == (denominator < 0) else -quotient


def half_up(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` to the nearest integer, halves away from zero. Exact."""
    _refuse_zero(denominator)
    quotient = (2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator))
    return quotient if (numerator < 0) == (denominator < 0) else -quotient


def _refuse_zero(denominator: int) -> None:
    if denominator == 0:
        raise RuleError("money_division_by_zero")


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount of Brazilian reais, held as ``cents``. Immutable, ordered, hashable.

    Adds to and compares with Money only, multiplies by int only; anything else is a TypeError, so
    that a float or a bare number of reais cannot slip in. May be negative (credit, difference).
    """

    cents: int

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError(f"Money takes whole cents as int, not {type(self.cents).__name__}")

    # -- arithmetic ------------------------------------------------------------------------------

    def __add__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.cents + other.cents)

    def __radd__(self, other: int) -> "Money":
        """Only ``0 + money``, which lets the built-in ``sum`` work."""
        if type(other) is int and other == 0:
            return self
        return NotImplemented

    def __sub__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.cents - other.cents)

    def __mul__(self, factor: int) -> "Money":
        if type(factor) is not int:
            return NotImplemented
        return Money(self.cents * factor)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.cents)

    def __abs__(self) -> "Money":
        return Money(abs(self.cents))

    def __bool__(self) -> bool:
        return self.cents != 0

    @property
    def is_negative(self) -> bool:
        return self.cents < 0

    @classmethod
    def total(cls, amounts: Iterable["Money"]) -> "Money":
        """The sum; zero for none."""
        return cls(sum(amount.cents for amount in amounts))

    # -- named roundings -------------------------------------------------------------------------

    def prorate_down(self, part: int, whole: int) -> "Money":
        """``part`` of ``whole`` equal parts, the fraction of a cent cut off (RGC art. 49).

        ``Money(10990).prorate_down(26, 30)`` is R$ 95,24 (95,2466...). Raises RuleError
        ``prorate_out_of_range`` unless ``0 <= part <= whole`` and ``whole > 0``.
        """
        if whole <= 0 or not 0 <= part <= whole:
            raise RuleError("prorate_out_of_range", {"part": part, "whole": whole})
        return Money(round_down(self.cents * part, whole))

    def times_half_up(self, numerator: int, denominator: int) -> "Money":
        """``self x numerator / denominator``, halves away from zero: fees and taxes."""
        return Money(half_up(self.cents * numerator, denominator))

    def split(self, parts: int) -> tuple["Money", ...]:
        """``parts`` instalments that sum to this amount; the first ones carry the odd cents."""
        if parts < 1:
            raise RuleError("split_out_of_range", {"parts": parts})
        base, odd = divmod(self.cents, parts)
        return tuple(Money(base + (1 if index < odd else 0)) for index in range(parts))

    # -- in and out ------------------------------------------------------------------------------

    @classmethod
    def parse_brl(cls, text: str) -> "Money":
        """What a Brazilian types as an amount.

        Takes ``1.234,56``, ``1234,56``, ``1234.56``, ``1234``, ``R$ 1.234,56`` and a leading
        minus. A point followed by exactly three digits groups thousands (``1.234`` is 1234 reais);
        followed by one or two it is the decimal mark, as spreadsheets paste it.
        Raises RuleError ``money_empty``, ``money_invalid`` or ``money_too_large``.
        """
        rest = "".join(text.split())
        negative = rest.startswith("-")
        rest = rest.removeprefix("-")
        if rest[:2].upper() == "R$":
            rest = rest[2:]
            if rest.startswith("-") and not negative:
                negative, rest = True, rest[1:]
        if not rest:
            raise RuleError("money_empty")
        match = _COMMA.fullmatch(rest) or _POINT.fullmatch(rest)
        if match is None:
            raise RuleError("money_invalid")
        return cls._from_parts(match[1].replace(".", ""), match[2], negative=negative)

    @classmethod
    def from_json(cls, text: str) -> "Money":
        """``"123.45"`` as ``as_json`` writes it; ``"123"`` and ``"123.4"`` are taken too.

        A JSON number is refused (TypeError): it would have been a float on the way.
        Raises RuleError ``money_invalid`` or ``money_too_large``.
        """
        if not isinstance(text, str):
            raise TypeError("money in JSON is a string")
        match = _JSON.fullmatch(text)
        if match is None:
            raise RuleError("money_invalid")
        return cls._from_parts(match[2], match[3], negative=bool(match[1]))

    @classmethod
    def _from_parts(cls, reais: str, cents: str | None, *, negative: bool) -> "Money":
        if len(reais.lstrip("0")) > MAX_REAIS_DIGITS:
            raise RuleError("money_too_large", {"digits": MAX_REAIS_DIGITS})
        value = int(reais) * 100 + int((cents or "").ljust(2, "0"))
        return cls(-value if negative else value)

    def as_json(self) -> str:
        """``"123.45"``: point, two decimals, no grouping. The form of the API and of exports."""
        reais, cents = divmod(abs(self.cents), 100)
        return f"{'-' if self.cents < 0 else ''}{reais}.{cents:02d}"

    def format_number(self) -> str:
        """``1.234,56``, without the currency sign: for form fields, read back by parse_brl."""
        reais, cents = divmod(abs(self.cents), 100)
        grouped = f"{reais:,}".replace(",", ".")
        return f"{'-' if self.cents < 0 else ''}{grouped},{cents:02d}"

    def format_brl(self) -> str:
        """``R$ 1.234,56`` with a no-break space, so that sign and number stay on one line."""
        sign = "-" if self.cents < 0 else ""
        return f"{sign}R${NO_BREAK_SPACE}{abs(self).format_number()}"

    def __str__(self) -> str:
        return self.format_brl()


ZERO: Final = Money(0)
