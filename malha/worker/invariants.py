"""What must be true of the stored data at any moment, whatever happened before (house.md §4): the rooms' lists in one.

`bin/malha doctor` runs it on a living installation, the tests after a journey. A room with tables of its own keeps a list of its
own and is named here; what spans rooms or belongs to a room without a list stands here.
"""

from collections.abc import Callable, Iterator

from django.db.models import Count, F, OuterRef, Q, Subquery

from malha.billing import invariants as billing
from malha.cashbook import invariants as cashbook
from malha.contracts.models import CollectionMethod, Contract, ContractState, Standing
from malha.core import company
from malha.core.invariants import Broken
from malha.core.models import HistoryEntry
from malha.dunning import invariants as dunning
from malha.dunning.models import DunningPolicy
from malha.gateways import invariants as gateways
from malha.network.models import Access, SyncState
from malha.network.services import invariants as network

SHOWN = 100
# What moves a contract so that its routers must know (the verbs of its history).
_MOVES = (*(f"contract.standing_{standing.lower()}" for standing in Standing), "contract.suspended", "contract.resumed")


def one_default_of_each_setting() -> Iterator[Broken]:
    """Exactly one policy and one form of payment are the default, from the first set-up on."""
    if company.find() is None:
        return
    for model in (DunningPolicy, CollectionMethod):
        count = model._default_manager.filter(is_default=True).count()
        if count != 1:
            yield Broken("one_default_of_each_setting", f"{model.__name__}: {count}")


def active_says_since_when() -> Iterator[Broken]:
    """An active contract has its first day."""
    for contract in Contract.objects.filter(state=ContractState.ACTIVE, activated_on__isnull=True)[:SHOWN]:
        yield Broken("active_says_since_when", f"contract {contract.number}")


def block_says_why() -> Iterator[Broken]:
    """A blocked or reduced contract has a cause."""
    for contract in Contract.objects.filter(standing__in=(Standing.BLOCKED, Standing.REDUCED), standing_cause="")[:SHOWN]:
        yield Broken("block_says_why", f"contract {contract.number}")


def active_has_something_to_charge() -> Iterator[Broken]:
    """A contract without items is a draft (domain.md §4)."""
    counted = Contract.objects.filter(state=ContractState.ACTIVE).annotate(n=Count("items"))
    for contract in counted.filter(n=0)[:SHOWN]:
        yield Broken("active_has_something_to_charge", f"contract {contract.number}")


def cancelled_leaves_the_router() -> Iterator[Broken]:
    """Accesses of a cancelled contract are gone from their router or on their way, unless their IP was to be kept."""
    gone = Access.objects.filter(contract__state=ContractState.CANCELLED, contract__keeps_ip=False)
    on_their_way = Q(sync_state__in=(SyncState.MODIFIED, SyncState.ERROR), due_at__isnull=False)
    for access in gone.exclude(Q(sync_state__in=(SyncState.REMOVING, SyncState.REMOVED)) | on_their_way).defer("password")[:SHOWN]:
        yield Broken("cancelled_leaves_the_router", access.username)


def routers_were_told() -> Iterator[Broken]:
    """No access is called applied that was neither wanted nor written since its contract was blocked, released, suspended, resumed."""
    kind = Contract._meta.label_lower
    moves = HistoryEntry.objects.filter(object_kind=kind, object_id=OuterRef("contract"), verb__in=_MOVES).order_by("-id")
    living = Access.objects.filter(
        sync_state=SyncState.APPLIED, contract__state__in=(ContractState.ACTIVE, ContractState.SUSPENDED)
    ).annotate(moved_at=Subquery(moves.values("at")[:1]))
    forgotten = living.filter(moved_at__gt=F("applied_at")).filter(moved_at__gt=F("updated_at"))
    for username in forgotten.order_by("username").values_list("username", flat=True)[:SHOWN]:
        yield Broken("routers_were_told", username)


CHECKS: tuple[Callable[[], Iterator[Broken]], ...] = (
    one_default_of_each_setting,
    active_says_since_when,
    block_says_why,
    active_has_something_to_charge,
    cancelled_leaves_the_router,
    routers_were_told,
    *billing.CHECKS,
    *cashbook.CHECKS,
    *gateways.CHECKS,
    *dunning.CHECKS,
    *network.CHECKS,
)


def broken() -> list[Broken]:
    """Everything stored that should not be so."""
    return [found for check in CHECKS for found in check()]
