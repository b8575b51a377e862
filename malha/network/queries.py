"""Reading the network room: what pages, the API and the worker ask. Passwords are never read here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from malha.contracts.models import Plan
from malha.core import clock
from malha.domain.text import search_key
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


def divergences(router: Router | None = None, *, ignored: bool = False) -> "QuerySet[Divergence]":
    """The disagreements of a router, or of all that are in use, with their access and customer; open or ignored."""
    rows = Divergence.objects.filter(ignored_at__isnull=not ignored)
    rows = rows.filter(router__is_active=True) if router is None else rows.filter(router=router)
    rows = rows.select_related("router", "access__contract__customer", "access__plan")
    return rows.defer("router__api_password", "access__password")


@dataclass(frozen=True)
class Comparison:
    """Register against routers: `equal` accesses were read back and differ in nothing; the rest are rows of the page."""

    accesses: int
    equal: int
    different: int
    strangers: int
    ignored: int

    @property
    def percent(self) -> float:
        """How much of the register is on the router as it should be; 0 without accesses."""
        return self.equal * 100 / self.accesses if self.accesses else 0.0


def comparison(router: Router | None = None) -> Comparison:
    """The numbers over the Divergências page, in two statements."""
    rows = Divergence.objects.filter(router__is_active=True) if router is None else Divergence.objects.filter(router=router)
    accesses = Access.objects.filter(router__is_active=True) if router is None else Access.objects.filter(router=router)
    is_open, is_stranger = Q(ignored_at__isnull=True), Q(kind="STRANGER")
    found = rows.aggregate(
        different=Count("pk", filter=is_open & ~is_stranger),
        strangers=Count("pk", filter=is_open & is_stranger),
        ignored=Count("pk", filter=~is_open),
    )
    differs = Exists(Divergence.objects.filter(access=OuterRef("pk"), ignored_at__isnull=True))
    counted = accesses.exclude(sync_state=SyncState.REMOVED).aggregate(
        accesses=Count("pk"), equal=Count("pk", filter=Q(~differs, sync_state=SyncState.APPLIED))
    )
    return Comparison(**found, **counted)


@dataclass(frozen=True)
class PlanSwap:
    """Accepting a profile from the router sells another plan: whose login, which plan it had, which it gets."""

    login: str
    old: Plan
    new: Plan


def plan_swaps(ids: Collection[int]) -> list[PlanSwap]:
    """The plans that would change if the router's profiles were accepted."""
    rows = Divergence.objects.filter(pk__in=list(ids), field="profile", access__isnull=False).select_related("access__plan")
    rows = rows.defer("access__password")
    offered = Plan.objects.filter(profile_name__in=[row.found for row in rows], archived_at__isnull=True)
    plans = {plan.profile_name: plan for plan in offered}
    return [
        PlanSwap(row.access.username, row.access.plan, plans[row.found])
        for row in rows
        if row.access is not None and row.found in plans and plans[row.found] != row.access.plan
    ]


def being_adopted(router: Router | None = None) -> set[tuple[int, str, str]]:
    """Keys (router, table, name) of logins that are being linked to a customer."""
    waiting = RouterCommand.objects.filter(verb="adopt", due_at__isnull=False)
    waiting = waiting if router is None else waiting.filter(router=router)
    return {(router_id, row["table"], row["name"]) for router_id, row in waiting.values_list("router_id", "arguments")}


def being_applied(router: Router | None = None) -> set[tuple[int, str, str, str]]:
    """Keys (router, table, name, field) of divergences whose repair is on its way to their router."""
    waiting = RouterCommand.objects.filter(verb="repair", due_at__isnull=False)
    waiting = waiting if router is None else waiting.filter(router=router)
    rows = waiting.values_list("router_id", "arguments")
    return {(router_id, table, name, field) for router_id, arguments in rows for table, name, field in arguments["keys"]}


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


def commands(router: Router, *, limit: int = 50) -> list[RouterCommand]:
    """What was asked of a router, open wishes first, then what became of the last ones."""
    rows = RouterCommand.objects.filter(router=router).select_related("access")
    rows = rows.defer("access__password").order_by(F("finished_at").desc(nulls_first=True), "-id")
    return list(rows[:limit])


def is_waiting(router: Router | None, verbs: Collection[str]) -> bool:
    """Whether a wish of these kinds is open on a router that answers, so that a page may wait for it."""
    rows = RouterCommand.objects.filter(verb__in=verbs, due_at__isnull=False, router__is_active=True)
    rows = rows if router is None else rows.filter(router=router)
    return rows.filter(router__health__in=(RouterHealth.ONLINE, RouterHealth.UNKNOWN)).exists()


def accesses(router: Router) -> "QuerySet[Access]":
    """The accesses of a router that are not gone, with customer, plan and how many fields differ (`differences`)."""
    differing = Divergence.objects.filter(access=OuterRef("pk"), ignored_at__isnull=True).order_by()
    counted = differing.values("access").annotate(n=Count("pk")).values("n")
    rows = Access.objects.filter(router=router).exclude(sync_state=SyncState.REMOVED)
    rows = rows.select_related("contract__customer", "plan").defer("password")
    return rows.annotate(differences=Coalesce(Subquery(counted, output_field=IntegerField()), 0)).order_by("username", "pk")


def accesses_named(rows: "QuerySet[Access]", text: str) -> "QuerySet[Access]":
    """Those whose login, address or customer holds the text."""
    asked = Q(username__icontains=text) | Q(ipv4__startswith=text) | Q(seen_ip__startswith=text)
    return rows.filter(asked | Q(contract__customer__search_name__contains=search_key(text)))


def routers_named(rows: "QuerySet[Router]", text: str) -> "QuerySet[Router]":
    """Those whose name, address or description holds the text."""
    return rows.filter(Q(name__icontains=text) | Q(host__icontains=text) | Q(description__icontains=text))


def plans_in_use(router: Router) -> list[tuple[int, int]]:
    """(plan, how many of the router's accesses have it), the most used first."""
    rows = Access.objects.filter(router=router).exclude(sync_state__in=(SyncState.REMOVING, SyncState.REMOVED))
    return list(rows.order_by().values_list("plan_id").annotate(n=Count("pk")).order_by("-n", "plan_id"))


def sessions(router: Router | None = None, *, text: str = "") -> "QuerySet[Session]":
    """Conexões: who is connected, with access and customer where the login is ours. `text` searches login, address and MAC."""
    rows = Session.objects.select_related("router", "access__contract__customer").defer("router__api_password", "access__password")
    if router is not None:
        rows = rows.filter(router=router)
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(address__startswith=text) | Q(mac__icontains=text))
    return rows


def sessions_read_at(router_id: int | None = None) -> datetime | None:
    """When the sessions shown were read: of several routers the longest ago. None: never."""
    rows = Router.objects.filter(is_active=True, session_count__isnull=False)
    rows = rows if router_id is None else rows.filter(pk=router_id)
    read: datetime | None = rows.aggregate(at=Min("last_seen_at"))["at"]
    return read


def free_block_ranges() -> str:
    """Ranges for the block pool of the next router: the first that no other has. On the notice page an address that two routers
    give out tells nobody; when all fifteen are taken the first one comes again, and every router needs a notice port of its own.
    """
    taken = set(Router.objects.order_by().values_list("block_pool_ranges", flat=True))
    every = [f"100.127.{first}.1-100.127.{first + 15}.254" for first in range(0, 240, 16)]
    return next((ranges for ranges in every if ranges not in taken), every[0])


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
