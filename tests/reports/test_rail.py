"""The régua: what happened, where it stands, what comes. The prediction is what the run then does."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import SYSTEM
from malha.dunning.models import DunningPolicy
from malha.journeys import dunning_runs, trust
from malha.reports.rail import Point, Rail, rails
from tests import make
from tests.dunning_make import NOTICE, TODAY, charge, contract, late, run
from tests.world import at

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def company():
    make.company()


def rail_of(row: Contract, day: date = TODAY) -> Rail:
    return rails([Contract.objects.get(pk=row.pk)], day)[0]


def days(rail: Rail) -> dict[str, date | None]:
    return {step.point.value: step.on for step in rail.steps}


def past(rail: Rail) -> list[str]:
    return [step.point.value for step in rail.steps if step.is_past]


def test_before_the_due_date_only_the_issue_has_happened():
    row = contract()
    charge(row, due=date(2026, 3, 15))

    rail = rail_of(row)

    assert past(rail) == ["ISSUED"]
    assert days(rail) == {
        "ISSUED": date(2026, 3, 5), "DUE": date(2026, 3, 15), "PENDING": date(2026, 3, 18),
        "BLOCKED": date(2026, 4, 6), "TERMINATION": date(2026, 6, 5),
    }  # fmt: skip
    assert rail.next and rail.next.point is Point.DUE


def test_a_warned_one_shows_channel_and_time_and_what_comes():
    row = late(due=date(2026, 3, 1), notice=date(2026, 3, 5))

    rail = rail_of(row)

    assert past(rail) == ["ISSUED", "DUE", "PENDING"]
    pending = rail.steps[2]
    assert (pending.on, pending.channel, pending.is_undelivered) == (date(2026, 3, 5), "Página de aviso", False)
    assert rail.current is Point.PENDING
    assert rail.next and (rail.next.point, rail.next.on) == (Point.BLOCKED, date(2026, 3, 23))  # 20 March is a Friday


def test_the_predicted_block_is_the_day_on_which_the_run_blocks():
    row = late(due=date(2026, 3, 1), notice=date(2026, 3, 5))
    predicted = days(rail_of(row))["BLOCKED"]
    assert predicted

    run(predicted - ONE_DAY)
    assert Contract.objects.get(pk=row.pk).standing == "PENDING"
    run(predicted)

    assert Contract.objects.get(pk=row.pk).standing == "BLOCKED"
    assert past(rail_of(row, predicted)) == ["ISSUED", "DUE", "PENDING", "BLOCKED"]


def test_an_undelivered_notice_is_no_notice():
    pending = rail_of(late(notice=None)).steps[2]

    assert (pending.is_past, pending.is_undelivered, pending.channel) == (True, True, "")


def test_pause_and_promise_move_the_predicted_block():
    row = late(due=date(2026, 3, 1), notice=date(2026, 3, 5))
    with clock.frozen(at(TODAY)):
        dunning_runs.hold_out(contract_ids=[row.pk], until=date(2026, 3, 30), reason="viagem", actor=SYSTEM)
    paused = rail_of(row)
    assert (paused.held_until, days(paused)["BLOCKED"]) == (date(2026, 3, 30), date(2026, 3, 31))

    with clock.frozen(at(TODAY)):
        dunning_runs.let_go(contract_ids=[row.pk], actor=SYSTEM)
        trust.grant(contract=row, kind="PROMISE", days=20, reason="décimo terceiro", exceeds=True, actor=SYSTEM)
    promised = rail_of(row)
    assert promised.trust and promised.trust.until == date(2026, 3, 30)
    assert days(promised)["BLOCKED"] == date(2026, 3, 31)


def test_who_is_never_blocked_has_no_predicted_block():
    row = late(notice=NOTICE)
    Contract.objects.filter(pk=row.pk).update(never_block=True)

    assert days(rail_of(row))["BLOCKED"] is days(rail_of(row))["TERMINATION"] is None


def test_the_reduced_step_is_there_only_where_the_policy_has_it():
    row = late(due=date(2026, 3, 1), notice=date(2026, 3, 5))
    assert "REDUCED" not in days(rail_of(row))

    DunningPolicy.objects.update(days_to_reduce=12)
    assert days(rail_of(row))["REDUCED"] == date(2026, 3, 13)
    run(date(2026, 3, 13))

    rail = rail_of(row, date(2026, 3, 14))
    assert past(rail)[-1] == "REDUCED" and days(rail)["REDUCED"] == date(2026, 3, 13)


def test_without_an_open_charge_there_is_nothing_to_draw():
    rail = rail_of(contract())

    assert (rail.charge, rail.steps, rail.next, rail.current) == (None, (), None, None)


def test_many_cost_what_one_costs():
    for n in range(4):
        late(f"Cliente {n}")
    rows = list(Contract.objects.all())
    rails(rows[:1], TODAY)

    with CaptureQueriesContext(connection) as one:
        rails(rows[:1], TODAY)
    with CaptureQueriesContext(connection) as four:
        rails(rows, TODAY)

    assert len(one) == len(four) <= 11
