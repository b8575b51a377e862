"""Recurring revenue (MRR): what all running contracts cost a month, today and as the dates say of an earlier day.

What a contract costs is `contract_money.monthly`; here it is said once more for the database, and tests/reports/test_recurring.py
compares the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Case, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest

from malha.contracts.models import Contract, ContractItem, ContractState, PauseKind, ServicePause
from malha.customers import queries as customers
from malha.domain.money import Money

_CENTS = BigIntegerField()
_ZERO = Value(0, output_field=_CENTS)
_ALTERED = Q(discount__gt=0) | Q(surcharge__gt=0)


@dataclass(frozen=True, slots=True)
class Recurring:
    """A month of all running contracts. `before`: of those that ran on the earlier day, at the prices of that day."""

    now: Money
    before: Money


def running(day: date, prefix: str = "") -> Q:
    """Contracts that are paid for on `day`, as they stand today. `prefix`: the way to the contract."""
    lasts = Q(**{f"{prefix}auto_renew": True}) | Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    return Q(**{f"{prefix}state": ContractState.ACTIVE, f"{prefix}exempt": False}) & lasts


def _ran(day: date, prefix: str = "") -> Q:
    """Contracts that were paid for on a past `day`, by their dates. Discounts and exemptions keep no dates: today's are taken."""
    suspended = ServicePause.objects.filter(kind=PauseKind.SUSPENDED, starts_on__lte=day)
    suspended = suspended.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day)).order_by().values("contract")
    lasted = Q(**{f"{prefix}cancelled_on__isnull": True}) | Q(**{f"{prefix}cancelled_on__gt": day})
    begun = Q(**{f"{prefix}activated_on__lte": day, f"{prefix}exempt": False})
    return begun & lasted & ~Q(**{f"{prefix}pk__in": suspended})


def in_force(day: date, prefix: str = "") -> Q:
    """Items that count on `day`."""
    ends = Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    return Q(**{f"{prefix}starts_on__lte": day}) & ends


def read(today: date, before: date, visible: Sequence[int] = ()) -> Recurring:
    """Two statements: contracts that cost the sum of their items, and the fewer ones with a discount or a surcharge."""
    price = F("amount") * F("quantity")
    items = ContractItem.objects.filter(contract__discount=0, contract__surcharge=0).order_by()
    contracts = Contract.objects.filter(_ALTERED).order_by()
    if visible:
        within = customers.within(visible).values("pk")
        items, contracts = items.filter(contract__customer__in=within), contracts.filter(customer__in=within)
    plain = items.aggregate(
        now=Sum(price, filter=in_force(today) & running(today, "contract__"), output_field=_CENTS, default=0),
        before=Sum(price, filter=in_force(before) & _ran(before, "contract__"), output_field=_CENTS, default=0),
    )
    altered = contracts.annotate(
        items_now=_items(today), items_before=_items(before)
    ).aggregate(
        now=Sum(_monthly("items_now", running(today), today), output_field=_CENTS, default=0),
        before=Sum(_monthly("items_before", _ran(before), before), output_field=_CENTS, default=0),
    )  # fmt: skip
    return Recurring(Money(plain["now"] + altered["now"]), Money(plain["before"] + altered["before"]))


def _items(day: date) -> Sum:
    return Sum(F("items__amount") * F("items__quantity"), filter=in_force(day, "items__"), output_field=_CENTS)


def _monthly(items: str, runs: Q, day: date) -> Case:
    """Items less the discount that holds, plus the surcharge, never under zero; without items there is nothing to surcharge."""
    holds = Q(discount_until__isnull=True) | Q(discount_until__gte=day)
    discount = Case(When(holds, then=F("discount")), default=_ZERO, output_field=_CENTS)
    total = Greatest(_ZERO, Coalesce(F(items), _ZERO) - discount + F("surcharge"), output_field=_CENTS)
    return Case(When(runs & Q(**{f"{items}__isnull": False}), then=total), default=_ZERO, output_field=_CENTS)
