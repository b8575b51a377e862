"""The demo's clock goes forward: through the real timetable, while its people go on paying, or not, as they are used to.

Only where the installation says that it is a demo and its database says so too (docs/decisions/0009-demo-clock.md).
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from malha.cashbook.models import AccountKind, CashAccount
from malha.contracts.models import Contract
from malha.core import clock, company
from malha.core.errors import BusinessError
from malha.core.models import HistoryEntry
from malha.staff.models import UserSession
from malha.staff.sessions import SEEN
from malha.worker import schedule
from malha.worker.demo import expenses, team
from malha.worker.demo.life import ONE_DAY, Life, routers_obeyed
from malha.worker.demo.people import people
from malha.worker.demo.team import Team, moment
from malha.worker.models import TimetableRun

VERB: Final = "company.demo_made"
MAX_DAYS: Final = 366
MORNING, OPENING, EVENING = 6 * 60 + 1, 9 * 60, 18 * 60
PATIENCE_SECONDS: Final = 120


@dataclass(frozen=True)
class Day:
    """What the timetable said of a day that was lived."""

    date: date
    words: tuple[str, ...]


@contextmanager
def at_home() -> Iterator[None]:
    """In the company's zone and language. Raises BusinessError("not_a_demo") anywhere but in a demo."""
    made = HistoryEntry.objects.filter(object_kind="core.company", object_id=1, verb=VERB)
    if settings.DEMO_CLOCK is None or not made.exists():
        raise BusinessError("not_a_demo", _("This is no demo: here the clock is the world's. ./run makes a demo in a folder of its own."))
    with timezone.override(company.zone()), translation.override("pt-br"):
        yield


def advance(to: date, *, told: Callable[[Day], None] = lambda day: None) -> None:
    """Live every day until the morning of `to`; from nine o'clock the clock goes on by itself.

    Raises BusinessError("not_a_demo", "not_ahead", "too_far", "timetable_stuck").
    """
    with at_home():
        today = clock.today()
        if to <= today:
            raise BusinessError("not_ahead", _("It is %(day)s here already, and time goes forward only.") % {"day": f"{today:%d/%m/%Y}"})
        if (to - today).days > MAX_DAYS:
            raise BusinessError("too_far", _("At most %(days)s days at once.") % {"days": MAX_DAYS})
        life = _life(today)
        while today < to:
            _spend(life, today)
            today += ONE_DAY
            told(_wake(life, today))
        _move_to(moment(to, OPENING))


def _life(today: date) -> Life:
    """The provider as it was left: its people are drawn again, and what they will do is known from what they owe."""
    made = HistoryEntry.objects.filter(object_kind="core.company", object_id=1, verb=VERB).earliest("id")
    provider = company.current()
    staff = team.staff()
    till, bank = CashAccount.objects.get(is_default=True), CashAccount.objects.filter(kind=AccountKind.BANK).earliest("pk")
    born = clock.local(made.at).date()
    life = Life(
        born=born,
        now=clock.now() + timedelta(days=MAX_DAYS + 1),
        team=Team(staff, till.pk, bank.pk),
        days_ahead=provider.days_ahead,
        due_days=provider.offered_due_days,
    )
    drawn = {person.customer.cpf_cnpj: person for person in people(made.after["customers"], today=born, due_days=made.after["due_days"])}
    for contract in Contract.objects.filter(customer__cpf_cnpj__in=drawn).select_related("customer"):
        life.joined(contract, drawn[contract.customer.cpf_cnpj])
    life.expect_visits(today, since=today)
    life.expect_answers(today)
    return life


def _spend(life: Life, day: date) -> None:
    """The rest of a day: people come, see pages, pay; bills are paid."""
    _move_to(moment(day, EVENING))
    with transaction.atomic():
        life.be_out(day)
        expenses.live(day, life)
        routers_obeyed()


def _wake(life: Life, day: date) -> Day:
    """A new day: everything of the timetable, done by us or by the worker that runs beside us."""
    _move_to(moment(day, MORNING))
    name, patience = f"day:{os.getpid()}", time.monotonic() + PATIENCE_SECONDS
    wanted = {job.name for job in schedule.TIMETABLE}
    while True:
        schedule.run_due(worker=name)
        rows = {row.job: row for row in TimetableRun.objects.filter(local_date=day)}
        if all(name in rows and rows[name].finished_at for name in wanted):
            break
        if time.monotonic() > patience:
            words = "; ".join(f"{row.job}: {row.last_error}" for row in rows.values() if not row.finished_at)
            raise BusinessError("timetable_stuck", _("The timetable of this day does not end: %(words)s") % {"words": words})
        time.sleep(0.1)
    life.expect_visits(day)
    life.expect_answers(day)
    routers_obeyed()
    return Day(day, tuple(rows[job.name].words for job in schedule.TIMETABLE if job.name in ("billing", "dunning")))


def _move_to(instant: datetime) -> None:
    """Forward, or not at all when it is later already. Whoever is logged in stays so."""
    by = instant - clock.now()
    if by <= timedelta(0):
        return
    clock.move_demo_to(instant)
    for row in UserSession.objects.all():
        store = SessionStore(session_key=row.session_key)
        if isinstance(seen := store.get(SEEN), str):
            store[SEEN] = (datetime.fromisoformat(seen) + by).isoformat()
            store.save()
        UserSession.objects.filter(pk=row.pk).update(seen_at=row.seen_at + by)
