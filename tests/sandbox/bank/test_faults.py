"""Mischief at the answers of the APIs, slow registration, clock, state file."""

import http.client
import time
from pathlib import Path

import pytest

from tests.sandbox.bank.conftest import TODAY, Customer, order
from tests.support.bank_process import BankProcess
from tests.support.webhook_sink import WebhookSink


def test_the_next_answers_fail_as_told(customer: Customer) -> None:
    customer.bank.control("faults", next_failures=[{"status": 500, "times": 2}, {"status": 429, "retry_after": 7}])

    answers = [customer.register() for _ in range(4)]

    assert [answer.status for answer in answers] == [500, 500, 429, 201]
    assert answers[2].headers["Retry-After"] == "7"


def test_a_charge_accepted_before_the_line_broke_is_there(customer: Customer) -> None:
    customer.bank.control("faults", next_failures=[{"after": True}])

    with pytest.raises((http.client.HTTPException, ConnectionError)):
        customer.register()

    assert customer.charge()["status"] == "REGISTERED"
    assert customer.register().status == 200


def test_a_charge_lost_before_it_was_accepted_is_not_there(customer: Customer) -> None:
    customer.bank.control("faults", next_failures=[{}])

    with pytest.raises((http.client.HTTPException, ConnectionError)):
        customer.register()

    assert customer.register().status == 201


def test_some_paths_fail_always(customer: Customer) -> None:
    customer.bank.control("faults", failure_rate=1.0, failure_status=503, only_path="/v1/charges")

    assert customer.register().status == 503
    assert customer.call("GET", "/v1/account").status == 200


def test_answers_take_their_time(customer: Customer) -> None:
    customer.bank.control("faults", latency_ms=120)
    start = time.monotonic()

    customer.register()

    assert time.monotonic() - start >= 0.12


def test_too_many_requests_are_refused(customer: Customer) -> None:
    customer.bank.control("faults", rate_limit=3)

    statuses = [customer.call("GET", "/v1/account").status for _ in range(8)]

    assert statuses[:3] == [200] * 3 and 429 in statuses[3:]


def test_an_unknown_fault_is_refused(bank: BankProcess) -> None:
    assert bank.call("POST", "/control/faults", {"gremlins": 3}).status == 422


def test_registration_waits_until_it_is_released(customer: Customer) -> None:
    customer.bank.control("faults", pending_hold=True)
    answer = customer.register()
    assert (answer.status, answer.body["status"], answer.body["linha_digitavel"]) == (201, "PENDING", "")
    assert customer.bank.call("POST", "/control/pay", {"reference": "c-1"}).status == 409

    customer.bank.control("release", reference="c-1")
    assert customer.charge()["status"] == "REGISTERED" and customer.charge()["linha_digitavel"]


def test_registration_arrives_after_some_seconds(customer: Customer, sink: WebhookSink) -> None:
    customer.call("PUT", "/v1/webhook", {"url": sink.url, "secret": "s"})
    customer.bank.control("faults", pending_seconds=0.2)
    assert customer.register().body["status"] == "PENDING"

    assert sink.wait(1)[0].json["type"] == "charge.registered"


def test_registration_may_be_refused_at_once_or_later(customer: Customer) -> None:
    customer.bank.control("faults", reject_next=1)
    assert customer.register("a").body["status"] == "REJECTED"

    customer.bank.control("faults", pending_hold=True)
    customer.register("b")
    customer.bank.control("reject", reference="b", code="zip", message="CEP inválido")
    assert customer.charge("b")["reason"] == {"code": "zip", "message": "CEP inválido"}


def test_clearing_the_faults_ends_them(customer: Customer) -> None:
    customer.bank.control("faults", failure_rate=1.0, lose=-1, copies=4)
    before = customer.bank.control("faults/clear")

    assert (before["failure_rate"], before["lose"], before["copies"]) == (0.0, 0, 1)
    assert customer.register().status == 201


def test_the_clock_moves_to_a_day(bank: BankProcess) -> None:
    assert bank.control("clock", date="2027-01-05")["date"] == "2027-01-05"
    assert bank.control("clock", days=2)["date"] == "2027-01-07"
    assert bank.call("POST", "/control/clock", {"date": "ontem"}).status == 422


def test_stats_count_by_path(customer: Customer) -> None:
    customer.register("a")
    customer.register("b")

    stats = customer.bank.stats()

    assert stats["by_path"]["PUT /v1/charges/*"] == 2
    assert stats["charges"] == {"REGISTERED": 2}


def test_the_books_survive_a_pulled_plug(tmp_path: Path, sink: WebhookSink) -> None:
    bank = BankProcess(date=TODAY, state_file=tmp_path / "bank.db", webhook_retry=0.05)
    bank.start()
    try:
        customer = Customer(bank, "mine")
        customer.call("PUT", "/v1/webhook", {"url": sink.url, "secret": "s"})
        before = customer.register().body
        customer.register("c-2")
        customer.pay("c-2")
        changes = customer.call("GET", "/v1/changes").body
        sink.wait(3)
        bank.kill()
        bank.start()

        assert customer.charge() == before
        assert customer.register().status == 200
        assert customer.call("GET", "/v1/changes").body == changes
        assert customer.call("PUT", "/v1/charges/c-3", order()).body["nosso_numero"] == "0000000000003"
        sink.wait(1, lambda each: b"c-3" in each.body)
    finally:
        bank.stop()
