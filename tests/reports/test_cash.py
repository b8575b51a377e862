"""Totals of the cash book."""

from datetime import date

import pytest

from malha.cashbook.data import TransferData
from malha.cashbook.services import entries, transfers
from malha.core.history import SYSTEM
from malha.domain.money import ZERO, Money
from malha.reports import cash
from malha.reports.cash import Source
from tests import cashbook_make, make
from tests.cashbook_make import TODAY

pytestmark = pytest.mark.django_db
FIRST, YESTERDAY = date(2026, 3, 1), date(2026, 3, 9)


def test_days_and_categories_add_up_to_the_same(django_assert_max_num_queries):
    make.company()
    till, bank = cashbook_make.default(), cashbook_make.account("Banco")
    rent = cashbook_make.category("Aluguel")
    cashbook_make.entry("500,00", date=date(2026, 2, 28))
    cashbook_make.entry("-200,00", date=YESTERDAY, category_id=rent.pk)
    cashbook_make.entry("-50,00", category_id=rent.pk)
    cashbook_make.entry("5,00")
    entries.record_payment(payment=cashbook_make.payment("119,90"), actor=SYSTEM)
    move = TransferData(from_account_id=till.pk, to_account_id=bank.pk, amount=Money(1000), date=TODAY)
    transfers.make(data=move, actor=SYSTEM)

    with django_assert_max_num_queries(4):
        report = cash.read([till.pk], since=FIRST, until=TODAY)

    assert [(row.date, row.incoming, row.outgoing, row.balance) for row in report.days] == [
        (YESTERDAY, ZERO, Money(20000), Money(30000)),
        (TODAY, Money(12490), Money(6000), Money(36490)),
    ]
    assert [(row.source, row.name, row.incoming, row.outgoing) for row in report.categories] == [
        (Source.CATEGORY, "Aluguel", ZERO, Money(25000)),
        (Source.PAYMENTS, "", Money(11990), ZERO),
        (Source.TRANSFERS, "", ZERO, Money(1000)),
        (Source.OTHER, "", Money(500), ZERO),
    ]
    assert (report.opening, report.balance) == (Money(50000), Money(36490))
    assert report.incoming == Money.total(row.incoming for row in report.categories)
    assert report.outgoing == Money.total(row.outgoing for row in report.categories)


def test_nothing_happened():
    report = cash.read([cashbook_make.default().pk], since=FIRST, until=TODAY)

    assert (report.days, report.categories, report.balance) == ((), (), ZERO)
