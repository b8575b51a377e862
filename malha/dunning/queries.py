"""Reading the standard configuration."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from malha.billing.models import ChargeState
from malha.contracts.models import Contract, ContractState
from malha.dunning.models import DunningPolicy, Notice, NoticeTexts


def default_policy() -> DunningPolicy:
    """The policy behind empty fields; the built-in defaults if the company has none yet."""
    return DunningPolicy.objects.filter(is_default=True).first() or DunningPolicy(name="", is_default=True)


def standard_days() -> tuple[int, int]:
    """Days to pendência and to bloqueio where a contract has none of its own."""
    for pending, block in DunningPolicy.objects.filter(is_default=True).values_list("days_to_pending", "days_to_block"):
        return pending, block
    return default_policy().days_to_pending, default_policy().days_to_block


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom the standard configuration governs: customers with a running contract, and how many of them have days of their own."""

    customers: int
    with_own_days: int


def reach() -> Reach:
    """For the sentence beside the defaults: "Vale para N clientes; M têm dias próprios"."""
    running = Contract.objects.exclude(state=ContractState.CANCELLED)
    own = running.filter(Q(days_to_pending__isnull=False) | Q(days_to_block__isnull=False))
    return Reach(
        customers=running.values("customer").distinct().count(),
        with_own_days=own.values("customer").distinct().count(),
    )


def notice_texts() -> NoticeTexts:
    """The words and the brand of the notice pages; the built-in ones when nobody changed them."""
    return NoticeTexts.objects.filter(pk=1).first() or NoticeTexts(pk=1)


def undelivered() -> QuerySet[Notice]:
    """Notices that are due, that nobody has seen yet, and whose charge is still open; with customer, contract and charge."""
    rows = Notice.objects.filter(delivered_on__isnull=True, pendency__closed_on__isnull=True, charge__state=ChargeState.OPEN)
    rows = rows.filter(pendency__contract__state=ContractState.ACTIVE)
    return rows.select_related("charge", "pendency__contract__customer__address", "pendency__contract__service_address")
