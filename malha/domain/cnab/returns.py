"""Reads a retorno of any bank: which bank and format it is, its occurrences, and whether it adds up. Source: payments.md §5, §6.

Tolerant of how files travel (CRLF or LF, stripped or over-long lines, a trailing 0x1A, Latin-1, a byte-order mark), strict about what
they say. A refused file raises RuleError ``cnab_file_refused`` with ``line`` (from 1) and ``reason``:

``empty`` ``header_unknown`` ``is_remittance`` · ``wrong_bank`` ``sequence_broken`` ``not_digits`` ``date_invalid`` (with ``field``) ·
``u_missing`` ``t_missing`` ``lot_broken`` ``lot_records`` ``title_count`` ``totals_differ`` · ``lot_count`` ``file_records``
``record_unknown`` ``trailer_missing`` ``after_trailer``.
"""

from collections.abc import Generator, Iterator
from typing import Final

from malha.domain.cnab.fields import FieldError, read
from malha.domain.cnab.layouts import Format, Layout
from malha.domain.cnab.lines import ReturnFile, ReturnHeader, ReturnLine, Totals
from malha.domain.cnab.reading import Numbered, refuse
from malha.domain.cnab.registry import layout
from malha.domain.cnab.returns240 import lines_240
from malha.domain.cnab.returns400 import lines_400
from malha.domain.text import is_ascii_digits

LONGEST_LINE: Final = 512  # what is longer is not worth copying; layouts end at 400, some banks append a 44-digit key
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
PADDING: Final = " \x1a\x00"

RETURN_400: Final = "02RETORNO"
REMITTANCE_400: Final = "01REMESSA"
HEAD_240: Final = "00000"  # lot 0000, record 0
RETURN_240: Final = "2"


def parse_return(data: bytes, *, expected_bank: str = "") -> ReturnFile:
    """The whole file, read to its trailer; a file of another bank than ``expected_bank``, where one is given, is refused.

    Raises RuleError ``cnab_file_refused``, ``cnab_bank_unknown`` or ``cnab_layout_unknown``.
    """
    header, rest = open_return(data, expected_bank=expected_bank)
    lines: list[ReturnLine] = []
    while True:
        try:
            lines.append(next(rest))
        except StopIteration as end:
            return ReturnFile(header, tuple(lines), Totals.of(lines), int(end.value or 0))


def open_return(data: bytes, *, expected_bank: str = "") -> tuple[ReturnHeader, Generator[ReturnLine, None, int]]:
    """The header, and the occurrences one by one for files too large to be held twice.

    Nothing may be settled before the lines are used up: what does not add up is known at the trailer. The generator returns the number of
    records that it skipped. Raises as ``parse_return`` does.
    """
    rows = numbered_lines(data)
    first = next(rows, None)
    if first is None:
        raise refuse(1, "empty")
    bank_code, format_ = _recognise(first)
    if expected_bank and bank_code != expected_bank:
        raise refuse(first.number, "wrong_bank")
    rules = layout(bank_code, format_)
    header = _header(rules, first)
    if format_ is Format.CNAB240:
        return header, lines_240(rules, rows, first.number)
    return header, lines_400(rules, rows, first)


def numbered_lines(data: bytes) -> Iterator[Numbered]:
    """The lines that are not empty, with their numbers, decoded one by one."""
    start = len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0
    number = 0
    while start < len(data):
        end = data.find(b"\n", start)
        stop = len(data) if end < 0 else end
        number += 1
        text = data[start : min(stop, start + LONGEST_LINE)].decode("latin-1").rstrip("\r")
        if text.strip(PADDING):
            yield Numbered(number, text.rstrip("\x1a\x00"))
        start = stop + 1


def _recognise(first: Numbered) -> tuple[str, Format]:
    text = first.text
    if text[:9].upper() in (RETURN_400, REMITTANCE_400):
        if text[:9].upper() == REMITTANCE_400:
            raise refuse(first.number, "is_remittance")
        return text[76:79], Format.CNAB400
    if text[3:8] == HEAD_240 and text[:3].isascii() and text[:3].isdigit():
        if text[142:143] != RETURN_240:
            raise refuse(first.number, "is_remittance" if text[142:143] == "1" else "header_unknown")
        return text[:3], Format.CNAB240
    raise refuse(first.number, "header_unknown")


def _header(rules: Layout, first: Numbered) -> ReturnHeader:
    try:
        values = read(rules.returns.header, first.text)
    except FieldError as error:
        raise refuse(first.number, error.reason, error.field) from None
    sequence = values.text("sequence")
    return ReturnHeader(
        bank_code=rules.bank_code,
        format=rules.format,
        sequence=int(sequence) if is_ascii_digits(sequence) else None,
        generated_on=values.day("generated_on"),
        company=values.text("company_name"),
        company_document=values.text("company_document"),
        agreement=values.text("agreement"),
    )
