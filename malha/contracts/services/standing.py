"""How a contract is treated now. One verb moves it; who may move it where stands in `domain.states`."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.models import Contract, PauseKind
from malha.contracts.services import pauses
from malha.core import clock, history
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.domain import states


@transaction.atomic
def change(
    *, contract: Contract, to: states.Standing, cause: states.StandingCause, reason: str, until: date | None = None, actor: Actor
) -> None:
    """Move the standing of an active contract, by conditional update. The caller makes its accesses due.

    Raises StateConflict when the move is not allowed from where the contract stands, or when somebody else moved it meanwhile.
    """
    old = states.Standing(contract.standing)
    by_hand = contract.standing_cause == states.StandingCause.MANUAL
    old_cause = states.StandingCause.MANUAL if by_hand else states.StandingCause.POLICY
    if not states.can_change_standing(old, old_cause, to, cause):
        raise StateConflict("standing_conflict", _("This contract is not in a situation that allows this. Reload the page."))
    changed = Contract.objects.filter(pk=contract.pk, standing=old, state=states.ContractState.ACTIVE).update(
        standing=to,
        standing_cause="" if to is states.Standing.CLEAR else cause,
        standing_until=until,
        updated_at=clock.now(),
    )
    if not changed:
        raise StateConflict("standing_conflict", _("This contract was changed meanwhile. Reload the page."))
    if to is states.Standing.BLOCKED:
        pauses.begin([contract.pk], kind=PauseKind.BLOCKED, on=clock.today())
    elif old is states.Standing.BLOCKED:
        pauses.end([contract.pk], kind=PauseKind.BLOCKED, on=clock.today())
    history.record(
        contract,
        f"contract.standing_{to.lower()}",
        actor=actor,
        reason=reason,
        before={"standing": old},
        after={"standing": to},
        customer_id=contract.customer_id,
    )
