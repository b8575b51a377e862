"""Charges made, replaced, cancelled and contested by a person."""

from datetime import date

import pytest

from malha.billing import invariants, queries
from malha.billing.data import AgreementData, OneOffData, ReceiptData
from malha.billing.models import BilledPeriod, Booklet, Charge
from malha.billing.services import charges, parked, payments
from malha.core import clock
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.domain.money import Money
from malha.journeys import monthly_billing
from malha.reports import charge_rows
from tests import billing_make, make
from tests.world import at

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 10)


def one_off(**values) -> OneOffData:
    return OneOffData(**{"description": "Visita técnica", "amount": Money(10000), "due_date": date(2026, 3, 20), **values})


def test_a_one_off_charge_needs_no_contract():
    customer = make.customer()

    (charge,) = charges.issue_one_off(customer=customer, data=one_off(), actor=SYSTEM)

    assert (charge.total, charge.due_date) == (Money(10000), date(2026, 3, 20))
    assert (charge.kind, charge.contract, charge.number) == ("ONE_OFF", None, 1)
    assert [(line.description, line.amount) for line in charge.lines.all()] == [("Visita técnica", Money(10000))]
    assert HistoryEntry.objects.get(verb="charge.issued").customer_id == customer.pk


def test_a_booklet_of_three_sums_to_the_cent_and_keeps_the_day():
    made = charges.issue_one_off(customer=make.customer(), data=one_off(due_date=date(2026, 3, 31), installments=3), actor=SYSTEM)

    assert [(one.due_date, one.total) for one in made] == [
        (date(2026, 3, 31), Money(3334)), (date(2026, 4, 30), Money(3333)), (date(2026, 5, 31), Money(3333)),
    ]  # fmt: skip
    assert Booklet.objects.get().installments == 3
    assert [one.lines.get().description for one in made] == [f"Visita técnica {n}/3" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "values, field",
    [
        ({"description": " "}, "description"), ({"description": "x" * 121}, "description"), ({"amount": Money(0)}, "amount"),
        ({"amount": Money(2), "installments": 3}, "amount"), ({"installments": 0}, "installments"), ({"installments": 61}, "installments"),
        ({"due_date": date(2026, 3, 9)}, "due_date"), ({"kind": "MONTHLY"}, "kind"), ({"contract_id": 99}, "contract_id"),
        ({"collection_method_id": 99}, "collection_method_id"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_field(values, field):
    with pytest.raises(BusinessError) as refused:
        charges.issue_one_off(customer=make.customer(), data=one_off(**values), actor=SYSTEM)

    assert set(refused.value.fields) == {field}
    assert not Charge.objects.exists() and not Booklet.objects.exists()


def test_an_agreement_takes_the_place_of_what_was_owed():
    customer = make.customer()
    first, second = billing_make.charge(customer, "100,00"), billing_make.charge(customer, "50,00", date(2026, 4, 20))
    with clock.frozen(at(date(2026, 4, 20))):
        data = AgreementData(charge_ids=(first.pk, second.pk), first_due=date(2026, 4, 25), installments=3, entry=Money(3000))
        agreement = charges.agree(customer=customer, data=data, actor=SYSTEM)

    # 100,00 due 20 March, 31 days late: 2,00 + 1,03.
    assert agreement.total == Money(15303)
    parts = list(agreement.instalments.order_by("installment_number"))
    assert [(one.due_date, one.total) for one in parts] == [
        (date(2026, 4, 25), Money(3000)), (date(2026, 5, 25), Money(6152)), (date(2026, 6, 25), Money(6151)),
    ]  # fmt: skip
    assert set(Charge.objects.filter(settled_by=agreement).values_list("state", flat=True)) == {"REPLACED"}
    assert invariants.broken() == []
    with pytest.raises(StateConflict):
        charges.agree(customer=customer, data=data, actor=SYSTEM)


@pytest.mark.parametrize(
    "values, field",
    [({"charge_ids": ()}, "charge_ids"), ({"installments": 0}, "installments"), ({"entry": Money(99999)}, "entry"),
     ({"first_due": date(2026, 3, 1)}, "first_due")],
)  # fmt: skip
def test_an_agreement_that_makes_no_sense_is_refused(values, field):
    charge = billing_make.charge()
    data = AgreementData(**{"charge_ids": (charge.pk,), "first_due": date(2026, 4, 1), "installments": 2, **values})

    with pytest.raises(BusinessError) as refused:
        charges.agree(customer=charge.customer, data=data, actor=SYSTEM)

    assert set(refused.value.fields) == {field}


def test_replacing_keeps_the_old_one_and_moves_the_period():
    make.access(make.contract(due_day=20), plan=make.plan(price="119,90"))
    monthly_billing.bill_day(today=TODAY, actor=SYSTEM)
    old = Charge.objects.get()

    fresh = charges.replace(charge=old, due_date=date(2026, 3, 30), total=Money(4000), reason="combinado por telefone", actor=SYSTEM)

    old.refresh_from_db()
    assert (old.state, fresh.state, fresh.replaces) == ("REPLACED", "OPEN", old)
    assert (fresh.due_date, fresh.total, fresh.period_start) == (date(2026, 3, 30), Money(4000), old.period_start)
    assert fresh.lines.last().amount == Money(4000) - old.total
    assert BilledPeriod.objects.get().charge == fresh
    assert monthly_billing.bill_day(today=TODAY, actor=SYSTEM).charges == 0
    assert invariants.broken() == []


def test_what_is_partly_paid_is_neither_replaced_nor_cancelled():
    charge = billing_make.charge()
    data = ReceiptData(value=Money(1000), paid_on=TODAY, form="PIX")
    payments.receive(customer=charge.customer, charge_ids=[charge.pk], data=data, actor=SYSTEM)

    with pytest.raises(StateConflict):
        charges.replace(charge=charge, due_date=date(2026, 4, 1), reason="x", actor=SYSTEM)
    with pytest.raises(StateConflict):
        charges.cancel(charge=charge, reason="x", actor=SYSTEM)


def test_cancelled_and_restored_with_reasons():
    charge = billing_make.charge()
    with pytest.raises(BusinessError):
        charges.cancel(charge=charge, reason=" ", actor=SYSTEM)

    charges.cancel(charge=charge, reason="em dobro", actor=SYSTEM)
    charge.refresh_from_db()
    assert (charge.state, charge.cancelled_on) == ("CANCELLED", TODAY)
    assert queries.outstanding([charge]) == {charge.pk: Money(0)}
    charges.restore(charge=charge, reason="não era", actor=SYSTEM)

    charge.refresh_from_db()
    assert (charge.state, charge.cancelled_on) == ("OPEN", None)
    with pytest.raises(StateConflict):
        charges.restore(charge=charge, reason="de novo", actor=SYSTEM)


def test_a_parked_contract_goes_on_or_begins_anew_from_today():
    contracts = [make.contract(make.customer(cpf_cnpj=""), plans=(make.plan(price="100,00"),), due_day=20) for _n in range(2)]
    later, morning = date(2027, 5, 10), date(2027, 5, 11)
    monthly_billing.bill_day(today=later, actor=SYSTEM)
    first, second = contracts[0].parkings.get(), contracts[1].parkings.get()
    with clock.frozen(at(later)):
        parked.resume(parked=first, actor=SYSTEM)
        with pytest.raises(BusinessError):
            parked.skip_to_today(parked=second, reason=" ", actor=SYSTEM)
        parked.skip_to_today(parked=second, reason="estava sem uso", actor=SYSTEM)

    with clock.frozen(at(morning)):
        monthly_billing.bill_day(today=morning, actor=SYSTEM)

    assert Charge.objects.filter(contract=contracts[0]).count() == 6
    assert Charge.objects.get(contract=contracts[1], issued_on=morning, period_start=later).total == Money(10000 * 10 // 30)
    assert invariants.broken() == []
    with pytest.raises(StateConflict):
        parked.resume(parked=first, actor=SYSTEM)


def test_a_contested_charge_owes_neither_fine_nor_interest_while_it_is_looked_into():
    with clock.frozen(at(date(2026, 2, 1))):
        charge = billing_make.charge(amount="100,00", due_date=date(2026, 2, 20))
    assert payments.due_on([charge], TODAY)[0].total > Money(10000)

    charges.contest(charge=charge, note="diz que não usou", actor=SYSTEM)
    charge.refresh_from_db()
    (row,) = charge_rows.rows([charge.pk], today=TODAY)
    assert payments.due_on([charge], TODAY)[0].total == row.updated == Money(10000)

    charges.settle_contest(charge=charge, note="usou", actor=SYSTEM)
    charge.refresh_from_db()
    assert payments.due_on([charge], TODAY)[0].total > Money(10000)
