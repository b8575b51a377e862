"""Money comes in: on time, late, wrong, twice, after cancellation."""

import pytest

from tests.sandbox.bank.conftest import Customer


def test_a_payment_shows_amount_fee_channel_and_end_to_end_id(customer: Customer) -> None:
    customer.register()

    paid = customer.pay(channel="PIX")

    assert (paid["status"], paid["paid_cents"], paid["channel"]) == ("PAID", 11990, "PIX")
    assert paid["net_cents"] == paid["paid_cents"] - paid["fee_cents"]
    assert len(paid["end_to_end_id"]) == 32 and paid["end_to_end_id"].startswith("E99999008202603")
    assert [each["cents"] for each in paid["payments"]] == [11990]


@pytest.mark.parametrize(
    ("due", "amount", "paid_on", "fine", "interest"),
    [
        # payments.md §7; the second is due on a Saturday before a holiday, the third a day after that.
        ("2026-10-09", 10000, "2026-11-09", 200, 103),
        ("2026-10-10", 10000, "2026-10-13", 0, 0),
        ("2026-10-10", 10000, "2026-10-14", 200, 3),
    ],
)
def test_a_late_payer_owes_fine_and_interest(customer: Customer, due: str, amount: int, paid_on: str, fine: int, interest: int) -> None:
    customer.register(due_date=due, amount_cents=amount)
    customer.bank.control("clock", date=paid_on)

    paid = customer.pay(channel="BOLETO")

    assert (paid["fine_cents"], paid["interest_cents"], paid["paid_cents"]) == (fine, interest, amount + fine + interest)


def test_an_early_payer_has_the_discount_until_its_day(customer: Customer) -> None:
    customer.register("a", discount_cents=500, discount_until="2026-03-15")
    customer.register("b", discount_cents=500, discount_until="2026-03-15")
    early = customer.pay("a")
    customer.bank.control("clock", date="2026-03-16")
    later = customer.pay("b")

    assert (early["paid_cents"], early["discount_cents"]) == (11490, 500)
    assert (later["paid_cents"], later["discount_cents"]) == (11990, 0)


def test_a_payer_may_pay_another_amount_and_pay_twice(customer: Customer) -> None:
    customer.register()
    customer.pay(cents=10000, channel="BOLETO")
    paid = customer.pay(cents=12000, channel="PIX")

    assert [(each["cents"], each["channel"]) for each in paid["payments"]] == [(10000, "BOLETO"), (12000, "PIX")]
    assert paid["paid_cents"] == 22000 and paid["channel"] == "BOLETO"
    assert len({each["id"] for each in paid["payments"]}) == 2


def test_a_cancelled_charge_can_be_paid_unless_control_forbids_it(customer: Customer) -> None:
    customer.register()
    customer.call("DELETE", "/v1/charges/c-1")
    customer.bank.control("faults", pay_cancelled=False)
    assert customer.bank.call("POST", "/control/pay", {"reference": "c-1"}).status == 409

    customer.bank.control("faults", pay_cancelled=True)
    assert customer.pay()["status"] == "PAID"


def test_a_boleto_cannot_be_paid_by_pix(customer: Customer) -> None:
    customer.register(kind="BOLETO")

    assert customer.bank.call("POST", "/control/pay", {"reference": "c-1", "channel": "PIX"}).status == 422
    assert customer.pay()["channel"] == "BOLETO"


@pytest.mark.parametrize("name", ["txid", "nosso_numero", "id"])
def test_control_finds_the_charge_by_any_name(customer: Customer, name: str) -> None:
    charge = customer.register().body

    customer.bank.control("pay", **{name: charge[name]})

    assert customer.charge()["status"] == "PAID"


def test_an_unpaid_charge_expires_after_its_days(customer: Customer) -> None:
    customer.register(accept_days_after_due=5)
    customer.bank.control("clock", date="2026-03-25")
    assert customer.charge()["status"] == "REGISTERED"

    customer.bank.control("clock", days=1)
    assert customer.charge()["status"] == "EXPIRED"


def test_control_expires_a_charge_at_once(customer: Customer) -> None:
    customer.register()

    customer.bank.control("expire", reference="c-1", token=customer.token)

    assert customer.charge()["status"] == "EXPIRED"
