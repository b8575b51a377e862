"""How long a lane takes for what a provider does by the thousand, against a simulated router at 20 ms (issue: speed, router).

    python -m bench.lanes [--accesses 1000] [--latency 20]

Runs on a database of its own, of the kind MALHA_DATABASE_URL names, which is dropped afterwards. `measure` is what other benches call.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection  # noqa: E402

from malha.core import clock  # noqa: E402
from malha.network.drivers.mikrotik.driver import MikrotikDriver  # noqa: E402
from malha.network.models import Access, Router, SyncRun  # noqa: E402
from malha.network.services import accesses, facts  # noqa: E402
from malha.worker.lanes import Lane  # noqa: E402
from tests import make  # noqa: E402
from tests.support.router_process import RouterProcess  # noqa: E402


@dataclass(frozen=True)
class Measured:
    """One line: what was done, how long it took, what the router was told."""

    what: str
    seconds: float
    writes: int
    commands: int
    kicks: int


def measure(*, count: int = 1000, latency_ms: float = 20) -> list[Measured]:
    """Create `count` logins, change the profile of all of them, find nothing to do, drop all their sessions; one router."""
    with RouterProcess(tls="off") as process:
        make.company()
        router = make.router(host=process.host, port=process.port, api_username=process.user, api_password=process.password)
        Router.objects.filter(pk=router.pk).update(kicks_per_second=0)
        _subscribers(router, count)
        lane = Lane(router.pk, "bench", driver_of=lambda key: MikrotikDriver())
        process.fault(latency_ms=latency_ms)
        results = [_timed("create", process, lane)]
        results.append(_timed("no change", process, lane, _want))
        process.fault(latency_ms=0)
        for name in Access.objects.values_list("username", flat=True):
            process.control("ppp-connect", name=name, password=make.PASSWORD)
        process.fault(latency_ms=latency_ms)
        results.append(_timed("read sessions", process, lane, lambda: Router.objects.update(due_at=clock.now())))
        faster = make.plan()
        results.append(_timed("change profile, drop sessions", process, lane, lambda: _move(faster.pk)))
        lane.hang_up()
    return results


def _timed(what: str, process: RouterProcess, lane: Lane, prepare: Callable[[], Any] = lambda: None) -> Measured:
    prepare()
    process.control("reset-counters")
    last = SyncRun.objects.order_by("-id").values_list("id", flat=True).first() or 0
    begun = time.perf_counter()
    while lane.round():
        pass
    seconds = time.perf_counter() - begun
    counted = process.counters()
    for run in SyncRun.objects.filter(pk__gt=last):
        print(f"  pass: {run.seconds} s, {run.commands} commands, {run.outcome}")
    return Measured(what, round(seconds, 3), counted["writes"], counted["commands"], counted["kicks"])


def _subscribers(router: Router, count: int) -> None:
    plan = make.plan()
    contract = make.contract(plans=(plan,))
    sealed = facts.fingerprint("")  # warms the key ring
    assert sealed
    Access.objects.bulk_create(
        [
            Access(contract=contract, router=router, plan=plan, username=f"cliente.{n:05}", password=make.PASSWORD, due_at=clock.now())
            for n in range(count)
        ],
        batch_size=500,
    )


def _want() -> None:
    accesses.want(Access.objects.all())


def _move(plan_id: int) -> None:
    Access.objects.update(plan_id=plan_id)
    _want()


def main() -> None:
    """Make a database, measure, print, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accesses", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=20)
    options = parser.parse_args()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        for line in measure(count=options.accesses, latency_ms=options.latency):
            print(json.dumps(asdict(line)))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
