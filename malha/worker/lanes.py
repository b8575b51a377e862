"""One lane per router: a thread with a connection of its own, so that a router that hangs delays no other (failure mode F35).

A round is: take the router's lease, bring the due accesses over, do the due commands, read it if its five minutes are over, give
the lease back. The connection is kept between rounds for a while, so that a burst of changes costs one login (F45).
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, close_old_connections, connections

from malha.core.errors import BusinessError
from malha.network import queries, registry
from malha.network.base import Connection, Driver, DriverFailure, PermanentFailure, TemporaryFailure
from malha.network.models import Router
from malha.network.services import commands, facts, health, lease, reconcile, sessions
from malha.network.services.lease import LeaseLost
from malha.network.services.reconcile import Bench
from malha.network.services.writing import DEFAULT_LIMITS, Limits

log = logging.getLogger(__name__)

POLL_SECONDS = 0.3
HEART_SECONDS = 5.0
KEEP_SECONDS = 120.0
STOP_SECONDS = 20.0


def worker_name() -> str:
    """Who holds a lease, readable in the table: host, process, and a few random letters against reused process ids."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(3)}"


@dataclass
class Lane:
    """The work on one router. `round` is the whole of it and can be called without a thread."""

    router_id: int
    worker: str
    driver_of: Callable[[str], Driver] = registry.driver
    limits: Limits = DEFAULT_LIMITS
    lease_seconds: int = lease.SECONDS
    logins: int = 0
    _connection: Connection | None = None
    _used_at: float = 0.0
    _stopping: threading.Event = field(default_factory=threading.Event)

    def round(self) -> bool:
        """Do what is due on this router; True if something was done. Never raises: what goes wrong stands on the router's row."""
        if not queries.routers_with_work(worker=self.worker, router_id=self.router_id):
            return False
        if not lease.take(self.router_id, worker=self.worker, seconds=self.lease_seconds):
            return False
        try:
            was_kept = self._connection is not None
            try:
                return self._work()
            except TemporaryFailure as failure:
                # A kept connection may have died in its sleep, and a cut one may have written: read again, once, at once.
                self.hang_up()
                if not was_kept and failure.code != "connection_lost":
                    raise
                return self._work()
        except LeaseLost:
            self.hang_up()
        except DriverFailure as failure:
            self.hang_up()
            log.warning("router %s: %s", self.router_id, failure.code)
            health.failed(self.router_id, failure)
        except (OperationalError, InterfaceError):
            self.hang_up()
            log.exception("router %s: the database is busy or away", self.router_id)
        except BusinessError as error:
            self.hang_up()
            health.failed(self.router_id, PermanentFailure(error.code, error.message))
        except Exception as error:  # a lane must not die of a bug; the router backs off and shows it
            self.hang_up()
            log.exception("router %s", self.router_id)
            health.failed(self.router_id, TemporaryFailure("internal", f"{type(error).__name__}: {error}"))
        finally:
            lease.release(self.router_id, worker=self.worker)
        return False

    def _work(self) -> bool:
        router = Router.objects.get(pk=self.router_id)
        bench = self._bench(router)
        has_changed = has_read = False
        while not self._stopping.is_set():
            if reconcile.run_pass(bench) is not None or commands.run_next(bench):
                has_changed = True
                self._used_at = time.monotonic()
                continue
            pause = commands.pause_until_next(self.router_id)
            if pause is None:
                break
            self._stopping.wait(pause)
        if not self._stopping.is_set() and sessions.is_reading_due(router):
            bench.guard()
            sessions.read_router(router=router, connection=bench.connection)
            has_read = True
        if has_changed:
            sessions.read_soon(router)
        self._used_at = time.monotonic()
        if has_changed or has_read:
            health.answered(router)
        return has_changed or has_read

    def _bench(self, router: Router) -> Bench:
        driver = self.driver_of(router.driver)
        target = facts.target(router)
        if self._connection is not None and time.monotonic() - self._used_at > KEEP_SECONDS:
            self.hang_up()
        if self._connection is None:
            self._connection = driver.connect(target)
            self.logins += 1
            health.pin(router, self._connection)
        return Bench(
            router=router,
            driver=driver,
            connection=self._connection,
            router_facts=target.facts,
            installation_id=target.installation_id,
            guard=lambda: lease.guard(self.router_id, worker=self.worker, seconds=self.lease_seconds),
            limits=self.limits,
        )

    def hang_up(self) -> None:
        """Close the connection; the next round opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def stop(self) -> None:
        """Finish the batch under way and do nothing more."""
        self._stopping.set()


@dataclass
class Worker:
    """All lanes of this process and the heart that wakes them. Many workers on many machines share one database."""

    name: str = field(default_factory=worker_name)
    driver_of: Callable[[str], Driver] = registry.driver
    limits: Limits = DEFAULT_LIMITS
    lease_seconds: int = lease.SECONDS
    _lanes: dict[int, "_Thread"] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self, *, tick: Callable[[], None] = lambda: None) -> None:
        """Until `stop`: three looks a second at what is due, one thread per router that has work. `tick` is called at each look."""
        last_beat = time.monotonic()
        while not self._stop.is_set():
            try:
                self.wake()
                if time.monotonic() - last_beat > HEART_SECONDS:
                    self._beat()
                    last_beat = time.monotonic()
                tick()
            except (OperationalError, InterfaceError):
                log.exception("the database is busy or away; looking again")
                close_old_connections()
            self._stop.wait(POLL_SECONDS)
        self._end()

    def run_once(self) -> None:
        """Do everything that is due now, all routers side by side, and come back."""
        while self.wake() and not self._stop.is_set():
            for thread in list(self._lanes.values()):
                thread.settle()
        self._end()

    def wake(self) -> list[int]:
        """Hand moves over and wake the lanes of routers that have work; answers those routers."""
        commands.hand_over_moves()
        wanted = queries.routers_with_work(worker=self.name)
        for router_id in wanted:
            thread = self._lanes.get(router_id)
            if thread is None or not thread.is_alive():
                thread = self._lanes[router_id] = _Thread(Lane(router_id, self.name, self.driver_of, self.limits, self.lease_seconds))
                thread.start()
            thread.wake()
        return wanted

    def stop(self) -> None:
        """End after the batches under way; safe in a signal handler."""
        self._stop.set()
        for thread in list(self._lanes.values()):
            thread.lane.stop()

    def _beat(self) -> None:
        busy = [router_id for router_id, thread in self._lanes.items() if thread.is_busy]
        if busy:
            lease.renew(busy, worker=self.name, seconds=self.lease_seconds)

    def _end(self) -> None:
        for thread in self._lanes.values():
            thread.finish()
        until = time.monotonic() + STOP_SECONDS
        for thread in self._lanes.values():
            thread.join(max(0.0, until - time.monotonic()))
        self._lanes.clear()


class _Thread(threading.Thread):
    """Sleeps until woken; a wake during a round leads to another round."""

    def __init__(self, lane: Lane) -> None:
        super().__init__(name=f"router-{lane.router_id}", daemon=True)
        self.lane = lane
        self.is_busy = False
        self._wake = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._over = False

    def wake(self) -> None:
        self._idle.clear()
        self._wake.set()

    def settle(self) -> None:
        """Wait until the rounds asked for so far are over."""
        while not self._idle.wait(1.0):
            if not self.is_alive():
                return

    def finish(self) -> None:
        self._over = True
        self._wake.set()

    def run(self) -> None:
        try:
            while not self._over:
                if not self._wake.wait(KEEP_SECONDS):
                    self.lane.hang_up()
                    continue
                self._wake.clear()
                if self._over:
                    break
                self.is_busy = True
                try:
                    self.lane.round()
                except (OperationalError, InterfaceError):
                    log.exception("router %s: the lease could not be taken or given back", self.lane.router_id)
                finally:
                    self.is_busy = False
                    connections.close_all()
                if not self._wake.is_set():
                    self._idle.set()
        finally:
            self._idle.set()
            self.lane.hang_up()
            connections.close_all()
