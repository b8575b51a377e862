"""Two operators at the same counter at the same moment (issue 3 B.1). Runs on both databases."""

import re
from typing import Any

import pytest

from malha.billing import invariants
from malha.billing.models import Charge, Payment
from malha.cashbook.models import CashEntry
from malha.domain.money import Money
from tests import make
from tests.backoffice.charges.desk import HTMX, late, log_in, receiving, text
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("again", range(3))
def test_one_receives_and_the_other_is_told_with_nothing_lost(again):
    charge, people = late(), [log_in(), log_in()]
    at = f"/clientes/{charge.customer.number}/receber/"
    fields = [receiving(charge, value="122,46", token=f"{n}" * 32, note=f"nota {n}") for n in range(2)]

    answers = at_once(*[lambda n=n: people[n].post(at, fields[n], headers=HTMX) for n in range(2)])

    # To htmx a redirect is a 200 with a header.
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    loser = next(n for n in range(2) if answers[n].status_code == 422)
    page = text(answers[loser])
    assert "já foi recebida" in page
    assert f'value="nota {loser}"' in page and 'value="122,46"' in page
    assert Payment.objects.count() == CashEntry.objects.count() == 1
    assert Charge.objects.get().state == "PAID" and invariants.broken() == []


def test_a_part_and_the_whole_never_take_more_than_is_owed_unseen():
    charge, people = late(), [log_in(), log_in()]
    at = f"/clientes/{charge.customer.number}/receber/"
    part = receiving(charge, value="50,00", token="a" * 32, seen="12246:5000")
    whole = receiving(charge, value="122,46", token="b" * 32, seen="12246:12246")

    answers = at_once(lambda: people[0].post(at, part), lambda: people[1].post(at, whole))

    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert Payment.objects.count() == 1 and Payment.objects.get().value in (Money(5000), Money(12246))
    assert invariants.broken() == []


def test_f18_a_double_click_receives_once():
    charge, client = late(), log_in()
    at = f"/clientes/{charge.customer.number}/receber/"
    fields = receiving(charge, value="122,46")

    def send() -> Any:
        other = log_in()
        other.cookies = client.cookies
        return other.post(at, fields)

    answers = at_once(send, send)

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"] and Payment.objects.count() == 1


@pytest.mark.parametrize("installments", [1, 3])
def test_f18_a_double_click_makes_one_charge_or_one_carne(installments):
    client, customer = log_in(), make.customer()
    at = f"/clientes/{customer.number}/cobrancas/nova/"
    token = re.findall(r'name="token" value="([\w-]{20,})"', text(client.get(at)))[0]
    fields = {
        "token": token, "description": "Roteador", "kind": "ONE_OFF", "amount": "90,00", "installments": installments,
        "due_date": "20/03/2026",
    }  # fmt: skip

    answers = at_once(*[lambda: log_in().post(at, fields)] * 2)

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Charge.objects.count() == installments
    assert invariants.broken() == []
