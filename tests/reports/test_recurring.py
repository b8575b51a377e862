"""Recurring revenue in SQL says what `contract_money.monthly` says of every contract."""

from datetime import date, timedelta

import pytest

from malha.contracts.models import Contract, ContractItem, PauseKind, ServicePause
from malha.domain.money import ZERO, Money
from malha.reports import contract_money, recurring
from tests import make
from tests.reports_make import TODAY, forget, money

pytestmark = pytest.mark.django_db
BEFORE = date(2026, 2, 28)


@pytest.fixture(autouse=True)
def anew():
    make.company()
    forget()


def contract(price: str = "100,00", since: date = date(2026, 1, 5), **values) -> Contract:
    made = make.access(make.contract(), plan=make.plan(price=price)).contract
    ContractItem.objects.filter(contract=made).update(starts_on=since)
    Contract.objects.filter(pk=made.pk).update(**{"activated_on": since, **values})
    return Contract.objects.get(pk=made.pk)


def in_python(day: date) -> Money:
    """The sum over all contracts, one after the other."""
    total = ZERO
    for one in Contract.objects.filter(state="ACTIVE", exempt=False):
        living = [item for item in one.items.all() if item.starts_on <= day and (not item.ends_on or item.ends_on >= day)]
        items = [item.amount * item.quantity for item in living]
        total += contract_money.monthly(one, items, day) if items else ZERO
    return total


def test_discounts_surcharges_exemptions_and_ended_items_count_as_they_do_in_a_charge():
    contract("100,00")
    contract("100,00", discount=Money(1000))
    contract("100,00", discount=Money(1000), discount_until=TODAY - timedelta(days=1))
    contract("100,00", discount=Money(20000))  # never below nothing
    contract("100,00", surcharge=Money(500))
    contract("100,00", exempt=True)
    contract("100,00", state="SUSPENDED")
    contract("100,00", state="CANCELLED", cancelled_on=date(2026, 3, 1))
    ended = contract("100,00", surcharge=Money(500))
    ContractItem.objects.filter(contract=ended).update(ends_on=TODAY - timedelta(days=1))
    two = contract("100,00")
    ContractItem.objects.create(contract=two, description="IP fixo", amount=Money(2000), quantity=2, starts_on=date(2026, 1, 5))

    found = recurring.read(TODAY, BEFORE).now

    assert found == money("535,00") == in_python(TODAY)


def test_a_contract_that_ends_without_renewal_counts_until_its_last_day():
    contract(auto_renew=False, ends_on=TODAY)
    contract(auto_renew=False, ends_on=TODAY - timedelta(days=1))

    assert recurring.read(TODAY, BEFORE).now == money("100,00")


def test_what_was_before_is_told_by_dates():
    contract("100,00")
    contract("70,00", since=date(2026, 3, 2))  # began this month
    gone = contract("50,00", state="CANCELLED", cancelled_on=date(2026, 3, 3))  # ended this month
    ContractItem.objects.filter(contract=gone).update(ends_on=date(2026, 3, 3))
    contract("30,00", state="CANCELLED", cancelled_on=date(2026, 2, 20))
    paused = contract("20,00")
    ServicePause.objects.create(contract=paused, kind=PauseKind.SUSPENDED, starts_on=date(2026, 2, 1), ends_on=date(2026, 3, 5))
    blocked = contract("10,00")
    ServicePause.objects.create(contract=blocked, kind=PauseKind.BLOCKED, starts_on=date(2026, 2, 1))

    found = recurring.read(TODAY, BEFORE)

    assert found.now == money("200,00")
    assert found.before == money("160,00")


def test_nobody_is_nothing(django_assert_num_queries):
    with django_assert_num_queries(4):
        assert recurring.read(TODAY, BEFORE) == recurring.Recurring(ZERO, ZERO)
    with django_assert_num_queries(2):
        recurring.read(TODAY, BEFORE)
