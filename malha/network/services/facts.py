"""From rows to the plain values in which register and router are compared. A constant number of statements for any number of rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from malha.contracts.models import Plan
from malha.core import company, crypto
from malha.domain.access.types import AccessFacts, Method, PlanFacts, PoolFacts, RouterFacts
from malha.network.base import Target
from malha.network.models import Access, AddressPool, Router, SyncState

SLICE = 1000
LEAVING = (SyncState.REMOVING, SyncState.REMOVED)
COLUMNS = (
    "id", "router_id", "plan_id", "username", "method", "ipv4", "ipv6_prefix", "mac", "lock_mac", "max_sessions", "profile_override",
    "sync_state", "wanted_version", "wants_kick", "pushed_password", "applied_username", "attempts", "due_at", "leased_by",
    "contract__state", "contract__standing", "contract__keeps_ip",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """One access as it was wanted when it was read: its facts, and what is needed to record honestly what became of it."""

    facts: AccessFacts
    version: int
    sync_state: str
    wants_kick: bool
    pushed_password: str
    applied_username: str
    attempts: int
    is_due: bool
    is_doubtful: bool = False  # an earlier pass began to write it and did not end: nobody knows under which name it stands
    is_unreadable: bool = False  # its password cannot be decrypted: a key is missing from the ring

    @property
    def names(self) -> tuple[str, ...]:
        """The login, and the one under which the router knew it before a rename."""
        old = self.applied_username
        return (self.facts.username, old) if old and old != self.facts.username else (self.facts.username,)


def wishes(rows: "QuerySet[Access]", *, is_removing: bool = False) -> list[Wish]:
    """Read accesses as wishes, without their passwords: see `with_passwords`. `is_removing`: they leave this router."""
    read = list(rows.values(*COLUMNS))
    plans = plan_facts({row["plan_id"] for row in read})
    return [
        Wish(
            facts=AccessFacts(
                id=row["id"],
                username=row["username"],
                method=Method(row["method"]),
                plan=plans[row["plan_id"]],
                contract_state=row["contract__state"],
                standing=row["contract__standing"],
                ipv4=row["ipv4"],
                ipv6_prefix=row["ipv6_prefix"],
                mac=row["mac"],
                lock_mac=row["lock_mac"],
                max_sessions=row["max_sessions"],
                profile_override=row["profile_override"],
                keeps_ip=row["contract__keeps_ip"],
                is_removing=is_removing or row["sync_state"] in LEAVING,
            ),
            version=row["wanted_version"],
            sync_state=row["sync_state"],
            wants_kick=row["wants_kick"],
            pushed_password=row["pushed_password"],
            applied_username=row["applied_username"],
            attempts=row["attempts"],
            is_due=row["due_at"] is not None,
            is_doubtful=bool(row["leased_by"]),
        )
        for row in read
    ]


def plan_facts(ids: Collection[int]) -> dict[int, PlanFacts]:
    """What routers must know of these plans, by primary key."""
    return {
        plan.pk: PlanFacts(
            id=plan.pk,
            tag=plan.profile_name,
            download_kbps=plan.download_kbps,
            upload_kbps=plan.upload_kbps,
            burst_download_kbps=plan.burst_download_kbps,
            burst_upload_kbps=plan.burst_upload_kbps,
            burst_threshold_percent=plan.burst_threshold_percent,
            burst_seconds=plan.burst_seconds,
            priority=plan.priority,
            guaranteed_percent=plan.guaranteed_percent,
            reduced_percent=plan.reduced_percent,
            pool_v4=plan.pool_v4,
            pool_v6=plan.pool_v6,
            address_list=plan.address_list,
        )
        for plan in Plan.objects.filter(pk__in=ids)
    }


def passwords(ids: Sequence[int]) -> dict[int, str | None]:
    """The passwords of these accesses in clear, None for one that cannot be decrypted: it must not hold up the others.

    For a driver only: never log, show or keep what this returns.
    """
    found: dict[int, str | None] = {}
    for start in range(0, len(ids), SLICE):
        stored = Access.objects.filter(pk__in=ids[start : start + SLICE]).annotate(token=Cast("password", TextField()))
        for key, token in stored.values_list("id", "token"):
            try:
                found[key] = crypto.reveal(token, ring="access")
            except crypto.UnreadableSecret:
                found[key] = None
    return found


def fingerprint(password: str) -> str:
    """What is kept of a password after it was written to a router (network.md §6.4)."""
    return crypto.fingerprint(password, purpose="pushed-access-password")


def with_passwords(wanted: Iterable[Wish], *, always: Collection[int] = ()) -> list[Wish]:
    """The same wishes, with the password in those whose router does not have it yet, and in `always` (rows to be added)."""
    rows = list(wanted)
    clear = passwords([row.facts.id for row in rows if row.is_due or row.facts.id in always])
    return [
        replace(
            row,
            facts=replace(row.facts, password=_to_write(row, clear, always)),
            is_unreadable=not row.facts.is_removing and clear.get(row.facts.id, "") is None,
        )
        for row in rows
    ]


def _to_write(row: Wish, clear: Mapping[int, str | None], always: Collection[int]) -> str | None:
    password = clear.get(row.facts.id)
    if password is None or row.facts.is_removing:
        return None
    if row.facts.id in always or fingerprint(password) != row.pushed_password:
        return password
    return None


def router_facts(router: Router) -> RouterFacts:
    """The names this router uses for our objects."""
    return RouterFacts(
        pending_list=router.pending_list,
        blocked_list=router.blocked_list,
        garden_list=router.garden_list,
        block_profile=router.block_profile,
        block_pool=router.block_pool,
        block_pool_ranges=router.block_pool_ranges,
        local_address=router.local_address,
        notice_address=router.notice_address,
        walled_garden=tuple(router.walled_garden),
        disables_on_block=router.disables_on_block,
        pools=tuple(PoolFacts(*row) for row in AddressPool.objects.filter(router_id=router.pk or 0).values_list("id", "name", "ranges")),
    )


def target(router: Router) -> Target:
    """Where the router is and how to log in. Holds its password in clear: for a driver only."""
    return Target(
        router_id=router.pk or 0,
        name=router.name,
        host=router.host,
        port=router.port,
        username=router.api_username,
        password=router.api_password,
        tls_mode=router.tls_mode,
        tls_pin=router.tls_pin,
        fallback_host=router.fallback_host,
        installation_id=company.current().installation_id,
        methods=tuple(Method(method) for method in router.enabled_methods),
        facts=router_facts(router),
        kicks_per_second=router.kicks_per_second,
    )


def without_password(wish: Wish) -> Wish:
    """The same wish with its password left out of the comparison."""
    return replace(wish, facts=replace(wish.facts, password=None))
