"""Notices: signed, repeated, and every way in which they go wrong."""

import hashlib
import hmac

import pytest

from tests.sandbox.bank.conftest import Customer
from tests.support.webhook_sink import Received, WebhookSink

SECRET = "segredo-do-webhook"


@pytest.fixture
def listened(customer: Customer, sink: WebhookSink) -> Customer:
    customer.call("PUT", "/v1/webhook", {"url": f"{sink.url}/avisos", "secret": SECRET})
    return customer


def is_genuine(notice: Received) -> bool:
    parts = dict(part.split("=") for part in notice.headers["X-Sandbox-Signature"].split(","))
    mac = hmac.new(SECRET.encode(), parts["t"].encode() + b"." + notice.body, hashlib.sha256)
    return hmac.compare_digest(mac.hexdigest(), parts["v1"])


def paid(notice: Received) -> bool:
    return b'"type":"charge.paid"' in notice.body


def test_a_life_of_a_charge_is_told_in_signed_notices(listened: Customer, sink: WebhookSink) -> None:
    listened.register("a")
    listened.pay("a")
    listened.register("b")
    listened.call("DELETE", "/v1/charges/b")
    listened.register("c")
    listened.bank.control("expire", reference="c")

    notices = sink.wait(6)

    assert all(is_genuine(each) and each.path == "/avisos" for each in notices)
    assert sorted(each.json["type"] for each in notices) == [
        "charge.cancelled", "charge.expired", "charge.paid", "charge.registered", "charge.registered", "charge.registered",
    ]  # fmt: skip
    told = next(each.json for each in notices if paid(each))
    assert told["charge"]["reference"] == "a" and told["charge"]["paid_cents"] == 11990
    assert len({each.json["event_id"] for each in notices}) == 6


def test_a_notice_is_repeated_until_it_is_taken(listened: Customer, sink: WebhookSink) -> None:
    sink.answers = [500, 503]
    listened.register()

    notices = sink.wait(3)

    assert len({each.json["event_id"] for each in notices}) == 1
    assert all(is_genuine(each) for each in notices)


def test_a_notice_is_given_up_after_five_tries(listened: Customer, sink: WebhookSink) -> None:
    sink.answers = [500] * 5
    listened.register()
    sink.wait(5)

    listened.register("c-2")
    sink.wait(6)

    first = next(each for each in sink.got if b"c-1" in each.body).json["event_id"]
    assert [b"c-2" in each.body for each in sink.got] == [False] * 5 + [True]
    events = {each["event_id"]: each for each in listened.call("GET", "/v1/events").body["events"]}
    assert [each["status"] for each in events[first]["tries"]] == [500] * 5


def test_a_notice_may_come_three_times_at_once(listened: Customer, sink: WebhookSink) -> None:
    listened.register()
    sink.wait(1)
    listened.bank.control("faults", copies=3)
    listened.pay()

    notices = sink.wait(3, paid)

    assert len({each.body for each in notices}) == 1


def test_notices_come_in_another_order(listened: Customer, sink: WebhookSink) -> None:
    listened.bank.control("faults", shuffle=2)
    listened.register()
    assert sink.got == []
    listened.pay()

    assert {each.json["type"] for each in sink.wait(2)} == {"charge.paid", "charge.registered"}


def test_held_notices_are_released_by_hand(listened: Customer, sink: WebhookSink) -> None:
    listened.bank.control("faults", shuffle=100)
    listened.register()

    assert listened.bank.control("webhook/release") == {"released": 1}
    sink.wait(1)


def test_a_lost_notice_never_comes_but_the_books_are_right(listened: Customer, sink: WebhookSink) -> None:
    listened.register()
    sink.wait(1)
    listened.bank.control("faults", lose=1)
    listened.pay()
    listened.register("c-2")
    sink.wait(2)

    assert not any(paid(each) for each in sink.got)
    assert listened.charge()["status"] == "PAID"
    assert listened.bank.stats()["webhooks"]["lost"] == 1


def test_a_delayed_notice_comes_later(listened: Customer, sink: WebhookSink) -> None:
    listened.bank.control("faults", delay_ms=150)
    listened.register()
    assert listened.bank.stats()["webhooks"]["waiting"] == 1

    sink.wait(1)


def test_a_bad_signature_is_a_bad_signature(listened: Customer, sink: WebhookSink) -> None:
    listened.bank.control("faults", bad_signature=1)
    listened.register()

    assert not is_genuine(sink.wait(1)[0])


@pytest.mark.parametrize(("kind", "genuine"), [("bad_signature", False), ("unknown_charge", True), ("false_paid", True)])
def test_a_forged_notice_says_paid_what_is_not(listened: Customer, sink: WebhookSink, kind: str, genuine: bool) -> None:
    listened.register()
    sink.wait(1)

    listened.bank.control("webhook/forge", kind=kind, token=listened.token, reference="c-1")

    notice = sink.wait(1, paid)[0]
    assert is_genuine(notice) is genuine
    assert listened.charge()["status"] == "REGISTERED"
    assert (notice.json["charge"]["reference"] == "c-1") is (kind != "unknown_charge")


def test_a_truncated_body_is_no_json(listened: Customer, sink: WebhookSink) -> None:
    listened.bank.control("faults", truncate=1)
    listened.register()

    notice = sink.wait(1)[0]
    with pytest.raises(ValueError):
        _ = notice.json
    assert not is_genuine(notice)


def test_a_huge_body_has_ten_megabytes(listened: Customer, sink: WebhookSink) -> None:
    listened.bank.control("faults", huge=1)
    listened.register()

    assert len(sink.wait(1)[0].body) > 10 * 1024 * 1024


def test_an_event_can_be_sent_again(listened: Customer, sink: WebhookSink) -> None:
    listened.register()
    event_id = sink.wait(1)[0].json["event_id"]

    listened.bank.control("webhook/resend", event_id=event_id)

    assert {each.json["event_id"] for each in sink.wait(2)} == {event_id}
