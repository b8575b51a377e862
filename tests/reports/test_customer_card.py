"""The card says of a customer what the list says of the same one."""

from datetime import timedelta

import pytest

from malha.contracts.models import Contract, StandingCause
from malha.core import clock
from malha.core.history import SYSTEM
from malha.customers import queries
from malha.customers.models import Customer
from malha.domain.billing import BillingMode
from malha.domain.money import Money
from malha.domain.states import Situation
from malha.journeys import blocking
from malha.network.models import Access, Router, RouterHealth, SyncState
from malha.reports import customer_card, customer_rows
from malha.reports.customer_card import Card
from malha.reports.customer_criteria import Connection
from tests import make

pytestmark = pytest.mark.django_db


def card(customer: Customer) -> Card:
    found = queries.by_number(customer.number, user=make.user())
    assert found is not None
    return customer_card.read(found, today=clock.today(), mode=BillingMode.ARREARS)


@pytest.fixture
def contract() -> Contract:
    make.company()
    return make.access(plan=make.plan(price="100,00")).contract


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"discount": Money(1000)},
        {"discount": Money(1000), "discount_until": "2026-03-09"},
        {"surcharge": Money(550), "due_day": 31},
        {"exempt": True},
        {"activated_on": "2025-01-15"},
        {"activated_on": "2026-03-10", "due_day": 10},
        {"state": "DRAFT", "activated_on": None},
        {"state": "SUSPENDED"},
        {"state": "CANCELLED", "cancelled_on": "2026-03-01"},
        {"standing": "BLOCKED", "standing_cause": StandingCause.MANUAL},
        {"standing": "PENDING", "standing_cause": StandingCause.POLICY},
    ],
)
def test_situation_value_and_next_due_date_are_those_of_the_list(contract, change):
    Contract.objects.update(**change)

    here = card(contract.customer)
    (row,) = customer_rows.rows([contract.customer_id], today=clock.today(), mode=BillingMode.ARREARS)

    assert here.situation == row.situation
    if here.living:
        assert here.monthly == row.charge.amount
        assert (here.next_charge.on if here.next_charge else None) == row.charge.on


def test_several_contracts_are_added_up_and_the_earliest_due_date_counts(contract):
    other = make.access(make.contract(contract.customer, due_day=15), plan=make.plan(price="50,00")).contract
    Contract.objects.update(activated_on="2025-01-15")

    here = card(contract.customer)

    assert here.monthly == Money(15000)
    assert here.next_charge is not None
    assert (here.next_charge.on.day, here.next_charge.amount, here.next_charge.is_first) == (15, Money(5000), False)
    blocking.block(contract=other, reason="x", actor=SYSTEM)
    again = card(contract.customer)
    assert (again.situation, [view.contract.pk for view in again.blocked]) == (Situation.BLOCKED, [other.pk])
    assert again.troubled[0].cause is not None
    assert again.troubled[0].cause.reason == "x"


def test_online_counts_only_while_the_router_is_read(contract):
    Access.objects.update(online_since=clock.now() - timedelta(hours=3), sync_state=SyncState.APPLIED)

    assert card(contract.customer).connection is Connection.NO_DATA
    Router.objects.update(health=RouterHealth.ONLINE)
    assert card(contract.customer).connection is Connection.ONLINE
    Access.objects.update(online_since=None)
    assert card(contract.customer).connection is Connection.OFFLINE
    Access.objects.update(sync_state=SyncState.REMOVED)
    assert card(contract.customer).connection is None


def test_the_exit_fine_is_gone_with_the_term(contract):
    Contract.objects.update(minimum_term_months=12, minimum_term_ends_on=clock.today(), minimum_term_benefit=Money(12000))
    view = card(contract.customer).contracts[0]
    assert (view.exit_fine, view.term_ends_on) == (Money(0), clock.today())
    Contract.objects.update(minimum_term_ends_on=clock.today() - timedelta(days=1))
    view = card(contract.customer).contracts[0]
    assert (view.exit_fine, view.term_ends_on) == (None, None)
