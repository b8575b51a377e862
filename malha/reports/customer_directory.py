"""The list of customers: a page of lines, and how many customers each situation has under the same criteria.

Counts are exact, and kept while nothing changes (`freshness`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice

from django.db import connection
from django.db.models import Min, QuerySet

from malha.contracts.models import Contract
from malha.customers.models import Customer
from malha.domain.billing import BillingMode
from malha.domain.states import Situation
from malha.reports import customer_search, freshness, situations
from malha.reports.customer_criteria import Criteria, matching_in_situation, narrowed, ordered
from malha.reports.customer_rows import Row, rows

PER_PAGE = 50
EXPORT_BATCH = 1000


Counts = dict[Situation | None, int]


@dataclass(frozen=True)
class Page:
    """One page of the list; `number` is within 1..`pages` whatever was asked."""

    rows: list[Row]
    total: int
    number: int
    pages: int


class Listing:
    """What one request reads of the list: the counts first, then a page of it."""

    def __init__(self, criteria: Criteria) -> None:
        self.criteria = criteria
        self.mark = freshness.mark()
        self._customers = customer_search.find(narrowed(criteria), criteria.text)

    @cached_property
    def counts(self) -> Counts:
        """How many customers are meant in each situation, and under None in all."""
        name = f"customers:{self.criteria.fingerprint()}"
        counted = freshness.kept(self.mark, name, self._count)
        if not counted[None] and customer_search.has_second_try(self.criteria.text):
            self._customers = customer_search.find(narrowed(self.criteria), self.criteria.text, in_logins=True)
            counted = freshness.kept(self.mark, f"{name}:logins", self._count)
        return counted

    @property
    def total(self) -> int:
        """How many customers the chosen tab has."""
        return self.counts[self.criteria.situation]

    def page(self, number: int, *, today: date, mode: BillingMode) -> Page:
        """The page asked for, or the nearest there is."""
        total = self.total
        pages = max((total + PER_PAGE - 1) // PER_PAGE, 1)
        number = min(max(number, 1), pages)
        start = (number - 1) * PER_PAGE
        customers = self._customers
        if self.criteria.situation is not None:
            customers = situations.only(customers, self.criteria.situation)
        keys = list(ordered(customers, self.criteria).values_list("pk", flat=True)[start : start + PER_PAGE]) if total else []
        return Page(rows(keys, today=today, mode=mode), total, number, pages)

    def _count(self) -> Counts:
        return count(self._customers, is_narrowed=self.criteria.is_narrowed)


def every_row(criteria: Criteria, *, today: date, mode: BillingMode) -> Iterator[Row]:
    """All lines that `criteria` mean, read in batches: memory does not grow with their number."""
    keys = ordered(matching_in_situation(criteria), criteria).values_list("pk", flat=True)
    return rows_of(keys.iterator(chunk_size=EXPORT_BATCH), today=today, mode=mode)


def rows_of(keys: Iterable[int], *, today: date, mode: BillingMode) -> Iterator[Row]:
    """The lines of these customers, read in batches."""
    waiting = iter(keys)
    while batch := list(islice(waiting, EXPORT_BATCH)):
        yield from rows(batch, today=today, mode=mode)


def count(customers: QuerySet[Customer], *, is_narrowed: bool) -> Counts:
    """How many of `customers` are in each situation: one statement.

    `is_narrowed` is False when they are simply all that are not archived: then nothing but contracts has to be read.
    """
    meant, meant_params = customers.order_by().values("pk").query.sql_with_params()
    every = Contract.objects.order_by().annotate(place=situations.place()).values("customer_id").annotate(first=Min("place"))
    if is_narrowed:
        # Named once and read twice, so that the search itself runs once.
        every = every.extra(where=["customer_id IN (SELECT meant.id FROM meant)"])
    else:
        every = every.exclude(customer_id__in=Customer.objects.filter(archived_at__isnull=False).order_by().values("pk"))
    placed, placed_params = every.values("first").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH meant (id) AS ({meant}), placed (first) AS ({placed}) "  # noqa: S608
            "SELECT first, COUNT(*) FROM placed GROUP BY first UNION ALL SELECT 0, COUNT(*) FROM meant",
            (*meant_params, *placed_params),
        )
        found: dict[int, int] = dict(cursor.fetchall())
    total = found.pop(0)
    counted: Counts = {situation: found.get(place, 0) for place, situation in situations.BY_PLACE.items()}
    # Whoever has no contract at all is still to be installed (domain.states.customer_situation).
    counted[Situation.INSTALLATION] += total - sum(found.values())
    counted[None] = total
    return counted
