"""`bin/malha day`: the demo lives on, day by day, through the real timetable; nothing else does."""

import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from malha.billing.models import Charge, Payment
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.models import HistoryEntry
from malha.dunning.models import Notice
from malha.reports.release_times import release_times
from malha.staff.models import User
from malha.worker import invariants, schedule
from malha.worker.demo import days, provider
from malha.worker.models import TimetableRun
from tests.conftest import THE_DAY
from tests.worker.test_demo import ROUTERS

pytestmark = pytest.mark.slow
TODAY = date(2026, 3, 10)


@pytest.fixture
def demo(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small demo, made on THE_DAY, whose clock stands there and goes on by itself."""
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}}}
    settings.DEMO_CLOCK = tmp_path / "demo-clock.json"
    monkeypatch.setattr(clock, "_shift", None)
    monkeypatch.setattr(clock, "_demo", clock._DemoClock())
    shift = (THE_DAY - timezone.now()).total_seconds()
    settings.DEMO_CLOCK.write_text(json.dumps({"shift_seconds": shift, "database": clock._database()}))
    provider.build(routers=ROUTERS, credentials=tmp_path / "credentials.json", count=50, months=3)
    yield tmp_path


def said(*words: str) -> list[str]:
    out = StringIO()
    call_command("day", *words, stdout=out)
    return out.getvalue().splitlines()


def standings() -> set[tuple[int, str, str]]:
    return set(Contract.objects.filter(state="ACTIVE").values_list("number", "standing", "standing_cause"))


@pytest.mark.django_db
def test_three_weeks_of_the_demo(demo: Path) -> None:
    """Everybody who was blocked or trusted has moved on by then, money came in, and every day has its runs."""
    paid, before = Payment.objects.count(), standings()
    blocked = set(Contract.objects.filter(standing="BLOCKED").values_list("pk", flat=True))
    assert blocked

    lines = said("2026-03-31")

    assert len(lines) == 22 and lines[0].startswith("11/03/2026  Cobranças: ")
    assert "31/03/2026" in lines[-1]
    with days.at_home():
        local = clock.local(clock.now())
        assert (local.date(), local.hour) == (date(2026, 3, 31), 9)
    assert Payment.objects.count() > paid + 20 and standings() != before
    assert Contract.objects.filter(pk__in=blocked, standing="CLEAR").exists()
    assert Notice.objects.filter(wanted_on__gt=TODAY, delivered_on__isnull=False).exists()
    times = release_times()
    assert times.count > 0 and times.waiting == 0 and times.worst is not None and times.worst < timedelta(seconds=10)
    runs = TimetableRun.objects.filter(local_date__gt=TODAY, outcome="ok")
    assert runs.count() == 21 * len(schedule.TIMETABLE)
    assert [found for found in invariants.broken() if found.rule != "reachable_router_leaves_nothing_waiting"] == []


@pytest.mark.django_db
def test_two_steps_come_to_the_same_as_one(demo: Path) -> None:
    said("2026-03-12")
    assert said()[0].startswith("Nesta demonstração é 12/03/2026.")

    said("2026-03-20")

    days_with_money = set(Payment.objects.filter(paid_on__gt=TODAY).values_list("paid_on", flat=True))
    assert len(days_with_money) >= 6 and max(days_with_money) <= date(2026, 3, 19)
    assert Charge.objects.filter(due_date=date(2026, 3, 25)).exists()


@pytest.mark.django_db
def test_time_goes_forward_only_and_not_too_far(demo: Path) -> None:
    for day, words in (("2026-03-10", "só anda para a frente"), ("2026-01-01", "só anda para a frente"), ("2027-12-01", "No máximo")):
        with pytest.raises(CommandError, match=words):
            said(day)

    assert not TimetableRun.objects.filter(local_date__gt=TODAY).exists()


@pytest.mark.django_db
def test_without_the_word_of_the_installation_nothing_moves(demo: Path, settings: Any) -> None:
    settings.DEMO_CLOCK = None

    for words in (("2026-03-12",), ()):
        with pytest.raises(CommandError, match="não é uma demonstração"):
            said(*words)


@pytest.mark.django_db
def test_a_database_that_is_not_the_demos_does_not_move(demo: Path) -> None:
    """An installation that calls itself a demo, pointed at a provider's own database."""
    HistoryEntry.objects.filter(verb=days.VERB).delete()
    before = (demo / "demo-clock.json").read_text()

    with pytest.raises(CommandError, match="não é uma demonstração"):
        said("2026-03-12")

    assert (demo / "demo-clock.json").read_text() == before


@pytest.mark.django_db
def test_who_is_logged_in_stays_so(demo: Path, client: Client) -> None:
    client.force_login(User.objects.get(username="admin"))
    assert client.get(reverse("backoffice:customers")).status_code == 200

    said("2026-03-13")

    assert client.get(reverse("backoffice:customers")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_worker_beside_it_may_do_the_jobs(demo: Path) -> None:
    """The worker looks all the time: each day's jobs are done once, by whoever comes first."""
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.wait(0.05):
                schedule.run_due(worker="beside")
        finally:
            connections.close_all()

    beside = threading.Thread(target=work)
    beside.start()
    try:
        said("2026-03-14")
    finally:
        stop.set()
        beside.join()

    assert TimetableRun.objects.filter(local_date__gt=TODAY, outcome="ok").count() == 4 * len(schedule.TIMETABLE)
    assert [found for found in invariants.broken() if found.rule != "reachable_router_leaves_nothing_waiting"] == []
