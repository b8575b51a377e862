"""Dated holds: until then a contract is not blocked by the policy. They end by themselves."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.models import Contract, ContractState
from malha.core import clock, history
from malha.core.errors import BusinessError
from malha.core.history import Actor

MAX_DAYS = 366  # who is never to be blocked has a field of its own, with its reason


@transaction.atomic
def hold(*, contract_ids: Collection[int], until: date, reason: str, actor: Actor) -> list[int]:
    """Hold these active contracts until the evening of that day; answers those whose day changed. The caller decides anew about them.

    Raises BusinessError("invalid") for a day in the past or too far away, BusinessError("reason_required") without a reason.
    """
    today = clock.today()
    if not reason.strip():
        sentence = _("Say why the block waits: it stays in the history.")
        raise BusinessError("reason_required", sentence, fields={"reason": sentence})
    if not today <= until <= today + timedelta(days=MAX_DAYS):
        sentence = _("Choose a day from today on, at most %(days)s days ahead.") % {"days": MAX_DAYS}
        raise BusinessError("invalid", sentence, fields={"until": sentence})
    return _set(contract_ids, until, "contract.held", reason, actor)


@transaction.atomic
def end(*, contract_ids: Collection[int], reason: str = "", actor: Actor) -> list[int]:
    """Take the hold of these contracts back; answers those that had one. The caller decides anew about them."""
    return _set(contract_ids, None, "contract.hold_ended", reason, actor)


def _set(contract_ids: Collection[int], until: date | None, verb: str, reason: str, actor: Actor) -> list[int]:
    rows = Contract.objects.filter(pk__in=contract_ids, state=ContractState.ACTIVE)
    found = [
        contract
        for contract in rows.select_for_update(of=("self",)).only("pk", "number", "customer_id", "do_not_block_until").order_by("pk")
        if contract.do_not_block_until != until
    ]
    keys = [contract.pk for contract in found]
    Contract.objects.filter(pk__in=keys).update(do_not_block_until=until, updated_at=clock.now())
    history.record_all(
        history.entry_for(
            contract,
            verb,
            actor=actor,
            reason=reason.strip(),
            before={"do_not_block_until": contract.do_not_block_until},
            after={"do_not_block_until": until},
            customer_id=contract.customer_id,
        )
        for contract in found
    )
    return keys
