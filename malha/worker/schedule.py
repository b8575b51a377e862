"""The timetable: what the clock asks for, in the company's local dates.

A job runs once a date, after its time, whoever looks first; a date on which no worker ran is skipped, so a job must look at
everything that is due until today and not at today alone. A failed job is tried again with a back-off until its date is over.

A short job is one transaction together with its record. The money runs commit batch by batch and beat in between: the beat keeps the
lease, so that no second scheduler begins while they live, and one that was killed is taken over when its last beat has run out.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from malha.cashbook.services import payables
from malha.core import clock, company, due
from malha.core.history import Actor
from malha.dunning.models import DunningRun
from malha.journeys import delinquency, monthly_billing, suspension
from malha.network.models import Router
from malha.network.services import commands
from malha.worker.models import TimetableRun

log = logging.getLogger(__name__)
CLOCK = Actor(kind="worker", id=None, name="Malha")
LEASE_SECONDS = 600
# From one beat to the next: a batch of a thousand takes a second, done one by one it takes a minute.
BEAT_SECONDS = 180
Beat = Callable[[], None]


class LeaseLost(Exception):
    """Another worker has taken the job over: stop at once, what is left is theirs."""


@dataclass(frozen=True)
class Job:
    """One line of the timetable. `run` gets the local date and answers words for the record.

    `commits_itself`: it is not one transaction; `run` also gets `beat`, which it calls outside of any transaction after every batch.
    """

    name: str
    at: time
    run: Callable[..., str]
    commits_itself: bool = False


@dataclass(frozen=True)
class Purge:
    """What may be forgotten: rows of `model` whose `field` is older than `days`."""

    model: str
    field: str
    days: int


PURGES = (
    Purge("backoffice.FormDraft", "saved_at", 30),
    Purge("api.IdempotentRequest", "started_at", 1),
    Purge("staff.LoginAttempt", "at", 90),
    Purge("staff.UserSession", "seen_at", 1),
    Purge("network.SyncRun", "started_at", 90),
    Purge("network.RouterCommand", "finished_at", 90),
    Purge("customers.Submission", "at", 30),
    Purge("worker.TimetableRun", "finished_at", 400),
)


def audit_routers(today: date) -> str:
    """Every active router compares itself with the register tonight and repairs what differs, under its safety valve."""
    routers = list(Router.objects.filter(is_active=True))
    for router in routers:
        commands.ask_audit(router=router, actor=CLOCK, repairs=True, cause="night")
    return f"{len(routers)}"


def forget(today: date) -> str:
    """Drop what has served its time: drafts, idempotency keys, login attempts, records of passes."""
    counts: list[str] = []
    for purge in PURGES:
        limit = clock.now() - timedelta(days=purge.days)
        deleted, _ = apps.get_model(purge.model)._default_manager.filter(**{f"{purge.field}__lt": limit}).delete()
        counts.append(f"{purge.model} {deleted}")
    SessionStore.clear_expired()
    return ", ".join(counts)


def end_suspensions(today: date, beat: Beat = lambda: None) -> str:
    """Suspensions on request whose last day is over; before the charges, which would not see the day."""
    return f"{suspension.end_due(today=today, actor=CLOCK)}"


def repeat_payables(today: date) -> str:
    """Bills to pay that come back every month."""
    return f"{payables.repeat_due(today=today, actor=CLOCK)}"


def bill(today: date, beat: Beat = lambda: None, *, batch: int = monthly_billing.BATCH) -> str:
    """The charges of everything that is due."""
    issued = monthly_billing.bill_day(today=today, actor=CLOCK, batch=batch, beat=beat)
    return _("Charges: %(count)s, %(total)s. Left to a person: %(parked)s.") % {
        "count": issued.charges,
        "total": issued.total.format_brl(),
        "parked": issued.parked,
    }


def assess(today: date, beat: Beat = lambda: None, *, batch: int = delinquency.BATCH) -> str:
    """Pendência, bloqueio, liberação; trusts that have ended.

    A date before one that was decided already comes only from a clock that was set back: by it, those blocked since would be released.
    """
    if DunningRun.objects.filter(local_date__gt=today, finished_at__isnull=False).exists():
        return _("The clock went back: what was decided for a later day stays.")
    run = delinquency.assess_day(today=today, actor=CLOCK, batch=batch, beat=beat)
    return _("Looked at: %(looked_at)s. Notices: %(noticed)s, blocked: %(blocked)s, released: %(released)s.") % {
        "looked_at": run.looked_at,
        "noticed": run.noticed,
        "blocked": run.blocked,
        "released": run.released,
    }


TIMETABLE: tuple[Job, ...] = (
    Job("router_audit", time(3, 0), audit_routers),
    Job("forget", time(4, 0), forget),
    Job("suspensions", time(4, 15), end_suspensions, commits_itself=True),
    Job("payables", time(4, 30), repeat_payables),
    Job("billing", time(5, 0), bill, commits_itself=True),
    Job("dunning", time(6, 0), assess, commits_itself=True),
)


def run_due(*, worker: str, jobs: Iterable[Job] = TIMETABLE, now: datetime | None = None) -> list[str]:
    """Run what the local date still asks for; answers the names of the jobs that ran here."""
    local = (now or clock.now()).astimezone(company.zone())
    wanted = [job for job in jobs if local.time() >= job.at]
    finished = set(TimetableRun.objects.filter(local_date=local.date(), finished_at__isnull=False).values_list("job", flat=True))
    return [job.name for job in wanted if job.name not in finished and _run(job, local.date(), worker)]


def _run(job: Job, today: date, worker: str) -> bool:
    row, _made = TimetableRun.objects.get_or_create(job=job.name, local_date=today, defaults={"due_at": clock.now()})
    seconds = BEAT_SECONDS if job.commits_itself else LEASE_SECONDS
    mine = due.claim(due.due(TimetableRun).filter(pk=row.pk), worker=worker, seconds=seconds, limit=1)
    if not mine:
        return False
    rows = TimetableRun.objects.filter(pk=row.pk, leased_by=worker)
    rows.update(started_at=clock.now())
    try:
        if job.commits_itself:
            words = job.run(today, lambda: _beat(rows))
            due.done(rows, finished_at=clock.now(), outcome="ok", words=words)
        else:
            with transaction.atomic():
                words = job.run(today)
                due.done(rows, finished_at=clock.now(), outcome="ok", words=words)
    except LeaseLost:
        log.warning("timetable: %s of %s was taken over", job.name, today)
    except Exception as error:  # shown on the row; the other jobs of the date still run
        log.exception("timetable: %s of %s", job.name, today)
        due.retry_later(rows, error=f"{type(error).__name__}: {error}", attempts=mine[0].attempts, outcome="error")
    return True


def _beat(rows: QuerySet[TimetableRun]) -> None:
    if not rows.update(lease_until=clock.now() + timedelta(seconds=BEAT_SECONDS)):
        raise LeaseLost
