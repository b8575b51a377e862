"""A charge of an integrated contract is registered at the bank by itself; what is paid there settles it here, once."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import RequestFactory

from malha.api import webhooks
from malha.billing import queries as billing
from malha.billing.data import ReceiptData
from malha.billing.models import Charge, Payment
from malha.core import clock
from malha.core.history import SYSTEM
from malha.domain.money import Money
from malha.gateways.models import GatewayAccount, IncomingPayment, Registration, WebhookEvent
from malha.gateways.services import opened, registrations
from malha.journeys import charge_changes, confirmations, delinquency, settlement
from malha.network.models import Access
from malha.worker import invariants
from malha.worker.gateway_lanes import GatewayLanes
from tests import billing_make, gateways_make, make
from tests.support.bank_process import BankProcess

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def process() -> Iterator[BankProcess]:
    with BankProcess(date="2026-03-10") as running:
        yield running


@pytest.fixture
def bank(process: BankProcess) -> Iterator[BankProcess]:
    process.control("reset")
    process.control("clock", date="2026-03-10")
    process.control("faults", pay_cancelled=True)
    yield process
    gateways_make.hang_up()


@pytest.fixture
def account(bank: BankProcess) -> GatewayAccount:
    make.company()
    return gateways_make.account(bank)


@pytest.fixture
def charge(account: GatewayAccount) -> Charge:
    """Registered, due on 20 March, R$ 119,90."""
    made = one_off(account)
    gateways_make.work(account)
    return made


def one_off(account: GatewayAccount, amount: str = "119,90", **values: object) -> Charge:
    data = billing_make.data(amount=amount, collection_method_id=account.collection_method_id, **values)
    return charge_changes.issue_one_off(customer=make.customer(cpf_cnpj="52998224725"), data=data, actor=SYSTEM)[0]


def heed(account: GatewayAccount, charge: Charge, **extra: object) -> int:
    status = gateways_make.notify(account, gateways_make.registration(charge).reference, **extra)
    gateways_make.work(account)
    return status


def pay(bank: BankProcess, registration: Registration, channel: str = "PIX", **given: object) -> None:
    bank.control("pay", reference=registration.reference, channel=channel, **given)


# -- registered ----------------------------------------------------------------------------------------------------------


def test_the_morning_run_registers_and_the_bank_gives_barcode_and_pix(account: GatewayAccount) -> None:
    with clock.frozen(clock.now().replace(month=2, day=1)):
        gateways_make.contract(account)
    charges = gateways_make.bill()
    assert [gateways_make.registration(charge).state for charge in charges] == ["WANTED"] * len(charges)
    assert charges

    gateways_make.work(account)

    for charge in charges:
        registration = gateways_make.registration(charge)
        assert (registration.state, registration.wish, registration.due_at) == ("REGISTERED", "", None)
        assert len(registration.codigo_barras) == 44
        assert registration.pix_copia_e_cola.startswith("0002")
        assert registration.amount == charge.total
    assert invariants.broken() == []


def test_an_informal_charge_is_registered_nowhere(account: GatewayAccount) -> None:
    charge = billing_make.charge()

    assert registrations.follow(charge_ids=[charge.pk]) == 0
    assert not Registration.objects.exists()


def test_following_again_wishes_nothing_new(charge: Charge) -> None:
    assert registrations.follow(charge_ids=[charge.pk]) == 0
    assert Registration.objects.count() == 1


def test_what_the_bank_refuses_stands_on_the_charge_in_words_until_somebody_tries_again(account: GatewayAccount) -> None:
    charge = one_off(account)
    Registration.objects.update(terms={**gateways_make.registration(charge).terms, "payer": {"name": "Rosa", "document": "11111111111"}})

    gateways_make.work(account)

    refused = gateways_make.registration(charge)
    assert (refused.state, refused.failure_code) == ("FAILED", "payer_document_invalid")
    assert "CPF" in refused.failure_words
    assert registrations.follow(charge_ids=[charge.pk]) == 0
    registrations.try_again(registration=refused, actor=SYSTEM)
    gateways_make.work(account)
    assert gateways_make.registration(charge).state == "REGISTERED"
    assert gateways_make.registration(charge).reference != refused.reference


def test_a_bank_that_accepts_and_hangs_up_has_one_charge_in_the_end(account: GatewayAccount, bank: BankProcess) -> None:
    """F18: the time-out after the bank accepted."""
    bank.control("faults", next_failures=[{"after": True}])
    charge = one_off(account)

    gateways_make.work(account)
    waiting = gateways_make.registration(charge)
    assert (waiting.state, waiting.wish) == ("WANTED", "REGISTER")
    assert waiting.sent_at is not None and waiting.last_error
    GatewayAccount.objects.update(retry_at=None)
    Registration.objects.update(due_at=clock.now())
    gateways_make.work(account)

    assert gateways_make.registration(charge).state == "REGISTERED"
    assert len(bank.call("GET", "/v1/changes", token="provedor").body["changes"]) == 1


def test_a_charge_paid_by_hand_is_cancelled_at_the_bank(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    data = ReceiptData(value=Money(11990), paid_on=clock.today(), form="CASH")
    settlement.settle(customer=charge.customer, charge_ids=[charge.pk], data=data, actor=SYSTEM)
    gateways_make.work(account)

    registration = gateways_make.registration(charge)
    assert (registration.state, registration.wish) == ("CANCELLED", "")
    assert bank.call("GET", f"/v1/charges/{registration.reference}", token="provedor").body["status"] == "CANCELLED"


def test_a_part_paid_by_hand_changes_what_the_bank_asks(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    data = ReceiptData(value=Money(1990), paid_on=clock.today(), form="CASH")
    settlement.settle(customer=charge.customer, charge_ids=[charge.pk], data=data, actor=SYSTEM)
    gateways_make.work(account)

    registration = gateways_make.registration(charge)
    assert registration.state == "REGISTERED"
    assert bank.call("GET", f"/v1/charges/{registration.reference}", token="provedor").body["amount_cents"] == 10000


# -- paid ----------------------------------------------------------------------------------------------------------------


def test_a_payment_settles_its_charge_and_the_routers_are_told(account: GatewayAccount, bank: BankProcess) -> None:
    with clock.frozen(clock.now().replace(month=1, day=1)):
        contract = gateways_make.contract(account)
        gateways_make.bill()
    with clock.frozen(clock.now().replace(month=1, day=15)):
        gateways_make.bill()
    contract.refresh_from_db()
    late = Charge.objects.filter(contract=contract).order_by("due_date").first()
    assert late is not None
    gateways_make.work(account)
    delinquency.assess_day(today=clock.today(), actor=SYSTEM)
    Access.objects.update(due_at=None)

    owed = billing.outstanding([late])[late.pk]
    bank.control("pay", reference=gateways_make.registration(late).reference, cents=owed.cents * 2)
    assert heed(account, late) == 200

    late.refresh_from_db()
    row = IncomingPayment.objects.get()
    assert late.state == "PAID"
    assert (row.state, row.reason, row.value) == ("SETTLED", "MORE", owed * 2)
    assert gateways_make.registration(late).state == "SETTLED"
    assert invariants.broken() == []


@pytest.mark.parametrize("channel", ["PIX", "BOLETO"])
def test_paid_is_paid_by_the_channel_the_bank_names(account: GatewayAccount, charge: Charge, bank: BankProcess, channel: str) -> None:
    pay(bank, gateways_make.registration(charge), channel=channel)
    heed(account, charge)

    payment = Payment.objects.get()
    assert (payment.value, payment.form, payment.place) == (charge.total, channel, "Banco simulado")


def test_the_same_notice_three_times_is_one_payment(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    """F16."""
    pay(bank, gateways_make.registration(charge))
    for _n in range(3):
        heed(account, charge)
    heed(account, charge, other="body")

    assert Payment.objects.count() == IncomingPayment.objects.count() == 1
    assert sorted(WebhookEvent.objects.values_list("copies", flat=True)) == [1, 3]


def test_the_same_boleto_paid_twice_is_the_customers_credit(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    """F19."""
    pay(bank, gateways_make.registration(charge))
    pay(bank, gateways_make.registration(charge))
    heed(account, charge)

    assert sorted(IncomingPayment.objects.values_list("state", "reason")) == [("CREDITED", "TWICE"), ("SETTLED", "")]
    assert billing.credit_of(charge.customer_id) == charge.total
    assert invariants.broken() == []


def test_less_stays_open_and_is_shown(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    pay(bank, gateways_make.registration(charge), cents=10000)
    heed(account, charge)

    charge.refresh_from_db()
    assert charge.state == "OPEN"
    assert billing.outstanding([charge])[charge.pk] == Money(1990)
    assert IncomingPayment.objects.get().reason == "LESS"
    gateways_make.work(account)
    assert gateways_make.registration(charge).amount == Money(1990)


def test_a_cent_less_is_enough(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    pay(bank, gateways_make.registration(charge), cents=11989)
    heed(account, charge)

    charge.refresh_from_db()
    assert charge.state == "PAID"


def test_a_cancelled_charge_that_is_paid_becomes_credit(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    charge_changes.cancel(charge=charge, reason="engano", actor=SYSTEM)
    pay(bank, gateways_make.registration(charge))
    heed(account, charge)

    assert list(IncomingPayment.objects.values_list("state", "reason")) == [("CREDITED", "CANCELLED")]
    assert billing.credit_of(charge.customer_id) == charge.total
    assert invariants.broken() == []


def test_the_old_boleto_of_a_charge_put_off_settles_the_new_one(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    """F21."""
    fresh = charge_changes.replace(charge=charge, due_date=date(2026, 3, 30), reason="pediu prazo", actor=SYSTEM)
    pay(bank, Registration.objects.filter(charge=charge).earliest("pk"))
    heed(account, charge)
    gateways_make.work(account)

    fresh.refresh_from_db()
    assert fresh.state == "PAID"
    assert IncomingPayment.objects.get().reason == "REPLACED"
    assert gateways_make.registration(fresh).state == "CANCELLED"


def test_late_and_out_of_order_notices_turn_nothing_back(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    """F25."""
    pay(bank, gateways_make.registration(charge))
    for kind in ("charge.paid", "charge.registered", "charge.cancelled"):
        heed(account, charge, kind=kind)

    charge.refresh_from_db()
    assert charge.state == "PAID"
    assert gateways_make.registration(charge).state == "SETTLED"


# -- not proved, not true, not known -------------------------------------------------------------------------------------


def test_a_forged_notice_is_refused_and_kept(account: GatewayAccount, charge: Charge) -> None:
    assert heed(account, charge, secret="another") == 403

    event = WebhookEvent.objects.get()
    assert (event.state, event.due_at) == ("REFUSED", None)
    assert not Payment.objects.exists()


def test_paid_says_the_notice_and_the_bank_says_no(account: GatewayAccount, charge: Charge) -> None:
    """Not even a proved notice moves money."""
    assert heed(account, charge, status="PAID", paid_cents=11990) == 200

    charge.refresh_from_db()
    assert charge.state == "OPEN"
    assert WebhookEvent.objects.get().state == "DONE"


def test_personal_data_of_a_notice_are_masked(account: GatewayAccount, charge: Charge) -> None:
    gateways_make.notify(account, "x", payer={"name": "Rosa Prado", "document": "52998224725"})

    body = WebhookEvent.objects.get().body
    assert "Rosa" not in body and "52998224725" not in body


@pytest.mark.parametrize("length", [10 * 1024 * 1024])
def test_ten_megabytes_are_not_even_read(account: GatewayAccount, client, length: int) -> None:
    answer = client.post(f"/api/webhooks/{account.webhook_key}", b"x" * length, content_type="application/json")

    assert answer.status_code == 413
    assert not WebhookEvent.objects.exists()


def test_a_truncated_notice_is_an_error_that_is_shown_and_moves_nothing(account: GatewayAccount, charge: Charge, client) -> None:
    assert client.post(f"/api/webhooks/{account.webhook_key}", b'{"event', content_type="application/json").status_code == 403
    assert client.post("/api/webhooks/nobody", b"{}", content_type="application/json").status_code == 404


def test_somebody_else_is_settling_it(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    """F17: settled is settled, by whoever came first."""
    pay(bank, gateways_make.registration(charge))
    heed(account, charge)

    assert confirmations.settle_one(incoming_id=IncomingPayment.objects.get().pk, actor=SYSTEM) is False


def test_one_payment_that_cannot_be_settled_keeps_no_other_waiting(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    def came_in(remote_id: str, **values: object) -> IncomingPayment:
        given = {"value": Money(100), "paid_on": clock.today(), "seen_at": clock.now(), "channel": "PIX", "source": "WEBHOOK", **values}
        return IncomingPayment.objects.create(
            account=account, remote_id=remote_id, registration=gateways_make.registration(charge), customer=charge.customer, **given
        )

    bad, good = came_in("E-bad"), came_in("E-good")
    # Behind the services' back: its payment is there already and stands for another row, which the database refuses to have twice.
    token = confirmations.token_of(bad)
    data = ReceiptData(value=Money(100), paid_on=clock.today(), form="PIX", token=token)
    payment = settlement.settle(customer=charge.customer, charge_ids=[], data=data, actor=SYSTEM)
    came_in("E-other", state="CREDITED", payment=payment)

    assert gateways_make.settle() == 1

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == ("NEW", "SETTLED")


def test_what_the_bank_no_longer_has_is_registered_under_another_reference(account: GatewayAccount, bank: BankProcess) -> None:
    """Killed between the bank's answer and our writing, and somebody cancelled it at the bank meanwhile."""
    charge = one_off(account)
    first = gateways_make.registration(charge)
    gateways_make.work(account)
    assert bank.call("DELETE", f"/v1/charges/{first.reference}", token="provedor").status == 200
    Registration.objects.update(state="WANTED", wish="REGISTER", remote_id="", registered_at=None, due_at=clock.now())

    gateways_make.work(account)

    assert sorted(Registration.objects.values_list("state", flat=True)) == ["CANCELLED", "REGISTERED"]
    assert gateways_make.registration(charge).reference != first.reference


def test_f22_a_contract_that_moves_to_another_bank_keeps_what_is_open_at_the_first(account: GatewayAccount, bank: BankProcess) -> None:
    with clock.frozen(clock.now().replace(month=2, day=1)):
        contract = gateways_make.contract(account)
    charge = gateways_make.bill()[0]
    gateways_make.work(account)
    second = gateways_make.account(bank, token="outro", name="Outro banco")
    contract.collection_method = second.collection_method
    contract.save(update_fields=["collection_method"])

    pay(bank, gateways_make.registration(charge), token="provedor")
    heed(account, charge)

    charge.refresh_from_db()
    assert charge.state == "PAID"
    assert gateways_make.registration(charge).account == account
    assert Payment.objects.get().place == "Banco simulado"


def test_a_header_that_the_operator_did_not_name_proves_nothing(account: GatewayAccount, client, settings) -> None:
    """Anybody may send it; only the operator's own front is believed."""
    request = RequestFactory().post("/", headers={"X-Client-Verify": "SUCCESS"})

    assert not webhooks._has_client_certificate(request)
    settings.CLIENT_CERTIFICATE_HEADER = "X-Client-Verify"
    assert webhooks._has_client_certificate(request)


def test_the_lanes_of_the_worker_do_all_of_it(account: GatewayAccount, bank: BankProcess) -> None:
    charge = one_off(account)
    lanes = GatewayLanes("tests")
    lanes.run_once()
    pay(bank, gateways_make.registration(charge))
    gateways_make.notify(account, gateways_make.registration(charge).reference)
    lanes.run_once()

    charge.refresh_from_db()
    assert charge.state == "PAID"


def test_a_gateway_is_opened_anew_on_a_new_day(account: GatewayAccount) -> None:
    today = opened.gateway(account)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert opened.gateway(account) is not today


# -- asked -----------------------------------------------------------------------------------------------------------------


def test_asking_the_bank_finds_what_its_webhooks_lost(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    pay(bank, gateways_make.registration(charge))
    gateways_make.work(account)
    charge.refresh_from_db()
    assert charge.state == "OPEN"  # nobody told us, and it was registered a moment ago

    with clock.frozen(clock.now() + timedelta(minutes=61)):
        gateways_make.work(account)

    charge.refresh_from_db()
    assert charge.state == "PAID"
    assert IncomingPayment.objects.get().source == "POLL"


def test_where_webhooks_come_the_bank_is_asked_once_a_day(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    heed(account, charge, kind="charge.registered")
    bank.control("stats/reset")

    def asked() -> int:
        return sum(count for path, count in bank.stats()["by_path"].items() if "/v1/charges" in path)

    with clock.frozen(clock.now() + timedelta(hours=20)):
        gateways_make.work(account)
    assert asked() == 0
    with clock.frozen(clock.now() + timedelta(hours=25)):
        gateways_make.work(account)
        gateways_make.work(account)
    assert asked() == 1


def test_a_bank_that_is_away_is_not_asked_for_everything(account: GatewayAccount, charge: Charge, bank: BankProcess) -> None:
    one_off(account)
    gateways_make.work(account)
    bank.control("faults", next_failures=[{"status": 500, "times": 5}])

    with clock.frozen(clock.now() + timedelta(hours=2)):
        gateways_make.work(account)

        account.refresh_from_db()
        assert account.retry_at is not None and account.retry_at > clock.now()
        assert Charge.objects.filter(state="OPEN").count() == 2
