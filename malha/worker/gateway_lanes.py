"""One lane per account at a bank: a thread that registers what is wanted and heeds what the bank told us, so that a bank that hangs
delays no other. What came in is settled by whichever lane sees it first, or by the loop of the worker.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connections
from django.utils import translation

from malha.core.history import Actor
from malha.gateways import queries, registry
from malha.gateways.base import Gateway, GatewayFailure
from malha.gateways.models import GatewayAccount
from malha.gateways.services import health, opened, registering
from malha.journeys import confirmations

log = logging.getLogger(__name__)
CONFIRMATION = Actor(kind="worker", id=None, name="Malha")
LOOK_SECONDS = 0.2


def round_of(account: GatewayAccount, *, worker: str, pace: registering.Pace | None = None) -> int:
    """Do what is due at one account; answers how many rows. Never raises what the bank does wrong: that stands on the account."""
    try:
        gateway: Gateway = opened.gateway(account)
    except GatewayFailure as failure:
        health.note(account, [failure], answered=False)
        return 0
    except registry.UnknownAdapter:
        log.warning("account %s: there is no adapter %s", account.pk, account.collection_method.adapter)
        return 0
    pace = pace or registering.Pace(account.rate_per_second)
    heeded = confirmations.work_inbox(account, gateway, worker=worker)
    asked = confirmations.poll(account, gateway, wait=pace.wait)
    settled = confirmations.settle_new(actor=CONFIRMATION)
    return heeded + asked + settled + registering.work(account, gateway, worker=worker, pace=pace)


@dataclass
class GatewayLanes:
    """All lanes of this process. `look` is called again and again; `run_once` does everything that is due and comes back."""

    worker: str
    _threads: dict[int, threading.Thread] = field(default_factory=dict)
    _paces: dict[tuple[int, int], registering.Pace] = field(default_factory=dict)

    def run(self, stopping: threading.Event) -> None:
        """Until `stopping`; meant for a thread of its own."""
        translation.activate("pt-br")
        while not stopping.is_set():
            self._guarded(self.look)
            stopping.wait(LOOK_SECONDS)
        for thread in self._threads.values():
            thread.join(20.0)
        opened.close_all()
        connections.close_all()

    def look(self) -> None:
        """Settle what came in by file or by hand, and start a thread for every account with work that has none."""
        confirmations.settle_new(actor=CONFIRMATION)
        for account in queries.accounts_with_work():
            known = self._threads.get(account.pk)
            if known is not None and known.is_alive():
                continue
            thread = threading.Thread(target=self._lane, args=(account,), name=f"gateway-{account.pk}", daemon=True)
            self._threads[account.pk] = thread
            thread.start()

    def run_once(self) -> None:
        """Everything that is due now."""
        for account in queries.accounts_with_work():
            while round_of(account, worker=self.worker, pace=self._pace(account)):
                pass
        confirmations.settle_new(actor=CONFIRMATION)

    def _lane(self, account: GatewayAccount) -> None:
        translation.activate("pt-br")
        try:
            self._guarded(lambda: round_of(account, worker=self.worker, pace=self._pace(account)))
        finally:
            connections.close_all()

    def _pace(self, account: GatewayAccount) -> registering.Pace:
        return self._paces.setdefault((account.pk, account.rate_per_second), registering.Pace(account.rate_per_second))

    @staticmethod
    def _guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except (OperationalError, InterfaceError):
            log.exception("gateways: the database is busy or away; looking again")
            connections.close_all()
        except Exception:  # a lane must not die of a bug; the rows keep their lease until another tries
            log.exception("gateways")
            connections.close_all()
