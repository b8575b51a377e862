"""The money runs of the timetable as processes: killed, two at once, after a week without (failure modes F1, F2, F4, F70)."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from malha.billing.models import BillingRun, Charge, Payment
from malha.cashbook.models import CashEntry
from malha.contracts.models import Contract
from malha.core import clock
from malha.domain.money import Money
from malha.dunning.models import Notice, Pendency
from malha.worker import invariants, schedule
from malha.worker.models import TimetableRun
from tests import make
from tests.support.mortal import KILLED, Mortal
from tests.world import fingerprint

MORNING = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)  # nine in São Paulo: both runs are due
PRICE = Money(11990)
COUNT = 30


def provider(count: int = COUNT) -> None:
    """Contracts since 20 January, due on the 20th: February's charge is late on the tenth of March, March's is due to be made."""
    make.company()
    plan = make.plan(price="119,90")
    customer = make.customer()
    for _n in range(count):
        make.contract(customer, plans=(plan,), due_day=20, activated_on=date(2026, 1, 20))
    with clock.frozen(datetime(2026, 2, 10, 12, tzinfo=UTC)):
        schedule.bill(date(2026, 2, 10))


def is_whole(count: int = COUNT) -> None:
    """Both months charged once, everybody late has one pendency and one notice; doing it again changes nothing."""
    assert invariants.broken() == []
    per_month = list(Charge.objects.order_by("due_date").values_list("due_date", "total"))
    assert per_month == [(date(2026, 2, 20), PRICE)] * count + [(date(2026, 3, 20), PRICE)] * count
    assert Pendency.objects.count() == Notice.objects.count() == count
    assert set(Contract.objects.values_list("standing", flat=True)) == {"PENDING"}
    before = fingerprint()
    schedule.bill(date(2026, 3, 10))
    schedule.assess(date(2026, 3, 10))
    assert fingerprint() == before


def words() -> dict[str, str]:
    return dict(TimetableRun.objects.filter(outcome="ok").values_list("job", "words"))


@pytest.mark.django_db
def test_the_timetable_bills_at_five_and_assesses_at_six() -> None:
    provider()
    at = datetime(2026, 3, 10, 8, 30, tzinfo=UTC)  # half past five in São Paulo

    with clock.frozen(at):
        assert schedule.run_due(worker="w1") == ["router_audit", "forget", "suspensions", "payables", "billing"]
    with clock.frozen(at + timedelta(minutes=30)):
        assert schedule.run_due(worker="w1") == ["dunning"]

    assert words()["billing"] == f"Cobranças: 30, {(PRICE * 30).format_brl()}. Deixados para uma pessoa: 0."
    assert words()["dunning"] == "Examinados: 30. Avisos: 30, bloqueios: 0, liberações: 0."
    is_whole()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_f70_killed_again_and_again_it_is_done_once(tmp_path: Path) -> None:
    provider()
    at, deaths = MORNING, 0

    for dies_at in (7, 13, 20, 28, 37, 47, 60, 80, 110, 0):
        code = Mortal(tmp_path, at, "timetable", dies_at=dies_at).run()
        assert invariants.broken() == []
        if code == 0:
            break
        assert code == KILLED
        deaths += 1
        at += timedelta(seconds=schedule.BEAT_SECONDS + 1)

    assert deaths >= 5 and not TimetableRun.objects.filter(finished_at__isnull=True).exists()
    with clock.frozen(at):
        is_whole()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_f70_what_a_killed_scheduler_holds_is_taken_when_its_last_beat_has_run_out(tmp_path: Path) -> None:
    provider()
    assert Mortal(tmp_path, MORNING, "timetable", dies_at=40).run() == KILLED
    charged = Charge.objects.count()
    assert COUNT < charged < 2 * COUNT

    with clock.frozen(MORNING + timedelta(seconds=30)):
        assert "billing" not in schedule.run_due(worker="w2")
    assert Charge.objects.count() == charged
    with clock.frozen(MORNING + timedelta(seconds=schedule.BEAT_SECONDS + 1)):
        assert "billing" in schedule.run_due(worker="w2")
        is_whole()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.parametrize("work", ["timetable", "billing"])
def test_f1_two_schedulers_at_once_make_one_charge_each(tmp_path: Path, work: str) -> None:
    """With the lease of the timetable, and without it: two people who start the run by hand at the same moment."""
    provider(60)

    both = [Mortal(tmp_path, MORNING, work, batch=5).start(), Mortal(tmp_path, MORNING, work, batch=5, lends=False).start()]
    codes = [one.join() for one in both]

    assert codes == [0, 0]
    with clock.frozen(MORNING):
        schedule.assess(date(2026, 3, 10))
        is_whole(60)
    runs = BillingRun.objects.filter(local_date=date(2026, 3, 10), charges__gt=0)
    assert sum(run.charges for run in runs) == 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_settlements_killed_half_way_receive_once(tmp_path: Path) -> None:
    provider(12)

    for dies_at in (6, 14, 22, 30, 41, 55, 70, 90, 0):
        code = Mortal(tmp_path, MORNING, "settle", dies_at=dies_at).run()
        assert code in (0, KILLED)
        assert invariants.broken() == []
        assert Payment.objects.count() == CashEntry.objects.count() == Charge.objects.filter(state="PAID").count()
        if code == 0:
            break

    assert Payment.objects.count() == 12
    assert not Charge.objects.filter(state="OPEN").exists()


@pytest.mark.django_db
def test_the_beat_keeps_the_lease_and_stops_who_has_lost_it() -> None:
    provider(4)
    seen: list[datetime | None] = []

    def slow(today: date, beat: schedule.Beat) -> str:
        row = TimetableRun.objects.get(job="billing")
        with clock.frozen(clock.now() + timedelta(minutes=2)):
            beat()
            row.refresh_from_db()
            seen.append(row.lease_until)
        TimetableRun.objects.update(leased_by="another")
        beat()
        raise AssertionError("it went on")

    assert schedule.run_due(worker="w1", jobs=[schedule.Job("billing", time(5, 0), slow, commits_itself=True)])

    row = TimetableRun.objects.get(job="billing")
    assert seen[0] is not None and seen[0] > clock.now() + timedelta(seconds=schedule.BEAT_SECONDS + 60)
    assert (row.leased_by, row.finished_at, row.last_error) == ("another", None, "")


@pytest.mark.django_db
def test_what_the_run_did_stays_when_it_fails_afterwards() -> None:
    """It is not one transaction: what was charged is charged, and the next try finds only the rest."""
    provider(6)

    def breaks(today: date, beat: schedule.Beat) -> str:
        schedule.bill(today, beat, batch=2)
        raise RuntimeError("o banco caiu")

    schedule.run_due(worker="w1", jobs=[schedule.Job("billing", time(5, 0), breaks, commits_itself=True)])

    row = TimetableRun.objects.get(job="billing")
    assert row.outcome == "error" and "o banco caiu" in row.last_error
    assert Charge.objects.count() == 12


@pytest.mark.django_db
def test_f2_a_week_without_a_worker_is_made_up_for() -> None:
    """Nothing ran from the fourth to the eleventh; the charge due on the 20th was to be made on the tenth."""
    provider()

    with clock.frozen(MORNING + timedelta(days=7)):
        schedule.run_due(worker="w1")
        assert invariants.broken() == []

    assert sorted(set(Charge.objects.values_list("due_date", flat=True))) == [date(2026, 2, 20), date(2026, 3, 20)]
    assert Charge.objects.count() == 2 * COUNT
    assert Pendency.objects.count() == COUNT


@pytest.mark.django_db
def test_f69_a_clock_that_jumps_back_charges_nothing_twice() -> None:
    provider()
    with clock.frozen(MORNING):
        schedule.run_due(worker="w1")
    before = fingerprint()

    for jump in (timedelta(hours=1), timedelta(hours=8), timedelta(days=1), timedelta(days=9)):
        with clock.frozen(MORNING - jump):
            schedule.run_due(worker="w1")
    with clock.frozen(MORNING + timedelta(minutes=1)):
        schedule.run_due(worker="w1")

    assert fingerprint() == before
    assert invariants.broken() == []


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["America/Noronha", "America/Sao_Paulo", "America/Manaus", "America/Rio_Branco"])
def test_f4_the_day_that_is_billed_is_the_companys(zone: str) -> None:
    """21:00, 23:59 and 00:01 in each of the four zones: what is due on the local date is charged on the local date."""
    provider()
    company_today: list[date] = []

    def noted(today: date, beat: schedule.Beat) -> str:
        company_today.append(today)
        return schedule.bill(today, beat)

    from_midnight = schedule.Job("billing", time(0, 0), noted, commits_itself=True)
    company = make.company()
    company.timezone = zone
    company.save()
    offset = {"America/Noronha": 2, "America/Sao_Paulo": 3, "America/Manaus": 4, "America/Rio_Branco": 5}[zone]
    midnight = datetime(2026, 3, 10, offset, tzinfo=UTC)
    for at in (midnight - timedelta(hours=3), midnight - timedelta(minutes=1), midnight + timedelta(minutes=1)):
        with clock.frozen(at):
            schedule.run_due(worker="w1", jobs=[from_midnight])

    assert company_today == [date(2026, 3, 9), date(2026, 3, 10)]
    assert set(Charge.objects.filter(due_date=date(2026, 3, 20)).values_list("issued_on", flat=True)) == {date(2026, 3, 10)}
