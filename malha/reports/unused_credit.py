"""Credit of customers that no charge has used: money paid twice or too much, and what we gave back.

Nothing keeps a balance, so this means looking at every payment. But payments and allocations are only ever added: what a payment has
left only shrinks, and a payment with nothing left is done for ever. So a process looks at all payments once, remembers the few with
something left, and from then on looks at those and at new ones.

A row can become visible after one with a higher number (its transaction took longer), so the last OVERLAP are looked at each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from malha.billing import queries as billing
from malha.billing.models import Payment, PaymentKind
from malha.customers import queries as customers
from malha.domain.money import ZERO, Money

OVERLAP: Final = 200
MOST_NEW: Final = 5000  # beyond it reading everything is the shorter way


@dataclass(frozen=True, slots=True)
class Unused:
    """What a payment has left. `is_whole`: no charge took anything of it, which is how a charge paid twice looks."""

    payment: int
    customer: int
    left: Money
    is_whole: bool


@dataclass(frozen=True)
class _Known:
    """What was found up to the payment `mark`."""

    mark: tuple[int, datetime] | None
    left: dict[int, Unused]


_known = _Known(None, {})


@dataclass(frozen=True, slots=True)
class Summary:
    """How many customers have credit, over how much, and how many payments no charge took anything of."""

    customers: int = 0
    amount: Money = ZERO
    whole: int = 0


def summary(visible: Sequence[int] = ()) -> Summary:
    """One statement; one more for whoever sees only some groups, two for the first one who asks."""
    found = list(current().values())
    if visible and found:
        keys = {one.customer for one in found}
        mine = set(customers.within(visible).filter(pk__in=keys).values_list("pk", flat=True))
        found = [one for one in found if one.customer in mine]
    whole = sum(one.is_whole for one in found)
    return Summary(len({one.customer for one in found}), Money.total(one.left for one in found), whole)


def payments(visible: Sequence[int] = ()) -> QuerySet[Any]:
    """The payments with something left, and `used_cents`; for the list."""
    rows = Payment.objects.filter(pk__in=list(current())).annotate(used_cents=billing.used_cents()).order_by()
    rows = rows.filter(used_cents__lt=F("value"))
    return rows.filter(customer__in=customers.within(visible).values("pk")) if visible else rows


def current() -> dict[int, Unused]:
    """By payment."""
    global _known
    known = _known
    if known.mark is None:
        _known = known = _read()
        return known.left
    rows = list(_rows(Q(pk__gt=known.mark[0] - OVERLAP) | Q(pk__in=list(known.left)))[: MOST_NEW + 1])
    # The payment we stood at must still be there: a restored database, or another one, has others.
    if len(rows) > MOST_NEW or known.mark not in [(pk, at) for pk, at, *_ in rows]:
        _known = known = _read()
        return known.left
    pk, at = max((pk, at) for pk, at, *_ in rows)
    _known = known = _Known((pk, at), _left(rows))
    return known.left


_Row = tuple[int, datetime, int, str, Money, int, int | None]


def _rows(which: Q) -> QuerySet[Payment, _Row]:
    rows = Payment.objects.filter(which).annotate(used_cents=billing.used_cents()).order_by()
    return rows.values_list("pk", "received_at", "customer_id", "kind", "value", "used_cents", "reversal__pk")


def _read() -> _Known:
    """Every payment; those that are used up are told apart by the database."""
    mark = Payment.objects.order_by("-pk").values_list("pk", "received_at").first()
    if mark is None:
        return _Known(None, {})
    standing = Payment.objects.exclude(kind=PaymentKind.REVERSAL).filter(reversal__isnull=True)
    keys = standing.annotate(used_cents=billing.used_cents()).filter(used_cents__lt=F("value")).order_by().values_list("pk", flat=True)
    return _Known(mark, _left(list(_rows(Q(pk__in=list(keys))))))


def _left(rows: Sequence[_Row]) -> dict[int, Unused]:
    found = {}
    for pk, _at, customer, kind, value, used, reversal in rows:
        left = value - Money(used)
        if kind != PaymentKind.REVERSAL and reversal is None and left > ZERO:
            found[pk] = Unused(pk, customer, left, is_whole=used == 0 and kind == PaymentKind.RECEIVED)
    return found


def forget() -> None:
    """Begin anew, for tests: each has a database of its own."""
    global _known
    _known = _Known(None, {})
