"""A retorno of 400: one record per occurrence, numbered to the trailer. Source: payments.md §6."""

from collections.abc import Generator, Iterator
from typing import Final

from malha.domain.cnab.fields import Values
from malha.domain.cnab.layouts import Layout
from malha.domain.cnab.lines import ReturnLine
from malha.domain.cnab.reading import Numbered, made, number_at, read_at, refuse

TRAILER: Final = "9"
HEADER: Final = "0"
WHOLE: Final = 1_000_000  # the sequence has six digits


def lines_400(rules: Layout, rows: Iterator[Numbered], header: Numbered) -> Generator[ReturnLine, None, int]:
    """The occurrences; returns how many records of other types were skipped. ``rows`` start after the header."""
    records, skipped, last, closed = 1, 0, header.number, False
    waiting: tuple[int, Values] | None = None
    pix = Values()
    returns = rules.returns
    _in_order(header, records)
    for row in rows:
        last = row.number
        if closed:
            raise refuse(row.number, "after_trailer")
        records += 1
        _in_order(row, records)
        kind = row.text[:1]
        if kind == HEADER or not kind.isalnum():
            raise refuse(row.number, "record_unknown")
        if returns.pix is not None and kind == returns.pix_type and waiting is not None:
            pix = read_at(returns.pix, row)
            continue
        if waiting is not None and kind in (returns.detail_type, TRAILER):
            yield made(returns, *waiting, pix)
            waiting, pix = None, Values()
        if kind == returns.detail_type:
            waiting = row.number, read_at(returns.detail, row)
        elif kind == TRAILER:
            closed = True
        else:
            skipped += 1
    if not closed:
        raise refuse(last, "trailer_missing")
    return skipped


def _in_order(row: Numbered, expected: int) -> None:
    if number_at(row, 395, 400) != expected % WHOLE:
        raise refuse(row.number, "sequence_broken")
