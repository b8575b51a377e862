"""The situation of a charge is said twice, in Python and in SQL: both must say the same."""

from datetime import date, timedelta
from itertools import product

import pytest

from malha.billing.models import Allocation, Charge, Payment
from malha.contracts.models import Contract
from malha.core import clock
from malha.domain.money import Money
from malha.reports import charge_rows, charge_situations
from malha.reports.charge_criteria import ChargeCriteria, narrowed
from malha.reports.charge_situations import ChargeSituation
from tests import billing_make, make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)


@pytest.fixture
def every_kind() -> list[Charge]:
    """A charge of each state, due date, part paid or not, with a contract in trust, without trust, and without a contract."""
    customer = make.customer()
    calm, trusted = make.contract(customer), make.contract(customer)
    Contract.objects.filter(pk=trusted.pk).update(standing_cause="TRUST")
    payment = Payment.objects.create(
        number=900, customer=customer, value=Money(100_000), paid_on=TODAY, received_at=clock.now(), form="CASH"
    )
    for state, days, is_part_paid, contract in product(
        ("OPEN", "PAID", "CANCELLED", "REPLACED"), (-1, 0, 1), (False, True), (None, calm, trusted)
    ):
        charge = billing_make.charge(customer, "10,00", TODAY + timedelta(days=30), contract_id=contract.pk if contract else None)
        paid_on = TODAY if state == "PAID" else None
        Charge.objects.filter(pk=charge.pk).update(state=state, due_date=TODAY + timedelta(days=days), paid_on=paid_on)
        if is_part_paid:
            Allocation.objects.create(payment=payment, charge=charge, at=clock.now(), principal=Money(400))
    return list(Charge.objects.select_related("contract").prefetch_related("allocations"))


def in_python(charge: Charge) -> ChargeSituation:
    return charge_situations.situation(
        charge.state,
        charge.due_date,
        today=TODAY,
        is_partly_paid=bool(charge.allocations.all()),
        is_trusted=charge.contract is not None and charge.contract.standing_cause == "TRUST",
    )


def test_python_and_sql_agree_about_every_combination(every_kind):
    for wanted in ChargeSituation:
        expected = {charge.pk for charge in every_kind if in_python(charge) is wanted}
        assert set(charge_situations.only(Charge.objects.all(), wanted, TODAY).values_list("pk", flat=True)) == expected, wanted


def test_the_totals_are_the_sums_of_the_rows(every_kind):
    everything = ChargeCriteria(situation=ChargeSituation.REPLACED)
    totals = charge_rows.totals(narrowed(everything), TODAY)

    rows = charge_rows.rows([charge.pk for charge in every_kind], today=TODAY)
    for wanted in ChargeSituation:
        mine = [row for row in rows if row.situation is wanted]
        amount = Money.total(row.left if row.state == "OPEN" else row.total for row in mine)
        assert totals[wanted] == charge_rows.Total(len(mine), amount), wanted


def test_a_line_takes_a_constant_number_of_statements(every_kind, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert len(charge_rows.rows([charge.pk for charge in every_kind], today=TODAY)) == len(every_kind)
    assert charge_rows.rows([], today=TODAY) == []
