"""The bank's own API: register, read, change, cancel, give back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.bank import codes
from tests.sandbox.bank.conftest import Customer, order
from tests.support.bank_process import BankProcess


def test_without_a_token_nothing_is_told(bank: BankProcess) -> None:
    answer = bank.call("GET", "/v1/account")

    assert (answer.status, answer.body["code"]) == (401, "unauthorized")


def test_a_charge_comes_back_with_all_its_codes(customer: Customer) -> None:
    answer = customer.register()

    charge = answer.body
    assert answer.status == 201
    assert (charge["status"], charge["amount_cents"], charge["due_date"]) == ("REGISTERED", 11990, "2026-03-20")
    assert charge["codigo_barras"][:4] == "9999" and charge["codigo_barras"][5:19] == "1391" + "0000011990"
    assert codes.typeable(charge["codigo_barras"]) == charge["linha_digitavel"]
    assert charge["pix_copia_e_cola"].endswith(codes.crc16(charge["pix_copia_e_cola"][:-4]))
    assert customer.token not in charge["pix_copia_e_cola"]
    assert 26 <= len(charge["txid"]) <= 35 and len(charge["nosso_numero"]) == 13
    assert charge["pay_url"] == f"{customer.bank.url}/pagar/{charge['id']}"


@pytest.mark.parametrize(("kind", "has_boleto", "has_pix"), [("BOLETO", True, False), ("PIX", False, True), ("BOLEPIX", True, True)])
def test_each_kind_has_its_own_codes(customer: Customer, kind: str, has_boleto: bool, has_pix: bool) -> None:
    charge = customer.register(kind=kind).body

    assert bool(charge["linha_digitavel"]) is bool(charge["nosso_numero"]) is has_boleto
    assert bool(charge["pix_copia_e_cola"]) is bool(charge["txid"]) is has_pix


def test_the_same_order_again_is_the_same_charge(customer: Customer) -> None:
    first = customer.register()
    again = customer.register()

    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body


def test_another_order_with_the_same_reference_is_a_conflict(customer: Customer) -> None:
    customer.register()
    other = customer.register(amount_cents=5000)

    assert (other.status, other.body["code"]) == (409, "conflict")
    assert customer.charge()["amount_cents"] == 11990


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"payer": {"name": "Maria", "document": "52998224724"}}, "payer_document_invalid", "payer.document"),
        ({"payer": {"name": " ", "document": "52998224725"}}, "payer_name_missing", "payer.name"),
        ({"amount_cents": 0}, "amount_invalid", "amount_cents"),
        ({"amount_cents": "11990"}, "amount_invalid", "amount_cents"),
        ({"amount_cents": True}, "amount_invalid", "amount_cents"),
        ({"due_date": "2026-02-30"}, "due_date_invalid", "due_date"),
        ({"due_date": "1899-01-01"}, "due_date_invalid", "due_date"),
        ({"discount_cents": 11990}, "discount_invalid", "discount_cents"),
        ({"kind": "CARTAO"}, "kind_invalid", "kind"),
        ({"recurrence": "J3"}, "journey_invalid", "recurrence.journey"),
        ({"recurrence": {"journey": "J3", "id_rec": "RR1"}}, "recurrence_unknown", "recurrence.id_rec"),
    ],
)
def test_a_wrong_order_is_refused_with_its_field(customer: Customer, changes: dict[str, Any], code: str, field: str) -> None:
    answer = customer.register(**changes)

    assert (answer.status, answer.body["code"], answer.body["field"]) == (422, code, field)
    assert customer.call("GET", "/v1/charges/c-1").status == 404


def test_a_due_date_in_the_past_is_accepted(customer: Customer) -> None:
    assert customer.register(due_date="2026-03-01").status == 201


def test_what_is_no_json_is_refused(customer: Customer) -> None:
    answer = customer.call("PUT", "/v1/charges/c-1", b"{kind:")

    assert (answer.status, answer.body["code"]) == (400, "not_json")


def test_accounts_do_not_see_each_other(bank: BankProcess) -> None:
    one, other = Customer(bank, "one"), Customer(bank, "other")
    one.register()

    assert other.call("GET", "/v1/charges/c-1").status == 404
    assert other.call("GET", "/v1/changes").body == {"changes": [], "cursor": "0"}
    assert other.register(amount_cents=700).status == 201
    assert one.charge()["amount_cents"] == 11990


def test_due_date_and_amount_may_change_while_open(customer: Customer) -> None:
    before = customer.register().body
    after = customer.call("PATCH", "/v1/charges/c-1", {"due_date": "2026-03-30", "amount_cents": 9990}).body

    assert (after["due_date"], after["amount_cents"]) == ("2026-03-30", 9990)
    assert after["codigo_barras"][5:19] == "1401" + "0000009990"
    assert after["nosso_numero"] == before["nosso_numero"]

    customer.pay()
    assert customer.call("PATCH", "/v1/charges/c-1", {"amount_cents": 1}).status == 409


def test_cancelling_twice_is_harmless_and_a_paid_one_cannot_be_cancelled(customer: Customer) -> None:
    customer.register()
    first = customer.call("DELETE", "/v1/charges/c-1")
    again = customer.call("DELETE", "/v1/charges/c-1")
    assert (first.status, again.status, again.body["status"]) == (200, 200, "CANCELLED")

    customer.register("c-2")
    customer.pay("c-2")
    refused = customer.call("DELETE", "/v1/charges/c-2")
    assert (refused.status, refused.body["code"]) == (409, "already_paid")
    assert customer.call("DELETE", "/v1/charges/never").status == 404


def test_changes_come_once_each_in_order_and_in_pages(customer: Customer) -> None:
    for number in range(5):
        customer.register(f"c-{number}")
    customer.pay("c-1")

    first = customer.call("GET", "/v1/changes?since=&limit=3").body
    second = customer.call("GET", f"/v1/changes?since={first['cursor']}&limit=3").body
    third = customer.call("GET", f"/v1/changes?since={second['cursor']}").body

    assert [each["reference"] for each in first["changes"] + second["changes"]] == ["c-0", "c-2", "c-3", "c-4", "c-1"]
    assert second["changes"][-1]["status"] == "PAID"
    assert third == {"changes": [], "cursor": second["cursor"]}


def test_a_refund_counts_once_per_id_and_never_exceeds_what_was_paid(customer: Customer) -> None:
    customer.register()
    customer.pay()
    path = "/v1/charges/c-1/refunds"

    first = customer.call("POST", path, {"id": "r1", "cents": 5000})
    again = customer.call("POST", path, {"id": "r1", "cents": 5000})
    assert (first.status, again.body["refunded_cents"]) == (201, 5000)
    assert customer.call("POST", path, {"id": "r1", "cents": 1}).body["code"] == "conflict"
    assert customer.call("POST", path, {"id": "r2", "cents": 6991}).body["code"] == "refund_too_large"


def test_the_account_and_its_webhook(customer: Customer) -> None:
    account = customer.call("GET", "/v1/account").body
    assert (account["environment"], account["bank_code"]) == ("sandbox", "999")

    assert customer.call("PUT", "/v1/webhook", {"url": "ftp://x", "secret": "s"}).status == 422
    customer.call("PUT", "/v1/webhook", {"url": "http://127.0.0.1:9/x", "secret": "s"})
    assert customer.call("GET", "/v1/webhook").body == {"url": "http://127.0.0.1:9/x", "has_secret": True}


def test_many_connections_at_once(customer: Customer) -> None:
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda number: customer.call("PUT", f"/v1/charges/p-{number}", order()), range(200)))

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["nosso_numero"] for answer in answers}) == 200
