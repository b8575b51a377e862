"""What changes in the middle of a period: price, due day, plan, a customer who leaves and comes back (issue 3 A.1)."""

from dataclasses import replace
from datetime import date

import pytest

from malha.billing import invariants, queries
from malha.billing.data import OneOffData
from malha.billing.models import BilledPeriod, Charge, ChargeLine
from malha.billing.services import charges
from malha.contracts.models import Contract, Plan
from malha.contracts.services import contracts, due_days, plans
from malha.core import clock
from malha.core.history import SYSTEM
from malha.domain.money import Money
from malha.dunning.queries import standard_days
from malha.journeys import charge_changes, leaving, monthly_billing, onboarding, plan_changes
from tests import make
from tests.world import at

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 10)


@pytest.fixture
def contract() -> Contract:
    """Since 10 March, due on the 20th, 120,00 a month."""
    make.company()
    return make.access(make.contract(due_day=20), plan=make.plan("Fibra", price="120,00")).contract


def bill(day: date) -> None:
    with clock.frozen(at(day, 5)):
        monthly_billing.bill_day(today=day, actor=SYSTEM)


def of(due: date) -> Charge:
    return Charge.objects.get(due_date=due)


def lines(charge: Charge) -> list[tuple[str, Money, int]]:
    return [(line.kind, line.amount, line.days) for line in charge.lines.all()]


def new_price(day: date, price: str) -> None:
    plan = Plan.objects.get()
    data = replace(plans.data_of(plan), price=Money.parse_brl(price))
    with clock.frozen(at(day)):
        plan_changes.change_plan(plan=plan, data=data, reprices=True, reason="Reajuste anual", actor=SYSTEM)


def test_nothing_is_charged_sooner_than_the_days_ahead_of_its_due_date(contract):
    bill(TODAY)
    bill(date(2026, 4, 9))
    assert list(Charge.objects.values_list("due_date", flat=True)) == [date(2026, 3, 20)]

    bill(date(2026, 4, 10))

    assert of(date(2026, 4, 20)).issued_on == date(2026, 4, 10)


def test_a_new_price_counts_from_its_day_and_never_backwards(contract):
    bill(TODAY)
    new_price(date(2026, 4, 5), "150,00")

    bill(date(2026, 4, 10))

    # 20 March to 19 April: sixteen days at the old price, fifteen at the new one.
    charge = of(date(2026, 4, 20))
    assert lines(charge) == [("INTERNET", Money(12000 * 16 // 31), 16), ("INTERNET", Money(15000 * 15 // 31), 15)]
    bill(date(2026, 5, 10))
    assert lines(of(date(2026, 5, 20))) == [("INTERNET", Money(15000), 30)]
    assert invariants.broken() == []


def test_a_new_price_for_days_that_are_charged_already_is_corrected_by_the_day(contract):
    for day in (TODAY, date(2026, 4, 10)):
        bill(day)
    new_price(date(2026, 4, 15), "150,00")

    bill(date(2026, 5, 10))

    # Five of the thirty-one days to 19 April lay ahead.
    right = 12000 * 26 // 31 + 15000 * 5 // 31
    assert of(date(2026, 4, 20)).total == Money(12000)
    assert of(date(2026, 5, 20)).lines.get(kind="ADJUSTMENT").amount == Money(right - 12000)
    assert invariants.broken() == []


def test_another_due_day_makes_one_period_shorter_and_leaves_no_hole(contract):
    bill(TODAY)
    with clock.frozen(at(date(2026, 3, 25))):
        due_days.change(contracts=Contract.objects.all(), due_day=5, actor=SYSTEM)

    for day in (date(2026, 3, 26), date(2026, 4, 25), date(2026, 5, 26)):
        bill(day)

    periods = list(BilledPeriod.objects.values_list("starts_on", "ends_on", "due_date"))
    assert periods == [
        (date(2026, 3, 10), date(2026, 3, 19), date(2026, 3, 20)),
        (date(2026, 3, 20), date(2026, 4, 4), date(2026, 4, 5)),
        (date(2026, 4, 5), date(2026, 5, 4), date(2026, 5, 5)),
        (date(2026, 5, 5), date(2026, 6, 4), date(2026, 6, 5)),
    ]
    # 5 March to 4 April has 31 days; sixteen of them are left.
    assert [charge.total for charge in Charge.objects.order_by("due_date")][1:] == [Money(12000 * 16 // 31), Money(12000), Money(12000)]
    assert invariants.broken() == []


def test_who_leaves_and_comes_back_in_the_same_month_pays_each_day_once(contract):
    bill(TODAY)
    with clock.frozen(at(date(2026, 3, 28))):
        leaving.cancel_contract(contract=contract, on=date(2026, 3, 28), reason="Mudança", actor=SYSTEM)
    with clock.frozen(at(date(2026, 4, 3))):
        form = make.sign_up(accesses=(make.access_data(plan_id=Plan.objects.get().pk),))
        back = onboarding.sign_up(data=replace(form, returning_id=contract.customer_id), actor=SYSTEM).contract

    bill(date(2026, 4, 10))

    found = {charge.contract_id: charge.total for charge in Charge.objects.filter(due_date=date(2026, 4, 20))}
    assert found == {contract.pk: Money(12000 * 9 // 31), back.pk: Money(12000 * 17 // 31)}
    assert invariants.broken() == []


def test_lines_that_were_issued_stay_as_they_were_whatever_changes_afterwards(contract):
    bill(TODAY)
    issued = list(ChargeLine.objects.order_by("pk").values())
    charge = of(date(2026, 3, 20))
    terms = charge.fine_basis_points, charge.interest_basis_points, charge.total

    new_price(TODAY, "150,00")
    data = replace(contracts.data_of(contract), discount=Money(1000), surcharge=Money(500))
    contracts.update(contract=contract, data=data, standard_days=standard_days(), actor=SYSTEM)
    type(charge.collection_method).objects.update(fine_basis_points=0, interest_basis_points=0)
    charges.issue_one_off(
        customer=contract.customer, data=OneOffData(description="Visita", amount=Money(5000), due_date=date(2026, 3, 20)), actor=SYSTEM
    )
    fresh = charge_changes.replace(charge=charge, due_date=date(2026, 3, 30), total=Money(3000), reason="acordado", actor=SYSTEM)
    charge_changes.cancel(charge=fresh, reason="erro", actor=SYSTEM)
    bill(date(2026, 4, 10))

    assert list(ChargeLine.objects.filter(charge=charge).order_by("pk").values()) == issued
    charge.refresh_from_db()
    assert (charge.fine_basis_points, charge.interest_basis_points, charge.total) == terms


def test_new_terms_leave_what_is_charged_alone(contract):
    bill(TODAY)
    bill(date(2026, 4, 10))
    with clock.frozen(at(date(2026, 4, 12))):  # inside the period that was charged on the tenth
        data = replace(contracts.data_of(contract), discount=Money(2000))
        contracts.update(contract=contract, data=data, standard_days=standard_days(), actor=SYSTEM)

    bill(date(2026, 5, 10))

    assert of(date(2026, 5, 20)).total == Money(10000)
    assert "ADJUSTMENT" not in ChargeLine.objects.values_list("kind", flat=True)


def test_time_that_was_exempt_stays_so_when_the_exemption_ends(contract):
    Contract.objects.filter(pk=contract.pk).update(exempt=True)
    bill(TODAY)
    bill(date(2026, 4, 10))
    Contract.objects.filter(pk=contract.pk).update(exempt=False)

    bill(date(2026, 5, 10))

    charge = Charge.objects.get()
    assert (charge.due_date, charge.total) == (date(2026, 5, 20), Money(12000))
    assert [found for found in invariants.CHECKS for _broken in found()] == []


def test_of_who_left_no_more_is_asked_than_the_days_that_were_served(contract):
    bill(TODAY)
    with clock.frozen(at(date(2026, 3, 15))):
        leaving.cancel_contract(contract=contract, on=date(2026, 3, 15), reason="Mudança", actor=SYSTEM)

    for day in (date(2026, 3, 16), date(2026, 4, 10), date(2026, 5, 10)):
        bill(day)

    charge = Charge.objects.get()
    assert queries.outstanding([charge])[charge.pk] == Money(12000 * 6 // 28)
    assert queries.credit_of(contract.customer_id) == Money(0)
