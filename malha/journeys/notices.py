"""A notice reaches the customer: the proof is a row, and only then do the fifteen days run (regulation.md §1)."""

from django.db import transaction
from django.utils.translation import gettext as _

from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.dunning.models import Notice, NoticeChannel, PendencyStep, StepKind
from malha.journeys import delinquency


@transaction.atomic
def deliver(*, notice: Notice, channel: NoticeChannel, proof: str, content: str = "", actor: Actor) -> None:
    """Record that the notice was delivered, today. The first delivery counts; a second one raises StateConflict.

    `proof` says who saw what: it is what a block is justified with. Raises BusinessError("reason_required") without one.
    """
    if not proof.strip():
        sentence = _("Say how the notice was delivered: to whom, by whom.")
        raise BusinessError("reason_required", sentence, fields={"proof": sentence})
    now, today = clock.now(), clock.today()
    fresh = Notice.objects.filter(pk=notice.pk, delivered_on__isnull=True)
    if not fresh.update(delivered_on=today, delivered_at=now, channel=channel, proof=proof.strip()[:300], content=content):
        raise StateConflict("notice_delivered", _("This notice was delivered already."))
    PendencyStep.objects.create(
        pendency_id=notice.pendency_id,
        kind=StepKind.NOTICE_DELIVERED,
        on=today,
        at=now,
        charge_id=notice.charge_id,
        words=proof.strip()[:200],
        actor_name=actor.name[:150],
    )
    contract = notice.pendency.contract
    history.record(
        contract,
        "contract.notice_delivered",
        actor=actor,
        reason=proof.strip(),
        after={"channel": channel, "charge": notice.charge.number},
        customer_id=contract.customer_id,
    )
    delinquency.reassess(contract_ids=[contract.pk], actor=actor)
