"""Blocking and releasing by hand: the contract changes, and every login of it is due on its router (walk 4 of the house)."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.models import Contract
from malha.contracts.services import standing
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.domain.states import Standing, StandingCause
from malha.dunning.models import Pendency, PendencyStep, Release, StepKind
from malha.dunning.queries import default_policy
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
    """Release every access of the contract. The policy keeps its hands off for the days of grace (F34)."""
    today = clock.today()
    standing.change(contract=contract, to=Standing.CLEAR, cause=StandingCause.MANUAL, reason=reason.strip(), actor=actor)
    grace_until = today + timedelta(days=default_policy().release_grace_days)
    pendency = Pendency.objects.filter(contract=contract, closed_on__isnull=True).first()
    if pendency is not None:
        Pendency.objects.filter(pk=pendency.pk).update(grace_until=grace_until)
        PendencyStep.objects.create(
            pendency=pendency, kind=StepKind.RELEASED, on=today, at=clock.now(), words=reason.strip()[:200], actor_name=actor.name[:150]
        )
    Release.objects.create(contract=contract, released_at=clock.now())
    accesses.want(Access.objects.filter(contract=contract))
