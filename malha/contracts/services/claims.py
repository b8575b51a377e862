"""What a subscriber tells us about a contract, for the staff to look into. It changes nothing else."""

from django.db import transaction

from malha.contracts import queries
from malha.contracts.models import Contract
from malha.core import history
from malha.core.history import Actor


@transaction.atomic
def says_paid(*, contract: Contract, actor: Actor) -> bool:
    """*Já paguei*: an entry in the customer's history. False when the same was said within a day; then nothing is written."""
    locked = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if queries.said_paid_at(locked) is not None:
        return False
    history.record(locked, "contract.says_paid", actor=actor, customer_id=locked.customer_id)
    return True
