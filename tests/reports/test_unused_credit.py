"""Credit that no charge has used, found again without looking at every payment."""

import pytest

from malha.billing.data import ReceiptData
from malha.billing.models import Payment
from malha.billing.services import credit, payments
from malha.core.history import SYSTEM
from malha.reports import unused_credit
from tests import make
from tests.reports_make import TODAY, due, forget, money, pay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anew():
    make.company()
    forget()


def test_what_is_too_much_is_credit_until_a_charge_uses_it(django_assert_num_queries):
    customer = make.customer()
    pay(due(-5, "100,00", customer), "130,00")
    pay(due(-5, "100,00"), "100,00")

    assert unused_credit.summary() == unused_credit.Summary(1, money("30,00"), 0)

    due(-6, "20,00", customer)
    credit.use(customer_ids=[customer.pk], today=TODAY, actor=SYSTEM)
    with django_assert_num_queries(1):
        assert unused_credit.summary() == unused_credit.Summary(1, money("10,00"), 0)

    due(-6, "20,00", customer)
    credit.use(customer_ids=[customer.pk], today=TODAY, actor=SYSTEM)
    assert unused_credit.summary() == unused_credit.Summary()


def test_f19_a_charge_paid_twice_shows_as_a_payment_that_no_charge_took():
    customer = make.customer()
    pay(due(-5, "100,00", customer), "100,00")
    assert unused_credit.summary() == unused_credit.Summary()

    data = ReceiptData(value=money("100,00"), paid_on=TODAY, form="PIX")
    twice = payments.receive(customer=customer, charge_ids=[], data=data, actor=SYSTEM)
    assert unused_credit.summary() == unused_credit.Summary(1, money("100,00"), 1)

    payments.reverse(payment=twice, reason="devolvido", actor=SYSTEM)
    assert unused_credit.summary() == unused_credit.Summary()
    assert list(unused_credit.payments()) == []


def test_another_database_is_noticed():
    pay(due(-5, "100,00"), "130,00")
    unused_credit.summary()
    payment = Payment.objects.get()

    Payment.objects.filter(pk=payment.pk).update(received_at="2020-01-01T00:00Z", value=money("140,00"))

    assert unused_credit.summary().amount == money("40,00")
