"""Leaving and coming back."""

from dataclasses import replace

import pytest

from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.journeys import leaving, onboarding
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
