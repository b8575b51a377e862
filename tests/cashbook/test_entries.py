"""Entries: by hand, taken back, and those that payments write."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from malha.billing.models import Payment, PaymentKind
from malha.billing.services import payments
from malha.cashbook import invariants, queries
from malha.cashbook.data import EntryData, TransferData
from malha.cashbook.models import CashEntry
from malha.cashbook.services import closings, entries, transfers
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.domain.money import ZERO, Money
from malha.staff.roles import Role
from tests import cashbook_make, make
from tests.cashbook_make import TODAY, money

pytestmark = pytest.mark.django_db
YESTERDAY = date(2026, 3, 9)


def test_what_is_typed_stands_in_the_book_with_its_user_and_in_the_history():
    joana = make.user(Role.ATTENDANT)

    entry = cashbook_make.entry("-50,00", description="  Café   e água ", actor=joana.actor("203.0.113.7"))

    assert (entry.description, entry.incoming, entry.outgoing, entry.user, entry.is_manual) == (
        "Café e água",
        ZERO,
        Money(5000),
        joana,
        True,
    )
    assert HistoryEntry.objects.get(verb="cash_entry.added").after["outgoing"] == "50.00"
    assert queries.balance(entry.account) == Money(-5000)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": ZERO}, "amount"),
        ({"amount": Money(-1)}, "amount"),
        ({"description": " "}, "description"),
        ({"description": "x" * 121}, "description"),
        ({"direction": "UP"}, "direction"),
        ({"date": date(2026, 3, 11)}, "date"),
        ({"form": "GOLD"}, "form"),
        ({"category_id": 0}, "category"),
    ],
)
def test_what_is_wrong_is_told_by_field(values, field):
    data = {"account_id": cashbook_make.default().pk, "direction": "IN", "amount": Money(100), "description": "Troco", "date": TODAY}

    with pytest.raises(BusinessError) as refused:
        entries.add_manual(data=EntryData(**{**data, **values}), actor=SYSTEM)

    assert set(refused.value.fields) == {field}
    assert not CashEntry.objects.exists()


def test_money_out_takes_a_category_of_money_out():
    income = cashbook_make.category(kind="IN")

    with pytest.raises(BusinessError) as refused:
        cashbook_make.entry("-1,00", category_id=income.pk)

    assert set(refused.value.fields) == {"category"}


def test_an_account_that_is_not_in_use_takes_nothing():
    account = cashbook_make.account()
    account.is_active = False
    account.save()

    with pytest.raises(BusinessError) as refused:
        cashbook_make.entry(of=account)

    assert refused.value.code == "account_unknown"


@pytest.mark.parametrize("sides", [(0, 0), (5, 5), (-5, 0)])
def test_the_database_takes_no_entry_that_is_not_in_or_out(sides):
    values = {"account": cashbook_make.default(), "date": TODAY, "at": "2026-03-10T12:00Z", "description": "x"}

    with pytest.raises(IntegrityError), transaction.atomic():
        CashEntry.objects.create(incoming=Money(sides[0]), outgoing=Money(sides[1]), **values)


def test_a_correction_is_a_second_entry_and_the_first_stays_as_it_was():
    wrong = cashbook_make.entry("1.000,00", date=YESTERDAY)

    back = entries.correct(entry=wrong, reason="Eram 100", actor=SYSTEM)

    wrong.refresh_from_db()
    assert (wrong.incoming, back.outgoing, back.date, back.corrects) == (Money(100000), Money(100000), YESTERDAY, wrong)
    assert queries.balance(wrong.account) == ZERO
    assert HistoryEntry.objects.get(verb="cash_entry.corrected").reason == "Eram 100"
    assert invariants.broken() == []


def test_the_correction_of_a_closed_day_stands_on_the_first_open_one_and_says_so():
    wrong = cashbook_make.entry("10,00", date=YESTERDAY)
    closings.close(account=wrong.account, day=YESTERDAY, counted=money("10,00"), actor=SYSTEM)

    back = entries.correct(entry=wrong, reason="Engano", actor=SYSTEM)

    assert (back.date, "09/03/2026" in back.note) == (TODAY, True)
    assert invariants.broken() == []


def test_nothing_is_corrected_twice_or_without_a_reason():
    wrong = cashbook_make.entry()

    with pytest.raises(BusinessError, match="errado"):
        entries.correct(entry=wrong, reason=" ", actor=SYSTEM)
    back = entries.correct(entry=wrong, reason="Engano", actor=SYSTEM)
    with pytest.raises(StateConflict):
        entries.correct(entry=wrong, reason="Engano", actor=SYSTEM)
    with pytest.raises(BusinessError) as refused:
        entries.correct(entry=back, reason="Engano", actor=SYSTEM)

    assert refused.value.code == "not_by_hand"
    assert CashEntry.objects.count() == 2


def test_what_a_payment_or_a_transfer_wrote_is_not_taken_back_here():
    paid = entries.record_payment(payment=cashbook_make.payment(), actor=SYSTEM)
    data = TransferData(from_account_id=paid.account_id, to_account_id=cashbook_make.account().pk, amount=Money(1), date=TODAY)
    moved = transfers.make(data=data, actor=SYSTEM).entries.first()

    for entry in (paid, moved):
        with pytest.raises(BusinessError) as refused:
            entries.correct(entry=entry, reason="Engano", actor=SYSTEM)
        assert refused.value.code == "not_by_hand"


# --- payments -------------------------------------------------------------------------------------


def test_a_payment_is_entered_once_however_often_it_is_asked():
    payment = cashbook_make.payment("119,90", form="PIX")

    first = entries.record_payment(payment=payment, account_id=None, actor=SYSTEM)
    again = entries.record_payment(payment=payment, account_id=cashbook_make.account().pk, actor=SYSTEM)

    assert first == again == CashEntry.objects.get()
    assert (first.incoming, first.form, first.account, first.date) == (Money(11990), "PIX", cashbook_make.default(), TODAY)
    assert str(payment.number) in first.description and payment.customer.name not in first.description
    assert invariants.broken() == []


def test_a_payment_goes_into_the_account_that_was_chosen():
    bank = cashbook_make.account("Banco", kind="BANK")

    assert entries.record_payment(payment=cashbook_make.payment(), account_id=bank.pk, actor=SYSTEM).account == bank


def test_without_a_choice_it_goes_into_the_till_of_who_received_it():
    joana = make.user(Role.ATTENDANT)
    till = cashbook_make.account(owner=joana)

    entry = entries.record_payment(payment=cashbook_make.payment(by=joana), actor=joana.actor())

    assert (entry.account, entry.user) == (till, joana)


def test_an_account_that_does_not_exist_is_refused():
    with pytest.raises(BusinessError) as refused:
        entries.record_payment(payment=cashbook_make.payment(), account_id=999, actor=SYSTEM)

    assert refused.value.code == "account_unknown"


def test_a_reversal_leaves_the_account_into_which_the_money_came():
    bank = cashbook_make.account("Banco", kind="BANK")
    payment = cashbook_make.payment("80,00")
    entries.record_payment(payment=payment, account_id=bank.pk, actor=SYSTEM)
    back = payments.reverse(payment=payment, reason="Devolvido", actor=SYSTEM)

    entry = entries.record_payment(payment=back, actor=SYSTEM)

    assert (entry.account, entry.outgoing, queries.balance(bank)) == (bank, Money(8000), ZERO)
    assert invariants.broken() == []


def test_credit_that_is_given_moves_no_money():
    payment = cashbook_make.payment()
    Payment.objects.filter(pk=payment.pk).update(kind=PaymentKind.CREDIT)
    payment.refresh_from_db()

    assert entries.record_payment(payment=payment, actor=SYSTEM) is None
    assert invariants.broken() == []


def test_a_payment_of_a_closed_day_is_entered_on_the_first_open_one_with_a_note():
    account = cashbook_make.default()
    closings.close(account=account, day=TODAY, counted=ZERO, actor=SYSTEM)

    entry = entries.record_payment(payment=cashbook_make.payment(paid_on=YESTERDAY), actor=SYSTEM)

    assert (entry.date, "09/03/2026" in entry.note) == (date(2026, 3, 11), True)
    assert invariants.broken() == []


def test_a_payment_that_is_not_in_the_book_is_told_by_the_doctor():
    payment = cashbook_make.payment()

    assert [found.rule for found in invariants.broken()] == ["payment_is_in_the_book"]
    entries.record_payment(payment=payment, actor=SYSTEM)
    CashEntry.objects.update(incoming=1)
    assert [found.rule for found in invariants.broken()] == ["payment_is_in_the_book"]


def test_entering_a_payment_takes_a_constant_number_of_statements(django_assert_max_num_queries):
    cashbook_make.default()
    payment = cashbook_make.payment()

    with django_assert_max_num_queries(9):
        entries.record_payment(payment=payment, actor=SYSTEM)
