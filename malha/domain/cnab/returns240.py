"""A retorno of 240: lots of segments T and U, paired by order, each pair with its Y-03 where there is one. Source: payments.md §5."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Final

from malha.domain.cnab.fields import Values
from malha.domain.cnab.layouts import Layout
from malha.domain.cnab.lines import ReturnLine
from malha.domain.cnab.reading import Numbered, made, number_at, read_at, refuse

COLLECTION: Final = "01"  # service at 10-11 of a lot header
WHOLE: Final = 100_000  # the sequence inside a lot has five digits
TRAILER_CLASSES: Final = ((24, 29, 30, 46), (47, 52, 53, 69), (70, 75, 76, 92), (93, 98, 99, 115))
"""Count and value of titles by class: simple, linked, pledged, discounted."""


@dataclass(slots=True)
class _Lot:
    """The lot that is being read."""

    number: int
    is_collection: bool
    records: int = 1
    details: int = 0
    titles: int = 0
    cents: int = 0


@dataclass(slots=True)
class _Pair:
    """A T that waits for its U, or a pair that waits for a Y-03."""

    number: int
    values: Values
    complete: bool = False
    pix: Values = field(default_factory=Values)


@dataclass(slots=True)
class _State:
    """Where the reader stands in the file. ``records`` counts every line, the header included."""

    records: int
    lots: int = 0
    skipped: int = 0
    lot: _Lot | None = None
    pair: _Pair | None = None
    closed: bool = False
    last: int = 1


def lines_240(rules: Layout, rows: Iterator[Numbered], header_number: int) -> Generator[ReturnLine, None, int]:
    """The occurrences; returns how many records were skipped. ``rows`` start after the header of the file."""
    state = _State(records=1, last=header_number)
    for row in rows:
        state.last = row.number
        if state.closed:
            raise refuse(row.number, "after_trailer")
        if row.text[:3] != rules.bank_code:
            raise refuse(row.number, "wrong_bank")
        state.records += 1
        kind = row.text[7:8]
        if kind == "3":
            yield from _detail(rules, state, row)
        elif kind == "1":
            _lot_header(state, row)
        elif kind == "5":
            yield from _flush(rules, state)
            _lot_trailer(rules, state, row)
        elif kind == "9":
            _file_trailer(state, row)
        else:
            _other(state, row, kind)
    if not state.closed:
        raise refuse(state.last, "trailer_missing")
    return state.skipped


def _lot_header(state: _State, row: Numbered) -> None:
    if state.lot is not None:
        raise refuse(row.number, "lot_broken")
    state.lots += 1
    state.lot = _Lot(number_at(row, 4, 7) or 0, row.text[9:11] in (COLLECTION, "  "))


def _other(state: _State, row: Numbered, kind: str) -> None:
    if kind not in ("2", "4") or state.lot is None:
        raise refuse(row.number, "record_unknown")
    # Initial and final records of a lot (types 2 and 4) carry nothing about titles.
    state.lot.records += 1
    state.skipped += 1


def _detail(rules: Layout, state: _State, row: Numbered) -> Iterator[ReturnLine]:
    lot = state.lot
    if lot is None or number_at(row, 4, 7) != lot.number:
        raise refuse(row.number, "lot_broken")
    lot.records += 1
    lot.details += 1
    if number_at(row, 9, 13) != lot.details % WHOLE:
        raise refuse(row.number, "sequence_broken")
    segment = row.text[13:14].upper()
    if not lot.is_collection or segment not in ("T", "U", "Y"):
        state.skipped += 1
    elif segment == "T":
        yield from _flush(rules, state)
        values = read_at(rules.returns.detail, row)
        lot.titles += 1
        lot.cents += values.money("amount").cents
        state.pair = _Pair(row.number, values)
    elif segment == "U":
        _second(rules, state, row)
    else:
        _pix(rules, state, row)


def _second(rules: Layout, state: _State, row: Numbered) -> None:
    pair = state.pair
    if pair is None or pair.complete or rules.returns.second is None:
        raise refuse(row.number, "t_missing")
    # Both segments carry the movement; different ones are not of one title.
    if row.text[15:17] != pair.values.text("occurrence").ljust(2):
        raise refuse(row.number, "t_missing")
    pair.values.update(read_at(rules.returns.second, row))
    pair.complete = True


def _pix(rules: Layout, state: _State, row: Numbered) -> None:
    if rules.returns.pix is None or row.text[17:19] != "03" or state.pair is None:
        state.skipped += 1
        return
    state.pair.pix = read_at(rules.returns.pix, row)


def _flush(rules: Layout, state: _State) -> Iterator[ReturnLine]:
    pair, state.pair = state.pair, None
    if pair is None:
        return
    if not pair.complete:
        raise refuse(pair.number, "u_missing")
    yield made(rules.returns, pair.number, pair.values, pair.pix)


def _lot_trailer(rules: Layout, state: _State, row: Numbered) -> None:
    lot = state.lot
    if lot is None or number_at(row, 4, 7) != lot.number:
        raise refuse(row.number, "lot_broken")
    state.lot = None
    if number_at(row, 18, 23) != lot.records + 1:
        raise refuse(row.number, "lot_records")
    if not lot.is_collection or not rules.returns.checks_totals:
        return
    counts = sum(number_at(row, start, end) or 0 for start, end, _from, _to in TRAILER_CLASSES)
    if counts == 0:
        return  # many banks leave the totals empty
    if counts != lot.titles:
        raise refuse(row.number, "title_count")
    if sum(number_at(row, start, end) or 0 for _from, _to, start, end in TRAILER_CLASSES) != lot.cents:
        raise refuse(row.number, "totals_differ")


def _file_trailer(state: _State, row: Numbered) -> None:
    if state.lot is not None:
        raise refuse(row.number, "lot_broken")
    if number_at(row, 18, 23) != state.lots:
        raise refuse(row.number, "lot_count")
    if number_at(row, 24, 29) != state.records:
        raise refuse(row.number, "file_records")
    state.closed = True
