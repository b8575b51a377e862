"""A plan changes: who has it follows on the router, and pays the new price only when a person says so."""

from dataclasses import dataclass

from django.db import transaction

from malha.contracts.data import PlanData
from malha.contracts.models import ContractState, Plan
from malha.contracts.services import plans
from malha.core.history import Actor
from malha.network.models import Access
from malha.network.services import accesses


@dataclass(frozen=True)
class PlanChange:
    """What a change of a plan set off."""

    accesses_due: int
    contracts_repriced: int


@transaction.atomic
def change_plan(*, plan: Plan, data: PlanData, reprices: bool, reason: str = "", actor: Actor) -> PlanChange:
    """Change a plan. A new speed makes its accesses due at once; `reprices` gives the new price to existing contracts too.

    Raises BusinessError("invalid").
    """
    changed = plans.update(plan=plan, data=data, actor=actor)
    plan.refresh_from_db()
    due = 0
    if changed & plans.ON_THE_ROUTER:
        due = accesses.want(Access.objects.filter(plan=plan).exclude(contract__state=ContractState.CANCELLED))
    repriced = plans.reprice(plan=plan, reason=reason, actor=actor) if reprices and "price" in changed else 0
    return PlanChange(accesses_due=due, contracts_repriced=repriced)
