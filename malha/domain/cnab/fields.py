"""Fixed-width records as tables: what stands where, written and read by the same table.

Positions are counted from 1 and include both ends, as the banks' manuals print them. A record says nothing about a bank's rules; those
are in `malha/domain/banks/<bank>/cnab.py`. Facts: payments.md §5, §6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, NoReturn

from malha.domain.errors import RuleError
from malha.domain.money import ZERO, Money
from malha.domain.text import is_ascii_digits, strip_accents

Value = str | int | Money | date | None


class Kind(StrEnum):
    """How a value stands in its field."""

    NUMBER = "NUMBER"  # int, zeros on the left
    DIGITS = "DIGITS"  # text of digits, zeros on the left, read back with its zeros
    DOCUMENT = "DOCUMENT"  # CPF or CNPJ, letters allowed, zeros on the left
    TEXT = "TEXT"  # upper case without accents, blanks on the right, cut when too long
    CODE = "CODE"  # ASCII as it is, blanks on the right, refused when too long: references, keys, nosso número
    CENTS = "CENTS"  # Money, zeros on the left
    DATE = "DATE"  # DDMMAAAA or DDMMAA, by the width of the field
    DATE_ISO = "DATE_ISO"  # AAAAMMDD
    RATE = "RATE"  # basis points, written as percent with `decimals` decimals


NO_DATE: Final = frozenset({"0", "8", "9", " "})
"""A date made of one of these signs alone says that there is none."""

CENTURY_ENDS: Final = 70
"""Two-digit years below it are of this century."""

BASIS_POINT_DECIMALS: Final = 2


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: ``start`` and ``end`` from 1, both inside.

    ``default`` is what is written when the values lack the name; without one the name must be there. ``decimals`` is for RATE only.
    """

    name: str
    start: int
    end: int
    kind: Kind = Kind.TEXT
    default: Value = None
    decimals: int = BASIS_POINT_DECIMALS

    @property
    def width(self) -> int:
        return self.end - self.start + 1


@dataclass(frozen=True)
class Record:
    """A line of ``length`` signs. What no field covers is blank. Raises ValueError for fields that overlap or leave the line."""

    name: str
    length: int
    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        reached = 0
        for field in sorted(self.fields, key=lambda each: each.start):
            if field.start <= reached or field.end < field.start or field.end > self.length:
                raise ValueError(f"{self.name}.{field.name} at {field.start}-{field.end}")
            reached = field.end
        if len({field.name for field in self.fields}) != len(self.fields):
            raise ValueError(f"{self.name} has a name twice")

    def amended(self, *fields: Field, without: tuple[str, ...] = (), name: str = "") -> "Record":
        """This record with ``fields`` in the place of those they overlap or share a name with: how a bank deviates."""
        names = {field.name for field in fields} | set(without)
        kept = [
            old for old in self.fields if old.name not in names and not any(old.start <= new.end and new.start <= old.end for new in fields)
        ]
        return replace(self, name=name or self.name, fields=(*kept, *fields))


# -- writing -----------------------------------------------------------------------------------------------------------------------------


def write(record: Record, values: Mapping[str, Value]) -> str:
    """The line of ``record``. Names that it does not know are left aside, since one set of values serves many records.

    Raises RuleError ``cnab_value_refused`` with ``record``, ``field`` and ``reason``: ``missing``, ``negative``, ``too_long``,
    ``not_digits``, ``not_ascii``, ``rate_too_fine``.
    """
    line = [" "] * record.length
    for field in record.fields:
        value = values.get(field.name, field.default)
        if value is None and field.default is None and field.name not in values:
            _refuse(record, field, "missing")
        line[field.start - 1 : field.end] = _written(record, field, value)
    return "".join(line)


def fold(text: str) -> str:
    """Upper case, without accents; whatever has no ASCII sign becomes a blank."""
    plain = strip_accents(text.upper()).upper()
    return "".join(sign if " " <= sign <= "~" else " " for sign in plain)


def _refuse(record: Record, field: Field, reason: str) -> NoReturn:
    raise RuleError("cnab_value_refused", {"record": record.name, "field": field.name, "reason": reason})


def _written(record: Record, field: Field, value: Value) -> str:
    if field.kind is Kind.TEXT:
        return fold(_text(value))[: field.width].ljust(field.width)
    if field.kind is Kind.CODE:
        return _code(record, field, _text(value))
    if field.kind in (Kind.DATE, Kind.DATE_ISO):
        return _day(record, field, value)
    return _zero_padded(record, field, value)


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def _code(record: Record, field: Field, text: str) -> str:
    if not text.isascii() or not (text == "" or text.isprintable()):
        _refuse(record, field, "not_ascii")
    if len(text) > field.width:
        _refuse(record, field, "too_long")
    return text.ljust(field.width)


def _day(record: Record, field: Field, value: Value) -> str:
    if value is None:
        return "0" * field.width
    if not isinstance(value, date):
        _refuse(record, field, "not_a_date")
    if field.kind is Kind.DATE_ISO:
        return f"{value:%Y%m%d}".zfill(field.width)
    return f"{value.day:02d}{value.month:02d}" + (f"{value.year:04d}" if field.width == 8 else f"{value.year % 100:02d}")


def _zero_padded(record: Record, field: Field, value: Value) -> str:
    if isinstance(value, Money):
        number = value.cents
    elif field.kind is Kind.RATE and isinstance(value, int):
        number = _rate(record, field, value)
    elif isinstance(value, int):
        number = value
    else:
        return _digits(record, field, _text(value))
    if number < 0:
        _refuse(record, field, "negative")
    return _digits(record, field, str(number))


def _rate(record: Record, field: Field, basis_points: int) -> int:
    if field.decimals >= BASIS_POINT_DECIMALS:
        return int(basis_points * 10 ** (field.decimals - BASIS_POINT_DECIMALS))
    whole, rest = divmod(basis_points, 10 ** (BASIS_POINT_DECIMALS - field.decimals))
    if rest:
        _refuse(record, field, "rate_too_fine")
    return int(whole)


def _digits(record: Record, field: Field, text: str) -> str:
    signs = text.strip().upper()
    if field.kind is Kind.DOCUMENT:
        if signs and not (signs.isascii() and signs.isalnum()):
            _refuse(record, field, "not_digits")
    elif signs and not is_ascii_digits(signs):
        _refuse(record, field, "not_digits")
    if len(signs) > field.width:
        signs = signs.lstrip("0")
    if len(signs) > field.width:
        _refuse(record, field, "too_long")
    return signs.rjust(field.width, "0")


# -- reading -----------------------------------------------------------------------------------------------------------------------------


class FieldError(ValueError):
    """A field that cannot be read; whoever knows the number of the line turns it into a RuleError."""

    def __init__(self, record: str, field: str, reason: str) -> None:
        self.record, self.field, self.reason = record, field, reason
        super().__init__(f"{record}.{field}: {reason}")


class Values(dict[str, Value]):
    """What was read, by name; a name that the record lacks reads as nothing."""

    def text(self, name: str) -> str:
        value = self.get(name)
        return value if isinstance(value, str) else ""

    def money(self, name: str) -> Money:
        value = self.get(name)
        return value if isinstance(value, Money) else ZERO

    def day(self, name: str) -> date | None:
        value = self.get(name)
        return value if isinstance(value, date) else None


def read(record: Record, line: str) -> Values:
    """The values of ``line``, which may be shorter (blanks were stripped) or longer (cut). Blank numbers and amounts are zero.

    Raises FieldError with ``not_digits``, ``date_invalid`` or ``rate_too_fine``.
    """
    if len(line) < record.length:
        line = line.ljust(record.length)
    found = Values()
    for field in record.fields:
        raw = line[field.start - 1 : field.end]
        if field.kind is Kind.TEXT or field.kind is Kind.CODE:
            found[field.name] = raw.strip()
        elif field.kind is Kind.DATE or field.kind is Kind.DATE_ISO:
            found[field.name] = _read_day(record, field, raw)
        else:
            found[field.name] = _read_number(record, field, raw)
    return found


def _read_number(record: Record, field: Field, raw: str) -> Value:
    signs = raw.strip()
    if field.kind is Kind.DOCUMENT:
        return signs.upper()
    if signs and not (signs.isascii() and signs.isdigit()):
        raise FieldError(record.name, field.name, "not_digits")
    if field.kind is Kind.DIGITS:
        return signs
    number = int(signs or "0")
    if field.kind is Kind.CENTS:
        return Money(number)
    if field.kind is Kind.NUMBER or field.decimals == BASIS_POINT_DECIMALS:
        return number
    if field.decimals < BASIS_POINT_DECIMALS:
        return number * int(10 ** (BASIS_POINT_DECIMALS - field.decimals))
    whole, rest = divmod(number, int(10 ** (field.decimals - BASIS_POINT_DECIMALS)))
    if rest:
        raise FieldError(record.name, field.name, "rate_too_fine")
    return whole


def _read_day(record: Record, field: Field, raw: str) -> date | None:
    if len(set(raw)) == 1 and raw[0] in NO_DATE:
        return None
    if not (raw.isascii() and raw.isdigit()):
        if not raw.strip(" 0"):
            return None
        raise FieldError(record.name, field.name, "date_invalid")
    if field.kind is Kind.DATE_ISO:
        year, month, day = int(raw[:4]), int(raw[4:6]), int(raw[6:])
    elif field.width == 8:
        year, month, day = int(raw[4:]), int(raw[2:4]), int(raw[:2])
    else:
        year, month, day = int(raw[4:]), int(raw[2:4]), int(raw[:2])
        year += 2000 if year < CENTURY_ENDS else 1900
    try:
        return date(year, month, day)
    except ValueError:
        raise FieldError(record.name, field.name, "date_invalid") from None
