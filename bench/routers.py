"""How fast Malha's own client and lanes are on a router that answers after 20 ms: a process of its own, asked by `bench.run`.

    python -m bench.routers        # prints JSON; MALHA_DATABASE_URL says which database

The router is the simulated one of `sandbox/`, on the real wire; what it can do by itself tells `bench.simulated_router`.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command
from django.db import connections

from bench import seed
from malha.billing.models import Charge
from malha.contracts.models import CollectionMethod, Contract, Plan
from malha.core import clock
from malha.core.history import SYSTEM
from malha.domain.access.types import Operation, Verb
from malha.domain.money import Money
from malha.dunning.models import Notice, Pendency
from malha.journeys import delinquency
from malha.network.base import Target
from malha.network.drivers.mikrotik import MikrotikDriver
from malha.network.models import Access, Router, RouterCommand, RouterHealth, SyncRun
from malha.worker.lanes import Lane
from tests.support.router_process import RouterProcess

LATENCY_MS = 20
CUSTOMERS = 4_400  # with the second accesses of some just under what one pass takes
CHANGED = 1_000
PACE = 50
BLOCK_DAY = date(2026, 12, 9)  # a Wednesday
SECRET = "ppp/secret"


def timed(do: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    answer = do()
    return time.perf_counter() - started, answer


def target(process: RouterProcess) -> Target:
    return Target(
        router_id=1, name="bench", host=process.host, port=process.port, username=process.user, password=process.password,
        tls_mode="PLAIN", installation_id="bench001",
    )  # fmt: skip


def add(n: int) -> Operation:
    """One more secret."""
    return Operation(
        Verb.ADD, SECRET, f"bench{n}", fields={"name": f"bench{n}", "service": "pppoe", "profile": "default"},
        secret={"password": "rimuda-482"}, raw_comment=b"malha:bench001:a%d" % n, access_id=n,
    )  # fmt: skip


def driver_alone() -> dict[str, Any]:
    """The client without our database: writes a second, and a whole table of 20,000 secrets."""
    found: dict[str, Any] = {}
    with RouterProcess(tls="off") as process:
        process.fault(latency_ms=LATENCY_MS)
        connection = MikrotikDriver().connect(target(process))
        connection.claim_owner()
        adds = [add(n) for n in range(10_000)]
        batches = [adds[start : start + 1000] for start in range(0, len(adds), 1000)]
        seconds, outcomes = timed(lambda: [outcome for batch in batches for outcome in connection.apply(batch)])
        assert all(outcome.ok for outcome in outcomes), next(outcome for outcome in outcomes if not outcome.ok)
        found["writes_per_second"] = round(len(adds) / seconds)
        connection.close()
    with RouterProcess(tls="off", secrets=20_000) as process:
        process.fault(latency_ms=LATENCY_MS)
        connection = MikrotikDriver().connect(target(process))
        seconds, snapshot = timed(connection.read)
        assert snapshot.is_complete and len(snapshot.rows) >= 20_000
        found["read_20000_secrets_s"] = round(seconds, 2)
        connection.close()
    return found


def lanes() -> dict[str, Any]:
    """The whole of it: due rows in the database, read, compare, write, read again, record."""
    call_command("migrate", verbosity=0)
    seed.fill(CUSTOMERS)
    found: dict[str, Any] = {}
    with RouterProcess(tls="off") as process:
        process.fault(latency_ms=LATENCY_MS)
        router = register(process)
        lane = Lane(router.pk, "bench")
        wanted = Access.objects.filter(due_at__isnull=False).count()
        found["new_accesses"] = wanted
        found["new_accesses_s"], _ = (round(value, 2) if isinstance(value, float) else value for value in timed(lane.round))
        settle(lane)
        assert Access.objects.filter(due_at__isnull=False).count() == 0, SyncRun.objects.first().refusals[:3]  # type: ignore[union-attr]
        found["new_accesses_per_second"] = round(wanted / found["new_accesses_s"])
        found["no_change"] = no_change(lane, process)
        found["change_profile_of_1000"] = change_profile(lane, process)
        with mute_router():
            found["block_of_1000"] = block(lane, process)
        lane.hang_up()
    return found


def register(process: RouterProcess) -> Router:
    """All accesses of the seed on this one router, none of them there yet."""
    router = Router.objects.order_by("pk").first()
    assert router is not None
    router.name, router.host, router.port, router.tls_mode = "Bench", process.host, process.port, "PLAIN"
    router.api_username, router.api_password, router.kicks_per_second = process.user, process.password, 0
    router.health, router.due_at = RouterHealth.ONLINE, None
    router.save()
    Access.objects.update(router=router, ipv4=None, due_at=None, lock_mac=False)
    living = Access.objects.exclude(contract__state__in=("CANCELLED", "DRAFT"))
    living.update(sync_state="modified", applied_version=0, due_at=clock.now())
    Contract.objects.filter(state="ACTIVE").update(standing="CLEAR", standing_cause="")
    Router.objects.exclude(pk=router.pk).update(is_active=False)
    return router


def settle(lane: Lane) -> None:
    """Rounds until nothing is due."""
    for _ in range(20):
        if not lane.round():
            return


def no_change(lane: Lane, process: RouterProcess) -> dict[str, int]:
    """Everything is due again although nothing differs: how much is said to the router."""
    process.control("reset-counters")
    Access.objects.filter(sync_state="applied").update(due_at=clock.now())
    before = SyncRun.objects.count()
    lane.round()
    runs = SyncRun.objects.order_by("-pk")[: SyncRun.objects.count() - before]
    return {
        "accesses": len(Access.objects.filter(sync_state="applied")),
        "writes": int(process.counters()["writes"]),
        "commands_a_pass": max(run.commands for run in runs),
    }


def change_profile(lane: Lane, process: RouterProcess) -> dict[str, Any]:
    """Another plan for 1,000 accesses of which nine in ten are connected: written, read again, sessions dropped with the pace lifted."""
    accesses = list(Access.objects.filter(sync_state="applied", contract__state="ACTIVE").order_by("pk")[:CHANGED])
    for access in accesses[: CHANGED * 9 // 10]:
        process.control("ppp-connect", name=access.username, password="rimuda-dogesi-482")
    online = len(process.control("sessions")["ppp"])
    plan = Plan.objects.exclude(pk=accesses[0].plan_id).order_by("pk").last()
    keys = [access.pk for access in accesses]
    Access.objects.filter(pk__in=keys).update(plan=plan, sync_state="modified", due_at=clock.now())
    started = time.perf_counter()
    while lane.round():
        if not RouterCommand.objects.filter(due_at__isnull=False).exists():
            break
    assert not Access.objects.filter(pk__in=keys, due_at__isnull=False).exists()
    seconds = time.perf_counter() - started
    dropped = online - len(process.control("sessions")["ppp"])
    return {"sessions_dropped": dropped, "all_of_it_s": round(seconds, 2)}


@contextmanager
def mute_router() -> Iterator[None]:
    """Another router, with accesses that wait for it, which accepts connections and never answers; its lane tries all the while."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        router = Router.objects.create(
            name="Mudo", host="127.0.0.1", port=server.getsockname()[1], tls_mode="PLAIN", api_password="x", health=RouterHealth.ONLINE
        )
        waiting = Access.objects.filter(sync_state="applied", contract__state="ACTIVE").order_by("pk").values("pk")[:100]
        Access.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).update(
            router=router, sync_state="modified", due_at=clock.now()
        )
        over = threading.Event()

        def insist() -> None:
            lane = Lane(router.pk, "bench mute")
            while not over.wait(0.1):
                Router.objects.filter(pk=router.pk).update(retry_at=None)
                lane.round()
            connections.close_all()

        thread = threading.Thread(target=insist)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            Access.objects.filter(router=router).update(due_at=None)


def block(lane: Lane, process: RouterProcess) -> dict[str, Any]:
    """1,000 contracts on the day of their block, 900 of them connected: decision, profiles, then sessions at the default pace."""
    accesses = list(Access.objects.filter(sync_state="applied", contract__state="ACTIVE").order_by("-pk").select_related("contract"))
    one_each = list({access.contract_id: access for access in accesses}.values())[:CHANGED]
    for access in one_each[: CHANGED * 9 // 10]:
        process.control("ppp-connect", name=access.username, password="rimuda-dogesi-482")
    Router.objects.filter(pk=one_each[0].router_id).update(kicks_per_second=PACE)
    owe([access.contract for access in one_each])
    keys = [access.pk for access in one_each]
    online, started = len(process.control("sessions")["ppp"]), time.perf_counter()
    process.control("reset-counters")
    written: list[float] = []
    watch = threading.Thread(target=_until_written, args=(process, len(keys), started, written))
    watch.start()
    run = delinquency.assess_day(today=BLOCK_DAY, actor=SYSTEM)
    decided = time.perf_counter() - started
    while Access.objects.filter(pk__in=keys).exclude(sync_state="applied").exists():
        lane.round()
    watch.join()
    while RouterCommand.objects.filter(due_at__isnull=False).exists():
        lane.round()
    seconds, dropped = time.perf_counter() - started, online - len(process.control("sessions")["ppp"])
    return {
        "blocked": run.blocked, "decided_s": round(decided, 2), "written_s": round(written[0], 2), "sessions_dropped": dropped,
        "pace": PACE, "all_of_it_s": round(seconds, 2),
    }  # fmt: skip


def _until_written(process: RouterProcess, count: int, started: float, written: list[float]) -> None:
    """Look at the router itself until so many entries were written: the lane goes on to drop sessions in the same round."""
    while int(process.counters()["writes"]) < count and time.perf_counter() - started < 60:
        time.sleep(0.02)
    written.append(time.perf_counter() - started)


def owe(contracts: list[Contract]) -> None:
    """Each of them a charge that fell due 18 days before BLOCK_DAY, with a delivered notice."""
    method, now = CollectionMethod.objects.first(), clock.now()
    assert method is not None
    due, noticed = BLOCK_DAY - timedelta(days=18), BLOCK_DAY - timedelta(days=15)
    charges = Charge.objects.bulk_create(
        Charge(
            number=10**6 + n, customer_id=contract.customer_id, contract=contract, kind="ONE_OFF", issued_on=due, due_date=due,
            total=Money(10990), collection_method=method,
        )
        for n, contract in enumerate(contracts)
    )  # fmt: skip
    pendencies = Pendency.objects.bulk_create(Pendency(contract=contract, opened_on=noticed) for contract in contracts)
    Notice.objects.bulk_create(
        Notice(pendency=pendency, charge=charge, wanted_on=noticed, delivered_on=noticed, delivered_at=now, channel="PAGE")
        for pendency, charge in zip(pendencies, charges, strict=True)
    )
    Contract.objects.filter(pk__in=[contract.pk for contract in contracts]).update(standing="PENDING", standing_cause="POLICY")


def main() -> None:
    print(json.dumps({**driver_alone(), **lanes()}))


if __name__ == "__main__":
    main()
