"""The base set-up of a router: lists, block profile, firewall rules above fasttrack (network.md §5.1, §5.3). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from malha.domain.access.desired import DEFAULT_BLOCK_LOCAL_ADDRESS, block_entries
from malha.domain.access.diff import diff
from malha.domain.access.marks import BLOCK, GARDEN, OWNER, base_mark, read_mark, write_mark
from malha.domain.access.normalise import flag, same
from malha.domain.access.tables import HOTSPOT_PROFILE, POOL, PPP_PROFILE
from malha.domain.access.types import Method, Operation, RouterFacts, Row, Verb

INTERFACE_LIST: Final = "interface/list"
ADDRESS_LIST: Final = "ip/firewall/address-list"
NAT: Final = "ip/firewall/nat"
FILTER: Final = "ip/firewall/filter"
FILTER6: Final = "ipv6/firewall/filter"
RULE_TABLES: Final = (NAT, FILTER, FILTER6)
SILENCED_LIST: Final = "malha-ciente"  # who pressed "continuar navegando"; dies at reboot, which is harmless
NOTICE_PORT: Final = "8080"
# Where the owner mark lives when there is no notice server yet: an address of the block profile, free to everybody anyway.
OWNER_ADDRESS: Final = DEFAULT_BLOCK_LOCAL_ADDRESS

RULE_FIELDS: Final = (
    "chain", "action", "protocol", "dst-port", "src-address-list", "dst-address-list", "dst-address", "to-addresses", "to-ports",
    "connection-state", "in-interface-list", "reject-with",
)  # fmt: skip
RULE_PROPLIST: Final = (".id", *RULE_FIELDS, "disabled", "dynamic", "comment")


@dataclass(frozen=True, slots=True)
class Rule:
    """One firewall rule of ours; its mark is `malha:base:<slug>`."""

    table: str
    slug: str
    fields: Mapping[str, str]

    @property
    def mark(self) -> str:
        return base_mark(self.slug)


def rules(router: RouterFacts) -> list[Rule]:
    """The rules in their order. Those that lead to the notice server need its address."""
    blocked, pending, garden, notice = router.blocked_list, router.pending_list, router.garden_list, router.notice_address
    found: list[Rule] = []
    if notice:
        http = {"chain": "dstnat", "protocol": "tcp", "dst-port": "80"}
        to_notice = {"dst-address-list": f"!{garden}", "action": "dst-nat", "to-addresses": notice, "to-ports": NOTICE_PORT}
        to_server = {"chain": "srcnat", "dst-address": notice, "protocol": "tcp", "dst-port": NOTICE_PORT, "action": "accept"}
        found += [
            Rule(NAT, "notice-silenced", {**http, "src-address-list": SILENCED_LIST, "action": "accept"}),
            Rule(NAT, "block-http", {**http, "src-address-list": blocked, **to_notice}),
            Rule(NAT, "notice-http", {**http, "src-address-list": pending, **to_notice}),
            Rule(NAT, "notice-source", to_server),
        ]
    forward = {"chain": "forward", "src-address-list": blocked}
    https = {"protocol": "tcp", "dst-port": "443", "action": "reject", "reject-with": "tcp-reset"}
    incoming = {"chain": "forward", "dst-address-list": blocked, "connection-state": "new", "action": "drop"}
    v6 = {"chain": "forward", "in-interface-list": blocked, "action": "reject", "reject-with": "icmp-no-route"}
    return [
        *found,
        Rule(FILTER, "block-garden", {**forward, "dst-address-list": garden, "action": "accept"}),
        Rule(FILTER, "block-dns-udp", {**forward, "protocol": "udp", "dst-port": "53", "action": "accept"}),
        Rule(FILTER, "block-https", {**forward, **https}),
        Rule(FILTER, "block-out", {**forward, "action": "drop"}),
        Rule(FILTER, "block-in", incoming),
        Rule(FILTER6, "block-v6", v6),
    ]


def operations(rows: Mapping[str, Sequence[Row]], router: RouterFacts, methods: Iterable[Method]) -> list[Operation]:
    """What is missing, wrong or out of place. `rows` by table, in the router's order; a table not read is left alone."""
    found: list[Operation] = []
    if INTERFACE_LIST in rows:
        found += _interface_list(rows[INTERFACE_LIST], router)
    entries = [entry for method in methods for entry in block_entries(method, router)]
    known = [row for table in (POOL, PPP_PROFILE, HOTSPOT_PROFILE) for row in rows.get(table, ())]
    found += diff(known, [entry for entry in entries if entry.table in rows]).operations
    found += _garden(rows.get(ADDRESS_LIST, ()), router)
    for table in RULE_TABLES:
        if table in rows:
            found += _rules(rows[table], [rule for rule in rules(router) if rule.table == table])
    return found


def _interface_list(rows: Sequence[Row], router: RouterFacts) -> list[Operation]:
    name = router.blocked_list
    if any(row.fields.get("name") == name for row in rows):
        return []  # whoever made it: a list has nothing that could differ
    return [Operation(Verb.ADD, INTERFACE_LIST, name, fields={"name": name}, raw_comment=write_mark(BLOCK))]


def owner_row(rows: Iterable[Row]) -> Row | None:
    """The entry that says which installation writes to this router."""
    return next((row for row in rows if read_mark(row.raw_comment) == OWNER), None)


def _garden(rows: Sequence[Row], router: RouterFacts) -> list[Operation]:
    """The hosts free during a block. The notice server's entry is the owner's and only follows its address."""
    found: list[Operation] = []
    here = [row for row in rows if row.fields.get("list") == router.garden_list]
    owner = owner_row(here)
    wanted = dict.fromkeys(host for host in router.walled_garden if host)
    if router.notice_address:
        wanted.pop(router.notice_address, None)
        if owner is None:
            wanted = {router.notice_address: None, **wanted}
        elif not same("address", router.notice_address, owner.fields.get("address", "")):
            found.append(Operation(Verb.SET, ADDRESS_LIST, _address(owner), owner.id, fields={"address": router.notice_address}))
    present = {_plain(_address(row)) for row in here if flag(row.fields.get("disabled", "")) == "false"}
    for host in wanted:
        if _plain(host) not in present:
            fields = {"list": router.garden_list, "address": host}
            found.append(Operation(Verb.ADD, ADDRESS_LIST, host, fields=fields, raw_comment=write_mark(GARDEN)))
    kept = {_plain(host) for host in wanted}
    for row in here:
        if read_mark(row.raw_comment) == GARDEN and row.fields.get("dynamic") != "true" and _plain(_address(row)) not in kept:
            found.append(Operation(Verb.REMOVE, ADDRESS_LIST, _address(row), row.id))
    return found


def _address(row: Row) -> str:
    return row.fields.get("address", "")


def _plain(host: str) -> str:
    return host.removesuffix("/32").lower()


def _rules(rows: Sequence[Row], wanted: Sequence[Rule]) -> list[Operation]:
    """Adds, sets and moves that bring our rules, in order, before the first rule that is not ours. Dynamic rows do not count.

    Every new or moved rule goes before the next one of ours that stands well, or before the first foreign one; done from top to
    bottom that gives the wanted order.
    """
    static = [row for row in rows if row.fields.get("dynamic") != "true"]
    ours: dict[str, Row] = {}
    for each in static:
        ours.setdefault(read_mark(each.raw_comment), each)
    marks = [rule.mark for rule in wanted]
    anchor = next((row.id for row in static if read_mark(row.raw_comment) not in marks), "")
    standing = _in_place(static, marks, anchor)
    before = _next_standing(wanted, ours, standing, anchor)
    found: list[Operation] = []
    for rule in wanted:
        row = ours.get(rule.mark)
        if row is None:
            found.append(
                Operation(
                    Verb.ADD, rule.table, rule.slug, fields=rule.fields, raw_comment=write_mark(rule.mark), before_id=before[rule.mark]
                )
            )
            continue
        changed = {name: value for name, value in rule.fields.items() if not same(name, value, row.fields.get(name, ""))}
        unset = tuple(name for name in RULE_FIELDS if name not in rule.fields and row.fields.get(name))
        if flag(row.fields.get("disabled", "")) == "true":
            changed["disabled"] = "no"
        if changed or unset:
            found.append(Operation(Verb.SET, rule.table, rule.slug, row.id, fields=changed, unset=unset))
        if rule.mark not in standing:
            found.append(Operation(Verb.MOVE, rule.table, rule.slug, row.id, before_id=before[rule.mark]))
    return found


def _in_place(static: Sequence[Row], marks: Sequence[str], anchor: str) -> set[str]:
    """Our rules above the first foreign one, the longest run of them that is in the wanted order."""
    order = {mark: position for position, mark in enumerate(marks)}
    seen: list[int] = []
    for row in static:
        if row.id == anchor:
            break
        position = order.get(read_mark(row.raw_comment))
        if position is not None and position not in seen:
            seen.append(position)
    best: dict[int, list[int]] = defaultdict(list)
    for index, position in enumerate(seen):
        tails = [best[other] for other in seen[:index] if other < position]
        best[position] = [*max(tails, key=len, default=[]), position]
    longest = max(best.values(), key=len, default=[])
    return {marks[position] for position in longest}


def _next_standing(wanted: Sequence[Rule], ours: Mapping[str, Row], standing: set[str], anchor: str) -> dict[str, str]:
    before: dict[str, str] = {}
    following = anchor
    for rule in reversed(wanted):
        before[rule.mark] = following
        if rule.mark in standing:
            following = ours[rule.mark].id
    return before
