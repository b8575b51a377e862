"""Ativações × cancelamentos: contracts that began and contracts that ended, by their dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, QuerySet, Value
from django.db.models.functions import TruncMonth

from malha.contracts.models import Contract
from malha.customers import queries as customers
from malha.domain import calendar

MONTHS, SECONDS = 12, 3600
BEGAN, ENDED = "began", "ended"


@dataclass(frozen=True, slots=True)
class Month:
    """`first`: the first day of the month."""

    first: date
    activated: int = 0
    cancelled: int = 0

    @property
    def balance(self) -> int:
        return self.activated - self.cancelled


def contracts(visible: Sequence[int] = (), seller_id: int | None = None) -> QuerySet[Contract]:
    """Contracts that ever ran; of one seller if asked. A draft that was given up neither began nor ended."""
    rows = Contract.objects.filter(activated_on__isnull=False).order_by()
    if seller_id is not None:
        rows = rows.filter(seller=seller_id)
    return rows.filter(customer__in=customers.within(visible).values("pk")) if visible else rows


def by_month(today: date, visible: Sequence[int] = (), seller_id: int | None = None, *, months: int = MONTHS) -> tuple[Month, ...]:
    """The last months until this one, the oldest first. One statement; one more once an hour, because the past hardly changes."""
    firsts = [calendar.month_offset(1, today.replace(day=1), -back) for back in reversed(range(months))]
    key = f"movement:{today}:{months}:{visible}:{seller_id}".replace(" ", "")
    yesterday = firsts[-1] - timedelta(days=1)
    past = cache.get_or_set(key, lambda: _counted(contracts(visible, seller_id), firsts[0], yesterday), SECONDS) if months > 1 else {}
    found = {**(past or {}), **_counted(contracts(visible, seller_id), firsts[-1], today)}
    return tuple(Month(first, found.get((BEGAN, first), 0), found.get((ENDED, first), 0)) for first in firsts)


def _counted(rows: QuerySet[Contract], since: date, until: date) -> dict[tuple[str, date], int]:
    """How many began and ended in each month, by kind and first day."""
    parts: list[Any] = []
    for kind, column in ((BEGAN, "activated_on"), (ENDED, "cancelled_on")):
        found = rows.filter(**{f"{column}__range": (since, until)}).annotate(kind=Value(kind), month=TruncMonth(column))
        parts.append(found.values("kind", "month").annotate(n=Count("pk")).values_list("kind", "month", "n"))
    return {(kind, month): n for kind, month, n in parts[0].union(parts[1], all=True)}
