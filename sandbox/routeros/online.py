"""What sessions of every kind share: the dynamic rows they bring, and a refusal with a reason."""

from typing import TYPE_CHECKING

from sandbox.routeros.errors import Trap
from sandbox.routeros.traffic import Meter, limits

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.table import Row


class Refused(Exception):
    """A connection attempt that the router turns down."""


class Online:
    """One live session and the dynamic rows that live and die with it."""

    __slots__ = ("address", "facts", "meter", "name", "redial", "row", "rows", "started")

    def __init__(self, name: bytes, address: bytes, started: float, meter: Meter) -> None:
        self.name = name
        self.address = address
        self.started = started
        self.meter = meter
        self.row: Row | None = None
        self.rows: list[tuple[str, Row]] = []
        self.redial: float | None = None
        self.facts: dict[str, str] = {}

    def bring(self, router: "Router", path: str, **values: bytes) -> "Row | None":
        """Add a dynamic row; one that already exists stays as it is. `_` stands for `-`."""
        given = {name.replace("_", "-").encode(): value for name, value in values.items()}
        try:
            row = router.tables[path].add(given, dynamic=True)
        except Trap:
            return None
        row.extra = self
        self.rows.append((path, row))
        return row

    def bring_limits(self, router: "Router", queue_name: bytes, target: bytes, rate_limit: bytes, lists: bytes) -> None:
        """The dynamic queue of a rate-limit and the dynamic entries of address-lists."""
        if rate_limit:
            up, down = limits(rate_limit)
            self.bring(router, "/queue/simple", name=queue_name, target=target, max_limit=b"%d/%d" % (up, down))
        for each in lists.split(b","):
            if each:
                self.bring(router, "/ip/firewall/address-list", list=each, address=self.address)

    def backdate(self, seconds: float) -> None:
        """Let it look as if it had begun earlier; its byte counters as well."""
        self.started -= seconds
        self.meter.backdate(seconds)

    def leave(self, router: "Router") -> None:
        """Take all its rows away."""
        for path, row in reversed(self.rows):
            router.tables[path].drop(row)
        self.rows = []


def uptime_of(router: "Router", row: "Row") -> float:
    """Seconds since the session of a row began."""
    return router.now() - row.extra.started if row.extra is not None else 0.0
