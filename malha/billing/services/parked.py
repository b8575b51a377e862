"""Contracts that the run left to a person: go on with them, or begin anew from today."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from malha.billing import facts
from malha.billing.models import BilledPeriod, ParkedContract
from malha.contracts.models import Contract
from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.domain.billing import BillingMode, period_from
from malha.domain.money import ZERO


@transaction.atomic
def resume(*, parked: ParkedContract, actor: Actor) -> None:
    """The next run charges the next periods, again at most three."""
    _resolve(parked, "RESUME")
    history.record(parked.contract, "contract.billing_resumed", actor=actor, customer_id=parked.contract.customer_id)


@transaction.atomic
def skip_to_today(*, parked: ParkedContract, reason: str, actor: Actor) -> None:
    """The time until yesterday is never charged; the next period begins today. Raises BusinessError without a reason."""
    if not reason.strip():
        sentence = _("Say why the time until today is not charged.")
        raise BusinessError("reason_required", sentence, fields={"reason": sentence})
    _resolve(parked, "SKIP")
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=parked.contract_id)
    start, yesterday = facts.first_unbilled_day(contract), clock.today() - timedelta(days=1)
    if start is not None and start <= yesterday:
        whole = period_from(start, contract.due_day, BillingMode.ARREARS).whole_days
        BilledPeriod.objects.create(
            contract=contract, starts_on=start, ends_on=yesterday, due_date=clock.today(), whole_days=whole, charged=ZERO, is_settled=True
        )
        Contract.objects.filter(pk=contract.pk).update(billed_until=yesterday, updated_at=clock.now())
    history.record(
        contract,
        "contract.billing_skipped",
        actor=actor,
        reason=reason.strip(),
        before={"unbilled_since": start},
        after={"billed_until": yesterday},
        customer_id=contract.customer_id,
    )


def _resolve(parked: ParkedContract, how: str) -> None:
    rows = ParkedContract.objects.filter(pk=parked.pk, resolved_at__isnull=True)
    if not rows.update(resolved_at=clock.now(), resolution=how):
        raise StateConflict("parked_resolved", _("Somebody else dealt with this contract already. Reload the page."))
