"""Money comes in: charge, credit, cash book, standing and routers together, once."""

import threading
from datetime import date

import pytest
from django.db import connection

from malha.billing import invariants, queries
from malha.billing.data import ReceiptData
from malha.billing.models import Allocation, Charge, Payment
from malha.cashbook.models import CashEntry
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.domain.money import ZERO, Money
from malha.dunning.models import DunningPolicy, Pendency, Release
from malha.journeys import delinquency, monthly_billing, settlement
from malha.network.models import Access, SyncState
from tests import make
from tests.world import World, at

pytestmark = pytest.mark.django_db

DUE = date(2026, 3, 20)
BLOCK = date(2026, 4, 7)


@pytest.fixture
def contract() -> Contract:
    make.company()
    return make.access(make.contract(due_day=20), plan=make.plan(price="119,90")).contract


@pytest.fixture
def charge(contract) -> Charge:
    monthly_billing.bill_day(today=date(2026, 3, 10), actor=SYSTEM)
    return Charge.objects.get()


def receipt(value: Money, **changes) -> ReceiptData:
    return ReceiptData(**{"value": value, "paid_on": clock.today(), "form": "CASH", **changes})


def settle(charge: Charge, value: Money, **changes) -> Payment:
    return settlement.settle(customer=charge.customer, charge_ids=[charge.pk], data=receipt(value, **changes), actor=SYSTEM)


def test_paid_in_full(charge):
    payment = settle(charge, charge.total)

    charge.refresh_from_db()
    assert (charge.state, charge.paid_on) == ("PAID", clock.today())
    assert payment.number == 1
    assert CashEntry.objects.get().incoming == charge.total
    assert HistoryEntry.objects.get(verb="payment.received").customer_id == charge.customer_id
    assert invariants.broken() == []


def test_a_part_leaves_the_rest_open(charge):
    settle(charge, Money(2000))

    charge.refresh_from_db()
    assert charge.state == "OPEN"
    assert queries.outstanding([charge]) == {charge.pk: charge.total - Money(2000)}
    settle(charge, charge.total - Money(2000))
    charge.refresh_from_db()
    assert charge.state == "PAID"
    assert invariants.broken() == []


def test_too_much_is_credit_and_the_next_charge_uses_it(charge, contract):
    settle(charge, charge.total + Money(1500))
    assert queries.credit_of(contract.customer_id) == Money(1500)

    monthly_billing.bill_day(today=date(2026, 4, 10), actor=SYSTEM)

    fresh = Charge.objects.get(due_date=date(2026, 4, 20))
    assert queries.outstanding([fresh])[fresh.pk] == fresh.total - Money(1500)
    assert queries.credit_of(contract.customer_id) == ZERO
    assert invariants.broken() == []


def test_late_with_fine_and_interest_and_waived(charge):
    with clock.frozen(at(date(2026, 4, 20))):
        settle(charge, charge.total, waives_fees=True)

    charge.refresh_from_db()
    allocation = Allocation.objects.get()
    assert charge.state == "PAID"
    # Due Friday 20 March; 31 days: 2 % and 31/30 of 1 %.
    assert (allocation.waived_fine, allocation.waived_interest) == (Money(86), Money(44))


def test_several_charges_the_oldest_first(charge, contract):
    monthly_billing.bill_day(today=date(2026, 4, 10), actor=SYSTEM)
    second = Charge.objects.get(due_date=date(2026, 4, 20))

    payment = settlement.settle(
        customer=contract.customer, charge_ids=[second.pk, charge.pk], data=receipt(charge.total + Money(100)), actor=SYSTEM
    )

    assert [(row.charge, row.principal) for row in payment.allocations.all()] == [(charge, charge.total), (second, Money(100))]


def test_who_pays_is_released_at_once_and_the_accesses_are_due(contract):
    world = World(date(2026, 3, 10))
    world.to(BLOCK)
    Access.objects.update(sync_state=SyncState.APPLIED, due_at=None)
    charge = Charge.objects.get(due_date=DUE)

    with clock.frozen(at(BLOCK, 11)):
        settle(charge, Money(99900))

    contract.refresh_from_db()
    assert (contract.standing, contract.standing_cause) == ("CLEAR", "")
    access = Access.objects.get()
    assert access.sync_state == SyncState.MODIFIED and access.due_at is not None
    assert Pendency.objects.get().closed_on == BLOCK
    assert Release.objects.get().payment == Payment.objects.get()


def test_another_charge_past_its_block_date_keeps_the_block(contract):
    world = World(date(2026, 3, 10))
    world.to(date(2026, 5, 10))
    first, second = Charge.objects.filter(kind="MONTHLY").order_by("due_date")[:2]

    with clock.frozen(at(date(2026, 5, 10))):
        settle(first, Money(99900))

    contract.refresh_from_db()
    assert contract.standing == "BLOCKED"
    assert second.state == "OPEN"


def test_release_on_payment_may_be_left_to_the_morning(contract):
    World(date(2026, 3, 10)).to(BLOCK)
    DunningPolicy.objects.update(release_on_payment=False)
    with clock.frozen(at(BLOCK, 11)):
        settle(Charge.objects.get(due_date=DUE), Money(99900))

    contract.refresh_from_db()
    assert contract.standing == "BLOCKED"
    delinquency.assess_day(today=date(2026, 4, 8), actor=SYSTEM)
    contract.refresh_from_db()
    assert contract.standing == "CLEAR"


def test_any_payment_releases_where_the_policy_says_so(contract):
    World(date(2026, 3, 10)).to(BLOCK)
    DunningPolicy.objects.update(release_on_any_payment=True)

    with clock.frozen(at(BLOCK, 11)):
        settle(Charge.objects.get(due_date=DUE), Money(1000))

    contract.refresh_from_db()
    assert contract.standing == "CLEAR"
    assert Pendency.objects.get().grace_until == date(2026, 4, 8)


def test_a_reversal_opens_everything_again(contract):
    World(date(2026, 3, 10)).to(BLOCK)
    charge = Charge.objects.get(due_date=DUE)
    with clock.frozen(at(BLOCK, 11)):
        payment = settle(charge, Money(99900))
        settlement.reverse(payment=payment, reason="cheque sem fundo", actor=SYSTEM)

    charge.refresh_from_db()
    contract.refresh_from_db()
    assert (charge.state, charge.paid_on, contract.standing) == ("OPEN", None, "BLOCKED")
    assert sum(entry.incoming.cents - entry.outgoing.cents for entry in CashEntry.objects.all()) == 0
    assert queries.credit_of(contract.customer_id) == ZERO
    assert invariants.broken() == []
    with pytest.raises(StateConflict):
        settlement.reverse(payment=payment, reason="de novo", actor=SYSTEM)


def test_the_same_submission_twice_receives_once(charge):
    first = settle(charge, Money(1000), token="t1")

    again = settle(charge, Money(1000), token="t1")

    assert again == first and Payment.objects.count() == 1


def test_a_charge_that_somebody_received_is_refused_with_who_and_when(charge):
    joana = make.user(name="Joana Batista")
    settle(charge, charge.total, user_id=joana.pk)

    with pytest.raises(StateConflict, match="Joana Batista"):
        settle(charge, charge.total)
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    "changes, field",
    [({"value": ZERO}, "value"), ({"form": ""}, "form"), ({"form": "GOLD"}, "form"), ({"paid_on": date(2026, 3, 11)}, "paid_on")],
)
def test_what_cannot_be_received_is_said_by_field(charge, changes, field):
    with pytest.raises(BusinessError) as refused:
        settle(charge, **{"value": charge.total, **changes})

    assert set(refused.value.fields) == {field}
    assert not Payment.objects.exists()


def test_a_charge_of_another_customer_is_not_found(charge):
    other = make.customer(cpf_cnpj="")

    with pytest.raises(BusinessError):
        settlement.settle(customer=other, charge_ids=[charge.pk], data=receipt(charge.total), actor=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_f13_two_operators_receive_the_same_charge_at_once(charge):
    answers: list[str] = []
    start = threading.Barrier(2)

    def receive(name: str) -> None:
        start.wait()
        try:
            settle(charge, charge.total, token=name)
            answers.append("received")
        except StateConflict:
            answers.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=receive, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["received", "told"]
    assert Payment.objects.count() == 1
    assert invariants.broken() == []
