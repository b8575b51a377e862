"""Walk 1 of the house: register, and everything follows."""

import pytest

from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.journeys import onboarding
from malha.network.models import Access, SyncState
from tests import make

pytestmark = pytest.mark.django_db


def test_minimum_of_the_seed_makes_an_active_customer_with_a_due_access():
    data = make.sign_up(customer=make.customer_data(name="Ana", email="", cpf_cnpj="", phones=(), address=make.AddressData()))

    done = onboarding.sign_up(data=data, actor=SYSTEM)

    assert done.customer.number == 1
    assert done.contract.state == "ACTIVE"
    assert [item.amount for item in done.contract.items.all()] == [Money.parse_brl("119,90")]
    assert done.accesses[0].sync_state == SyncState.MODIFIED
    assert done.accesses[0].due_at is not None


def test_password_is_neither_in_the_database_nor_in_the_history():
    done = onboarding.sign_up(data=make.sign_up(), actor=SYSTEM)

    stored = Access.objects.filter(pk=done.accesses[0].pk).extra(select={"raw": "password"}).values_list("raw", flat=True)[0]
    assert make.PASSWORD not in stored
    assert not any(make.PASSWORD in str(entry.after) for entry in HistoryEntry.objects.all())
    assert Access.objects.get(pk=done.accesses[0].pk).password == make.PASSWORD


def test_every_mistake_is_told_at_once():
    data = make.sign_up(
        customer=make.customer_data(name="", cpf_cnpj="111.111.111-11"),
        due_day=32,
        accesses=(make.access_data(username="", password="x"),),
    )

    with pytest.raises(BusinessError) as refused:
        onboarding.sign_up(data=data, actor=SYSTEM)

    assert set(refused.value.fields) == {
        "customer.name",
        "customer.cpf_cnpj",
        "contract.due_day",
        "accesses.0.username",
        "accesses.0.password",
    }
    assert not Customer.objects.exists()


@pytest.mark.parametrize("other", ["rosa.duarte", "ROSA.DUARTE", "rósa.duarte", " Rosa.Duarte "])
def test_a_login_is_taken_whatever_its_case_or_accents(other):
    make.company()
    make.access(username="rosa.duarte")

    with pytest.raises(BusinessError) as refused:
        onboarding.sign_up(data=make.sign_up(accesses=(make.access_data(username=other),)), actor=SYSTEM)

    assert list(refused.value.fields) == ["accesses.0.username"]


def test_the_same_login_twice_in_one_form_is_refused():
    rows = (make.access_data(username="casa"), make.access_data(username="CASA"))

    with pytest.raises(BusinessError) as refused:
        onboarding.sign_up(data=make.sign_up(accesses=rows), actor=SYSTEM)

    assert list(refused.value.fields) == ["accesses.1.username"]


def test_a_submission_sent_twice_makes_one_customer():
    data = make.sign_up()
    first = onboarding.sign_up(data=data, actor=SYSTEM, token="abc")

    second = onboarding.sign_up(data=data, actor=SYSTEM, token="abc")

    assert second.is_repeat
    assert second.customer == first.customer
    assert Customer.objects.count() == 1


def test_without_a_plan_the_contract_is_a_draft_that_bills_nothing():
    done = onboarding.sign_up(data=make.sign_up(accesses=()), actor=SYSTEM)

    assert (done.contract.state, done.contract.waiting_for) == ("DRAFT", "PLAN")
    assert done.contract.billing_starts_on is None


def test_an_access_added_later_activates_the_draft():
    done = onboarding.sign_up(data=make.sign_up(accesses=()), actor=SYSTEM)

    make.access(done.contract)

    done.contract.refresh_from_db()
    assert done.contract.state == "ACTIVE"
    assert done.contract.items.count() == 1


def test_the_history_of_a_sign_up_is_written_with_it_or_not_at_all():
    data = make.sign_up()
    before = HistoryEntry.objects.count()

    onboarding.sign_up(data=data, actor=SYSTEM)
    made = list(HistoryEntry.objects.order_by("id").values_list("verb", flat=True))[before:]
    with pytest.raises(BusinessError):
        onboarding.sign_up(data=data, actor=SYSTEM)  # the login is taken now

    assert made == ["customer.created", "contract.created", "access.created"]
    assert HistoryEntry.objects.count() == before + 3
