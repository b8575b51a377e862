"""Numbers of charges: one each, whoever asks at the same moment (failure mode F7). Runs on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import IntegrityError, connections, transaction

from malha.billing.data import OneOffData
from malha.billing.models import Charge
from malha.billing.services import charges
from malha.core.history import SYSTEM
from malha.core.models import Counter
from malha.domain.money import Money
from tests import billing_make, make

PEOPLE, EACH = 10, 5


@pytest.mark.django_db(transaction=True)
def test_f7_fifty_issues_at_once_are_fifty_numbers_without_a_hole():
    customers = [make.customer(cpf_cnpj="") for _n in range(PEOPLE)]
    data = OneOffData(description="Visita", amount=Money(1000), due_date=date(2026, 3, 20))
    start = Barrier(PEOPLE)

    def issue(customer):
        try:
            start.wait()
            for _n in range(EACH):
                charges.issue_one_off(customer=customer, data=data, actor=SYSTEM)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(issue, customers))

    assert sorted(Charge.objects.values_list("number", flat=True)) == list(range(1, PEOPLE * EACH + 1))
    assert Counter.objects.get(pk="charge").last == PEOPLE * EACH


@pytest.mark.django_db
def test_f7_a_number_that_was_rolled_back_is_given_again_and_none_twice():
    first = billing_make.charge()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        billing_make.charge(first.customer)
        raise ZeroDivisionError

    assert billing_make.charge(first.customer).number == first.number + 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Charge.objects.update(number=first.number)
