"""`bin/malha sync_router NAME`: bring a router up to date now, or compare the whole of it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import F
from django.utils import translation

from malha.core import clock
from malha.core.history import SYSTEM
from malha.network.models import Divergence, Router, SyncRun
from malha.network.services import commands
from malha.worker.lanes import Lane, worker_name


class Command(BaseCommand):
    help = "Does what is due on one router now; with --audit also compares everything, with --repair puts it right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("router", help="name or number of the router")
        parser.add_argument("--audit", action="store_true", help="list what differs between register and router")
        parser.add_argument("--repair", action="store_true", help="make the router as the register says, under the safety valve")

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("pt-br")
        wanted = options["router"]
        router = Router.objects.filter(name=wanted).first() or (Router.objects.filter(pk=wanted).first() if wanted.isdigit() else None)
        if router is None:
            raise CommandError(f"no router is called {wanted}")
        last = SyncRun.objects.filter(router=router).order_by("-id").values_list("id", flat=True).first() or 0
        if options["audit"] or options["repair"]:
            commands.ask_audit(router=router, actor=SYSTEM, repairs=options["repair"], cause="by hand")
        Router.objects.filter(pk=router.pk).update(retry_at=None, due_at=clock.now())
        lane = Lane(router.pk, worker_name())
        try:
            did_something = lane.round()
        finally:
            lane.hang_up()
        if not did_something:
            router.refresh_from_db(fields=["health_words", "leased_by"])
            raise CommandError(router.health_words or f"another worker is on it: {router.leased_by}")
        for run in SyncRun.objects.filter(router=router, pk__gt=last).order_by("id"):
            self.stdout.write(
                f"{run.cause}: {run.outcome}, {run.rows_read} read, {run.adds} added, {run.sets} set, {run.removals} removed,"
                f" {run.kicks} kicks, {run.commands} commands, {run.seconds} s {run.words}".rstrip()
            )
        left = Divergence.objects.filter(router=router, ignored_at=None).order_by(F("since"))
        for row in left[:200]:
            self.stdout.write(f"  {row.kind} {row.table} {row.name} {row.field}: {row.wanted!r} / {row.found!r}")
