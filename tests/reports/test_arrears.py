"""What is late, by the days it is late."""

from datetime import timedelta

import pytest

from malha.billing.data import AgreementData
from malha.billing.models import Charge
from malha.billing.services import charges, payments
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import SYSTEM
from malha.customers.models import CustomerGroup
from malha.domain.money import ZERO, Money
from malha.reports import arrears
from tests import make
from tests.conftest import THE_DAY
from tests.reports_make import TODAY, due, money, pay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company():
    make.company()


def by_band() -> list[tuple[int, Money]]:
    return [(band.customers, band.amount) for band in arrears.by_band(TODAY)]


def test_each_day_belongs_to_one_band():
    edges = (1, 7, 8, 15, 16, 30, 31, 60, 61, 400)
    for days in edges:
        due(days, "10,00")
    due(0, "10,00")
    due(-5, "10,00")

    assert by_band() == [(2, money("20,00"))] * 5


def test_a_part_that_was_paid_is_not_late_and_a_reversal_makes_it_late_again():
    charge = due(10, "100,00")
    paid = pay(charge, "60,00")  # of which 0,39 fine and interest with the part they belong to
    principal = paid.allocations.get().principal

    assert by_band()[1] == (1, money("100,00") - principal)

    payments.reverse(payment=paid, reason="cheque devolvido", actor=SYSTEM)
    assert by_band()[1] == (1, money("100,00"))


def test_what_is_paid_cancelled_or_replaced_is_not_late():
    paid, cancelled, put_off = due(10), due(10), due(10)
    pay(paid, "200,00")
    charges.cancel(charge=cancelled, reason="lançada por engano", actor=SYSTEM)
    charges.replace(charge=put_off, due_date=TODAY + timedelta(days=5), reason="pediu prazo", actor=SYSTEM)

    assert by_band() == [(0, ZERO)] * 5


def test_an_agreement_counts_once():
    with clock.frozen(THE_DAY - timedelta(days=20)):
        customer = make.customer()
    one, two = due(40, "100,00", customer), due(10, "100,00", customer)
    with clock.frozen(THE_DAY - timedelta(days=3)):
        data = AgreementData(charge_ids=(one.pk, two.pk), installments=2, first_due=TODAY - timedelta(days=2), waives_fees=True)
        charges.agree(customer=customer, data=data, actor=SYSTEM)

    # Two instalments of 100,00; the second falls due in a month.
    assert by_band() == [(1, money("100,00")), (0, ZERO), (0, ZERO), (0, ZERO), (0, ZERO)]


def test_trust_and_contestation_do_not_make_the_debt_smaller():
    trusted = due(10, "100,00")
    contract = make.contract(trusted.customer)
    Charge.objects.filter(pk=trusted.pk).update(contract=contract)
    Contract.objects.filter(pk=contract.pk).update(standing_cause="TRUST")
    contested = due(10, "50,00")
    charges.contest(charge=contested, note="diz que já pagou", actor=SYSTEM)

    assert by_band()[1] == (2, money("150,00"))


def test_a_customer_late_twice_in_a_band_is_one_customer():
    customer = make.customer()
    due(2, "10,00", customer)
    due(3, "10,00", customer)
    due(20, "10,00", customer)

    assert by_band()[0] == (1, money("20,00"))
    assert by_band()[2] == (1, money("10,00"))


def test_groups_that_are_not_seen_are_not_counted(django_assert_num_queries):
    group = CustomerGroup.objects.create(name="Centro")
    due(2, "10,00", make.customer(group_id=group.pk))
    due(2, "99,00")

    with django_assert_num_queries(1):
        assert arrears.by_band(TODAY, (group.pk,))[0].amount == money("10,00")
