"""Money between accounts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from malha.cashbook import invariants, queries
from malha.cashbook.data import TransferData
from malha.cashbook.models import CashEntry, Transfer
from malha.cashbook.services import closings, transfers
from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.domain.money import ZERO, Money
from tests import cashbook_make
from tests.cashbook_make import TODAY, money

pytestmark = pytest.mark.django_db


def make_one(source, target, amount="30,00", **values) -> Transfer:
    values = {"date": TODAY, **values}
    data = TransferData(from_account_id=source.pk, to_account_id=target.pk, amount=money(amount), **values)
    return transfers.make(data=data, actor=SYSTEM)


def test_the_sum_of_all_accounts_stays_the_same():
    till, bank = cashbook_make.default(), cashbook_make.account("Banco", kind="BANK")
    cashbook_make.entry("100,00", of=till)

    transfer = make_one(till, bank, "30,00", note="Depósito do dia")

    assert (queries.balance(till), queries.balance(bank)) == (Money(7000), Money(3000))
    words = sorted(CashEntry.objects.filter(transfer=transfer).values_list("description", flat=True))
    assert words == ["Transferência de Caixa · Depósito do dia", "Transferência para Banco · Depósito do dia"]
    assert HistoryEntry.objects.filter(verb="cash_transfer.made").count() == 1
    assert invariants.broken() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": ZERO}, "amount"),
        ({"date": date(2026, 3, 11)}, "date"),
        ({"to_account_id": 0}, "to_account"),
        ({"from_account_id": None}, "from_account"),
        ({"note": "x" * 121}, "note"),
    ],
)
def test_what_is_wrong_is_told_by_field(change, field):
    till, bank = cashbook_make.default(), cashbook_make.account()
    values = {"from_account_id": till.pk, "to_account_id": bank.pk, "amount": Money(100), "date": TODAY, **change}

    with pytest.raises(BusinessError) as refused:
        transfers.make(data=TransferData(**values), actor=SYSTEM)

    assert set(refused.value.fields) == {field}
    assert not Transfer.objects.exists()


def test_nothing_goes_to_where_it_is():
    till = cashbook_make.default()

    with pytest.raises(BusinessError) as refused:
        make_one(till, till)

    assert set(refused.value.fields) == {"to_account"}


@pytest.mark.parametrize("closed", ["from", "to"])
def test_a_closed_day_on_either_side_refuses_it(closed):
    till, bank = cashbook_make.default(), cashbook_make.account()
    closings.close(account=till if closed == "from" else bank, day=TODAY, counted=ZERO, actor=SYSTEM)

    with pytest.raises(BusinessError) as refused:
        make_one(till, bank)

    assert refused.value.code == "day_closed"
    assert not CashEntry.objects.exists()


class TestConservation(TestCase):
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 10**9)), max_size=6))
    def test_whatever_is_moved_no_cent_is_made_or_lost(self, moves: list[tuple[int, int, int]]) -> None:
        places = [cashbook_make.default(), cashbook_make.account(), cashbook_make.account()]
        cashbook_make.entry("500,00", of=places[0])

        for source, target, cents in moves:
            if source != target:
                data = TransferData(from_account_id=places[source].pk, to_account_id=places[target].pk, amount=Money(cents), date=TODAY)
                transfers.make(data=data, actor=SYSTEM)

        assert Money.total(queries.balances([place.pk for place in places]).values()) == Money(50000)
        assert invariants.broken() == []
