"""What must be true of the stored data at any moment, whatever happened before (house.md §4).

One list: `bin/malha doctor` runs it on a living installation, the tests after every journey. A room that brings tables brings
its sentences here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from malha.contracts.models import CollectionMethod, Contract, ContractState, Standing
from malha.core import company
from malha.dunning.models import DunningPolicy
from malha.network.models import Access, SyncState

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Invariant:
    """A sentence that must hold, and the function that finds what contradicts it."""

    sentence: str
    exceptions: Callable[[], Iterable[str]]


def broken() -> Iterator[tuple[str, list[str]]]:
    """The sentences that do not hold now, each with its first exceptions."""
    for invariant in INVARIANTS:
        found = list(invariant.exceptions())
        if found:
            yield gettext(invariant.sentence), found


def _rows(name: str, rows: QuerySet[Model]) -> list[str]:
    return [f"{name} {pk}" for pk in rows.order_by("pk").values_list("pk", flat=True)[:SHOWN]]


def _lost_wishes() -> list[str]:
    wishing = Q(sync_state__in=(SyncState.MODIFIED, SyncState.REMOVING))
    return _rows("access", Access.objects.filter(wishing, router__is_active=True, due_at__isnull=True))


def _applied_ahead() -> list[str]:
    return _rows("access", Access.objects.filter(applied_version__gt=F("wanted_version")))


def _applied_too_old() -> list[str]:
    return _rows("access", Access.objects.filter(sync_state=SyncState.APPLIED).exclude(applied_version=F("wanted_version")))


def _standing_without_cause() -> list[str]:
    return _rows("contract", Contract.objects.filter(standing__in=(Standing.BLOCKED, Standing.REDUCED), standing_cause=""))


def _active_without_start() -> list[str]:
    return _rows("contract", Contract.objects.filter(state=ContractState.ACTIVE, activated_on__isnull=True))


def _left_on_the_router() -> list[str]:
    leaving = (SyncState.REMOVING, SyncState.REMOVED)
    gone = Access.objects.filter(contract__state=ContractState.CANCELLED, contract__keeps_ip=False)
    return _rows("access", gone.exclude(sync_state__in=leaving))


def _defaults() -> list[str]:
    if company.find() is None:
        return []
    counts = {
        "DunningPolicy": DunningPolicy.objects.filter(is_default=True).count(),
        "CollectionMethod": CollectionMethod.objects.filter(is_default=True).count(),
    }
    return [f"{name}: {count}" for name, count in counts.items() if count != 1]


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(_("There is exactly one default of each setting."), _defaults),
    Invariant(_("An active contract says since when."), _active_without_start),
    Invariant(_("A blocked or reduced contract says why."), _standing_without_cause),
    Invariant(_("Every access that wants something from its router is due."), _lost_wishes),
    Invariant(_("Nothing was applied that was not wanted."), _applied_ahead),
    Invariant(_("What is shown as on the router is the last wish."), _applied_too_old),
    Invariant(_("Accesses of cancelled contracts leave the router."), _left_on_the_router),
)
