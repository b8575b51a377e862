"""The states of a contract, how it is treated, and the situation of a customer that follows.

Two things are kept apart on purpose: ``ContractState`` is what was agreed, ``Standing`` is how we
treat it now. A blocked contract is still an active contract.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ContractState(StrEnum):
    """What was agreed. DRAFT covers waiting for a signature and waiting for installation."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"  # at the customer's request; non-payment is a Standing
    CANCELLED = "CANCELLED"


class Standing(StrEnum):
    """How the contract is treated now; routers obey it."""

    CLEAR = "CLEAR"
    PENDING = "PENDING"  # notice given, still connected at full speed
    REDUCED = "REDUCED"  # optional milder step before the block
    BLOCKED = "BLOCKED"


class StandingCause(StrEnum):
    """Who set the standing: the dunning policy, or a person."""

    POLICY = "POLICY"
    MANUAL = "MANUAL"


class Situation(StrEnum):
    """What the customer list shows; derived, never stored."""

    INSTALLATION = "INSTALLATION"
    ACTIVE = "ACTIVE"
    PENDING = "PENDING"
    BLOCKED = "BLOCKED"
    TRUST = "TRUST"
    SUSPENDED = "SUSPENDED"
    CANCELLED = "CANCELLED"


SITUATION_PRECEDENCE: Final = (
    Situation.BLOCKED,
    Situation.TRUST,
    Situation.PENDING,
    Situation.ACTIVE,
    Situation.SUSPENDED,
    Situation.INSTALLATION,
    Situation.CANCELLED,
)
"""Which situation a customer with several contracts has: the first that any contract gives.

Trouble comes before calm, so that one blocked contract among five is seen: BLOCKED, then TRUST (it
ends by itself and turns into a block), then PENDING. Then what is alive comes before what is not:
ACTIVE, SUSPENDED, INSTALLATION; CANCELLED only when nothing else is left.
"""

CONTRACT_TRANSITIONS: Final[Mapping[ContractState, frozenset[ContractState]]] = {
    ContractState.DRAFT: frozenset({ContractState.ACTIVE, ContractState.CANCELLED}),
    ContractState.ACTIVE: frozenset({ContractState.SUSPENDED, ContractState.CANCELLED}),
    ContractState.SUSPENDED: frozenset({ContractState.ACTIVE, ContractState.CANCELLED}),
    # A customer who comes back gets a new contract (origin "reactivation"): the old one is history.
    ContractState.CANCELLED: frozenset(),
}

STANDING_TRANSITIONS: Final[Mapping[Standing, frozenset[Standing]]] = {
    # CLEAR -> BLOCKED is the end of a trust release, or a block by hand.
    old: frozenset(new for new in Standing if new is not old)
    for old in Standing
}

MANUAL_STANDINGS: Final = frozenset({Standing.CLEAR, Standing.REDUCED, Standing.BLOCKED})
"""What a person may set by hand. PENDING is the policy's word: it means that a notice was given."""


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """What of one contract the customer's situation depends on.

    ``is_trusted``: a trust release of it is running today and its debt is still open.
    """

    state: ContractState
    standing: Standing = Standing.CLEAR
    is_trusted: bool = False


def can_change_state(old: ContractState, new: ContractState) -> bool:
    """Whether a contract may go from ``old`` to ``new`` (CONTRACT_TRANSITIONS)."""
    return new in CONTRACT_TRANSITIONS[old]


def states_before(new: ContractState) -> frozenset[ContractState]:
    """The states from which ``new`` can be reached: the ``state__in`` of a conditional update."""
    return frozenset(old for old in ContractState if new in CONTRACT_TRANSITIONS[old])


def can_change_standing(
    old: Standing, cause: StandingCause, new: Standing, by: StandingCause
) -> bool:
    """Whether ``by`` may move a standing ``old``, set by ``cause``, to ``new``.

    A block by hand is never undone by the policy or by a payment alone (domain.md §11), and a
    person sets only MANUAL_STANDINGS.
    """
    if new not in STANDING_TRANSITIONS[old]:
        return False
    if by is StandingCause.MANUAL:
        return new in MANUAL_STANDINGS
    return not (cause is StandingCause.MANUAL and old is not Standing.CLEAR)


def contract_situation(contract: ContractFacts) -> Situation:
    """The situation that one contract alone gives.

    The standing counts only while the contract is active: a cancelled contract that was blocked is
    cancelled. REDUCED shows as PENDING: the customer is warned and still connected.
    """
    if contract.state is ContractState.DRAFT:
        return Situation.INSTALLATION
    if contract.state is ContractState.SUSPENDED:
        return Situation.SUSPENDED
    if contract.state is ContractState.CANCELLED:
        return Situation.CANCELLED
    if contract.standing is Standing.BLOCKED:
        return Situation.BLOCKED
    if contract.is_trusted:
        return Situation.TRUST
    if contract.standing in (Standing.PENDING, Standing.REDUCED):
        return Situation.PENDING
    return Situation.ACTIVE


def customer_situation(contracts: Iterable[ContractFacts]) -> Situation:
    """The situation of a customer from all of his contracts, by SITUATION_PRECEDENCE.

    Without any contract the customer is still to be installed: INSTALLATION.
    """
    found = {contract_situation(contract) for contract in contracts}
    for situation in SITUATION_PRECEDENCE:
        if situation in found:
            return situation
    return Situation.INSTALLATION
