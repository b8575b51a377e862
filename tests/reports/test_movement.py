"""Ativações × cancelamentos."""

from datetime import date

import pytest

from malha.contracts.models import Contract
from malha.customers.models import CustomerGroup
from malha.reports import movement
from malha.reports.movement import Month
from tests import make
from tests.reports_make import TODAY, forget

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anew():
    make.company()
    forget()


def contract(began: date | None, ended: date | None = None, of=None, **values) -> Contract:
    made = make.contract(of)
    state = {"state": "CANCELLED"} if ended else {}
    Contract.objects.filter(pk=made.pk).update(activated_on=began, cancelled_on=ended, **state, **values)
    return made


def test_twelve_months_by_their_dates(django_assert_num_queries):
    contract(date(2025, 4, 1))
    contract(date(2025, 3, 31))  # a month too early
    contract(date(2026, 3, 1))
    contract(date(2026, 2, 1), date(2026, 3, 10))
    contract(None, date(2026, 3, 5))  # a draft that was given up
    contract(date(2026, 3, 30))  # not yet

    with django_assert_num_queries(2):
        months = movement.by_month(TODAY)

    assert [month.first for month in months] == [date(2025, n, 1) for n in range(4, 13)] + [date(2026, n, 1) for n in range(1, 4)]
    assert months[0] == Month(date(2025, 4, 1), 1, 0)
    assert months[-2] == Month(date(2026, 2, 1), 1, 0)
    assert (months[-1].activated, months[-1].cancelled, months[-1].balance) == (1, 1, 0)
    with django_assert_num_queries(1):
        assert movement.by_month(TODAY) == months


def test_only_the_groups_that_are_seen_and_only_ones_own_sales():
    group, seller = CustomerGroup.objects.create(name="Centro"), make.user()
    contract(date(2026, 3, 1), of=make.customer(group_id=group.pk))
    contract(date(2026, 3, 1), seller=seller)
    contract(date(2026, 3, 1))

    assert movement.by_month(TODAY)[-1].activated == 3
    assert movement.by_month(TODAY, (group.pk,))[-1].activated == 1
    assert movement.by_month(TODAY, (), seller.pk)[-1].activated == 1
