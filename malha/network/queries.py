"""Reading the network room: what pages, the API and the worker ask. Passwords are never read here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from malha.core import clock
from malha.network.models import Access, Divergence, Router, RouterCommand, RouterHealth, Session, SyncRun, SyncState


def _count(rows: "QuerySet[Any]") -> Coalesce:
    """A correlated count; a join per count would multiply the rows."""
    counted = rows.filter(router=OuterRef("pk")).order_by().values("router").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def with_counts(routers: "QuerySet[Router] | None" = None) -> "QuerySet[Router]":
    """Routers with `access_count`, `online_count`, `queue_count`, `error_count`, `divergence_count`, `command_count`: one query."""
    rows = Router.objects.all() if routers is None else routers
    living = Access.objects.exclude(sync_state=SyncState.REMOVED)
    return rows.defer("api_password").annotate(
        access_count=_count(living),
        online_count=_count(Access.objects.filter(online_since__isnull=False)),
        queue_count=_count(Access.objects.filter(due_at__isnull=False)),
        error_count=_count(Access.objects.filter(sync_state=SyncState.ERROR)),
        divergence_count=_count(Divergence.objects.filter(ignored_at__isnull=True)),
        command_count=_count(RouterCommand.objects.filter(due_at__isnull=False)),
    )


@dataclass(frozen=True)
class NetworkState:
    """The numbers of the shell's health corner and the dashboard."""

    routers: int
    online_routers: int
    stopped_routers: int
    divergences: int
    queue: int
    errors: int
    sessions: int


def network_state() -> NetworkState:
    """How the network is, in four small queries."""
    active = Q(is_active=True)
    routers = Router.objects.aggregate(
        all=Count("pk", filter=active),
        online=Count("pk", filter=active & Q(health=RouterHealth.ONLINE)),
        stopped=Count("pk", filter=active & Q(health=RouterHealth.STOPPED)),
    )
    return NetworkState(
        routers=routers["all"],
        online_routers=routers["online"],
        stopped_routers=routers["stopped"],
        divergences=Divergence.objects.filter(ignored_at__isnull=True).count(),
        queue=Access.objects.filter(due_at__isnull=False).count(),
        errors=Access.objects.filter(sync_state=SyncState.ERROR).count(),
        sessions=Session.objects.count(),
    )


def divergences(router: Router, *, ignored: bool = False) -> "QuerySet[Divergence]":
    """The disagreements of a router with their access and customer, open or ignored."""
    rows = Divergence.objects.filter(router=router, ignored_at__isnull=not ignored)
    return rows.select_related("access__contract__customer").defer("access__password")


def being_applied(router: Router) -> set[tuple[str, str, str]]:
    """Keys (table, name, field) of divergences whose repair is on its way to the router."""
    waiting = RouterCommand.objects.filter(router=router, verb="repair", due_at__isnull=False).values_list("arguments", flat=True)
    return {(table, name, field) for arguments in waiting for table, name, field in arguments["keys"]}


def strangers(router: Router) -> "QuerySet[Divergence]":
    """Logins that are only on the router."""
    return Divergence.objects.filter(router=router, kind="STRANGER", ignored_at__isnull=True)


def runs(router: Router, *, limit: int = 50) -> list[SyncRun]:
    """Registro: the last passes over a router."""
    return list(SyncRun.objects.filter(router=router)[:limit])


def queue(router: Router) -> "QuerySet[Access]":
    """Fila: what waits for the router, the longest waiting first, with the router's last words."""
    rows = Access.objects.filter(router=router, due_at__isnull=False).select_related("contract__customer", "plan")
    return rows.defer("password").order_by("due_at", "id")


def open_commands(router: Router) -> "QuerySet[RouterCommand]":
    """Fila de comandos: wishes that are not a state, not done yet."""
    return RouterCommand.objects.filter(router=router, due_at__isnull=False).order_by("due_at", "id")


def sessions(router: Router | None = None, *, text: str = "") -> "QuerySet[Session]":
    """Conexões: who is connected, with access and customer where the login is ours. `text` searches login, address and MAC."""
    rows = Session.objects.select_related("router", "access__contract__customer").defer("router__api_password", "access__password")
    if router is not None:
        rows = rows.filter(router=router)
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(address__startswith=text) | Q(mac__icontains=text))
    return rows


def routers_with_work(*, worker: str, router_id: int | None = None, at: datetime | None = None) -> list[int]:
    """Routers whose lane should wake: something is due, the breaker lets it through and nobody else is on it.

    One statement; each router costs a look into three partial indexes, so that it may be asked three times a second.
    `router_id`: ask about this one only.
    """
    at = at or clock.now()
    due = Q(due_at__lte=at)
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at) | Q(leased_by=worker)
    waits = Q(retry_at__isnull=True) | Q(retry_at__lte=at)
    wishes = Exists(Access.objects.filter(due, router=OuterRef("pk")))
    commands = Exists(RouterCommand.objects.filter(due, router=OuterRef("pk")))
    rows = Router.objects.filter(free, waits, due | wishes | commands, is_active=True).exclude(health=RouterHealth.STOPPED)
    if router_id is not None:
        rows = rows.filter(pk=router_id)
    return list(rows.order_by("pk").values_list("pk", flat=True))
