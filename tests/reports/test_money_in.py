"""What came in and what was to come in."""

from datetime import date, timedelta

import pytest

from malha.billing.models import Payment, PaymentKind
from malha.billing.services import charges, payments
from malha.core import clock
from malha.core.history import SYSTEM
from malha.domain.money import Money
from malha.reports import money_in
from tests import make
from tests.conftest import THE_DAY
from tests.reports_make import TODAY, due, money, pay

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture(autouse=True)
def company():
    make.company()


def test_received_is_money_fines_and_excess_included(django_assert_num_queries):
    pay(due(4, "119,90"), "122,46")  # 2,40 fine, 0,16 interest
    pay(due(-5, "100,00"), "150,00", TODAY - timedelta(days=1))

    with django_assert_num_queries(1):
        found = money_in.read(FIRST, LAST)

    assert found.received == {TODAY - timedelta(days=1): money("150,00"), TODAY: money("122,46")}
    assert found.received_total == money("272,46")


def test_a_reversal_takes_away_on_its_own_day():
    with clock.frozen(THE_DAY - timedelta(days=30)):
        paid = pay(due(-40, "100,00"), "100,00", TODAY - timedelta(days=30))
    payments.reverse(payment=paid, reason="engano", actor=SYSTEM)

    found = money_in.read(FIRST, LAST)

    assert found.received == {TODAY: money("-100,00")}


def test_credit_given_by_us_is_no_money_nor_is_its_reversal():
    customer = make.customer()
    values = {"customer": customer, "paid_on": TODAY, "received_at": clock.now()}
    gift = Payment.objects.create(number=1, kind=PaymentKind.CREDIT, value=Money(5000), **values)
    Payment.objects.create(number=2, kind=PaymentKind.REVERSAL, value=Money(-5000), reverses=gift, **values)

    assert money_in.read(FIRST, LAST).received == {}


def test_expected_is_what_falls_due_and_still_stands():
    due(5, "100,00")
    paid = due(-5, "50,00")
    pay(paid, "50,00")
    charges.cancel(charge=due(-6, "70,00"), reason="engano", actor=SYSTEM)
    charges.replace(charge=due(-7, "30,00"), due_date=TODAY + timedelta(days=60), reason="pediu prazo", actor=SYSTEM)

    found = money_in.read(FIRST, LAST)

    assert found.expected == {TODAY - timedelta(days=5): money("100,00"), TODAY + timedelta(days=5): money("50,00")}
    assert found.percent == 33
    assert money_in.read(date(2020, 1, 1), date(2020, 1, 31)).percent is None
