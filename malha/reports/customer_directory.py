"""The list of customers: a page of lines, and how many customers each situation has under the same criteria.

Counts are exact. They are kept for a minute and thrown away by the next change of anything: every change writes a line into the
history, so the newest line's number says whether the counts still hold.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.core.cache import cache
from django.db import connection
from django.db.models import Min

from malha.contracts.models import Contract
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.domain.billing import BillingMode
from malha.domain.states import Situation
from malha.reports import situations
from malha.reports.customer_criteria import Criteria, matching, ordered
from malha.reports.customer_rows import Row, rows

PER_PAGE = 50
EXPORT_BATCH = 1000
COUNTS_SECONDS = 60


@dataclass(frozen=True)
class Page:
    """One page of the list; `number` is within 1..`pages` whatever was asked."""

    rows: list[Row]
    total: int
    number: int
    pages: int


def read(criteria: Criteria, number: int, counted: dict[Situation | None, int], *, today: date, mode: BillingMode) -> Page:
    """Page `number` of what `criteria` mean; `counted` are the counts under the same criteria."""
    total = counted[criteria.situation]
    pages = max((total + PER_PAGE - 1) // PER_PAGE, 1)
    number = min(max(number, 1), pages)
    start = (number - 1) * PER_PAGE
    keys = list(ordered(criteria).values_list("pk", flat=True)[start : start + PER_PAGE]) if total else []
    return Page(rows(keys, today=today, mode=mode), total, number, pages)


def every_row(criteria: Criteria, *, today: date, mode: BillingMode) -> Iterator[Row]:
    """All lines that `criteria` mean, read in batches: memory does not grow with their number."""
    return rows_of(ordered(criteria).values_list("pk", flat=True).iterator(chunk_size=EXPORT_BATCH), today=today, mode=mode)


def rows_of(keys: Iterable[int], *, today: date, mode: BillingMode) -> Iterator[Row]:
    """The lines of these customers, read in batches."""
    waiting = iter(keys)
    while batch := list(islice(waiting, EXPORT_BATCH)):
        yield from rows(batch, today=today, mode=mode)


def counts(criteria: Criteria) -> dict[Situation | None, int]:
    """How many customers `criteria` mean in each situation, and under None in all."""
    newest = HistoryEntry.objects.order_by("-pk").values_list("pk", "at").first()
    if newest is None:
        return count_now(criteria)
    key = f"customers:{newest[0]}:{newest[1].timestamp()}:{criteria.fingerprint()}"
    kept: dict[Situation | None, int] | None = cache.get(key)
    if kept is None:
        kept = count_now(criteria)
        cache.set(key, kept, COUNTS_SECONDS)
    return kept


def count_now(criteria: Criteria) -> dict[Situation | None, int]:
    """The same without the cache: one statement."""
    meant = matching(criteria).values("pk")
    every = Contract.objects.order_by().annotate(place=situations.place()).values("customer_id").annotate(first=Min("place"))
    if criteria.is_narrowed or Customer.objects.filter(archived_at__isnull=False).exists():
        every = every.filter(customer_id__in=meant)
    by_place, place_params = every.values("first").query.sql_with_params()
    in_all, all_params = meant.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT first, COUNT(*) FROM ({by_place}) AS placed GROUP BY first UNION ALL SELECT 0, COUNT(*) FROM ({in_all}) AS meant",  # noqa: S608
            (*place_params, *all_params),
        )
        found: dict[int, int] = dict(cursor.fetchall())
    total = found.pop(0)
    counted: dict[Situation | None, int] = {situation: found.get(place, 0) for place, situation in situations.BY_PLACE.items()}
    # Whoever has no contract at all is still to be installed (domain.states.customer_situation).
    counted[Situation.INSTALLATION] += total - sum(found.values())
    counted[None] = total
    return counted
