"""A list as a CSV file that a spreadsheet program in Brazil opens by a double click: semicolons, decimal comma, UTF-8 that says so."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

from malha.domain.money import Money

BOM = "\ufeff"  # without it a spreadsheet program on Windows takes UTF-8 for cp1252
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def answer(name: str, headings: Sequence[str], rows: Iterable[Sequence[str | Money]]) -> StreamingHttpResponse:
    """`name`.csv, row by row: memory does not grow with their number.

    `rows` is read after the request's language and time zone are gone: texts in it are made beforehand.
    """
    return StreamingHttpResponse(
        _lines([str(heading) for heading in headings], rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"},
    )


def _lines(headings: Sequence[str], rows: Iterable[Sequence[str | Money]]) -> Iterator[str]:
    writer: Any = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield BOM + writer.writerow(headings)
    for row in rows:
        yield writer.writerow([_cell(value) for value in row])


def _cell(value: str | Money) -> str:
    """Money with a decimal comma; text that a spreadsheet would run as a formula is turned into plain text (CWE-1236)."""
    if isinstance(value, Money):
        return value.format_number()
    return f"'{value}" if value.startswith(_FORMULA) else value


class _Echo:
    """A file that hands back what is written, for csv.writer."""

    def write(self, value: str) -> str:
        return value
