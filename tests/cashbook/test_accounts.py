"""Caixas and accounts: which there are, and who is offered which."""

import pytest

from malha.cashbook import invariants
from malha.cashbook.data import AccountData
from malha.cashbook.models import CashAccount
from malha.cashbook.services import accounts
from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.staff.roles import Role
from tests import cashbook_make, make

pytestmark = pytest.mark.django_db


def test_the_standard_account_is_made_once_and_needs_no_data():
    first = accounts.ensure_default(actor=SYSTEM)

    assert accounts.ensure_default(actor=SYSTEM) == first
    assert (first.name, first.is_default, first.kind) == ("Caixa", True, "CASH")
    assert HistoryEntry.objects.filter(verb="cash_account.created").count() == 1


def test_a_manager_is_offered_every_account_their_own_till_first():
    manager = make.user(Role.MANAGER)
    bank, till = cashbook_make.account("Banco", kind="BANK"), cashbook_make.account("Zilda", owner=manager)

    assert accounts.on_offer(manager) == [till, cashbook_make.default(), bank]


def test_an_attendant_is_offered_their_own_till_or_the_standard_one_while_they_have_none():
    joana, rita = make.user(Role.ATTENDANT), make.user(Role.ATTENDANT)
    till = cashbook_make.account("Joana", owner=joana)
    cashbook_make.account("Banco")

    assert accounts.on_offer(joana) == [till]
    assert accounts.on_offer(rita) == [cashbook_make.default()]


def test_money_goes_to_the_persons_own_till_or_to_the_standard_account():
    joana = make.user(Role.ATTENDANT)
    till = cashbook_make.account("Joana", owner=joana)

    assert accounts.default(user_id=joana.pk, actor=SYSTEM) == till
    assert accounts.default(actor=SYSTEM) == cashbook_make.default()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "caixa"}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"kind": "GOLD"}, "kind"),
        ({"owner_id": 0}, "owner"),
    ],
)
def test_what_is_wrong_is_told_by_field(values, field):
    cashbook_make.default()

    with pytest.raises(BusinessError) as refused:
        accounts.create(data=AccountData(**{"name": "Balcão", **values}), actor=SYSTEM)

    assert set(refused.value.fields) == {field}


def test_a_person_has_one_till():
    joana = make.user(Role.ATTENDANT)
    till = cashbook_make.account("Joana", owner=joana)

    with pytest.raises(BusinessError, match="já tem um caixa"):
        cashbook_make.account("Joana 2", owner=joana)
    accounts.set_active(account=till, is_active=False, actor=SYSTEM)
    cashbook_make.account("Joana 3", owner=joana)

    with pytest.raises(BusinessError, match="outro caixa"):
        accounts.set_active(account=till, is_active=True, actor=SYSTEM)


def test_the_standard_account_cannot_go_and_belongs_to_nobody():
    standard, joana = cashbook_make.default(), make.user(Role.ATTENDANT)
    till = cashbook_make.account(owner=joana)

    with pytest.raises(BusinessError, match="conta padrão"):
        accounts.set_active(account=standard, is_active=False, actor=SYSTEM)
    with pytest.raises(BusinessError):
        accounts.make_default(account=till, actor=SYSTEM)
    with pytest.raises(BusinessError):
        accounts.change(account=standard, data=AccountData(name="Caixa", owner_id=joana.pk), actor=SYSTEM)
    assert invariants.broken() == []


def test_another_account_becomes_the_standard():
    old, new = cashbook_make.default(), cashbook_make.account("Balcão")

    accounts.make_default(account=new, actor=SYSTEM)
    accounts.set_active(account=old, is_active=False, actor=SYSTEM)

    assert list(CashAccount.objects.filter(is_default=True)) == [new]
    assert invariants.broken() == []


def test_an_account_with_money_in_it_is_not_put_out_of_use():
    bank = cashbook_make.account("Banco")
    cashbook_make.entry("12,34", of=bank)

    with pytest.raises(BusinessError, match="12,34"):
        accounts.set_active(account=bank, is_active=False, actor=SYSTEM)
