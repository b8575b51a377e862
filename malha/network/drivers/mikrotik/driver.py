"""The driver for MikroTik RouterOS, versions 6 and 7: `malha.network.base.Driver`."""

import time
from collections.abc import Callable, Iterable, Sequence

from malha.domain.access.desired import desired_entries, desired_entry
from malha.domain.access.diff import diff
from malha.domain.access.marks import access_mark
from malha.domain.access.types import AccessFacts, Diff, Entry, Operation, PlanFacts, RouterFacts
from malha.network.base import Snapshot, Target
from malha.network.drivers.mikrotik import cli
from malha.network.drivers.mikrotik.connection import MikrotikConnection
from malha.network.drivers.mikrotik.dial import HURRIED, STANDARD, Deadlines, dial


class MikrotikDriver:
    """Keeps logins as entries of the router itself: PPPoE secrets and hotspot users."""

    key = "mikrotik"
    label = "MikroTik RouterOS"

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep, deadlines: Deadlines = STANDARD) -> None:
        self._sleep = sleep
        self._deadlines = deadlines

    def connect(self, target: Target) -> MikrotikConnection:
        client, pin = dial(target, self._deadlines)
        return MikrotikConnection(client, target, pin, sleep=self._sleep, full_read=self._deadlines.full_read)

    def hurried(self) -> "MikrotikDriver":
        return MikrotikDriver(sleep=self._sleep, deadlines=HURRIED)

    def desired(self, facts: Iterable[AccessFacts], plans: Iterable[PlanFacts], router: RouterFacts) -> list[Entry]:
        return desired_entries(facts, plans, router)

    def diff(
        self,
        snapshot: Snapshot,
        facts: Sequence[AccessFacts],
        entries: Sequence[Entry],
        router: RouterFacts,
        *,
        covers_router: bool = False,
    ) -> Diff:
        unwanted = {access_mark(each.id): each.username for each in facts if desired_entry(each, router) is None}
        return diff(
            snapshot.rows,
            entries,
            unwanted=unwanted,
            is_complete=snapshot.is_complete,
            covers_router=covers_router,
            unsupported=snapshot.unsupported,
        )

    def render(self, operation: Operation) -> str:
        return cli.render(operation)

    def setup_script(self, target: Target, *, our_addresses: Sequence[str]) -> str:
        return cli.setup_script(target, our_addresses)
