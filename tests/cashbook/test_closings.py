"""Closing a day freezes it."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connections

from malha.cashbook import invariants, queries
from malha.cashbook.models import CashAccount, CashEntry, Closing
from malha.cashbook.services import closings
from malha.core import clock
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.domain.money import ZERO, Money
from tests import cashbook_make, make
from tests.cashbook_make import TODAY, money

pytestmark = pytest.mark.django_db
SUNDAY, YESTERDAY = date(2026, 3, 8), date(2026, 3, 9)


def close(account: CashAccount, day: date = TODAY, counted: str = "0,00", **values) -> Closing:
    return closings.close(account=account, day=day, counted=money(counted), actor=values.pop("actor", SYSTEM), **values)


def test_a_closing_says_what_the_book_says_what_was_counted_and_the_difference():
    chief = make.user()
    till = cashbook_make.default()
    cashbook_make.entry("100,00", date=YESTERDAY)
    cashbook_make.entry("50,00")
    cashbook_make.entry("-30,00")

    closing = close(till, counted="118,50", note="Faltou moeda", actor=chief.actor())

    assert (closing.opening, closing.incoming, closing.outgoing, closing.balance) == (Money(10000), Money(5000), Money(3000), Money(12000))
    assert (closing.difference, closing.closed_by) == (Money(-150), chief)
    assert HistoryEntry.objects.get(verb="cash_day.closed").reason == "Faltou moeda"
    assert invariants.broken() == []


def test_nothing_is_entered_on_or_before_a_closed_day():
    till = cashbook_make.default()
    close(till, YESTERDAY)

    for day in (SUNDAY, YESTERDAY):
        with pytest.raises(BusinessError, match="09/03/2026") as refused:
            cashbook_make.entry(date=day)
        assert (refused.value.code, set(refused.value.fields)) == ("day_closed", {"date"})
    cashbook_make.entry(date=TODAY)

    assert CashEntry.objects.count() == 1
    assert invariants.broken() == []


def test_another_account_stays_open():
    close(cashbook_make.default())

    assert cashbook_make.entry(of=cashbook_make.account()).date == TODAY


@pytest.mark.parametrize("day", [SUNDAY, YESTERDAY])
def test_a_day_is_closed_once_and_never_behind_a_closed_one(day):
    till = cashbook_make.default()
    close(till, YESTERDAY)

    with pytest.raises(StateConflict, match="09/03/2026"):
        close(till, day)

    assert Closing.objects.count() == 1


def test_tomorrow_cannot_be_closed_today():
    with pytest.raises(BusinessError) as refused:
        close(cashbook_make.default(), date(2026, 3, 11))

    assert set(refused.value.fields) == {"date"}


def test_the_next_day_begins_with_what_was_there_not_with_what_was_counted():
    till = cashbook_make.default()
    cashbook_make.entry("20,00", date=YESTERDAY)
    close(till, YESTERDAY, counted="15,00")
    cashbook_make.entry("1,00")

    assert close(till).opening == Money(2000)
    assert queries.balance(till) == Money(2100)


def test_an_entry_smuggled_into_a_closed_day_is_told_by_the_doctor():
    till = cashbook_make.default()
    close(till)
    values = {"date": TODAY, "at": clock.now(), "description": "x", "incoming": Money(1)}
    CashEntry.objects.create(account=till, **values)

    assert [found.rule for found in invariants.broken()] == ["closing_is_what_the_book_says"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", range(3))
def test_closing_and_entering_at_the_same_moment_leave_a_closing_that_is_true(again):
    till = cashbook_make.default()
    barrier, entered, refused = Barrier(5), [], []

    def run(act) -> None:
        try:
            barrier.wait()
            entered.append(act())
        except BusinessError as error:
            refused.append(error.code)
        finally:
            connections.close_all()

    acts = [lambda: close(till), *[lambda n=n: cashbook_make.entry(f"{n},00", of=till) for n in range(1, 5)]]
    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(entered) + len(refused) == 5 and set(refused) <= {"day_closed"}
    assert Closing.objects.get().balance == queries.balance(till)
    assert invariants.broken() == []


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_the_same_moment_make_one_closing():
    till = cashbook_make.default()
    barrier, codes = Barrier(2), []

    def run() -> None:
        try:
            barrier.wait()
            close(till)
            codes.append("closed")
        except StateConflict as error:
            codes.append(error.code)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == ["closed", "day_closed"]
    assert (Closing.objects.count(), queries.balance(till)) == (1, ZERO)
