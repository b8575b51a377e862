"""What a notice page does by being seen: it is the proof that the customer was told, and it steps aside for a while.

What else its buttons do: `malha.journeys.trust`, `malha.contracts.services.claims`.
"""

from datetime import timedelta

from django.db import transaction

from malha.contracts.models import Contract
from malha.core import clock
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.dunning.models import Notice, NoticeChannel, NoticeView
from malha.dunning.queries import default_policy
from malha.journeys import notices
from malha.network.services import commands


@transaction.atomic
def seen(*, contract: Contract, page: str, ip: str, proof: str, content: str, actor: Actor) -> None:
    """Record that the page was shown; the first time it delivers every notice of the contract that waits.

    `proof`: who saw it, in words. `content`: the page as it was shown, kept with each notice that it delivered.
    """
    NoticeView.objects.create(contract=contract, at=clock.now(), page=page, ip=ip)
    waiting = Notice.objects.filter(pendency__contract=contract, pendency__closed_on__isnull=True, delivered_on__isnull=True)
    for notice in waiting.select_related("pendency__contract", "charge").order_by("pk"):
        try:
            notices.deliver(notice=notice, channel=NoticeChannel.PAGE, proof=proof, content=content, actor=actor)
        except StateConflict:
            continue  # somebody else's view, or a letter, was faster


@transaction.atomic
def went_on(*, contract: Contract, page: str, router_id: int, ip: str, actor: Actor) -> None:
    """*Continuar navegando*: the page is silent for the policy's hours, here at once and on the router when its lane comes by."""
    now = clock.now()
    NoticeView.objects.create(contract=contract, at=now, page=page, ip=ip, went_on=True)
    until = now + timedelta(hours=default_policy().silence_hours)
    commands.ask_silence(router_id=router_id, address=ip, until=until, actor=actor)
