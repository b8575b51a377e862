"""`manage.py worker`: the lanes of routers and banks and the timetable, until it is told to stop."""

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone, translation

from malha.core import company
from malha.journeys import releases
from malha.worker import schedule
from malha.worker.gateway_lanes import GatewayLanes
from malha.worker.lanes import Worker

log = logging.getLogger(__name__)
TIMETABLE_SECONDS = 20.0
RELEASES_SECONDS = 2.0


class Command(BaseCommand):
    help = "Does what the rows want from the outside world: one lane per router, one per account at a bank, and the timetable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do everything that is due now and leave")

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("pt-br")
        timezone.activate(company.zone())
        worker = Worker()
        stopping = threading.Event()

        def stop(signum: int, frame: object) -> None:
            stopping.set()
            worker.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        if options["once"]:
            schedule.run_due(worker=worker.name)
            GatewayLanes(worker.name).run_once()
            worker.run_once()
            releases.note_obeyed()
            return
        keeper = threading.Thread(target=_keep_timetable, args=(worker.name, stopping), name="timetable", daemon=True)
        keeper.start()
        banks = threading.Thread(target=GatewayLanes(worker.name).run, args=(stopping,), name="gateways", daemon=True)
        banks.start()
        self.stdout.write(f"worker {worker.name} ready")
        self.stdout.flush()
        worker.run(tick=Tick())
        keeper.join(5.0)
        banks.join(25.0)


class Tick:
    """What the loop of the lanes does beside them, at most every few seconds."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + RELEASES_SECONDS
        try:
            releases.note_obeyed()
        except (OperationalError, InterfaceError):
            raise  # the loop opens another connection
        except Exception:  # a measurement must not end the worker
            log.exception("releases")


def _keep_timetable(name: str, stopping: threading.Event) -> None:
    """A thread of its own: a long job of the timetable keeps no router waiting."""
    translation.activate("pt-br")
    while not stopping.is_set():
        try:
            timezone.activate(company.zone())
            schedule.run_due(worker=name)
        except (OperationalError, InterfaceError):
            log.exception("timetable: the database is busy or away; looking again")
        except Exception:  # without this thread nothing is charged any more, and nobody would notice
            log.exception("timetable")
        finally:
            connections.close_all()
        stopping.wait(TIMETABLE_SECONDS)
