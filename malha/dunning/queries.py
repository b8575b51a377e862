"""Reading the standard configuration."""

from dataclasses import dataclass

from django.db.models import Q

from malha.contracts.models import Contract, ContractState
from malha.dunning.models import DunningPolicy


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
