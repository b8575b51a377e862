"""What a router should have: the entry of one access, and the profiles and pools it stands on (network.md §3, §5.1).

The rule exists a second time as an SQL view for RADIUS; a test compares the two.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from malha.domain.access import marks
from malha.domain.access.rates import BLOCK_RATE, rate_limit, reduced_rate_limit
from malha.domain.access.tables import HOTSPOT_PROFILE, LOGIN_TABLE, MARKLESS_PREFIX, POOL, PPP_PROFILE, PROFILE_TABLE, position
from malha.domain.access.types import AccessFacts, Entry, Method, PlanFacts, RouterFacts, Service

PENDING_SUFFIX: Final = "-pendente"
REDUCED_SUFFIX: Final = "-reduzido"
DEFAULT_BLOCK_LOCAL_ADDRESS: Final = "100.127.255.254"
_SUFFIX: Final = {Service.CLEAR: "", Service.PENDING: PENDING_SUFFIX, Service.REDUCED: REDUCED_SUFFIX}
_VARIANT: Final = {Service.CLEAR: "", Service.PENDING: "p", Service.REDUCED: "r"}


def service_of(facts: AccessFacts) -> Service | None:
    """What the subscriber gets: the standing, a suspension counting as a block; None for no service (draft, cancelled)."""
    if facts.is_removing or facts.contract_state not in ("ACTIVE", "SUSPENDED"):
        return None
    return Service.BLOCKED if facts.contract_state == "SUSPENDED" else Service(facts.standing)


def desired_entry(facts: AccessFacts, router: RouterFacts) -> Entry | None:
    """The login as it should be on the router, or None if there should be none.

    A block moves the login to the block profile and withholds fixed addresses, so that the customer sees a page; a router that
    `disables_on_block` disables it instead. A cancelled contract has no login, or a disabled one if its address is kept.
    """
    service = service_of(facts)
    keeps_disabled = facts.contract_state == "CANCELLED" and facts.keeps_ip and not facts.is_removing
    if service is None and not keeps_disabled:
        return None
    is_paged = service is Service.BLOCKED and not router.disables_on_block
    is_disabled = service is None or (service is Service.BLOCKED and router.disables_on_block)
    fields = {
        "profile": _login_profile(facts, router, service, is_paged=is_paged),
        "disabled": "yes" if is_disabled else "no",
        **_addresses(facts, withheld=is_paged),
    }
    if facts.method is Method.PPPOE:
        fields["service"] = "pppoe"
    return Entry(
        table=LOGIN_TABLE[facts.method],
        name=facts.username,
        mark=marks.access_mark(facts.id),
        fields=fields,
        secret={} if facts.password is None else {"password": facts.password},
        access_id=facts.id,
        service=service,
    )


def profile_name(method: Method, tag: str, service: Service = Service.CLEAR) -> str:
    """The name of a plan's profile. Hotspot profiles have no comment: their name must show that they are ours."""
    return _ours(method, tag) + _SUFFIX[service]


def block_profile_name(method: Method, router: RouterFacts) -> str:
    return _ours(method, router.block_profile)


def plan_profile(method: Method, plan: PlanFacts, service: Service, router: RouterFacts) -> Entry:
    """The profile of a plan for CLEAR, PENDING or REDUCED. What it does not name (dns-server, queue-type…) is the operator's."""
    fields = {
        "rate-limit": reduced_rate_limit(plan) if service is Service.REDUCED else rate_limit(plan),
        "address-list": plan.address_list if service is Service.CLEAR else router.pending_list,
    }
    if method is Method.PPPOE:
        fields |= {"remote-address": plan.pool_v4, "dhcpv6-pd-pool": plan.pool_v6, "only-one": "yes", "change-tcp-mss": "yes"}
        if router.local_address:
            fields["local-address"] = router.local_address
    else:
        fields["shared-users"] = "1"
    return Entry(
        table=PROFILE_TABLE[method],
        name=profile_name(method, plan.tag, service),
        mark="" if method is Method.HOTSPOT else marks.plan_mark(plan.id, _VARIANT[service]),
        fields=fields,
    )


def block_entries(method: Method, router: RouterFacts) -> list[Entry]:
    """What a block stands on, once per router: the pool and the profile of §5.1. Its interface list belongs to the base set-up."""
    if method is Method.HOTSPOT:
        fields = {"rate-limit": BLOCK_RATE, "address-list": router.blocked_list, "shared-users": "1"}
        return [Entry(HOTSPOT_PROFILE, block_profile_name(method, router), "", fields)]
    profile = {
        "local-address": router.local_address or DEFAULT_BLOCK_LOCAL_ADDRESS,
        "remote-address": router.block_pool,
        "rate-limit": BLOCK_RATE,
        "only-one": "yes",
        "address-list": router.blocked_list,
        "interface-list": router.blocked_list,
        "use-ipv6": "no",
    }
    return [
        Entry(POOL, router.block_pool, marks.BLOCK, {"ranges": router.block_pool_ranges}),
        Entry(PPP_PROFILE, router.block_profile, marks.BLOCK, profile),
    ]


def desired_entries(facts: Iterable[AccessFacts], plans: Iterable[PlanFacts], router: RouterFacts) -> list[Entry]:
    """Every object these accesses need, in the order in which it is written: pools, profiles, logins.

    Only the profile variants in use are named. `plans` are plans whose plain profile must stand even without an access among
    `facts` (their speed was edited, say), for the methods that `facts` use, PPPoE if there are none.
    """
    logins: list[Entry] = []
    below: dict[tuple[str, str], Entry] = {(POOL, pool.name): _pool(pool.id, pool.name, pool.ranges) for pool in router.pools}
    methods: set[Method] = set()
    for each in facts:
        methods.add(each.method)
        entry = desired_entry(each, router)
        if entry is None:
            continue
        logins.append(entry)
        for needed in _needs(each, entry, router, below):
            below.setdefault((needed.table, needed.name), needed)
    for plan in plans:
        for method in sorted(methods) or [Method.PPPOE]:
            entry = plan_profile(method, plan, Service.CLEAR, router)
            below.setdefault((entry.table, entry.name), entry)
    return [*sorted(below.values(), key=lambda entry: position(entry.table)), *logins]


def is_notice_only(profile: str, other: str) -> bool:
    """Whether two profiles are the CLEAR and PENDING of one plan: the same speed and pool, no session need be dropped."""
    return profile != other and profile.removesuffix(PENDING_SUFFIX) == other.removesuffix(PENDING_SUFFIX)


def _ours(method: Method, name: str) -> str:
    return name if method is Method.PPPOE or name.startswith(MARKLESS_PREFIX) else MARKLESS_PREFIX + name


def _pool(pool_id: int, name: str, ranges: str) -> Entry:
    return Entry(POOL, name, marks.pool_mark(pool_id), {"ranges": ranges})


def _login_profile(facts: AccessFacts, router: RouterFacts, service: Service | None, *, is_paged: bool) -> str:
    if is_paged:
        return block_profile_name(facts.method, router)
    if service is Service.REDUCED:
        return profile_name(facts.method, facts.plan.tag, Service.REDUCED)
    if facts.profile_override:
        return facts.profile_override
    return profile_name(facts.method, facts.plan.tag, Service.PENDING if service is Service.PENDING else Service.CLEAR)


def _addresses(facts: AccessFacts, *, withheld: bool) -> Mapping[str, str]:
    mac = facts.mac.upper() if facts.lock_mac else ""
    ipv4 = "" if withheld else facts.ipv4 or ""
    if facts.method is Method.HOTSPOT:
        return {"mac-address": mac, "address": ipv4}
    return {"caller-id": mac, "remote-address": ipv4, "remote-ipv6-prefix": "" if withheld else facts.ipv6_prefix}


def _needs(facts: AccessFacts, entry: Entry, router: RouterFacts, known: Mapping[tuple[str, str], Entry]) -> Iterable[Entry]:
    """The profile an entry refers to, and what that refers to. The operator's own profiles are not among them."""
    name = entry.fields["profile"]
    if (PROFILE_TABLE[facts.method], name) in known or name == facts.profile_override:
        return ()
    if name == block_profile_name(facts.method, router):
        return block_entries(facts.method, router)
    service = entry.service if entry.service in _SUFFIX else Service.CLEAR
    return (plan_profile(facts.method, facts.plan, service or Service.CLEAR, router),)
