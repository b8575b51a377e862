"""The count in SQL says what the rehearsal says, contract by contract."""

from datetime import timedelta

import pytest

from malha.billing.models import Charge
from malha.contracts.models import Contract
from malha.core import clock
from malha.domain.dunning import Why
from malha.domain.money import ZERO, Money
from malha.domain.states import Standing
from malha.dunning import facts
from malha.dunning.models import DunningPolicy, Notice, NoticeChannel, Pendency, TrustRelease
from malha.dunning.queries import default_policy
from malha.journeys import delinquency
from malha.reports import blocks_ahead
from tests import make
from tests.reports_make import TODAY, due, pay

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def company():
    make.company()


def late(days: int = 20, notice: int | None = 16, *, amount: str = "100,00", charge=None, **contract) -> Contract:
    """A contract whose charge is so many days late; its notice was delivered so many days ago, or not (None)."""
    made = make.access(make.contract(), plan=make.plan()).contract
    Contract.objects.filter(pk=made.pk).update(**{"standing": "PENDING", "standing_cause": "POLICY", **contract})
    owed = due(days, amount, made.customer)
    Charge.objects.filter(pk=owed.pk).update(contract=made, **(charge or {}))
    pendency = Pendency.objects.create(contract=made, opened_on=TODAY - timedelta(days=max(days - 3, 0)))
    delivered = {}
    if notice is not None:
        delivered = {"delivered_on": TODAY - timedelta(days=notice), "delivered_at": clock.now(), "channel": NoticeChannel.PAGE}
    Notice.objects.create(pendency=pendency, charge=owed, wanted_on=TODAY, **delivered)
    return Contract.objects.get(pk=made.pk)


def in_sql(day=TOMORROW) -> blocks_ahead.BlocksAhead:
    policy = default_policy()
    return blocks_ahead.read(day, policy, facts.rules(policy))


def in_python(day=TOMORROW) -> tuple[int, int, Money]:
    """The same numbers by the decision itself."""
    blocked = waiting = 0
    amount = ZERO
    for outcome in delinquency.rehearse(day):
        waits = outcome.decision.why is Why.WAITS_FOR_APPROVAL
        if waits or (outcome.decision.standing is Standing.BLOCKED and outcome.known.situation.standing is not Standing.BLOCKED):
            blocked, waiting = blocked + 1, waiting + waits
            debts = outcome.known.situation.debts
            amount += Money.total(debt.outstanding for debt in debts if debt.due_date < day and not debt.is_contested)
    return blocked, waiting, amount


def everything() -> None:
    """Whatever may decide about a block, each once."""
    late()
    late(17, 14)  # both clocks end tomorrow
    late(16, 14)  # a day too early by the due date
    late(30, 13)  # a day too early by the notice
    late(40, None)
    late(days_to_block=25)
    late(25, days_to_block=25)
    late(24, days_to_block=26)
    late(never_block=True)
    late(auto_block=False)
    late(do_not_block_until=TOMORROW)
    late(do_not_block_until=TODAY)
    late(standing="BLOCKED")
    late(standing="REDUCED", standing_cause="MANUAL")
    late(standing="REDUCED")
    late(state="SUSPENDED", suspended_from=TODAY)
    late(charge={"contested_on": TODAY})
    trusted, ended = late(), late()
    trust = {"kind": "TRUST", "starts_on": TODAY - timedelta(days=2), "granted_at": clock.now()}
    TrustRelease.objects.create(contract=trusted, until=TOMORROW, **trust)
    TrustRelease.objects.create(contract=ended, until=TODAY, **trust)
    Pendency.objects.filter(contract=late()).update(grace_until=TOMORROW)
    Pendency.objects.filter(contract=late()).update(grace_until=TODAY)
    pay(late().charges.get(), "500,00")
    pay(late().charges.get(), "40,00")  # a part: the rest is late
    second = late()
    Charge.objects.filter(pk=due(5, "30,00", second.customer).pk).update(contract=second)


def test_it_counts_what_the_rehearsal_lists(django_assert_num_queries):
    everything()
    policy = default_policy()
    rules = facts.rules(policy)

    with django_assert_num_queries(1):
        found = blocks_ahead.read(TOMORROW, policy, rules)

    assert (found.contracts, found.waiting, found.amount) == in_python()
    assert found.contracts == 9


def test_where_a_person_approves_those_not_approved_wait():
    everything()
    DunningPolicy.objects.update(is_automatic=False)
    Pendency.objects.filter(contract=Contract.objects.order_by("pk").first()).update(approved_at=clock.now())

    found = in_sql()

    assert (found.contracts, found.waiting, found.amount) == in_python()
    assert found.contracts - found.waiting == 1


def test_a_debt_below_the_minimum_blocks_nobody():
    late(amount="49,99")
    late(amount="50,00")
    DunningPolicy.objects.update(minimum_debt=Money(5000))

    found = in_sql()

    assert (found.contracts, found.waiting, found.amount) == in_python() == (1, 0, Money(5000))


@pytest.mark.parametrize("days", range(1, 8))
def test_on_each_day_of_the_week(days):
    late(60, 40)

    day = TODAY + timedelta(days=days)

    assert (in_sql(day).contracts, 0, in_sql(day).amount) == in_python(day)


def test_on_a_day_on_which_nobody_may_be_cut_off_nothing_is_asked(django_assert_num_queries):
    policy = default_policy()
    rules = facts.rules(policy)
    saturday = TODAY + timedelta(days=4)

    with django_assert_num_queries(0):
        assert blocks_ahead.read(saturday, policy, rules) == blocks_ahead.BlocksAhead()
