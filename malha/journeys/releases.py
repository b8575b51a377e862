"""How long a release takes: from the payment to the last router that obeyed (domain.md §22 no. 9)."""

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from malha.contracts.models import ContractState, Standing
from malha.dunning.models import Release
from malha.network.models import Access, SyncState

GONE = (SyncState.REMOVING, SyncState.REMOVED)
BATCH = 500


def note_obeyed() -> int:
    """Write down when the routers had obeyed, for every release that waits for it; answers how many were closed.

    A release is obeyed when every access of its contract was read back as wanted after it; the instant is the last one's. One that no
    router has to obey any more (without accesses, blocked again, cancelled) is closed at its own instant: it measures nothing. One
    statement on a small index while nothing waits, so that the worker may look every few seconds.
    """
    waiting = Release.objects.filter(obeyed_at__isnull=True)
    if not waiting.exists():
        return 0
    moot = waiting.filter(
        ~Exists(_living()) | Q(contract__standing=Standing.BLOCKED) | ~Q(contract__state=ContractState.ACTIVE)
    ).order_by()
    closed = Release.objects.filter(pk__in=list(moot.values_list("pk", flat=True)[:BATCH]), obeyed_at__isnull=True).update(
        obeyed_at=F("released_at")
    )
    behind = _living().exclude(sync_state=SyncState.APPLIED, applied_at__gte=OuterRef("released_at"))
    obeyed = waiting.filter(~Exists(behind)).annotate(last=Max("contract__accesses__applied_at", filter=_is_living("contract__accesses__")))
    rows = list(obeyed.order_by("released_at")[:BATCH])
    for row in rows:
        row.obeyed_at = row.last
    Release.objects.bulk_update(rows, ["obeyed_at"])
    return closed + len(rows)


def _living() -> QuerySet[Access]:
    """The accesses of a release's contract that a router still has."""
    return Access.objects.filter(contract=OuterRef("contract")).exclude(sync_state__in=GONE)


def _is_living(path: str) -> Q:
    return ~Q(**{f"{path}sync_state__in": GONE})
