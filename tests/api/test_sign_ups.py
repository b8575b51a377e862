"""The seed's whole path in one call, and the promise that a repeat does no harm."""

import threading

import pytest
from django.db import connection

from malha.api.models import IdempotentRequest
from malha.core import clock
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.network.models import Access
from tests import make
from tests.api.conftest import Program, sign_up_body


def test_the_minimum_makes_customer_contract_and_a_due_access(program):
    answer = program.post("/sign-ups", sign_up_body())

    assert answer.status_code == 201
    body = answer.json()
    assert (body["customer"]["name"], body["customer"]["number"]) == ("Rosa Maria Duarte", 1)
    assert (body["contract"]["state"], body["contract"]["due_day"]) == ("ACTIVE", 20)
    assert body["contract"]["items"][0]["amount"] == "119.90"
    assert (body["accesses"][0]["username"], body["accesses"][0]["sync_state"]) == ("rosa.duarte", "modified")
    assert "password" not in body["accesses"][0]
    assert Access.objects.get().due_at <= clock.now()
    assert set(HistoryEntry.objects.filter(customer_id__isnull=False).values_list("actor_kind", flat=True)) == {"api"}


def test_what_is_wrong_is_told_by_field_with_422(program):
    answer = program.post("/sign-ups", sign_up_body(name="", due_day=32, login="não pode!", customer={"cpf_cnpj": "123"}))

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    assert set(answer.json()["fields"]) == {"customer.name", "customer.cpf_cnpj", "contract.due_day", "accesses.0.username"}
    assert not Customer.objects.exists()


@pytest.mark.parametrize("router, plan", [("Nenhum", "Nenhum"), (99998, 99999)], ids=["by name", "by id"])
def test_an_unknown_router_and_plan_are_told(program, router, plan):
    answer = program.post("/sign-ups", sign_up_body(router=router, plan=plan))

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"router", "plan"})


def test_a_misspelt_field_is_refused_instead_of_ignored(program):
    answer = program.post("/sign-ups", sign_up_body(due_dya=10))

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert "due_dya" in answer.json()["fields"]


def test_the_same_key_replays_the_first_answer(program):
    body = sign_up_body()
    first = program.post("/sign-ups", body, **{"Idempotency-Key": "a1"})

    second = program.post("/sign-ups", body, **{"Idempotency-Key": "a1"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second["Idempotent-Replay"] == "true"
    assert Customer.objects.count() == 1


def test_the_same_key_for_another_request_is_refused(program):
    program.post("/sign-ups", sign_up_body(), **{"Idempotency-Key": "a1"})

    answer = program.post("/sign-ups", sign_up_body(login="outro"), **{"Idempotency-Key": "a1"})

    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


def test_a_twin_in_flight_gets_409(program):
    body = sign_up_body()
    program.post("/sign-ups", body, **{"Idempotency-Key": "a1"})
    IdempotentRequest.objects.update(status=None)

    assert program.post("/sign-ups", body, **{"Idempotency-Key": "a1"}).status_code == 409


def test_a_refused_request_leaves_its_key_free_for_the_corrected_one(program):
    program.post("/sign-ups", sign_up_body(due_day=40), **{"Idempotency-Key": "a1"})

    assert program.post("/sign-ups", sign_up_body(), **{"Idempotency-Key": "a1"}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one_customer():
    make.company()
    program = Program()
    body = sign_up_body()
    barrier, statuses = threading.Barrier(2), []

    def send() -> None:
        barrier.wait()
        statuses.append(program.post("/sign-ups", body, **{"Idempotency-Key": "a1"}).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Customer.objects.count() == Access.objects.count() == 1
    assert sorted(statuses) in ([201, 201], [201, 409])
