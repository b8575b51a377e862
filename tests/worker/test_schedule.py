"""The timetable in local dates (failure modes F69, F70)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from malha.core import clock
from malha.core.models import Company
from malha.network.models import RouterCommand
from malha.staff.models import LoginAttempt
from malha.worker import schedule
from malha.worker.models import TimetableRun
from malha.worker.schedule import Job
from tests import make

pytestmark = pytest.mark.django_db


class Counted:
    """A job that notes the dates it ran for, and fails as often as it is told."""

    def __init__(self, fails: int = 0) -> None:
        self.dates: list[date] = []
        self.fails = fails

    def __call__(self, today: date) -> str:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("o banco caiu")
        self.dates.append(today)
        return "ok"


def run(job: Job, at: datetime, worker: str = "w1") -> list[str]:
    with clock.frozen(at):
        return schedule.run_due(worker=worker, jobs=[job])


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_runs_once_a_date_after_its_time() -> None:
    make.company(timezone="America/Sao_Paulo")
    work = Counted()
    job = Job("audit", time(3, 0), work)

    assert run(job, utc(10, 5, 59)) == []  # 02:59 in São Paulo
    assert run(job, utc(10, 6, 0)) == ["audit"]
    assert run(job, utc(10, 6, 1)) == []
    assert run(job, utc(11, 1, 0)) == []  # 22:00 of the same local date
    assert run(job, utc(11, 6, 0)) == ["audit"]
    assert work.dates == [date(2026, 3, 10), date(2026, 3, 11)]


def test_f69_clock_jumping_back_and_a_changed_zone_do_not_run_a_date_twice() -> None:
    make.company(timezone="America/Sao_Paulo")
    work = Counted()
    job = Job("audit", time(3, 0), work)
    run(job, utc(10, 6, 30))

    run(job, utc(10, 6, 0) - timedelta(hours=1))
    run(job, utc(10, 6, 45))
    Company.objects.update(timezone="America/Rio_Branco")
    run(job, utc(10, 9, 0))  # 04:00 there, the same date

    assert work.dates == [date(2026, 3, 10)]


def test_local_dates_of_two_zones_at_the_same_instant() -> None:
    make.company(timezone="America/Rio_Branco")
    work = Counted()
    run(Job("night", time(21, 30), work), utc(11, 2, 45))  # 21:45 of the 10th in Rio Branco, the 11th elsewhere

    assert work.dates == [date(2026, 3, 10)]


def test_failed_job_is_tried_again_and_shows_why() -> None:
    make.company()
    work = Counted(fails=1)
    job = Job("audit", time(3, 0), work)

    run(job, utc(10, 7))
    row = TimetableRun.objects.get()
    assert row.outcome == "error" and "o banco caiu" in row.last_error and row.finished_at is None
    run(job, utc(10, 8))

    assert TimetableRun.objects.get().outcome == "ok" and work.dates == [date(2026, 3, 10)]


def test_f70_a_killed_workers_job_is_taken_after_its_lease() -> None:
    make.company()
    work = Counted()
    job = Job("audit", time(3, 0), work)
    TimetableRun.objects.create(
        job="audit", local_date=date(2026, 3, 10), due_at=utc(10, 7), lease_until=utc(10, 7, 10), leased_by="dead", attempts=1
    )

    assert run(job, utc(10, 7, 5), "w2") == []
    assert run(job, utc(10, 7, 11), "w2") == ["audit"]
    assert work.dates == [date(2026, 3, 10)]


def test_the_night_asks_every_active_router_for_an_audit_once() -> None:
    make.company()
    router = make.router()
    make.router(is_active=False)

    schedule.audit_routers(date(2026, 3, 10))
    schedule.audit_routers(date(2026, 3, 10))

    command = RouterCommand.objects.get()
    assert (command.router, command.verb, command.arguments["repairs"]) == (router, "audit", True)


def test_what_has_served_its_time_is_forgotten() -> None:
    now = clock.now()
    LoginAttempt.objects.create(at=now - timedelta(days=91), username="a", succeeded=False)
    LoginAttempt.objects.create(at=now - timedelta(days=1), username="b", succeeded=False)

    schedule.forget(clock.today())

    assert [row.username for row in LoginAttempt.objects.all()] == ["b"]
