"""Inadimplência: what is late and how long, from nominal due dates and without fine and interest.

Late is what is open after its due date, also when its contract is released in trust or the charge is contested: neither makes the
debt smaller. What an agreement or a new charge replaced is not open any more, so nothing is counted twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BigIntegerField, Case, Count, IntegerField, Q, QuerySet, Sum, Value, When

from malha.billing import queries as billing
from malha.billing.models import Charge, ChargeState
from malha.customers import queries as customers
from malha.domain.money import ZERO, Money

BANDS = ((1, 7), (8, 15), (16, 30), (31, 60), (61, None))
"""Days late, both ends counted (domain.md §16)."""


@dataclass(frozen=True, slots=True)
class Band:
    """What is late for `since` to `until` days (None: or more). A customer late in two bands is counted in both."""

    since: int
    until: int | None
    customers: int = 0
    amount: Money = ZERO

    @property
    def slug(self) -> str:
        """How addresses name it: `1-7`, `61-`."""
        return f"{self.since}-{self.until or ''}"


def late(today: date, visible: Sequence[int] = ()) -> QuerySet[Charge]:
    """The charges that are late."""
    rows = Charge.objects.filter(state=ChargeState.OPEN, due_date__lt=today).order_by()
    return rows.filter(customer__in=customers.within(visible).values("pk")) if visible else rows


def due_within(since: int, until: int | None, today: date) -> Q:
    """Due dates that are so many days late."""
    newest = Q(due_date__lte=today - timedelta(days=since))
    return newest if until is None else newest & Q(due_date__gte=today - timedelta(days=until))


def place(today: date) -> Case:
    """The band of a late charge, by its place in BANDS."""
    return Case(
        *(When(due_within(since, until, today), then=Value(n)) for n, (since, until) in enumerate(BANDS)),
        output_field=IntegerField(),
    )


def by_band(today: date, visible: Sequence[int] = ()) -> tuple[Band, ...]:
    """All five, also the empty ones. One statement."""
    rows = billing.with_outstanding(late(today, visible)).annotate(band=place(today)).values("band")
    found = {
        row["band"]: (row["people"], Money(row["cents"]))
        for row in rows.annotate(people=Count("customer", distinct=True), cents=Sum("outstanding_cents", output_field=BigIntegerField()))
    }
    return tuple(Band(since, until, *found.get(n, (0, ZERO))) for n, (since, until) in enumerate(BANDS))
