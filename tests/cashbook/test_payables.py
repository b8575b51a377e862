"""Bills: instalments, paying, undoing, repeating."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from malha.cashbook import invariants, queries
from malha.cashbook.data import PayableData, PayData
from malha.cashbook.models import CashEntry, Payable
from malha.cashbook.services import closings, payables, suppliers
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.domain.money import ZERO, Money
from tests import cashbook_make, make
from tests.cashbook_make import TODAY, money

pytestmark = pytest.mark.django_db


def pay(payable: Payable, amount: str = "300,00", **values) -> CashEntry:
    values = {"account_id": cashbook_make.default().pk, "paid_on": TODAY, **values}
    return payables.pay(payable=payable, data=PayData(amount=money(amount), **values), actor=SYSTEM)


def test_instalments_fall_due_a_month_apart_and_add_up_to_the_cent():
    cashbook_make.payable("100,00", installments=3, due_date=date(2026, 1, 31), document_number="NF 12", barcode="123")

    rows = list(Payable.objects.order_by("installment"))
    assert [row.due_date for row in rows] == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert [row.amount.cents for row in rows] == [3334, 3333, 3333]
    assert [(row.installment, row.installments, row.document_number) for row in rows] == [(n, 3, "NF 12") for n in (1, 2, 3)]
    assert [row.barcode for row in rows] == ["123", "", ""]
    assert HistoryEntry.objects.filter(verb="payable.created").count() == 3


class TestInstalments(TestCase):
    @given(st.integers(120, 10**12), st.integers(1, 120), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
    def test_no_split_makes_or_loses_a_cent(self, cents: int, parts: int, due_date: date) -> None:
        data = PayableData(description="x", amount=Money(cents), due_date=due_date, installments=parts)

        made = payables.create(data=data, actor=SYSTEM)

        assert Money.total(row.amount for row in made) == Money(cents)
        assert len({row.due_date for row in made}) == len(made) == parts
        assert max(row.amount for row in made) - min(row.amount for row in made) <= Money(1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"description": " "}, "description"),
        ({"description": "x" * 121}, "description"),
        ({"amount": ZERO}, "amount"),
        ({"installments": 0}, "installments"),
        ({"installments": 121}, "installments"),
        ({"amount": Money(2), "installments": 3}, "installments"),
        ({"installments": 2, "recurrence": "MONTHLY"}, "recurrence"),
        ({"recurrence": "YEARLY"}, "recurrence"),
        ({"supplier_id": 0}, "supplier"),
        ({"employee_id": 0}, "employee"),
        ({"category_id": 0}, "category"),
        ({"barcode": "1" * 601}, "barcode"),
    ],
)
def test_what_is_wrong_is_told_by_field(values, field):
    data = {"description": "Energia", "amount": Money(100), "due_date": TODAY, **values}

    with pytest.raises(BusinessError) as refused:
        payables.create(data=PayableData(**data), actor=SYSTEM)

    assert set(refused.value.fields) == {field}
    assert not Payable.objects.exists()


def test_a_bill_goes_to_a_supplier_or_to_an_employee():
    values = {"supplier_id": cashbook_make.supplier().pk, "employee_id": make.user().pk}

    with pytest.raises(BusinessError) as refused:
        cashbook_make.payable(**values)

    assert set(refused.value.fields) == {"employee"}


def test_an_archived_supplier_gets_no_new_bill_but_keeps_the_old_one():
    supplier = cashbook_make.supplier()
    payable = cashbook_make.payable(supplier_id=supplier.pk)
    suppliers.archive(supplier=supplier, actor=SYSTEM)

    with pytest.raises(BusinessError):
        cashbook_make.payable(supplier_id=supplier.pk)
    data = PayableData(description="Energia", amount=Money(500), due_date=TODAY, supplier_id=supplier.pk)
    assert payables.change(payable=payable, data=data, actor=SYSTEM).amount == Money(500)


def test_paying_takes_the_money_out_of_the_account_at_once():
    category = cashbook_make.category("Energia")
    payable = cashbook_make.payable("300,00", category_id=category.pk, supplier_id=cashbook_make.supplier().pk, installments=2)

    entry = pay(payable, "153,20", form="PIX")

    payable.refresh_from_db()
    assert (payable.state, payable.paid_on, payable.paid_amount) == ("PAID", TODAY, Money(15320))
    assert (entry.outgoing, entry.category, entry.form, entry.payable) == (Money(15320), category, "PIX", payable)
    assert entry.description == "Energia da torre 1/2 · Energisa Minas"
    assert invariants.broken() == []


def test_a_bill_is_paid_once():
    payable = cashbook_make.payable()
    pay(payable)

    with pytest.raises(StateConflict, match="paga"):
        pay(payable)

    assert CashEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [({"amount": ZERO}, "amount"), ({"paid_on": date(2026, 3, 11)}, "paid_on"), ({"account_id": None}, "account"), ({"form": "X"}, "form")],
)
def test_a_wrong_payment_changes_nothing(values, field):
    payable = cashbook_make.payable()
    data = {"account_id": cashbook_make.default().pk, "amount": Money(100), "paid_on": TODAY, **values}

    with pytest.raises(BusinessError) as refused:
        payables.pay(payable=payable, data=PayData(**data), actor=SYSTEM)

    payable.refresh_from_db()
    assert (set(refused.value.fields), payable.state, CashEntry.objects.count()) == ({field}, "OPEN", 0)


def test_a_bill_is_not_paid_on_a_closed_day():
    closings.close(account=cashbook_make.default(), day=TODAY, counted=ZERO, actor=SYSTEM)

    with pytest.raises(BusinessError) as refused:
        pay(cashbook_make.payable())

    assert set(refused.value.fields) == {"paid_on"}


def test_an_undone_payment_brings_the_money_back_and_the_bill_can_be_paid_again():
    payable = cashbook_make.payable()
    pay(payable)

    payables.undo_payment(payable=payable, reason="Voltou", actor=SYSTEM)

    payable.refresh_from_db()
    assert (payable.state, payable.paid_amount, queries.balance(cashbook_make.default())) == ("OPEN", None, ZERO)
    assert invariants.broken() == []
    pay(payable, "310,00")
    payables.undo_payment(payable=payable, reason="Voltou de novo", actor=SYSTEM)
    assert CashEntry.objects.count() == 4
    assert invariants.broken() == []


def test_only_an_open_bill_is_changed_or_cancelled_and_only_with_a_reason():
    payable = cashbook_make.payable()

    with pytest.raises(BusinessError) as refused:
        payables.cancel(payable=payable, reason=" ", actor=SYSTEM)
    assert set(refused.value.fields) == {"reason"}
    payables.cancel(payable=payable, reason="Em duplicidade", actor=SYSTEM)
    for act in (
        lambda: payables.cancel(payable=payable, reason="De novo", actor=SYSTEM),
        lambda: payables.change(payable=payable, data=PayableData(description="x", amount=Money(1), due_date=TODAY), actor=SYSTEM),
        lambda: pay(payable),
    ):
        with pytest.raises(StateConflict):
            act()


# --- every month ----------------------------------------------------------------------------------


def test_paying_a_bill_that_repeats_makes_the_next_one_once_on_its_own_day():
    payable = cashbook_make.payable("300,00", due_date=date(2026, 1, 31), recurrence="MONTHLY", barcode="123")

    pay(payable)
    payables.undo_payment(payable=payable, reason="Engano", actor=SYSTEM)
    pay(payable)

    february = Payable.objects.get(follows=payable)
    assert (february.due_date, february.amount, february.barcode, february.state) == (date(2026, 2, 28), Money(30000), "", "OPEN")
    pay(february)
    assert Payable.objects.get(follows=february).due_date == date(2026, 3, 31)
    assert invariants.broken() == []


def test_the_day_makes_the_next_one_too_and_done_again_it_makes_nothing():
    cashbook_make.payable(due_date=date(2026, 1, 15), recurrence="MONTHLY")
    cashbook_make.payable(due_date=date(2026, 1, 15))

    assert payables.repeat_due(today=TODAY, actor=SYSTEM) == 2
    assert payables.repeat_due(today=TODAY, actor=SYSTEM) == 0

    series = Payable.objects.filter(recurrence="MONTHLY").order_by("due_date")
    assert [row.due_date for row in series] == [date(2026, 1, 15), date(2026, 2, 15), date(2026, 3, 15)]


def test_a_forgotten_series_is_caught_up_within_bounds():
    cashbook_make.payable(due_date=date(2020, 1, 15), recurrence="MONTHLY")

    assert payables.repeat_due(today=TODAY, actor=SYSTEM) == payables.CATCH_UP


def test_cancelling_one_month_goes_on_and_ending_the_series_does_not():
    rent = cashbook_make.payable(description="Aluguel", recurrence="MONTHLY")
    link = cashbook_make.payable(description="Link", recurrence="MONTHLY")

    payables.cancel(payable=rent, reason="Isento neste mês", actor=SYSTEM)
    payables.cancel(payable=link, reason="Contrato encerrado", ends_series=True, actor=SYSTEM)

    assert Payable.objects.get(state="OPEN").description == "Aluguel"
    assert payables.repeat_due(today=date(2026, 12, 31), actor=SYSTEM) > 0
    assert not Payable.objects.filter(description="Link", state="OPEN").exists()
    assert invariants.broken() == []


def test_the_last_of_a_series_decides_whether_it_goes_on():
    first = cashbook_make.payable(due_date=date(2026, 1, 31), recurrence="MONTHLY")
    pay(first)
    last = Payable.objects.get(follows=first)
    values = {"description": "Energia", "amount": Money(100)}

    payables.change(payable=last, data=PayableData(due_date=last.due_date, recurrence="MONTHLY", **values), actor=SYSTEM)
    last.refresh_from_db()
    assert last.anchor_day == 31
    payables.change(payable=last, data=PayableData(due_date=last.due_date, **values), actor=SYSTEM)

    assert payables.repeat_due(today=date(2026, 12, 31), actor=SYSTEM) == 0
