"""What the network room asks of a driver. A driver takes dataclasses and returns dataclasses and knows none of our tables.

Only two errors may leave a driver: `TemporaryFailure` (try again later) and `PermanentFailure` (a person must act). Both carry
the outside's own words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from malha.domain.access.types import AccessFacts, Diff, Entry, Method, Operation, Outcome, PlanFacts, RouterFacts, Row


class DriverFailure(Exception):
    """Something outside went wrong. `words` are the router's or the operating system's own; `code` is ours and stable."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words


class TemporaryFailure(DriverFailure):
    """Not reachable, too slow, cut off: the lane backs off and tries again.

    Codes: unreachable, timeout, connection_lost, busy.
    """


class PermanentFailure(DriverFailure):
    """Trying again will not help: wrong password, changed certificate, another installation's router.

    Codes: login_refused, permission, certificate_changed, tls_downgrade, foreign_owner, protocol.
    """


@dataclass(frozen=True, slots=True)
class Target:
    """Where a router is and how to speak to it. `tls_mode`: PINNED, ANONYMOUS or PLAIN; `tls_pin` empty means: pin on first use."""

    router_id: int
    name: str
    host: str
    port: int
    username: str
    password: str
    tls_mode: str = "PINNED"
    tls_pin: str = ""
    fallback_host: str = ""
    installation_id: str = ""
    methods: tuple[Method, ...] = (Method.PPPOE,)
    facts: RouterFacts = field(default_factory=RouterFacts)
    kicks_per_second: int = 50


@dataclass(frozen=True, slots=True)
class Health:
    """A router's own account of itself. Values it does not give are None."""

    identity: str
    version: str
    board: str
    cpu_percent: int | None
    uptime_seconds: int | None
    latency_ms: int


@dataclass(frozen=True, slots=True)
class LiveSession:
    """One connected subscriber. `id` is valid only on the connection that read it."""

    method: Method
    id: str
    username: str
    address: str | None
    mac: str
    uptime_seconds: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a read found. `is_complete` is True only if whole tables were read and their counts agreed (failure mode F44)."""

    rows: tuple[Row, ...]
    is_complete: bool
    owner: str = ""  # installation id found on the router, empty when it carries none
    unsupported: frozenset[tuple[str, str]] = frozenset()  # (table, field) this version lacks; empty field: the whole table


@runtime_checkable
class Connection(Protocol):
    """An open, logged-in connection to one router; used by one thread, kept by the lane, closed by `close`."""

    pin: str  # SHA-256 of the certificate seen, hex; empty without one

    @property
    def commands(self) -> int:
        """Sentences sent so far."""
        ...

    def health(self) -> Health: ...

    def read(self, *, names: Sequence[str] | None = None) -> Snapshot:
        """The rows of all tables we may own. `names`: only these logins (and all profiles and pools), for up to ten of them.

        After a rename the old login must be among the names, else its row is not found and stays.
        """
        ...

    def sessions(self) -> list[LiveSession]: ...

    def apply(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Send writes in order, pipelined, one outcome each. A lost connection gives `unknown` outcomes, never an exception."""
        ...

    def kick(self, names: Iterable[str], *, per_second: int) -> list[str]:
        """Drop the sessions of these logins at that pace (0: no pace); answers the names really dropped."""
        ...

    def claim_owner(self) -> None:
        """Write this installation's owner mark (network.md §4)."""
        ...

    def base_operations(self) -> list[Operation]:
        """What is still missing of the base set-up (lists, firewall rules, block profile and pool), read just now."""
        ...

    def secrets(self, names: Sequence[str]) -> dict[str, str]:
        """Passwords of these logins as the router has them, for adopting a stranger. Empty without the `sensitive` policy."""
        ...

    def announce(self, *, pending: Iterable[str] = (), cleared: Iterable[str] = ()) -> None:
        """Put the running addresses of `pending` logins on the notice list for a day, take those of `cleared` off it.

        CLEAR and PENDING differ only by that list, so nobody is disconnected for it (network.md §3.3).
        """
        ...

    def silence(self, address: str, *, seconds: int) -> str:
        """Keep the notice page away from an address for so long; answers the router's words if it refused, else nothing.

        What it writes dies by itself, also at a reboot (network.md §5.3). Done twice it is done once.
        """
        ...

    def close(self) -> None: ...


@runtime_checkable
class Driver(Protocol):
    """One kind of router."""

    key: str
    label: str

    def connect(self, target: Target) -> Connection:
        """Open and log in. Raises TemporaryFailure or PermanentFailure."""
        ...

    def hurried(self) -> "Driver":
        """The same with deadlines for a person who waits at a page: five seconds for each step at most."""
        ...

    def desired(self, facts: Iterable[AccessFacts], plans: Iterable[PlanFacts], router: RouterFacts) -> list[Entry]:
        """All objects these accesses need on the router: pools, profiles (only the variants in use) and logins."""
        ...

    def diff(
        self,
        snapshot: Snapshot,
        facts: Sequence[AccessFacts],
        entries: Sequence[Entry],
        router: RouterFacts,
        *,
        covers_router: bool = False,
    ) -> Diff:
        """Pure comparison; the Divergências page and the lane use the same one.

        `covers_router`: `facts` are all accesses of the router. Only then, and only on a complete snapshot, are rows of unknown
        accesses and unused profiles removed.
        """
        ...

    def render(self, operation: Operation) -> str:
        """The command as a person would type it in the router's terminal, secrets hidden."""
        ...

    def setup_script(self, target: Target, *, our_addresses: Sequence[str]) -> str:
        """The script that creates the API user with the least policies."""
        ...
