"""Suspensão a pedido: 30 to 120 days without service and without charge, once in twelve months, for whoever owes nothing late.

Free, and applied at once: regulation.md §1 (RGC, Res. Anatel 765/2023) asks for at most 24 hours.
"""

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from malha.billing.models import Charge, ChargeState
from malha.contracts.models import Contract, ContractState, PauseKind, ServicePause, Standing
from malha.contracts.services import pauses
from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.domain import calendar
from malha.journeys import delinquency
from malha.network.models import Access
from malha.network.services import accesses

MIN_DAYS: Final = 30
MAX_DAYS: Final = 120
MONTHS_BETWEEN: Final = 12


def refusal(contract: Contract, today: date) -> str:
    """Why this contract cannot be suspended on request now, in words; empty when it can."""
    if contract.state != ContractState.ACTIVE:
        return _("Only an active contract can be suspended.")
    late = Charge.objects.filter(customer=contract.customer_id, state=ChargeState.OPEN, contested_on__isnull=True, due_date__lt=today)
    if contract.standing != Standing.CLEAR or late.exists():
        return _("Something is overdue. The suspension on request is for customers in good standing.")
    since = calendar.add_months(today, -MONTHS_BETWEEN)
    earlier = ServicePause.objects.filter(contract=contract, kind=PauseKind.SUSPENDED, starts_on__gt=since).order_by("-starts_on")
    for starts_on in earlier.values_list("starts_on", flat=True):
        again = calendar.add_months(starts_on, MONTHS_BETWEEN)
        return _("It was suspended on %(day)s. Once in twelve months: again from %(again)s.") % {
            "day": f"{starts_on:%d/%m/%Y}",
            "again": f"{again:%d/%m/%Y}",
        }
    return ""


@transaction.atomic
def suspend(*, contract: Contract, until: date, reason: str = "", actor: Actor) -> None:
    """Suspend from today until the evening of `until`; every access is cut off and nothing is charged. It ends by itself.

    Raises BusinessError("suspension_refused") with the reason in words, BusinessError("invalid") for too few or too many days.
    """
    today = clock.today()
    locked = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if sentence := refusal(locked, today):
        raise BusinessError("suspension_refused", sentence)
    days = (until - today).days + 1
    if not MIN_DAYS <= days <= MAX_DAYS:
        first, last = today + timedelta(days=MIN_DAYS - 1), today + timedelta(days=MAX_DAYS - 1)
        sentence = _("From %(min)s to %(max)s days: until a day from %(first)s to %(last)s.") % {
            "min": MIN_DAYS,
            "max": MAX_DAYS,
            "first": f"{first:%d/%m/%Y}",
            "last": f"{last:%d/%m/%Y}",
        }
        raise BusinessError("invalid", sentence, fields={"until": sentence})
    changes = {"state": ContractState.SUSPENDED, "suspended_from": today, "suspended_until": until}
    if not Contract.objects.filter(pk=locked.pk, state=ContractState.ACTIVE).update(**changes, updated_at=clock.now()):
        raise StateConflict("contract_not_active", _("This contract was changed meanwhile. Reload the page."))
    pauses.begin([locked.pk], kind=PauseKind.SUSPENDED, on=today)
    history.record(
        locked,
        "contract.suspended",
        actor=actor,
        reason=reason.strip(),
        before={"state": locked.state},
        after=changes,
        customer_id=locked.customer_id,
    )
    accesses.want(Access.objects.filter(contract=locked), kick=True)


@transaction.atomic
def resume(*, contract: Contract, reason: str = "", actor: Actor) -> None:
    """*Reativar*: served and charged again from today. Raises StateConflict when it is not suspended."""
    locked = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    changes = {"state": ContractState.ACTIVE, "suspended_from": None, "suspended_until": None}
    if not Contract.objects.filter(pk=locked.pk, state=ContractState.SUSPENDED).update(**changes, updated_at=clock.now()):
        raise StateConflict("contract_not_suspended", _("This contract is not suspended."))
    pauses.end([locked.pk], kind=PauseKind.SUSPENDED, on=clock.today())
    history.record(
        locked,
        "contract.resumed",
        actor=actor,
        reason=reason.strip(),
        before={"state": locked.state, "suspended_from": locked.suspended_from, "suspended_until": locked.suspended_until},
        after=changes,
        customer_id=locked.customer_id,
    )
    accesses.want(Access.objects.filter(contract=locked), kick=True)
    delinquency.reassess(contract_ids=[locked.pk], actor=actor, reason=reason.strip())


def end_due(*, today: date, actor: Actor) -> int:
    """Resume every suspension whose last day is over; days on which nobody looked are not charged. Run again, it finds nothing."""
    over = Contract.objects.filter(state=ContractState.SUSPENDED, suspended_until__lt=today).order_by("pk")
    done = 0
    for contract in over.iterator(chunk_size=500):
        try:
            resume(contract=contract, actor=actor)
        except StateConflict:
            continue  # somebody was faster
        done += 1
    return done
