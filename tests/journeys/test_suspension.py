"""Suspensão a pedido: its limits, its end, and that nothing is charged meanwhile."""

from datetime import date, timedelta

import pytest

from malha.billing.models import Charge
from malha.contracts.models import Contract, ServicePause
from malha.core import clock
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.journeys import blocking, suspension
from malha.network.models import Access, SyncState
from tests import make
from tests.world import World, at

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)
UNTIL = date(2026, 5, 8)  # sixty days, both counted


@pytest.fixture
def contract() -> Contract:
    make.company()
    return make.access(make.contract(due_day=20), plan=make.plan(price="120,00")).contract


def suspend(contract: Contract, until: date = UNTIL, **values) -> None:
    suspension.suspend(contract=contract, until=until, actor=SYSTEM, **values)


def state(contract: Contract) -> str:
    contract.refresh_from_db()
    return contract.state


def test_a_suspension_cuts_off_every_access_at_once(contract):
    Access.objects.update(sync_state=SyncState.APPLIED, due_at=None)

    suspend(contract, reason="viagem")

    assert state(contract) == "SUSPENDED"
    assert (contract.suspended_from, contract.suspended_until) == (DAY, UNTIL)
    access = Access.objects.get()
    assert access.due_at and access.wants_kick
    pause = ServicePause.objects.get()
    assert (pause.kind, pause.starts_on, pause.ends_on) == ("SUSPENDED", DAY, None)
    entry = HistoryEntry.objects.get(verb="contract.suspended")
    assert (entry.customer_id, entry.reason, entry.after["suspended_until"]) == (contract.customer_id, "viagem", "2026-05-08")


@pytest.mark.parametrize("days", [29, 121, 0, -5])
def test_thirty_to_a_hundred_and_twenty_days(contract, days):
    with pytest.raises(BusinessError) as refused:
        suspend(contract, DAY + timedelta(days=days - 1))

    assert set(refused.value.fields) == {"until"}
    assert state(contract) == "ACTIVE"


@pytest.mark.parametrize("days", [30, 120])
def test_both_ends_of_that_are_allowed(contract, days):
    suspend(contract, DAY + timedelta(days=days - 1))

    assert state(contract) == "SUSPENDED"


@pytest.mark.parametrize("spoil", ["overdue elsewhere", "blocked", "draft", "twice"])
def test_who_may_not_is_told_why(contract, spoil):
    day = DAY
    if spoil == "overdue elsewhere":
        make.access(make.contract(contract.customer, due_day=5), plan=make.plan())
        World(DAY).to(day := date(2026, 4, 6))
    elif spoil == "blocked":
        blocking.block(contract=contract, reason="fraude", actor=SYSTEM)
    elif spoil == "draft":
        contract = make.contract(contract.customer)
    elif spoil == "twice":
        suspend(contract)
        with clock.frozen(at(date(2026, 4, 20))):
            suspension.resume(contract=contract, actor=SYSTEM)
        day = date(2027, 3, 9)
    before = state(contract)

    with clock.frozen(at(day)), pytest.raises(BusinessError) as refused:
        suspend(contract, day + timedelta(days=40))

    assert refused.value.code == "suspension_refused" and refused.value.message
    assert state(contract) == before


def test_twelve_months_later_it_may_be_suspended_again(contract):
    suspend(contract)
    with clock.frozen(at(date(2026, 4, 20))):
        suspension.resume(contract=contract, actor=SYSTEM)

    assert suspension.refusal(Contract.objects.get(pk=contract.pk), date(2027, 3, 10)) == ""


def test_it_ends_by_itself_on_the_day_after_and_only_once(contract):
    suspend(contract)
    Access.objects.update(sync_state=SyncState.APPLIED, due_at=None)

    with clock.frozen(at(UNTIL)):
        assert suspension.end_due(today=UNTIL, actor=SYSTEM) == 0
    after = UNTIL + timedelta(days=1)
    with clock.frozen(at(after)):
        assert suspension.end_due(today=after, actor=SYSTEM) == 1
        assert suspension.end_due(today=after, actor=SYSTEM) == 0

    assert state(contract) == "ACTIVE"
    assert (contract.suspended_from, contract.suspended_until) == (None, None)
    assert Access.objects.get().due_at is not None
    assert ServicePause.objects.get().ends_on == UNTIL
    assert HistoryEntry.objects.filter(verb="contract.resumed").count() == 1


def test_days_suspended_are_not_charged(contract):
    suspend(contract)
    after = UNTIL + timedelta(days=1)
    with clock.frozen(at(after)):
        suspension.end_due(today=after, actor=SYSTEM)
    world = World(date(2026, 5, 9))
    world.to(date(2026, 5, 12))

    # From 20 April to 19 May: eleven days, from 9 May on, of thirty.
    assert Charge.objects.get(due_date=date(2026, 5, 20)).total.cents == 12000 * 11 // 30
    assert not Charge.objects.filter(due_date=date(2026, 4, 20)).exists()


def test_only_what_is_suspended_is_resumed(contract):
    with pytest.raises(StateConflict):
        suspension.resume(contract=contract, actor=SYSTEM)


def test_suspended_and_resumed_on_one_day_leaves_no_trace_and_does_not_count(contract):
    suspend(contract)
    suspension.resume(contract=contract, actor=SYSTEM)

    assert not ServicePause.objects.exists()
    suspend(contract)
    assert state(contract) == "SUSPENDED"
