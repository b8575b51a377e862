"""Recurring revenue (MRR): what all running contracts cost a month, today and as the dates say of an earlier day.

What a contract costs is `contract_money.monthly`; here it is said once more for the database, and tests/reports/test_recurring.py
compares the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import BigIntegerField, Case, F, Q, Sum, Value, When
from django.db.models.functions import Greatest

from malha.contracts.models import Contract, ContractItem, ContractState, PauseKind, ServicePause
from malha.customers import queries as customers
from malha.domain.money import ZERO, Money

SECONDS = 3600
_CENTS = BigIntegerField()
_ZERO = Value(0, output_field=_CENTS)
_ALTERED = Q(discount__gt=0) | Q(surcharge__gt=0)


@dataclass(frozen=True, slots=True)
class Recurring:
    """A month of all running contracts. `before`: of those that ran on the earlier day, at the prices of that day."""

    now: Money
    before: Money


def running(day: date) -> Q:
    """Contracts that are paid for on `day`, as they stand today."""
    return Q(state=ContractState.ACTIVE, exempt=False) & (Q(auto_renew=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def _ran(day: date) -> Q:
    """Contracts that were paid for on a past `day`, by their dates. Discounts and exemptions keep no dates: today's are taken."""
    suspended = ServicePause.objects.filter(kind=PauseKind.SUSPENDED, starts_on__lte=day)
    suspended = suspended.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day)).order_by()
    lasted = Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=day)
    return Q(activated_on__isnull=False, activated_on__lte=day, exempt=False) & lasted & ~Q(pk__in=suspended.values("contract"))


def in_force(day: date, prefix: str = "") -> Q:
    """Items that count on `day`."""
    ends = Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    return Q(**{f"{prefix}starts_on__lte": day}) & ends


def read(today: date, before: date, visible: Sequence[int] = ()) -> Recurring:
    """Two statements; two more once an hour, because what was hardly changes."""
    key = f"recurring:{today}:{before}:{visible}".replace(" ", "")
    was = cache.get_or_set(key, lambda: _total(before, _ran(before), visible), SECONDS)
    return Recurring(_total(today, running(today), visible), was or ZERO)


def _total(day: date, runs: Q, visible: Sequence[int]) -> Money:
    """All items that are in force, corrected by the contracts that are not simply the sum of theirs, because they do not run or have
    a discount or a surcharge. Nine of ten are, and need not be looked at one by one."""
    items, contracts = ContractItem.objects.order_by(), Contract.objects.order_by()
    if visible:
        within = customers.within(visible).values("pk")
        items, contracts = items.filter(contract__customer__in=within), contracts.filter(customer__in=within)
    every = items.filter(in_force(day)).aggregate(cents=Sum(F("amount") * F("quantity")))["cents"] or 0
    others = contracts.filter(~runs | _ALTERED).filter(in_force(day, "items__"))
    others = others.annotate(priced=Sum(F("items__amount") * F("items__quantity"), output_field=_CENTS))
    difference = others.aggregate(cents=Sum(_monthly(runs, day) - F("priced"), output_field=_CENTS))["cents"] or 0
    return Money(int(every) + int(difference))


def _monthly(runs: Q, day: date) -> Case:
    """Items less the discount that holds, plus the surcharge, never under zero."""
    holds = Q(discount_until__isnull=True) | Q(discount_until__gte=day)
    discount = Case(When(holds, then=F("discount")), default=_ZERO, output_field=_CENTS)
    total = Greatest(_ZERO, F("priced") - discount + F("surcharge"), output_field=_CENTS)
    return Case(When(runs, then=total), default=_ZERO, output_field=_CENTS)
