"""The values in which register and router are compared. Plain data, no behaviour.

A `Row` is what a router has, an `Entry` is what it should have, an `Operation` is one step from the one to the other, an
`Outcome` is what the router said to it. Tables are named by their RouterOS path without the leading slash (`ppp/secret`),
because the driver for RouterOS is the reference; another driver maps its own objects onto the same names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Method(StrEnum):
    """How a subscriber is let in."""

    PPPOE = "PPPOE"
    HOTSPOT = "HOTSPOT"


class Service(StrEnum):
    """What the subscriber actually gets: the contract's standing, a suspension counting as a block."""

    CLEAR = "CLEAR"
    PENDING = "PENDING"
    REDUCED = "REDUCED"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a router must know of a plan. Speeds in kbit/s; `tag` is the profile name on the router (`malha-fibra-500`)."""

    id: int
    tag: str
    download_kbps: int
    upload_kbps: int
    burst_download_kbps: int | None = None
    burst_upload_kbps: int | None = None
    burst_threshold_percent: int | None = None
    burst_seconds: int | None = None
    priority: int = 8
    guaranteed_percent: int | None = None
    reduced_percent: int | None = None
    pool_v4: str = ""
    pool_v6: str = ""
    address_list: str = ""


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """A pool of IPv4 addresses we keep on the router. `ranges` in RouterOS notation (`100.64.8.2-100.64.11.254`)."""

    id: int
    name: str
    ranges: str


@dataclass(frozen=True, slots=True)
class RouterFacts:
    """The names a router uses for our objects."""

    pending_list: str = "malha-pendente"
    blocked_list: str = "malha-bloqueado"
    garden_list: str = "malha-livre"
    block_profile: str = "malha-bloqueado"
    block_pool: str = "malha-bloqueado"
    block_pool_ranges: str = "100.127.0.1-100.127.15.254"
    local_address: str = ""
    notice_address: str = ""
    walled_garden: tuple[str, ...] = ()
    disables_on_block: bool = False
    pools: tuple[PoolFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessFacts:
    """Everything `desired_entry` needs to know of one access.

    `contract_state` is DRAFT, ACTIVE, SUSPENDED or CANCELLED; `standing` CLEAR, PENDING, REDUCED or BLOCKED. `is_removing`:
    the access itself is being taken off this router. `password` is None when it need not be written (it is then not compared);
    the caller decides by a fingerprint of the last one pushed (network.md §6.4).
    """

    id: int
    username: str
    method: Method
    plan: PlanFacts
    contract_state: str
    standing: str
    password: str | None = None
    ipv4: str | None = None
    ipv6_prefix: str = ""
    mac: str = ""
    lock_mac: bool = False
    max_sessions: int = 1
    profile_override: str = ""
    keeps_ip: bool = False
    is_removing: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One object as it should be on the router. `fields` hold wanted values in RouterOS notation, an empty value means: unset.

    `mark` is the ownership mark (`malha:access:17`), the first word of the comment. `secret` holds fields that are written on
    add, and on set only when given; they are never compared and never shown (password). `access_id` ties an outcome back.
    """

    table: str
    name: str
    mark: str
    fields: Mapping[str, str]
    secret: Mapping[str, str] = field(default_factory=dict)
    access_id: int | None = None
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One object as it was read. `raw_comment` keeps the router's own bytes, so that the operator's text survives our writes."""

    table: str
    id: str
    fields: Mapping[str, str]
    raw_comment: bytes = b""


class Verb(StrEnum):
    """What an operation does to the router's table."""

    ADD = "add"
    SET = "set"
    UNSET = "unset"
    REMOVE = "remove"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Operation:
    """One write. `row_id` is valid only on the connection that read it (network.md §1.4).

    `name` is the name the row has on the router now, so in a rename it is the old login (whose session must be dropped) and
    `fields["name"]` the new one. `raw_comment` is the comment to write, None to leave it alone. `requires` are the adds to send
    first when the router says that something this one refers to is missing.
    """

    verb: Verb
    table: str
    name: str
    row_id: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    secret: Mapping[str, str] = field(default_factory=dict)
    raw_comment: bytes | None = None
    before_id: str = ""
    access_id: int | None = None
    kicks: bool = False
    requires: tuple["Operation", ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which register and router disagree, for the Divergências page."""

    access_id: int | None
    kind: str  # DIFFERENT, MISSING, STRANGER, CONFLICT, REPEATED (network.models.DivergenceKind)
    table: str
    name: str
    field: str = ""
    wanted: str = ""
    found: str = ""
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Diff:
    """What to do and what to tell. `operations` are in the order in which they must be sent (network.md §6.7).

    `differences` (missing, different, repeated), `strangers` and `conflicts` do not overlap. `kick_names` are the sessions to
    drop once the operation of that `name` was obeyed. `kick_later_names` run on a profile whose speed or pool changes: their
    sessions may be spread over a night. `pending_names` and `cleared_names` went from CLEAR to PENDING or back and are not
    kicked: their running address goes on the notice list, or off it.
    """

    operations: tuple[Operation, ...]
    differences: tuple[Difference, ...]
    strangers: tuple[Row, ...]
    conflicts: tuple[Difference, ...]
    kick_names: tuple[str, ...]
    kick_later_names: tuple[str, ...] = ()
    pending_names: tuple[str, ...] = ()
    cleared_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one operation. `words` are the router's own. `unknown`: the connection was lost before the answer."""

    operation: Operation
    ok: bool
    words: str = ""
    code: str = ""  # ok, conflict, gone, permission, capability, retry, bug, refused, unknown
    new_id: str = ""
