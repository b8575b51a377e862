"""What came in and what was to come in, day by day.

Received is money: payments less what was reversed, on the day of each; credit that we gave ourselves is none. Expected is the value of
what falls due, as issued: charges that were cancelled, or replaced by others, do not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Sum, Value

from malha.billing.models import Charge, ChargeState, Payment, PaymentKind
from malha.customers import queries as customers
from malha.domain.money import ZERO, Money

_CENTS = BigIntegerField()
EXPECTED = (ChargeState.OPEN, ChargeState.PAID)


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """The days of a period that have any; both ends counted."""

    since: date
    until: date
    received: dict[date, Money] = field(default_factory=dict)
    expected: dict[date, Money] = field(default_factory=dict)

    @property
    def received_total(self) -> Money:
        return Money.total(self.received.values())

    @property
    def expected_total(self) -> Money:
        return Money.total(self.expected.values())

    @property
    def percent(self) -> int | None:
        """Received as a share of expected, rounded down; None where nothing was expected."""
        return self.received_total.cents * 100 // self.expected_total.cents if self.expected_total > ZERO else None

    def within(self, since: date, until: date) -> "MoneyIn":
        """A part of the period."""
        received = {day: amount for day, amount in self.received.items() if since <= day <= until}
        return MoneyIn(since, until, received, {day: amount for day, amount in self.expected.items() if since <= day <= until})


def payments(visible: Sequence[int] = ()) -> QuerySet[Payment]:
    """Payments that are money, and the reversals of such payments."""
    gift = Payment.objects.filter(pk=OuterRef("reverses"), kind=PaymentKind.CREDIT)
    rows = Payment.objects.filter(Q(kind=PaymentKind.RECEIVED) | Q(kind=PaymentKind.REVERSAL) & ~Exists(gift)).order_by()
    return rows.filter(customer__in=customers.within(visible).values("pk")) if visible else rows


def expected(visible: Sequence[int] = ()) -> QuerySet[Charge]:
    """Charges on which money is counted."""
    rows = Charge.objects.filter(state__in=EXPECTED).order_by()
    return rows.filter(customer__in=customers.within(visible).values("pk")) if visible else rows


def read(since: date, until: date, visible: Sequence[int] = ()) -> MoneyIn:
    """One statement."""
    paid = payments(visible).filter(paid_on__range=(since, until)).annotate(kind_of=Value("received"), day=F("paid_on"))
    due = expected(visible).filter(due_date__range=(since, until)).annotate(kind_of=Value("expected"), day=F("due_date"))
    sums = paid.values("kind_of", "day").annotate(cents=Sum("value", output_field=_CENTS)).values_list("kind_of", "day", "cents")
    others = due.values("kind_of", "day").annotate(cents=Sum("total", output_field=_CENTS)).values_list("kind_of", "day", "cents")
    found: dict[str, dict[date, Money]] = {"received": {}, "expected": {}}
    for kind, day, cents in sums.union(others, all=True):
        found[kind][day] = Money(int(cents))
    return MoneyIn(since, until, found["received"], found["expected"])
