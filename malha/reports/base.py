"""What a report is: typed questions in, rows of plain values out. The door gives it a page, a CSV file and its line in the menu.

A report changes nothing and knows neither HTML nor addresses: a cell that has a page of its own says of what (`Ref`), and the door
knows where that is. How to: docs/howto/add-a-report.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import F, Model, OrderBy, QuerySet
from django.utils.functional import Promise

from malha.domain.money import Money
from malha.staff.permissions import Limit

BATCH = 1000
Words = str | Promise
M = TypeVar("M", bound=Model)
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Ref:
    """A cell that names something with a page: of which `kind` (`customer`, `charge`, `receipt`), by the number in its address."""

    text: str
    kind: str
    key: int


Cell = str | int | Money | date | Ref | None
Row = tuple[Cell, ...]


class Kind(StrEnum):
    """How a column is drawn and written. A MONTH is its first day."""

    TEXT = "text"
    DATE = "date"
    MONTH = "month"
    COUNT = "count"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report. `name` is the word in the address that sorts by it; `is_minor` is left out on a phone."""

    name: str
    label: Words
    kind: Kind = Kind.TEXT
    is_sortable: bool = True
    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number over the table: what the report is opened for."""

    label: str
    value: Money | int | str
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with a few answers: the word in the address, the label, and (word, label) of each answer. The first one is asked for
    where nothing is said."""

    name: str
    label: Words
    options: tuple[tuple[str, Words], ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks of a report. `since` and `until` are both counted; a report without a period ignores them.

    `visible`: the groups of customers to which their view is limited (`customers.queries.visible_groups`). `seller_id`: only what this
    person sold. `chosen`: the answer of each `Choice`. `order`: the name of a column.
    """

    today: date
    since: date
    until: date
    visible: tuple[int, ...] = ()
    seller_id: int | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    descending: bool = False

    def sorted(self, rows: "QuerySet[M]", columns: Mapping[str, Sequence[str]]) -> "QuerySet[M]":
        """`rows` in the order asked for. `columns`: the fields behind each sortable column. Empty values last, the key last of all."""
        fields = columns[self.order]
        return rows.order_by(*(OrderBy(F(name), descending=self.descending, nulls_last=True) for name in fields), "pk")


class Listing(Protocol):
    """The rows of a report, read in pages or all of them one after the other."""

    def count(self) -> int:
        """How many there are."""

    def page(self, start: int, stop: int) -> list[Row]:
        """Some of them."""

    def every(self) -> Iterator[Row]:
        """All of them, without holding them all."""


class Plain:
    """Rows that are few enough to be made at once: sums per day, plan, month."""

    def __init__(self, rows: Iterable[Row], columns: Sequence[Column], asked: Asked) -> None:
        place = next((n for n, column in enumerate(columns) if column.name == asked.order), None)
        self._rows = list(rows)
        if place is not None:
            filled = [row for row in self._rows if row[place] is not None]
            empty = [row for row in self._rows if row[place] is None]
            self._rows = sorted(filled, key=lambda row: _sort_key(row[place]), reverse=asked.descending) + empty

    def count(self) -> int:
        return len(self._rows)

    def page(self, start: int, stop: int) -> list[Row]:
        return self._rows[start:stop]

    def every(self) -> Iterator[Row]:
        return iter(self._rows)


def _sort_key(cell: Cell) -> Any:
    text = cell.text if isinstance(cell, Ref) else cell
    return text.casefold() if isinstance(text, str) else text


class Keyed(Generic[K]):
    """Rows by key: the keys in order (a queryset of them, or a list), and what makes the rows of some keys, in their order."""

    def __init__(self, keys: "QuerySet[Any, K] | Sequence[K]", make: Callable[[Sequence[K]], list[Row]]) -> None:
        self._keys, self._make = keys, make

    def count(self) -> int:
        return self._keys.count() if isinstance(self._keys, QuerySet) else len(self._keys)

    def page(self, start: int, stop: int) -> list[Row]:
        return self._make(list(self._keys[start:stop]))

    def every(self) -> Iterator[Row]:
        keys = iter(self._keys.iterator(chunk_size=BATCH) if isinstance(self._keys, QuerySet) else self._keys)
        while batch := list(islice(keys, BATCH)):
            yield from self._make(batch)


@dataclass(frozen=True)
class Found:
    """The answer: rows, the numbers over them, and the line under them."""

    rows: Listing
    figures: tuple[Figure, ...] = ()
    total: Row | None = None


class Report:
    """One report. Give `slug` (its Portuguese path), `title`, `about` (what it answers, in one sentence), `empty` and `read`.

    `limits`: within which limits of `reports.view` it may be opened; who has the permission without a limit opens all of them. One
    that lists OWN must narrow its rows by `asked.seller_id`, any must by `asked.visible` where it shows customers. `names_customers`:
    its CSV file takes customers out of the house, which needs `customers.export` and is in the history. `default_order`: a column,
    with a minus before it the other way round.
    """

    slug: str
    title: Words
    about: Words
    empty: Words
    icon = "chart-bar"
    limits: frozenset[Limit] = frozenset()
    names_customers = False
    has_period = False
    default_order = ""
    columns: tuple[Column, ...] = ()

    def choices(self) -> tuple[Choice, ...]:
        """Its filters, beside the period."""
        return ()

    def columns_for(self, asked: Asked) -> tuple[Column, ...]:
        """Its columns, where they depend on what is asked."""
        return self.columns

    def read(self, asked: Asked) -> Found:
        """The answer, in a constant number of statements. Words in rows are translated here: a CSV file is written later."""
        raise NotImplementedError
