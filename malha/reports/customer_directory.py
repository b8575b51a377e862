"""The list of customers: a page of lines, and how many customers each situation has under the same criteria.

Counts are exact (`situation_snapshot`); what was found is kept while nothing changes (`freshness`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice

from django.db.models import QuerySet

from malha.customers.models import Customer
from malha.domain.billing import BillingMode
from malha.domain.states import Situation
from malha.reports import customer_search, freshness, situation_snapshot, situations
from malha.reports.customer_criteria import Criteria, Order, matching_in_situation, narrowed, ordered
from malha.reports.customer_rows import Row, rows
from malha.reports.situation_snapshot import Counts

__all__ = ["Counts", "Listing", "Page", "every_row", "rows_of"]

PER_PAGE = 50
EXPORT_BATCH = 1000
FEW = 1000


@dataclass(frozen=True)
class Page:
    """One page of the list; `number` is within 1..`pages` whatever was asked."""

    rows: list[Row]
    total: int
    number: int
    pages: int


@dataclass(frozen=True)
class _Found:
    """What criteria found: the counts, and the customers themselves when they are few."""

    counts: Counts
    few: tuple[int, ...] | None


class Listing:
    """What one request reads of the list: the counts first, then a page of it."""

    def __init__(self, criteria: Criteria) -> None:
        self.criteria = criteria
        self._snapshot = situation_snapshot.current()
        self.mark = freshness.mark_of(self._snapshot.mark)
        self._customers = customer_search.find(narrowed(criteria), criteria.text)

    @property
    def counts(self) -> Counts:
        """How many customers are meant in each situation, and under None in all."""
        return self._found.counts

    @property
    def total(self) -> int:
        """How many customers the chosen tab has."""
        return self.counts[self.criteria.situation]

    def page(self, number: int, *, today: date, mode: BillingMode, with_charges: bool = False) -> Page:
        """The page asked for, or the nearest there is. `with_charges`: the person may see what each customer owes."""
        total = self.total
        pages = max((total + PER_PAGE - 1) // PER_PAGE, 1)
        number = min(max(number, 1), pages)
        start = (number - 1) * PER_PAGE
        keys = self._keys(start) if total else []
        return Page(rows(keys, today=today, mode=mode, with_charges=with_charges), total, number, pages)

    def _keys(self, start: int) -> list[int]:
        """The customers of the page that begins at `start`, in order."""
        if self.criteria.situation is Situation.ACTIVE and self._found.few is None and self.criteria.order is Order.NAME:
            return self._active_keys(start)
        return list(ordered(self._in_tab(), self.criteria).values_list("pk", flat=True)[start : start + PER_PAGE])

    def _active_keys(self, start: int) -> list[int]:
        """The same in the tab that holds nearly everybody: read the names in order and leave out the few who are not in it.

        The database would look at the contracts of everybody up to the page.
        """
        everybody = ordered(self._customers, self.criteria).values_list("pk", flat=True)
        wanted, active, begin = start + PER_PAGE, list[int](), 0
        share = self.counts[None] / max(self.counts[Situation.ACTIVE], 1)
        while len(active) < wanted:
            size = int((wanted - len(active)) * share * 1.02) + PER_PAGE
            keys = list(everybody[begin : begin + size])
            active += [pk for pk in keys if self._snapshot.situation(pk) is Situation.ACTIVE]
            begin += size
            if len(keys) < size:
                break
        return active[start:wanted]

    def _in_tab(self) -> QuerySet[Customer]:
        situation, few = self.criteria.situation, self._found.few
        if few is None and situation is not None and not self.criteria.is_narrowed and self.total <= FEW:
            few = self._snapshot.members(situation)
        if few is not None:  # they need not be searched for again
            chosen = few if situation is None else [pk for pk in few if self._snapshot.situation(pk) is situation]
            return Customer.objects.filter(pk__in=chosen, archived_at__isnull=True).order_by()
        return self._customers if situation is None else situations.only(self._customers, situation)

    @cached_property
    def _found(self) -> _Found:
        if not self.criteria.is_narrowed:
            return _Found(self._snapshot.counts(), None)
        name = f"customers:{self.criteria.fingerprint()}"
        found = freshness.kept(self.mark, name, self._find)
        if not found.counts[None] and customer_search.has_second_try(self.criteria.text):
            self._customers = customer_search.find(narrowed(self.criteria), self.criteria.text, in_logins=True)
            found = freshness.kept(self.mark, f"{name}:logins", self._find)
        return found

    def _find(self) -> _Found:
        keys = list(self._customers.order_by().values_list("pk", flat=True))
        return _Found(self._snapshot.counts_of(keys), tuple(keys) if len(keys) <= FEW else None)


def every_row(criteria: Criteria, *, today: date, mode: BillingMode) -> Iterator[Row]:
    """All lines that `criteria` mean, read in batches: memory does not grow with their number."""
    keys = ordered(matching_in_situation(criteria), criteria).values_list("pk", flat=True)
    return rows_of(keys.iterator(chunk_size=EXPORT_BATCH), today=today, mode=mode)


def rows_of(keys: Iterable[int], *, today: date, mode: BillingMode) -> Iterator[Row]:
    """The lines of these customers, read in batches."""
    waiting = iter(keys)
    while batch := list(islice(waiting, EXPORT_BATCH)):
        yield from rows(batch, today=today, mode=mode)
