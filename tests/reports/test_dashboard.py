"""The board: what a small provider's morning looks like, and who sees what of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.billing.facts import Terms
from malha.billing.models import ParkedContract, ParkReason
from malha.contracts.models import Contract
from malha.core import clock, company
from malha.core.history import SYSTEM
from malha.customers.models import CustomerGroup
from malha.domain.money import ZERO
from malha.dunning.models import Release, TrustRelease
from malha.journeys import monthly_billing
from malha.network.models import Divergence, Router, RouterHealth
from malha.reports import dashboard
from malha.reports.dashboard import Span, Viewer
from malha.reports.needs import Need
from tests import cashbook_make, gateways_make, make
from tests.conftest import THE_DAY
from tests.reports_make import TODAY, due, forget, money, pay

pytestmark = pytest.mark.django_db
EVERYTHING = Viewer(money=True, charges=True, trust=True, routers=True, payables=True)


@pytest.fixture(autouse=True)
def anew():
    make.company()
    forget()


def read(viewer: Viewer = EVERYTHING, span: Span = Span.MONTH) -> dashboard.Board:
    return dashboard.read(viewer, Terms.of(company.current()), TODAY, span)


def needs(board: dashboard.Board) -> dict[Need, int]:
    return {item.need: item.count for item in board.needs}


def test_a_provider_without_customers():
    board = read()

    assert board.is_new
    assert board.needs == ()
    assert board.money is not None
    assert (board.money.recurring.now, board.money.late, board.money.late_per_mille, board.money.total.percent) == (ZERO, ZERO, None, None)


def test_the_numbers_of_a_month():
    running = make.access(make.contract(), plan=make.plan(price="200,00")).contract
    Contract.objects.filter(pk=running.pk).update(standing="PENDING")
    make.contract()  # a draft
    pay(due(4, "119,90"), "122,46")
    due(20, "13,60")  # fell due last month
    due(-5, "80,10")

    board = read()

    assert board.money is not None
    assert board.money.recurring.now == money("200,00")
    assert board.money.total.received_total == money("122,46")
    assert board.money.total.expected_total == money("200,00")
    assert board.money.total.percent == 61
    assert (board.money.late, board.money.late_per_mille) == (money("13,60"), 68)
    assert (board.customers, board.registered) == (1, 5)
    assert (board.month.activated, board.month.balance, board.days_left) == (1, 1, 21)


def test_today_stands_among_the_days_of_its_week_and_a_year_among_its_months():
    pay(due(-1, "100,00"), "100,00")
    pay(due(-1, "50,00"), "50,00", TODAY - timedelta(days=1))
    with clock.frozen(THE_DAY - timedelta(days=60)):
        pay(due(60, "30,00"), "30,00", TODAY - timedelta(days=60))

    today, year = read(span=Span.TODAY).money, read(span=Span.YEAR).money

    assert today is not None and year is not None
    assert (today.total.received_total, today.received.received_total) == (money("100,00"), money("150,00"))
    assert year.total.received_total == money("180,00")


def test_what_needs_a_person():
    ready = make.access(make.contract(), plan=make.plan()).contract
    ParkedContract.objects.create(contract=ready, reason=ParkReason.CATCH_UP, parked_at=clock.now())
    TrustRelease.objects.create(contract=ready, starts_on=TODAY, until=TODAY, granted_at=clock.now())
    other = make.access(make.contract(), plan=make.plan()).contract
    TrustRelease.objects.create(contract=other, starts_on=TODAY, until=TODAY + timedelta(days=1), granted_at=clock.now())
    Contract.objects.filter(pk=other.pk).update(billing_starts_on=None)
    pay(due(-5, "100,00"), "130,00")
    silent = make.router("CCR Serra", health=RouterHealth.DEGRADED)
    seen = {"since": clock.now(), "seen_at": clock.now(), "table": "/ppp/secret"}
    Divergence.objects.create(router=silent, access=ready.accesses.get(), kind="DIFFERENT", name="a", field="profile", **seen)
    Divergence.objects.create(router=silent, access=ready.accesses.get(), kind="DIFFERENT", name="a", field="comment", **seen)
    Divergence.objects.create(router=silent, kind="STRANGER", name="b", **seen)
    Divergence.objects.create(router=silent, kind="STRANGER", name="c", ignored_at=clock.now(), **seen)
    cashbook_make.payable(due_date=TODAY - timedelta(days=1))
    cashbook_make.payable(due_date=TODAY)
    gateways_make.refused()

    board = read()

    assert needs(board) == {
        Need.ROUTERS: 1, Need.DIVERGENCES: 2, Need.TRUSTS: 1, Need.REFUSED: 1, Need.PARKED: 1, Need.WITHOUT_CHARGE: 1, Need.CREDITS: 1,
        Need.PAYABLES: 1,
    }  # fmt: skip
    assert [item.need for item in board.needs] == sorted((item.need for item in board.needs), key=list(Need).index)
    by_need = {item.need: item for item in board.needs}
    assert (by_need[Need.DIVERGENCES].part, by_need[Need.DIVERGENCES].names) == (1, ("CCR Serra",))
    assert by_need[Need.CREDITS].amount == money("30,00")


def test_from_payment_to_browsing():
    contract = make.contract()
    for minutes, seconds in ((600, 10), (500, 30), (400, 90)):
        at = THE_DAY - timedelta(minutes=minutes)
        Release.objects.create(contract=contract, released_at=at, obeyed_at=at + timedelta(seconds=seconds))
    Release.objects.create(contract=contract, released_at=THE_DAY - timedelta(days=31), obeyed_at=THE_DAY)
    Release.objects.create(contract=contract, released_at=THE_DAY, obeyed_at=THE_DAY)  # no router had to obey
    Release.objects.create(contract=contract, released_at=THE_DAY - timedelta(minutes=3))

    releases = read().releases

    assert (releases.times.count, releases.times.waiting) == (3, 1)
    assert (releases.times.median, releases.times.worst) == (timedelta(seconds=30), timedelta(seconds=90))
    assert len(releases.days) == 30
    assert {day: time for day, time in releases.days if time} == {TODAY: timedelta(seconds=30)}


def test_who_may_see_no_money_gets_a_board_without_any():
    pay(due(-5, "100,00"), "130,00")

    board = read(Viewer(charges=True, trust=True, routers=True))

    assert board.money is None
    assert Need.CREDITS not in needs(board)
    assert all(item.amount is None for item in board.needs)


def test_only_the_groups_that_are_seen():
    group = CustomerGroup.objects.create(name="Centro")
    mine = make.customer(group_id=group.pk)
    pay(due(-5, "100,00", mine), "110,00")
    pay(due(-5, "100,00"), "150,00")
    for customer in (mine, make.customer()):
        made = make.access(make.contract(customer), plan=make.plan(price="70,00")).contract
        ParkedContract.objects.create(contract=made, reason=ParkReason.ERROR, parked_at=clock.now())

    board = read(Viewer(money=True, charges=True, trust=True, routers=True, visible=(group.pk,)))

    assert board.money is not None
    assert (board.customers, board.registered, board.month.activated) == (1, 1, 1)
    assert (board.money.recurring.now, board.money.total.received_total) == (money("70,00"), money("110,00"))
    assert needs(board) == {Need.PARKED: 1, Need.CREDITS: 1}


def test_fifteen_statements_whatever_there_is():
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            read()
        return len(queries)

    pay(due(-5, "100,00"), "130,00")
    read()
    few = statements()
    for n in range(3):
        made = make.access(make.contract(), plan=make.plan()).contract
        Contract.objects.filter(pk=made.pk).update(billing_starts_on=TODAY - timedelta(days=60), activated_on=TODAY - timedelta(days=60))
        TrustRelease.objects.create(contract=made, starts_on=TODAY, until=TODAY, granted_at=clock.now())
        pay(due(3 + n, "100,00"), "130,00")
        due(10 * n + 5)
    monthly_billing.bill_day(today=TODAY, actor=SYSTEM)
    read()

    assert few == 15
    # Customers whose situation changed since the last look are looked at again: three more, once.
    assert statements() == 15


def test_it_is_read_once_a_minute_and_at_once_when_asked(django_assert_num_queries):
    terms = Terms.of(company.current())
    first = dashboard.board(EVERYTHING, terms)
    pay(due(-5, "100,00"), "100,00")

    with django_assert_num_queries(0):
        assert dashboard.board(EVERYTHING, terms) == first

    fresh = dashboard.board(EVERYTHING, terms, is_fresh=True)
    assert fresh.money is not None and fresh.money.total.received_total == money("100,00")
    assert dashboard.board(EVERYTHING, terms) == fresh
    assert Router.objects.count() == 0
