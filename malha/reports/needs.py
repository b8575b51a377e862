"""Precisa de você: what waits for a person, as counts. Each has its list; the door knows where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, F, QuerySet, Sum, Value, Window

from malha.billing.facts import Terms
from malha.billing.models import ParkedContract
from malha.cashbook.models import Payable, PayableState
from malha.customers import queries as customers
from malha.domain.money import Money
from malha.dunning import queries as dunning
from malha.dunning.models import TrustRelease
from malha.gateways.models import Registration, RegistrationState
from malha.reports.catalog import without_charge

_CENTS = BigIntegerField()
NAMES = 2


class Need(StrEnum):
    """In the order of the screen: what harms somebody tomorrow comes first."""

    BLOCKS = "blocks"
    APPROVALS = "approvals"
    NOTICES = "notices"
    ROUTERS = "routers"
    DIVERGENCES = "divergences"
    TRUSTS = "trusts"
    REFUSED = "refused"
    PARKED = "parked"
    WITHOUT_CHARGE = "without_charge"
    CREDITS = "credits"
    PAYABLES = "payables"


@dataclass(frozen=True, slots=True)
class Item:
    """One line. `amount`: over how much. `names`: the first of them. `part`: how many of them are of the graver kind. `at`: read when."""

    need: Need
    count: int
    amount: Money | None = None
    names: tuple[str, ...] = ()
    part: int = 0
    at: datetime | None = None


def trusts(today: date, visible: Sequence[int] = ()) -> Item:
    """Releases in trust and promises whose last day is today. One statement."""
    rows = TrustRelease.objects.filter(ended_on__isnull=True, until=today)
    if visible:
        rows = rows.filter(contract__customer__in=customers.within(visible).values("pk"))
    rows = rows.annotate(n=Window(Count("pk"))).order_by("contract__customer__search_name", "pk")
    found = list(rows.values_list("contract__customer__name", "n")[:NAMES])
    return Item(Need.TRUSTS, found[0][1] if found else 0, names=tuple(name for name, _n in found))


def waiting(today: date, terms: Terms, visible: Sequence[int] = (), *, charges: bool, payables: bool) -> list[Item]:
    """What only has to be counted, all in one statement."""
    parts: list[QuerySet[Any]] = []
    if charges:
        notices = dunning.undelivered().select_related(None)
        parked = ParkedContract.objects.filter(resolved_at__isnull=True)
        refused = Registration.objects.filter(state=RegistrationState.FAILED)
        unbilled, empty = without_charge.counted(today, terms, visible)
        if visible:
            within = customers.within(visible).values("pk")
            notices = notices.filter(pendency__contract__customer__in=within)
            parked = parked.filter(contract__customer__in=within)
            refused = refused.filter(charge__customer__in=within)
        parts += [_counted(Need.NOTICES, notices), _counted(Need.REFUSED, refused), _counted(Need.PARKED, parked)]
        parts += [_counted(Need.WITHOUT_CHARGE, unbilled), _counted(Need.WITHOUT_CHARGE, empty)]
    if payables:
        late = Payable.objects.filter(state=PayableState.OPEN, due_date__lt=today)
        parts.append(_counted(Need.PAYABLES, late, "amount"))
    if not parts:
        return []
    first, *rest = parts
    found: dict[str, tuple[int, int]] = {}
    for need, n, cents in first.union(*rest, all=True) if rest else first:
        before = found.get(need, (0, 0))
        found[need] = (before[0] + n, before[1] + int(cents))
    return [Item(Need(need), n, Money(cents) if need == Need.PAYABLES else None) for need, (n, cents) in found.items()]


def _counted(need: Need, rows: QuerySet[Any], amount: str = "") -> QuerySet[Any]:
    cents = Sum(F(amount), output_field=_CENTS, default=0) if amount else Value(0, output_field=_CENTS)
    named: QuerySet[Any] = rows.order_by().annotate(need=Value(need.value, output_field=CharField())).values("need")
    counted: QuerySet[Any] = named.annotate(n=Count("pk"), cents=cents)
    return counted.values_list("need", "n", "cents")
