"""Blocking and releasing by hand: the contract changes, and every login of it is due on its router (walk 4 of the house)."""

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.models import Contract
from malha.contracts.services import standing
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.domain.states import Standing, StandingCause
from malha.network.models import Access
from malha.network.services import accesses


@transaction.atomic
def block(*, contract: Contract, reason: str, actor: Actor) -> None:
    """Block every access of the contract. The reason is required and stays in the history."""
    if not reason.strip():
        sentence = _("Say why the contract is blocked.")
        raise BusinessError("reason_required", sentence, fields={"reason": sentence})
    standing.change(contract=contract, to=Standing.BLOCKED, cause=StandingCause.MANUAL, reason=reason.strip(), actor=actor)
    accesses.want(Access.objects.filter(contract=contract))


@transaction.atomic
def release(*, contract: Contract, reason: str = "", actor: Actor) -> None:
    """Release every access of the contract."""
    standing.change(contract=contract, to=Standing.CLEAR, cause=StandingCause.MANUAL, reason=reason.strip(), actor=actor)
    accesses.want(Access.objects.filter(contract=contract))
