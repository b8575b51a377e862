"""The situation of a charge as the screen shows it: judged when somebody looks, never stored (domain.md §10).

Said twice, for one charge in Python and for many in SQL; tests/reports/test_charge_rows.py compares the two. Every charge has one
situation, so that counts and sums over all of them add up: what is late is late, also when a part of it is paid.
"""

from datetime import date
from enum import StrEnum

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from malha.billing import queries
from malha.billing.models import Charge, ChargeState
from malha.contracts.models import Contract, StandingCause


class ChargeSituation(StrEnum):
    """In the order of the screen."""

    OPEN = "OPEN"
    OVERDUE = "OVERDUE"
    PAID = "PAID"
    PARTIAL = "PARTIAL"
    OBSERVATION = "OBSERVATION"
    CANCELLED = "CANCELLED"
    REPLACED = "REPLACED"


_BY_STATE = {
    ChargeState.PAID: ChargeSituation.PAID,
    ChargeState.CANCELLED: ChargeSituation.CANCELLED,
    ChargeState.REPLACED: ChargeSituation.REPLACED,
}
# A question inside the question: only what is late asks it, and so few contracts are trusted that they fit into memory.
OF_TRUSTED = Q(contract__in=Contract.objects.filter(standing_cause=StandingCause.TRUST).order_by().values("pk"))
BY_RANK = dict(enumerate(ChargeSituation))


def situation(state: str, due_date: date, *, today: date, is_partly_paid: bool, is_trusted: bool) -> ChargeSituation:
    """Of one charge. `is_trusted`: its contract is released in trust, so a late one is only observed."""
    if state != ChargeState.OPEN:
        return _BY_STATE[ChargeState(state)]
    if due_date < today:
        return ChargeSituation.OBSERVATION if is_trusted else ChargeSituation.OVERDUE
    return ChargeSituation.PARTIAL if is_partly_paid else ChargeSituation.OPEN


def only(charges: QuerySet[Charge], wanted: ChargeSituation, today: date) -> QuerySet[Charge]:
    """Those of `charges` that have the situation."""
    late = Q(state=ChargeState.OPEN, due_date__lt=today)
    match wanted:
        case ChargeSituation.OVERDUE:
            return charges.filter(late).exclude(OF_TRUSTED)
        case ChargeSituation.OBSERVATION:
            return charges.filter(late, OF_TRUSTED)
        case ChargeSituation.OPEN | ChargeSituation.PARTIAL:
            found = queries.with_outstanding(charges.filter(state=ChargeState.OPEN, due_date__gte=today))
            is_whole = Q(outstanding_cents=F("total"))
            return found.filter(is_whole if wanted is ChargeSituation.OPEN else ~is_whole)
    return charges.filter(state=wanted.value)


def place(today: date) -> Case:
    """A rank in the order of the screen, to sort by. Open and partly paid share one, because telling them apart costs a look at each."""
    rank = {found: Value(n) for n, found in BY_RANK.items()}
    return Case(
        *(When(state=state, then=rank[found]) for state, found in _BY_STATE.items()),
        When(Q(due_date__gte=today), then=rank[ChargeSituation.OPEN]),
        When(OF_TRUSTED, then=rank[ChargeSituation.OBSERVATION]),
        default=rank[ChargeSituation.OVERDUE],
        output_field=IntegerField(),
    )
