"""Money comes in by API: once per key, once per charge, and who may let fine and interest go."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from malha.api.models import IdempotentRequest
from malha.billing import invariants, queries
from malha.billing.models import Charge, Payment
from malha.cashbook.models import CashAccount, CashEntry
from malha.core import clock
from malha.core.models import HistoryEntry
from malha.domain.money import Money
from malha.network.models import Access
from tests import billing_make, make
from tests.api.conftest import Program
from tests.world import World

LATE = datetime(2026, 3, 30, 12, tzinfo=UTC)


@pytest.fixture
def customer(program):
    return make.customer()


@pytest.fixture
def charge(customer) -> Charge:
    return billing_make.charge(customer)


def test_settling_receives_what_is_owed_today(program, customer, charge):
    with clock.frozen(LATE):
        answer = program.post(f"/charges/{charge.pk}/settle", {"form": "PIX"})

    assert answer.status_code == 201
    made = answer.json()
    assert (made["value"], made["paid_on"], made["form"], made["place"]) == ("102.33", "2026-03-30", "PIX", "Portal do site")
    assert (made["customer_id"], made["kind"], made["credit"], made["received_by_id"]) == (customer.pk, "RECEIVED", "0.00", None)
    (part,) = made["allocations"]
    assert (part["charge_id"], part["principal"], part["fine"], part["interest"]) == (charge.pk, "100.00", "2.00", "0.33")
    assert program.get(f"/charges/{charge.pk}").json()["state"] == "PAID"
    assert CashEntry.objects.get().incoming == Money(10233)
    assert HistoryEntry.objects.get(verb="payment.received").actor_kind == "api"
    assert invariants.broken() == []


def test_on_an_earlier_day_less_was_owed(program, charge):
    with clock.frozen(LATE):
        made = program.post(f"/charges/{charge.pk}/settle", {"form": "CASH", "paid_on": "2026-03-20"}).json()

    assert (made["value"], made["paid_on"]) == ("100.00", "2026-03-20")


def test_a_part_leaves_the_rest_open_and_too_much_is_credit(program, customer, charge):
    path = f"/charges/{charge.pk}/settle"

    assert program.post(path, {"form": "CASH", "value": "30.00"}).json()["credit"] == "0.00"
    assert program.post(path, {"form": "CASH", "value": "75.00", "place": "Balcão", "note": "troco"}).json()["credit"] == "5.00"

    assert program.get(f"/charges/{charge.pk}").json()["state"] == "PAID"
    assert queries.credit_of(customer.pk) == Money(500)
    assert invariants.broken() == []


def test_a_paid_charge_is_not_received_again(program, charge):
    path = f"/charges/{charge.pk}/settle"
    program.post(path, {"form": "CASH"})

    for body in ({"form": "CASH"}, {"form": "CASH", "value": "10.00"}):
        answer = program.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "charge_not_open")
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    "change, field",
    [
        ({"form": ""}, "form"),
        ({"form": "SHELLS"}, "form"),
        ({"value": "0.00"}, "value"),
        ({"value": "-1.00"}, "value"),
        ({"paid_on": "2026-03-11"}, "paid_on"),
        ({"cash_account_id": 999}, "cash_account_id"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_received(program, charge, change, field):
    answer = program.post(f"/charges/{charge.pk}/settle", {"form": "CASH", **change})

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {field})
    assert not Payment.objects.exists() and not CashEntry.objects.exists()


def test_money_goes_into_the_named_account(program, charge):
    account = CashAccount.objects.create(name="Banco", kind="BANK")

    program.post(f"/charges/{charge.pk}/settle", {"form": "PIX", "cash_account_id": account.pk})

    assert CashEntry.objects.get().account == account


def test_letting_fees_go_needs_its_own_permission(charge):
    body = {"form": "CASH", "waive_fees": True}

    with clock.frozen(LATE):
        refused = Program("payments:write").post(f"/charges/{charge.pk}/settle", body)
        made = Program("payments:write", "charges:waive").post(f"/charges/{charge.pk}/settle", body)

    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert made.json()["value"] == "100.00"
    assert made.json()["allocations"][0]["waived_fine"] == "2.00"


def test_who_makes_charges_does_not_say_that_they_are_paid(charge):
    answer = Program("charges:write", "charges:read", "charges:waive").post(f"/charges/{charge.pk}/settle", {"form": "CASH"})

    assert answer.status_code == 403


def test_paying_releases_the_contract_and_its_logins(program):
    contract = make.access(make.contract(due_day=20)).contract
    World(date(2026, 3, 10)).to(date(2026, 4, 7))
    Access.objects.update(sync_state="applied", due_at=None)

    with clock.frozen(datetime(2026, 4, 8, 12, tzinfo=UTC)):
        assert program.get(f"/contracts/{contract.pk}").json()["standing"] == "BLOCKED"
        program.post(f"/charges/{Charge.objects.get().pk}/settle", {"form": "PIX"})

        assert program.get(f"/contracts/{contract.pk}").json()["standing"] == "CLEAR"
        assert Access.objects.get().due_at is not None


# -------------------------------------------------------------------------------------------------------------------- twice


def test_the_same_key_receives_once_and_answers_the_same(program, charge):
    body = {"form": "PIX", "value": "40.00"}
    first = program.post(f"/charges/{charge.pk}/settle", body, **{"Idempotency-Key": "s1"})

    second = program.post(f"/charges/{charge.pk}/settle", body, **{"Idempotency-Key": "s1"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second["Idempotent-Replay"] == "true"
    assert Payment.objects.count() == CashEntry.objects.count() == 1


def test_the_same_key_receives_once_even_when_its_answer_is_long_forgotten(program, charge):
    body = {"form": "PIX", "value": "40.00"}
    first = program.post(f"/charges/{charge.pk}/settle", body, **{"Idempotency-Key": "s1"})
    IdempotentRequest.objects.all().delete()

    second = program.post(f"/charges/{charge.pk}/settle", body, **{"Idempotency-Key": "s1"})

    assert second.json() == first.json()
    assert Payment.objects.count() == CashEntry.objects.count() == 1


def test_another_key_or_another_program_receives_again(program, charge):
    body = {"form": "PIX", "value": "10.00"}

    program.post(f"/charges/{charge.pk}/settle", body, **{"Idempotency-Key": "s1"})
    program.post(f"/charges/{charge.pk}/settle", body, **{"Idempotency-Key": "s2"})
    Program().post(f"/charges/{charge.pk}/settle", body, **{"Idempotency-Key": "s1"})

    assert Payment.objects.count() == 3


def test_a_key_is_free_again_after_a_refusal(program, charge):
    path = f"/charges/{charge.pk}/settle"

    assert program.post(path, {"form": "SHELLS"}, **{"Idempotency-Key": "s1"}).status_code == 422
    assert program.post(path, {"form": "PIX"}, **{"Idempotency-Key": "s1"}).status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keys", [("s1", "s1"), ("s1", "s2"), ("", "")], ids=["same key", "two keys", "no key"])
def test_two_at_the_same_moment_receive_once(keys):
    make.company()
    program = Program()
    charge = billing_make.charge()
    barrier, answers = threading.Barrier(2), []

    def send(key: str) -> None:
        barrier.wait()
        headers = {"Idempotency-Key": key} if key else {}
        answers.append(program.post(f"/charges/{charge.pk}/settle", {"form": "PIX"}, **headers).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Payment.objects.count() == CashEntry.objects.count() == 1
    assert sorted(answers) in ([201, 409], [201, 201] if keys[0] == keys[1] == "s1" else [201, 409])
    assert queries.credit_of(charge.customer_id) == Money(0)


# ----------------------------------------------------------------------------------------------------------------- payments


def test_one_payment_for_several_charges_pays_the_oldest_first(program, customer):
    young, old = billing_make.charge(customer, "50,00", date(2026, 4, 20)), billing_make.charge(customer, "30,00", date(2026, 3, 20))

    answer = program.post("/payments", {"customer_id": customer.pk, "charge_ids": [young.pk, old.pk], "value": "60.00", "form": "DEPOSIT"})

    assert answer.status_code == 201
    assert [(row["charge_id"], row["principal"]) for row in answer.json()["allocations"]] == [(old.pk, "30.00"), (young.pk, "30.00")]
    rest = program.post("/payments", {"customer_id": customer.pk, "charge_ids": [young.pk], "form": "CASH"})
    assert rest.json()["value"] == "20.00"


def test_money_for_no_charge_is_credit_and_must_say_how_much(program, customer):
    nothing = program.post("/payments", {"customer_id": customer.pk, "form": "CASH"})
    made = program.post("/payments", {"customer_id": customer.pk, "form": "CASH", "value": "25.00"})

    assert (nothing.status_code, set(nothing.json()["fields"])) == (422, {"value"})
    assert (made.json()["credit"], made.json()["allocations"]) == ("25.00", [])


def test_a_charge_of_somebody_else_is_not_paid(program, customer, charge):
    other = make.customer(name="Outra", cpf_cnpj="")

    for value in ({}, {"value": "100.00"}):
        answer = program.post("/payments", {"customer_id": other.pk, "charge_ids": [charge.pk], "form": "CASH", **value})
        assert (answer.status_code, answer.json()["code"]) == (422, "charge_not_found")
    assert program.post("/payments", {"customer_id": 999, "form": "CASH"}).status_code == 404
    assert not Payment.objects.exists()


def test_a_reversed_payment_opens_its_charge_again(program, charge):
    made = program.post(f"/charges/{charge.pk}/settle", {"form": "CASH"}).json()

    no_reason = program.post(f"/payments/{made['id']}/reverse", {})
    back = program.post(f"/payments/{made['id']}/reverse", {"reason": "Cheque sem fundos"})
    again = program.post(f"/payments/{made['id']}/reverse", {"reason": "De novo"})

    assert no_reason.json()["code"] == "reason_required"
    assert (back.status_code, back.json()["kind"], back.json()["value"]) == (201, "REVERSAL", "-100.00")
    assert (back.json()["reverses_id"], back.json()["allocations"][0]["principal"]) == (made["id"], "-100.00")
    assert (again.status_code, again.json()["code"]) == (409, "already_reversed")
    first = program.get(f"/payments/{made['id']}").json()
    assert (first["reversed_by_id"], first["credit"]) == (back.json()["id"], "0.00")
    assert program.get(f"/charges/{charge.pk}").json()["state"] == "OPEN"
    assert invariants.broken() == []


@pytest.mark.parametrize(
    "query, values",
    [
        ("", ["10.00", "20.00"]),
        ("form=PIX", ["10.00"]),
        ("kind=REVERSAL", []),
        ("paid_from=2026-03-06", ["20.00"]),
        ("paid_to=2026-03-06", ["10.00"]),
        ("customer_id=999", []),
        ("charge_id=999", []),
    ],
)
def test_payments_are_listed_by_what_is_asked(program, customer, charge, query, values):
    for value, day, form in (("10.00", "2026-03-05", "PIX"), ("20.00", "2026-03-09", "CASH")):
        program.post(f"/charges/{charge.pk}/settle", {"value": value, "paid_on": day, "form": form})

    assert [row["value"] for row in program.get(f"/payments?{query}").json()["items"]] == values
    assert len(program.get(f"/payments?charge_id={charge.pk}&customer_id={customer.pk}").json()["items"]) == 2


def test_payments_are_walked_and_followed(program, customer):
    body = {"customer_id": customer.pk, "form": "CASH", "value": "5.00"}
    made = [program.post("/payments", body).json()["id"] for _n in range(3)]
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        since = clock.now().isoformat().replace("+00:00", "Z")
        made += [program.post("/payments", body).json()["id"] for _n in range(3)]

        assert [row["id"] for row in program.walk("/payments")] == made
        assert [row["id"] for row in program.walk(f"/payments?updated_since={since}")] == made[3:]


def test_a_page_of_payments_takes_the_same_few_statements_however_long(program, customer, django_assert_max_num_queries):
    for _n in range(12):
        program.post(f"/charges/{billing_make.charge(customer).pk}/settle", {"form": "CASH"})

    with django_assert_max_num_queries(4):  # company, key, payments, allocations
        assert len(program.get("/payments").json()["items"]) == 12
