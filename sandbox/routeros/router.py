"""The router: its tables, its users, its clock, its log, and who is connected."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.routeros import login, verbs
from sandbox.routeros.counters import Counters
from sandbox.routeros.errors import Trap, text
from sandbox.routeros.faults import Faults
from sandbox.routeros.hotspot import HotspotSessions
from sandbox.routeros.leases import DhcpSessions
from sandbox.routeros.ppp import PppSessions
from sandbox.routeros.schedule import Planned, Schedule
from sandbox.routeros.table import Row, Table
from sandbox.routeros.tables import ALL_TABLES
from sandbox.routeros.traffic import Traffic
from sandbox.routeros.users import User
from sandbox.routeros.verbs import Verb

if TYPE_CHECKING:
    from sandbox.routeros.session import Session

LOG_ROWS = 1000
FIXTURE = "made at the factory"


@dataclass(frozen=True)
class Identity:
    """What the router says of itself."""

    name: str = "MikroTik"
    version: str = "7.19.4"
    board: str = "CCR2004-1G-12S+2XS"
    login_form: str = ""


class Router:
    """One simulated router inside one event loop."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        identity: Identity,
        users: Iterable[User],
        faults: Faults | None = None,
    ) -> None:
        self.loop = loop
        self.identity = identity
        self.version = parse_version(identity.version)
        self.login_form = identity.login_form or ("plain" if self.version >= (6, 43) else "challenge")
        self.users: dict[bytes, User] = {user.name: user for user in users}
        self.faults = faults or Faults()
        self.counters = Counters()
        self.schedule = Schedule(loop)
        self.booted_at = self.schedule.now()
        self.boots = 1
        self.cpu_free_at = 0.0
        self.sessions: set[Session] = set()
        self.on_change: Callable[[], None] | None = None
        self.traffic = Traffic(self)
        self.tables: dict[str, Table] = {spec.path: Table(spec, self) for spec in ALL_TABLES}
        for table in self.tables.values():
            for name, column in table.columns.items():
                if column.ref is not None:
                    self.tables[column.ref].referrers.append((table, name))
        self._routes: dict[bytes, tuple[Verb, Table, str]] = {}
        self._missing: tuple[str, ...] = ()
        self._log_rows: list[Row] = []
        self.ppp = PppSessions(self)
        self.hotspot = HotspotSessions(self)
        self.dhcp = DhcpSessions(self)
        self.factory_rows()
        self._apply_capabilities()

    # ---- time

    def now(self) -> float:
        """Router time in seconds."""
        return self.schedule.now()

    def after(self, delay: float, action: Callable[[], None]) -> Planned:
        """Plan something in router time."""
        return self.schedule.after(delay, action)

    # ---- commands

    def route(self, command: bytes) -> tuple[Verb, Table, str]:
        """Who answers a command word, on which table, under which policy. Raises Trap."""
        found = self._routes.get(command)
        if found is None:
            found = self._find_route(command)
            self._routes[command] = found
        return found

    def _find_route(self, command: bytes) -> tuple[Verb, Table, str]:
        anything = self.tables["/system/identity"]
        if command == b"/cancel":
            return verbs.cancel, anything, "api"
        if command == b"/quit":
            return verbs.quit_session, anything, "api"
        if command == b"/login":
            return lambda session, table, call: login.log_in(session, call), anything, "api"
        path, _, verb = command.rpartition(b"/")
        is_missing = text(path).startswith(self._missing) if self._missing else False
        table = None if is_missing else self.tables.get(text(path))
        known = verbs.TABLE_VERBS.get(text(verb))
        if table is not None and known is not None and (verb in (b"getall",) or text(verb) in table.spec.verbs):
            return known[0], table, known[1]
        if self.version < (7,):
            raise Trap(f"no such command or directory ({text(verb)})", 0)
        menus = (known_path + "/" for known_path in self.tables)
        is_menu = not is_missing and any(each.startswith(text(path) + "/") for each in menus)
        raise Trap("no such command" if is_menu else "no such command prefix", 0)

    def change_faults(self, given: dict[str, object]) -> None:
        """Set faults by name. Raises ValueError."""
        self.faults.change(given)
        self._apply_capabilities()

    def clear_faults(self) -> None:
        """Everything works again."""
        self.faults.clear()
        self._apply_capabilities()

    def _apply_capabilities(self) -> None:
        """Menus and properties that this router lacks, as on another version or without a package."""
        menus = [each for each in self.faults.missing_menus.split(",") if each]
        self._routes.clear()
        self._missing = tuple(menus)
        unknown = {each.encode() for each in self.faults.unknown_properties.split(",") if each}
        for table in self.tables.values():
            table.forget_columns(unknown)

    # ---- connections

    def admit(self, session: "Session") -> bool:
        """Whether another connection is let in (`max-sessions`)."""
        self.counters.connections += 1
        if len(self.sessions) >= self.faults.max_sessions:
            self.counters.refused_connections += 1
            return False
        self.sessions.add(session)
        return True

    # ---- rows

    def factory_rows(self) -> None:
        """The rows of a router that nobody has configured yet."""
        for table in self.tables.values():
            for first in table.spec.first:
                given = {name.encode(): value.encode() for name, value in first.items()}
                row_id = given.pop(b".id", None)
                is_dynamic = given.pop(b"dynamic", b"") == b"true"
                row = table.add(given, dynamic=is_dynamic, internal=True, row_id=row_id)
                row.extra = FIXTURE
        identity = self.tables["/system/identity"].the_row()
        identity.values[b"name"] = self.identity.name.encode("utf-8", "surrogateescape")

    def changed(self, table: Table) -> None:
        """A table was written; the state file, if there is one, is written soon."""
        if self.on_change is not None:
            self.on_change()

    def log(self, topics: bytes, message: bytes) -> None:
        """A line in `/log`, of which the last thousand are kept."""
        table = self.tables["/log"]
        row = table.add({b"time": self.clock_text(), b"topics": topics, b"message": message}, dynamic=True)
        self._log_rows.append(row)
        if len(self._log_rows) > LOG_ROWS:
            table.drop(self._log_rows.pop(0))

    def clock_text(self) -> bytes:
        """Time of day as the log shows it; the router's day begins with the process."""
        second = int(self.now()) % 86400
        return b"%02d:%02d:%02d" % (second // 3600, second // 60 % 60, second % 60)

    def reboot(self) -> None:
        """Sessions, dynamic entries and connections are gone, ids are others, configuration stays."""
        for session in list(self.sessions):
            session.close(reset=True)
        self.ppp.power_off()
        self.hotspot.power_off()
        self.dhcp.power_off()
        for table in self.tables.values():
            for row in [row for row in table if row.dynamic and row.extra is not FIXTURE]:
                table.drop(row)
            table.renumber()
        self._log_rows = []
        self.boots += 1
        self.booted_at = self.now()
        self.log(b"system,info", b"router rebooted")
        self.ppp.power_on()


def parse_version(version: str) -> tuple[int, ...]:
    """`7.19.4` as numbers; what follows a non-digit does not count (`7.18beta2`)."""
    parts = []
    for part in version.split("."):
        digits = ""
        for character in part:
            if not character.isdigit():
                break
            digits += character
        if not digits:
            break
        parts.append(int(digits))
    return tuple(parts)
