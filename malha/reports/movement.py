"""Ativações × cancelamentos: contracts that began and contracts that ended, by their dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncMonth

from malha.contracts.models import Contract
from malha.customers import queries as customers
from malha.domain import calendar

MONTHS = 12


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


def by_month(today: date, visible: Sequence[int] = (), *, months: int = MONTHS) -> tuple[Month, ...]:
    """The last months until this one, the oldest first. Two statements."""
    firsts = [calendar.month_offset(1, today.replace(day=1), -back) for back in reversed(range(months))]
    rows = contracts(visible)
    activated = _per_month(rows.filter(activated_on__gte=firsts[0], activated_on__lte=today), "activated_on")
    cancelled = _per_month(rows.filter(cancelled_on__gte=firsts[0], cancelled_on__lte=today), "cancelled_on")
    return tuple(Month(first, activated.get(first, 0), cancelled.get(first, 0)) for first in firsts)


def _per_month(rows: QuerySet[Contract], column: str) -> dict[date, int]:
    counted: Any = rows.annotate(month=TruncMonth(F(column))).values_list("month").annotate(n=Count("pk"))
    return {month: n for month, n in counted}
