"""A double click in Caixa enters once: one page, submitted twice at the same moment or one after the other. Runs on both databases."""

import re
from typing import Any

import pytest
from django.test import Client

from malha.cashbook import invariants
from malha.cashbook.models import CashEntry, Payable, Transfer
from malha.core.models import HistoryEntry
from malha.staff.roles import Role
from tests import cashbook_make, make
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ENTRY = {"direction": "OUT", "amount": "12,50", "description": "Café", "date": "10/03/2026"}
BILL = {"description": "Energia da torre", "amount": "100,00", "due_date": "20/03/2026", "recurrence": "NONE", "barcode": "8366 0000"}


@pytest.fixture
def client() -> Client:
    make.company()
    cashbook_make.default()
    client = Client()
    client.force_login(make.user(Role.FINANCE))
    return client


def token_of(client: Client, at: str) -> str:
    """Of a page just opened."""
    return str(re.findall(r'name="token" value="([\w-]{20,})"', client.get(at).content.decode())[0])


def clicked_twice(client: Client, at: str, fields: dict[str, Any]) -> list[Any]:
    """The page is opened, filled in, and its button pressed twice."""
    sent = {**fields, "token": token_of(client, at)}

    def send() -> Any:
        other = Client()
        other.cookies = client.cookies
        return other.post(at, sent)

    return at_once(send, send)


def came_to_the_same(answers: list[Any]) -> bool:
    return [answer.status_code for answer in answers] == [302, 302] and answers[0]["Location"] == answers[1]["Location"]


def test_a_double_click_enters_once(client):
    account = cashbook_make.default()

    answers = clicked_twice(client, "/caixa/lancar/", {**ENTRY, "account": account.pk})

    assert came_to_the_same(answers)
    assert CashEntry.objects.count() == HistoryEntry.objects.filter(verb="cash_entry.added").count() == 1
    assert invariants.broken() == []


def test_a_double_click_transfers_once(client):
    source, target = cashbook_make.default(), cashbook_make.account()
    fields = {"from_account": source.pk, "to_account": target.pk, "amount": "50,00", "date": "10/03/2026"}

    answers = clicked_twice(client, "/caixa/transferir/", fields)

    assert came_to_the_same(answers)
    assert (Transfer.objects.count(), CashEntry.objects.count()) == (1, 2)
    assert HistoryEntry.objects.filter(verb="cash_transfer.made").count() == 1
    assert invariants.broken() == []


@pytest.mark.parametrize("installments", [1, 3])
def test_a_double_click_makes_one_bill_or_one_set_of_instalments(client, installments):
    answers = clicked_twice(client, "/caixa/contas-a-pagar/nova/", {**BILL, "installments": installments})

    assert came_to_the_same(answers)
    assert list(Payable.objects.order_by("installment").values_list("installment", flat=True)) == list(range(1, installments + 1))
    assert HistoryEntry.objects.filter(verb="payable.created").count() == installments


def test_the_same_page_sent_again_later_says_what_was_made_and_a_new_page_makes_another(client):
    at, fields = "/caixa/lancar/", {**ENTRY, "account": cashbook_make.default().pk}
    bills, bill = "/caixa/contas-a-pagar/nova/", {**BILL, "installments": 3}
    first, first_bill = token_of(client, at), token_of(client, bills)

    for _click in range(2):
        entered = client.post(at, {**fields, "token": first}, follow=True).content.decode()
        made = client.post(bills, {**bill, "token": first_bill}, follow=True).content.decode()
    assert (CashEntry.objects.count(), Payable.objects.count()) == (1, 3)
    assert "Lançado: Café" in entered and "3 contas cadastradas" in made

    client.post(at, {**fields, "token": token_of(client, at)})
    client.post(bills, {**bill, "token": token_of(client, bills)})
    assert (CashEntry.objects.count(), Payable.objects.count()) == (2, 6)


def test_what_was_refused_is_sent_again_from_the_same_page(client):
    at, fields = "/caixa/lancar/", {**ENTRY, "account": cashbook_make.default().pk}
    token = token_of(client, at)

    refused = client.post(at, {**fields, "token": token, "amount": "doze"})
    client.post(at, {**fields, "token": token})

    assert refused.status_code == 422 and f'name="token" value="{token}"' in refused.content.decode()
    assert CashEntry.objects.count() == 1
