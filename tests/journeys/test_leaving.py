"""Leaving and coming back."""

from dataclasses import replace
from datetime import date

import pytest

from malha.billing import invariants, queries
from malha.billing.data import ReceiptData
from malha.billing.models import BilledPeriod, Charge, Payment
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.journeys import leaving, monthly_billing, onboarding, settlement
from malha.network.models import Access
from tests import make

pytestmark = pytest.mark.django_db


def signed_up():
    return onboarding.sign_up(data=make.sign_up(), actor=SYSTEM)


def test_cancelling_ends_the_price_and_makes_the_login_due():
    done = signed_up()
    Access.objects.update(due_at=None, sync_state="applied")

    leaving.cancel_contract(contract=done.contract, on=make.TODAY, reason="Mudança", actor=SYSTEM)

    access = Access.objects.get()
    assert (access.sync_state, access.wants_kick) == ("modified", True)
    assert access.due_at is not None
    done.contract.refresh_from_db()
    assert done.contract.state == "CANCELLED"
    assert not done.contract.items.filter(ends_on__isnull=True).exists()


def test_cancelling_twice_is_refused():
    done = signed_up()
    leaving.cancel_contract(contract=done.contract, on=make.TODAY, reason="Mudança", actor=SYSTEM)

    with pytest.raises(StateConflict):
        leaving.cancel_contract(contract=done.contract, on=make.TODAY, reason="Mudança", actor=SYSTEM)


def test_cancelling_needs_a_reason():
    done = signed_up()

    with pytest.raises(BusinessError) as refused:
        leaving.cancel_customer(customer=done.customer, on=make.TODAY, reason=" ", actor=SYSTEM)

    assert "reason" in refused.value.fields


def test_a_customer_who_left_comes_back_under_the_same_number():
    done = signed_up()
    leaving.cancel_customer(customer=done.customer, on=make.TODAY, reason="Mudança", actor=SYSTEM)
    leaving.archive_customer(customer=done.customer, reason="Mudou de cidade", actor=SYSTEM)
    with pytest.raises(BusinessError):
        make.contract(Customer.objects.get())
    form = make.sign_up(customer=make.customer_data(name="Rosa M. Duarte"))

    back = onboarding.sign_up(data=replace(form, returning_id=done.customer.pk), actor=SYSTEM)

    assert Customer.objects.count() == 1
    assert (back.customer.number, back.customer.name, back.customer.archived_at) == (1, "Rosa M. Duarte", None)
    assert back.contract.number == 2
    verbs = list(HistoryEntry.objects.filter(customer_id=back.customer.pk).order_by("id").values_list("verb", flat=True))
    assert verbs[-4:] == ["customer.reactivated", "customer.changed", "contract.created", "access.created"]


def test_a_customer_who_left_stays_in_the_list_and_cannot_leave_twice():
    done = signed_up()
    leaving.cancel_customer(customer=done.customer, on=make.TODAY, reason="Mudança", actor=SYSTEM)

    assert Customer.objects.get().archived_at is None
    with pytest.raises(StateConflict):
        leaving.cancel_customer(customer=done.customer, on=make.TODAY, reason="Mudança", actor=SYSTEM)


def test_a_record_with_a_running_contract_is_not_hidden():
    done = signed_up()

    with pytest.raises(BusinessError) as refused:
        leaving.archive_customer(customer=done.customer, reason="Engano", actor=SYSTEM)

    assert refused.value.code == "contracts_running"


def charged(price: str = "119,90"):
    """A contract of due day 20 that was charged today, 10 March: ten days until the 19th, due on the 20th."""
    make.company()
    contract = make.access(make.contract(due_day=20), plan=make.plan(price=price)).contract
    monthly_billing.bill_day(today=date(2026, 3, 10), actor=SYSTEM)
    return contract, Charge.objects.get()


def test_what_was_charged_for_days_after_the_end_is_taken_off_the_open_charge():
    contract, charge = charged()

    leaving.cancel_contract(contract=contract, on=date(2026, 3, 14), reason="Mudança", actor=SYSTEM)

    right = Money(11990 * 5 // 28)
    assert queries.outstanding([charge]) == {charge.pk: right}
    assert Payment.objects.get().kind == "CREDIT"
    assert BilledPeriod.objects.get().credited == charge.total - right
    assert invariants.broken() == []
    assert monthly_billing.bill_day(today=date(2026, 4, 10), actor=SYSTEM).charges == 0


def test_what_was_paid_for_days_after_the_end_is_credit():
    contract, charge = charged()
    data = ReceiptData(value=charge.total, paid_on=date(2026, 3, 10), form="CASH")
    settlement.settle(customer=contract.customer, charge_ids=[charge.pk], data=data, actor=SYSTEM)

    leaving.cancel_contract(contract=contract, on=date(2026, 3, 14), reason="Mudança", actor=SYSTEM)

    assert queries.credit_of(contract.customer_id) == charge.total - Money(11990 * 5 // 28)
    assert invariants.broken() == []


def test_the_open_charges_may_be_cancelled_with_the_contract():
    contract, charge = charged()

    leaving.cancel_contract(contract=contract, on=date(2026, 3, 14), reason="Erro", cancels_charges=True, actor=SYSTEM)

    charge.refresh_from_db()
    assert (charge.state, charge.cancel_reason) == ("CANCELLED", "Erro")
    assert queries.credit_of(contract.customer_id) == Money(0)
    assert invariants.broken() == []
