"""Clientes sem cobrança: contracts that run and have no monthly charge due in a month, each with the reason (domain.md §10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum

from malha.billing.models import BilledPeriod, Charge, ChargeKind, ChargeState, ParkedContract, ParkReason
from malha.contracts.models import Contract, ContractItem, ContractState
from malha.core.fields import MoneyField
from malha.customers import queries as customers
from malha.domain.money import ZERO, Money


class WhyUnbilled(StrEnum):
    """The first that holds."""

    DRAFT = "DRAFT"
    EXEMPT = "EXEMPT"
    PARKED = "PARKED"
    SUSPENDED = "SUSPENDED"
    NO_VALUE = "NO_VALUE"
    CANCELLED = "CANCELLED"
    FREE_PERIOD = "FREE_PERIOD"
    NOT_YET = "NOT_YET"


@dataclass(frozen=True, slots=True)
class Row:
    """A contract without a charge. `parked`: the row that says what the run could not decide."""

    contract: Contract
    why: WhyUnbilled
    monthly: Money


def contracts(month: date, *, visible: Sequence[int]) -> QuerySet[Contract]:
    """Living contracts without a monthly charge due in the month that begins on `month`, by customer."""
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    due = {"kind": ChargeKind.MONTHLY, "due_date__range": (month, last)}
    charged = Charge.objects.filter(contract=OuterRef("pk"), state__in=(ChargeState.OPEN, ChargeState.PAID), **due)
    cancelled = Charge.objects.filter(contract=OuterRef("pk"), state=ChargeState.CANCELLED, **due)
    free = BilledPeriod.objects.filter(contract=OuterRef("pk"), charge__isnull=True, due_date__range=(month, last))
    parked = ParkedContract.objects.filter(contract=OuterRef("pk"), resolved_at__isnull=True)
    running = ContractItem.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=month), contract=OuterRef("pk")).order_by()
    worth = running.values("contract").annotate(total=Sum("amount", output_field=MoneyField())).values("total")
    found = Contract.objects.exclude(state=ContractState.CANCELLED).filter(~Exists(charged))
    if visible:
        found = found.filter(customer__in=customers.within(visible))
    found = found.annotate(worth=Subquery(worth), is_parked=Exists(parked), is_cancelled=Exists(cancelled), is_free=Exists(free))
    return found.select_related("customer").order_by("customer__search_name", "pk")


def rows(page: Sequence[Contract]) -> list[Row]:
    """The lines of some of them."""
    return [Row(contract, _why(contract), getattr(contract, "worth", None) or ZERO) for contract in page]


def _why(contract: Contract) -> WhyUnbilled:
    found = (
        (contract.state == ContractState.DRAFT, WhyUnbilled.DRAFT),
        (contract.exempt, WhyUnbilled.EXEMPT),
        (getattr(contract, "is_parked", False), WhyUnbilled.PARKED),
        (contract.state == ContractState.SUSPENDED, WhyUnbilled.SUSPENDED),
        (not getattr(contract, "worth", None), WhyUnbilled.NO_VALUE),
        (getattr(contract, "is_cancelled", False), WhyUnbilled.CANCELLED),
        (getattr(contract, "is_free", False), WhyUnbilled.FREE_PERIOD),
    )
    return next((why for holds, why in found if holds), WhyUnbilled.NOT_YET)


def parked(*, visible: Sequence[int]) -> QuerySet[ParkedContract]:
    """Contracts that the run left to a person, the longest waiting first."""
    found = ParkedContract.objects.filter(resolved_at__isnull=True).select_related("contract__customer")
    if visible:
        found = found.filter(contract__customer__in=customers.within(visible))
    return found.order_by("parked_at", "pk")


__all__ = ["ParkReason", "Row", "WhyUnbilled", "contracts", "parked", "rows"]
