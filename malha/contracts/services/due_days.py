"""Another due day for many contracts at once, in a constant number of statements per thousand."""

from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from malha.contracts.models import Contract, ContractState
from malha.core import clock, history
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain import calendar

BATCH = 1000


def changeable(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Those of `contracts` that still have due days to come."""
    return contracts.exclude(state=ContractState.CANCELLED)


@transaction.atomic
def change(*, contracts: QuerySet[Contract], due_day: int, actor: Actor) -> int:
    """Give the living ones of `contracts` the new day; answers how many changed. BusinessError("invalid") for a day that is none.

    What is already billed stays; the days between the old and the new due day make the next period shorter or longer
    (`domain.billing.period_from`), so nothing is charged twice or left out.
    """
    problems = Problems()
    with problems.of("due_day"):
        calendar.check_due_day(due_day)
    problems.raise_if_any()
    now = clock.now()
    others = changeable(contracts).exclude(due_day=due_day)
    waiting = iter(list(others.order_by("pk").values_list("pk", flat=True)))
    changed = 0
    while keys := list(islice(waiting, BATCH)):
        rows = list(Contract.objects.select_for_update(of=("self",)).filter(pk__in=keys).exclude(due_day=due_day))
        changed += changeable(Contract.objects.filter(pk__in=[row.pk for row in rows])).update(due_day=due_day, updated_at=now)
        history.record_all(
            history.entry_for(
                row,
                "contract.changed",
                actor=actor,
                before={"due_day": row.due_day},
                after={"due_day": due_day},
                customer_id=row.customer_id,
            )
            for row in rows
            if row.state != ContractState.CANCELLED
        )
    return changed
