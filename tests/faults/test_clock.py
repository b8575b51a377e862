"""Days that are not as they should be: a clock that jumps back, midnight in four zones, 29 February, weeks without a worker.

(Issue 3 H; failure modes F2, F4, F5, F69.) Who is blocked, and when, is what the company's local date says.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from malha.billing.models import BilledPeriod, Charge
from malha.contracts.models import Contract, ServicePause
from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import Company
from malha.domain.money import Money
from malha.dunning.models import Notice, NoticeChannel, Pendency, PendencyStep
from malha.journeys import blocking, notices
from malha.worker import invariants, schedule
from malha.worker.schedule import Job
from tests import make
from tests.faults.provider import MORNING, TODAY, blocked, warned
from tests.world import World, at, fingerprint

pytestmark = pytest.mark.django_db
ZONES = {"America/Noronha": 2, "America/Sao_Paulo": 3, "America/Manaus": 4, "America/Rio_Branco": 5}
FROM_MIDNIGHT = (
    Job("billing", time(0, 0), schedule.bill, commits_itself=True),
    Job("dunning", time(0, 0), schedule.assess, commits_itself=True),
)


def standings() -> set[str]:
    return set(Contract.objects.values_list("standing", flat=True))


def sound() -> None:
    """Nothing lies in the money; that no lane serves the routers here is no finding."""
    assert [found for found in invariants.broken() if found.rule != "reachable_router_leaves_nothing_waiting"] == []


def look(instant: datetime, zone: str = "America/Sao_Paulo") -> list[str]:
    """The scheduler looks at the clock, as the worker lets it: in the company's zone."""
    with clock.frozen(instant), timezone.override(ZoneInfo(zone)):
        ran = schedule.run_due(worker="w1", jobs=FROM_MIDNIGHT)
        sound()
    return ran


@pytest.mark.parametrize("zone", ZONES)
def test_f4_nobody_is_blocked_while_it_is_still_yesterday_where_the_company_is(zone: str) -> None:
    warned(3)
    Company.objects.update(timezone=zone)
    midnight = datetime(2026, 3, 10, ZONES[zone], tzinfo=UTC)

    look(midnight - timedelta(hours=3), zone)
    assert standings() == {"PENDING"}
    look(midnight - timedelta(minutes=1), zone)
    assert standings() == {"PENDING"}
    look(midnight + timedelta(minutes=1), zone)

    assert standings() == {"BLOCKED"}
    assert set(ServicePause.objects.values_list("starts_on", flat=True)) == {TODAY}
    assert set(PendencyStep.objects.filter(kind="BLOCKED").values_list("on", flat=True)) == {TODAY}
    assert set(Charge.objects.filter(due_date=date(2026, 3, 20)).values_list("issued_on", flat=True)) == {TODAY}
    assert Charge.objects.count() == 6


@pytest.mark.parametrize("zone", ZONES)
def test_f69_a_clock_that_goes_back_over_midnight_does_both_days_once(zone: str) -> None:
    warned(3)
    Company.objects.update(timezone=zone)
    midnight = datetime(2026, 3, 10, ZONES[zone], tzinfo=UTC)
    look(midnight - timedelta(minutes=1), zone)
    assert look(midnight + timedelta(minutes=10), zone) == ["billing", "dunning"]
    before = fingerprint()

    for minutes in (-50, -1, 1, 30):
        assert look(midnight + timedelta(minutes=minutes), zone) == []

    assert fingerprint() == before and standings() == {"BLOCKED"}


def test_f69_a_zone_that_is_changed_at_night_charges_nothing_twice() -> None:
    """At 00:30 in São Paulo the company moves to where it is 22:30 of the day before."""
    warned(3)
    instant = datetime(2026, 3, 10, 3, 30, tzinfo=UTC)
    look(instant - timedelta(hours=6))
    look(instant)
    assert standings() == {"BLOCKED"} and Charge.objects.count() == 6

    Company.objects.update(timezone="America/Rio_Branco")
    for hours in (0, 1, 2, 10, 24):
        look(instant + timedelta(hours=hours), "America/Rio_Branco")

    assert standings() == {"BLOCKED"} and Charge.objects.count() == 6


@pytest.mark.parametrize("days", [1, 2, 8])
def test_f69_a_clock_set_back_by_days_catches_up_by_itself(days: int) -> None:
    """On those days nothing is decided anew: who was blocked stays so, and nothing is charged twice."""
    warned(3)
    look(MORNING)
    charges = list(Charge.objects.order_by("pk").values_list("pk", "due_date", "total"))

    for hours in range(-24 * days, 25, 8):
        look(MORNING + timedelta(hours=hours))
        assert standings() == {"BLOCKED"}

    assert list(Charge.objects.order_by("pk").values_list("pk", "due_date", "total")) == charges
    assert standings() == {"BLOCKED"}
    assert Pendency.objects.count() == Notice.objects.count() == 3


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=1)])
def test_who_was_blocked_before_the_clock_went_back_is_released_after_it(back: timedelta) -> None:
    instant = datetime(2026, 3, 10, 3, 10, tzinfo=UTC)  # ten past midnight in São Paulo
    contract = blocked(1)[0]
    with clock.frozen(instant):
        contract.refresh_from_db()
        blocking.release(contract=contract, reason="engano", actor=SYSTEM)
        contract.refresh_from_db()
        blocking.block(contract=contract, reason="pedido", actor=SYSTEM)
    with clock.frozen(instant - back):
        contract.refresh_from_db()
        blocking.release(contract=contract, reason="pagou", actor=SYSTEM)
        sound()

    assert not ServicePause.objects.filter(ends_on__isnull=True).exists()


def test_f2_days_without_a_run_block_from_the_day_it_runs_again() -> None:
    """Nothing ran from the sixth to the sixteenth. The days before were served, and are charged."""
    warned(3)

    look(at(date(2026, 3, 17)))

    assert standings() == {"BLOCKED"}
    assert set(ServicePause.objects.values_list("starts_on", flat=True)) == {date(2026, 3, 17)}
    assert Charge.objects.count() == 6


def test_f27_weeks_without_a_run_shorten_no_notice() -> None:
    """Due on 20 February, first looked at on 16 March: fifteen days from the notice, and not from the day it should have gone out."""
    make.company()
    plan = make.plan()
    with clock.frozen(datetime(2026, 1, 20, 12, tzinfo=UTC)):
        make.access(make.contract(), plan=plan)
    look(at(date(2026, 2, 10)))
    look(at(date(2026, 3, 16)))
    assert standings() == {"PENDING"}
    with clock.frozen(at(date(2026, 3, 16), 12)):
        notices.deliver(notice=Notice.objects.get(), channel=NoticeChannel.PAGE, proof="página vista", actor=SYSTEM)

    for day in range(17, 31):
        look(at(date(2026, 3, day)))
        assert standings() == {"PENDING"}, day
    look(at(date(2026, 3, 31)))
    assert standings() == {"BLOCKED"}


# ---- 29 February


# Nobody pays here: who is blocked would not be charged.
SPARED = {"never_block": True, "never_block_reason": "hospital"}


def since_january() -> list[Contract]:
    """Due on the 28th, 29th, 30th and 31st, since those days of January of a leap year."""
    make.company()
    plan, customer = make.plan(price="100,00"), make.customer()
    made = []
    for day in (28, 29, 30, 31):
        with clock.frozen(at(date(2028, 1, day))):
            made.append(make.contract(customer, plans=(plan,), due_day=day, activated_on=date(2028, 1, day), **SPARED))
    return made


def test_f5_due_days_at_the_end_of_a_leap_february() -> None:
    contracts = since_january()

    World(date(2028, 2, 1)).to(date(2028, 4, 30))

    assert [dues(contract) for contract in contracts] == [
        [date(2028, 2, 28), date(2028, 3, 28), date(2028, 4, 28)],
        [date(2028, 2, 29), date(2028, 3, 29), date(2028, 4, 29)],
        [date(2028, 2, 29), date(2028, 3, 30), date(2028, 4, 30)],
        [date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)],
    ]
    assert set(Charge.objects.values_list("total", flat=True)) == {Money(10000)}


@pytest.mark.parametrize(
    "days",
    [
        pytest.param((date(2028, 2, 10), date(2028, 2, 19), date(2028, 3, 4), date(2028, 3, 25), date(2028, 4, 8)), id="late"),
        pytest.param((date(2028, 2, 29), date(2028, 3, 1), date(2028, 2, 28), date(2028, 2, 29), date(2028, 4, 8)), id="back and forth"),
    ],
)
def test_f2_f5_missed_weeks_around_29_february_leave_the_same_periods(days: Iterable[date]) -> None:
    contracts = since_january()
    with transaction.atomic():
        World(date(2028, 2, 1)).to(date(2028, 4, 8))
        daily = periods()
        transaction.set_rollback(True)
    assert len(daily) >= 2 * len(contracts)

    for day in days:
        look(at(day))

    assert periods() == daily


@pytest.mark.parametrize("zone", ZONES)
def test_f4_f5_the_last_minutes_of_29_february(zone: str) -> None:
    """Late since the charge of 26 February, by three days: pending on the 29th and not before, not on 1 March.

    (In 2028 it would be 1 March: the 29th is Carnival's Tuesday, the charge can only be paid on the day after.)
    """
    make.company(timezone=zone)
    with clock.frozen(at(date(2032, 1, 26))):
        contract = make.contract(plans=(make.plan(),), due_day=26, activated_on=date(2032, 1, 26))
    midnight = datetime(2032, 2, 29, ZONES[zone], tzinfo=UTC)
    look(midnight - timedelta(days=13), zone)

    look(midnight - timedelta(minutes=1), zone)
    contract.refresh_from_db()
    assert (contract.standing, Pendency.objects.count()) == ("CLEAR", 0)
    look(midnight + timedelta(minutes=1), zone)
    contract.refresh_from_db()

    assert (contract.standing, Pendency.objects.get().opened_on) == ("PENDING", date(2032, 2, 29))
    before = fingerprint()
    look(midnight + timedelta(hours=23, minutes=59), zone)
    assert fingerprint() == before


def dues(contract: Contract) -> list[date]:
    return list(
        Charge.objects.filter(contract=contract, due_date__lte=date(2028, 4, 30)).order_by("due_date").values_list("due_date", flat=True)
    )


def periods() -> list[tuple[object, ...]]:
    return list(
        BilledPeriod.objects.order_by("contract", "starts_on").values_list("contract", "starts_on", "ends_on", "due_date", "charged")
    )
