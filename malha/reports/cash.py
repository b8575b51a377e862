"""What came in and went out, per day and per category, for some accounts and a period. A constant number of statements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import BigIntegerField, Case, CharField, Sum, Value, When

from malha.cashbook import queries
from malha.cashbook.models import CashEntry
from malha.domain.money import Money

_CENTS = BigIntegerField()
_SUMS = {"cents_in": Sum("incoming", output_field=_CENTS), "cents_out": Sum("outgoing", output_field=_CENTS)}


class Source(StrEnum):
    """Where money without a category came from or went to."""

    CATEGORY = "category"
    PAYMENTS = "payments"  # of customers
    TRANSFERS = "transfers"  # between our own accounts: neither income nor cost
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DayTotal:
    """One day with entries; `balance` is what was there in the evening."""

    date: date
    incoming: Money
    outgoing: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class CategoryTotal:
    """One category, or one of the sources without a category (then `code` and `name` are empty)."""

    source: Source
    code: str
    name: str
    incoming: Money
    outgoing: Money


@dataclass(frozen=True, slots=True)
class CashReport:
    """A period, both ends counted."""

    since: date
    until: date
    opening: Money
    days: tuple[DayTotal, ...]
    categories: tuple[CategoryTotal, ...]

    @property
    def incoming(self) -> Money:
        return Money.total(day.incoming for day in self.days)

    @property
    def outgoing(self) -> Money:
        return Money.total(day.outgoing for day in self.days)

    @property
    def balance(self) -> Money:
        """What was there at the end."""
        return self.opening + self.incoming - self.outgoing


def read(account_ids: Collection[int], *, since: date, until: date) -> CashReport:
    """Four statements, whatever the period. Days without entries are left out."""
    opening = Money.total(queries.balances(account_ids, before=since).values())
    return CashReport(since, until, opening, _days(account_ids, since, until, opening), _categories(account_ids, since, until))


def _days(account_ids: Collection[int], since: date, until: date, opening: Money) -> tuple[DayTotal, ...]:
    rows = CashEntry.objects.filter(account__in=account_ids, date__range=(since, until)).order_by("date").values_list("date")
    found, balance = [], opening
    for day, cents_in, cents_out in rows.annotate(**_SUMS):
        balance += Money(cents_in - cents_out)
        found.append(DayTotal(day, Money(cents_in), Money(cents_out), balance))
    return tuple(found)


def _categories(account_ids: Collection[int], since: date, until: date) -> tuple[CategoryTotal, ...]:
    source = Case(
        When(category__isnull=False, then=Value(Source.CATEGORY.value)),
        When(payment__isnull=False, then=Value(Source.PAYMENTS.value)),
        When(transfer__isnull=False, then=Value(Source.TRANSFERS.value)),
        default=Value(Source.OTHER.value),
        output_field=CharField(),
    )
    rows = CashEntry.objects.filter(account__in=account_ids, date__range=(since, until)).annotate(source=source).order_by()
    grouped = rows.values_list("source", "category__code", "category__name").annotate(**_SUMS)
    found = [
        CategoryTotal(Source(kind), code or "", name or "", Money(cents_in), Money(cents_out))
        for kind, code, name, cents_in, cents_out in grouped
    ]
    order = list(Source)
    return tuple(sorted(found, key=lambda row: (order.index(row.source), [int(part) for part in row.code.split(".") if part])))
