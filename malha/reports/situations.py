"""The situation of customers in SQL, for lists and counts over all of them.

The rule itself stands in `domain.states` (`contract_situation`, `customer_situation`); here it is said once more for the
database, and tests/reports/test_situations.py compares the two for every combination of contracts.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from malha.contracts.models import Contract, ContractState, Standing, StandingCause
from malha.customers.models import Customer
from malha.domain.states import SITUATION_PRECEDENCE, Situation

PLACE = {situation: place for place, situation in enumerate(SITUATION_PRECEDENCE, 1)}
"""Place of each situation in the precedence; the smallest place among a customer's contracts is the customer's."""
BY_PLACE = {place: situation for situation, place in PLACE.items()}

_ACTIVE = Q(state=ContractState.ACTIVE)
_BLOCKED = _ACTIVE & Q(standing=Standing.BLOCKED)
_TRUSTED = _ACTIVE & Q(standing_cause=StandingCause.TRUST)
_WARNED = _ACTIVE & Q(standing__in=(Standing.PENDING, Standing.REDUCED))
# What a contract must be to give a situation, provided that nothing of an earlier place holds.
_GIVES: dict[Situation, Q] = {
    Situation.BLOCKED: _BLOCKED,
    Situation.TRUST: _TRUSTED,
    Situation.PENDING: _WARNED,
    Situation.ACTIVE: _ACTIVE,
    Situation.SUSPENDED: Q(state=ContractState.SUSPENDED),
    Situation.INSTALLATION: Q(state=ContractState.DRAFT),
    Situation.CANCELLED: Q(state=ContractState.CANCELLED),
}


def place(prefix: str = "") -> Case:
    """The place of the situation that one contract alone gives, to annotate contracts with.

    `prefix`: the way to the contract from what is annotated, `contracts__` from a customer.
    """
    # Cheapest question first: nine contracts of ten are active and clear.
    calm = _ACTIVE & Q(standing=Standing.CLEAR, standing_cause=StandingCause.NONE)
    return Case(
        When(_under(prefix, calm), then=Value(PLACE[Situation.ACTIVE])),
        *(When(_under(prefix, _GIVES[situation]), then=Value(PLACE[situation])) for situation in SITUATION_PRECEDENCE),
        default=Value(PLACE[Situation.INSTALLATION]),
        output_field=IntegerField(),
    )


def only(customers: QuerySet[Customer], situation: Situation) -> QuerySet[Customer]:
    """Those of `customers` that are in `situation`."""
    own = Exists(_contracts(_GIVES[situation]))
    earlier = SITUATION_PRECEDENCE[: PLACE[situation] - 1]
    if situation is Situation.INSTALLATION:
        # Without any contract one is here too; what has neither begun nor ended is a draft or nothing.
        begun = Exists(_contracts(Q(state__in=(ContractState.ACTIVE, ContractState.SUSPENDED))))
        ended = Exists(_contracts(_GIVES[Situation.CANCELLED]))
        return customers.filter(~begun, own | ~ended)
    if situation is Situation.CANCELLED:
        return customers.filter(own, ~Exists(_contracts(~Q(state=ContractState.CANCELLED))))
    if not earlier:
        return customers.filter(own)
    worse = Q()
    for other in earlier:
        worse |= _GIVES[other]
    return customers.filter(own, ~Exists(_contracts(worse)))


def _under(prefix: str, condition: Q) -> Q:
    """The same condition, its fields reached over `prefix`."""
    return Q(*((f"{prefix}{name}", value) for name, value in _leaves(condition)))


def _leaves(condition: Q) -> Iterator[tuple[str, Any]]:
    """All conditions here are plain conjunctions."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from _leaves(child)
        elif isinstance(child, tuple):
            yield child


def _contracts(condition: Q) -> QuerySet[Contract]:
    return Contract.objects.filter(condition, customer=OuterRef("pk"))
