"""The adapter of the simulated bank, against the real process."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from malha.core import clock
from malha.domain.money import Money
from malha.gateways.adapters.sandbox.gateway import SandboxAdapter, SandboxGateway
from malha.gateways.base import (
    AccountFacts,
    Channel,
    Environment,
    Kind,
    NoticeKind,
    PermanentFailure,
    RecurrenceOffer,
    RecurrenceStatus,
    Status,
    TemporaryFailure,
    Trust,
    WebhookCall,
)
from tests.gateways.contract import PAYER, GatewayContract, an_account, an_order, reference_to
from tests.support.bank_process import BankProcess
from tests.support.stub_server import Reply, Seen
from tests.support.webhook_sink import Received, WebhookSink

SECRET = "the-secret-of-the-webhook"


@pytest.fixture(scope="module")
def process() -> Iterator[BankProcess]:
    with BankProcess(date="2026-03-10", webhook_retry="0.05") as bank:
        yield bank


@pytest.fixture
def bank(process: BankProcess) -> BankProcess:
    """Empty, on the day of the tests."""
    process.control("reset")
    process.control("clock", date="2026-03-10")
    process.control("faults/clear")
    return process


@pytest.fixture
def token() -> str:
    return uuid4().hex


class TestContract(GatewayContract):
    adapter = SandboxAdapter()

    @pytest.fixture
    def gateway(self, bank: BankProcess) -> Iterator[SandboxGateway]:
        gateway = self.adapter.open(self.facts(bank.url))
        yield gateway
        gateway.close()

    def facts(self, url: str) -> AccountFacts:
        return self.account({"base_url": url, "token": "a-secret-token"})

    def strange(self, seen: Seen) -> Reply:
        return Reply(200, {"id": "1", "reference": "1", "status": "FROZEN", "kind": "PIX", "payments": [], "refunds": []})

    def forged(self) -> WebhookCall:
        return WebhookCall({"x-sandbox-signature": "t=1773144000,v1=" + "0" * 64}, {}, b"{}", received_at=clock.now())


@pytest.fixture
def gateway(bank: BankProcess, token: str) -> Iterator[SandboxGateway]:
    gateway = SandboxAdapter().open(an_account({"base_url": bank.url, "token": token}))
    yield gateway
    gateway.close()


def test_a_bolepix_has_all_its_codes(gateway: SandboxGateway) -> None:
    registered = gateway.register(an_order())

    assert registered.status is Status.REGISTERED
    assert len(registered.codigo_barras) == 44
    assert len(registered.linha_digitavel) == 47
    assert registered.nosso_numero
    assert registered.pix_copia_e_cola.startswith("000201")


def test_a_pix_has_no_boleto_and_a_boleto_no_pix(gateway: SandboxGateway) -> None:
    pix, boleto = (gateway.register(an_order(kind=kind)) for kind in (Kind.PIX, Kind.BOLETO))

    assert (pix.linha_digitavel, boleto.pix_copia_e_cola) == ("", "")
    assert pix.pix_copia_e_cola and boleto.linha_digitavel


def test_registration_may_take_its_time(gateway: SandboxGateway, bank: BankProcess) -> None:
    bank.control("faults", pending_hold=True)
    order = an_order()

    registered = gateway.register(order)
    assert (registered.status, registered.linha_digitavel) == (Status.PENDING, "")
    bank.control("release")

    found = gateway.fetch(reference_to(order, registered))
    assert found.status is Status.REGISTERED
    assert found.registered is not None and len(found.registered.linha_digitavel) == 47


def test_a_rejected_charge_says_why(gateway: SandboxGateway, bank: BankProcess) -> None:
    bank.control("faults", reject_next=1)
    order = an_order()
    gateway.register(order)

    found = gateway.fetch(reference_to(order))

    assert (found.status, found.reason) == (Status.REJECTED, "rejected_by_bank")
    assert "recusado" in found.words


def test_a_payment_comes_with_its_parts_and_its_fee(gateway: SandboxGateway, bank: BankProcess, token: str) -> None:
    order = an_order(amount=Money(10000), due_date=date(2026, 3, 5))
    gateway.register(order)
    bank.control("pay", reference=order.reference, token=token, channel="BOLETO")

    found = gateway.fetch(reference_to(order))

    (payment,) = found.payments
    assert found.status is Status.PAID
    assert (payment.fine, payment.interest) == (Money(200), Money(17))  # 2 %, and five days of 1 % a month
    assert (payment.paid, payment.fee, payment.net) == (Money(10217), Money(190), Money(10027))
    assert (payment.channel, payment.paid_on) == (Channel.BOLETO, date(2026, 3, 10))


def test_paid_twice_is_two_payments(gateway: SandboxGateway, bank: BankProcess, token: str) -> None:
    order = an_order()
    gateway.register(order)
    for channel in ("PIX", "BOLETO"):
        bank.control("pay", reference=order.reference, token=token, channel=channel)

    payments = gateway.fetch(reference_to(order)).payments

    assert [payment.channel for payment in payments] == [Channel.PIX, Channel.BOLETO]
    assert len({payment.remote_id for payment in payments}) == 2


def test_what_is_paid_is_not_cancelled(gateway: SandboxGateway, bank: BankProcess, token: str) -> None:
    order = an_order()
    gateway.register(order)
    bank.control("pay", reference=order.reference, token=token)

    with pytest.raises(PermanentFailure) as caught:
        gateway.cancel(reference_to(order))

    assert caught.value.code == "already_paid"


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"payer": replace(PAYER, document="11111111111")}, "payer_document_invalid", "payer.document"),
        ({"payer": replace(PAYER, name="")}, "payer_name_invalid", "payer.name"),
        ({"amount": Money(0)}, "amount_invalid", "amount_cents"),
        ({"due_date": date(2099, 1, 1)}, "due_date_invalid", "due_date"),
        ({"discount": Money(11990), "discount_until": date(2026, 3, 15)}, "discount_invalid", "discount_cents"),
    ],
)
def test_a_refusal_names_what_is_wrong(gateway: SandboxGateway, wrong: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(PermanentFailure) as caught:
        gateway.register(an_order(**wrong))

    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_changed_order_is_changed_there_and_can_be_registered_again(gateway: SandboxGateway) -> None:
    order = an_order()
    first = gateway.register(order)
    later = replace(order, due_date=date(2026, 3, 25), amount=Money(5000))

    changed = gateway.update(later, reference_to(order, first))

    assert changed.linha_digitavel != first.linha_digitavel
    assert gateway.register(later).linha_digitavel == changed.linha_digitavel
    with pytest.raises(PermanentFailure) as caught:
        gateway.register(replace(order, amount=Money(1)))
    assert caught.value.code == "duplicated"


def test_a_refund_gives_nothing_twice(gateway: SandboxGateway, bank: BankProcess, token: str) -> None:
    order = an_order()
    gateway.register(order)
    bank.control("pay", reference=order.reference, token=token)
    (payment,) = gateway.fetch(reference_to(order)).payments

    once = gateway.refund(reference_to(order), payment.remote_id, Money(500), "r1")
    twice = gateway.refund(reference_to(order), payment.remote_id, Money(500), "r1")

    assert once == twice
    assert gateway.fetch(reference_to(order)).refunds == (once,)
    with pytest.raises(PermanentFailure) as caught:
        gateway.refund(reference_to(order), payment.remote_id, Money(99999), "r2")
    assert caught.value.code == "amount_invalid"


def test_changes_are_listed_from_a_cursor(gateway: SandboxGateway, bank: BankProcess, token: str) -> None:
    orders = [an_order(), an_order(kind=Kind.PIX)]
    for order in orders:
        gateway.register(order)
    first = gateway.list_changes("", clock.now())
    bank.control("pay", reference=orders[1].reference, token=token)

    second = gateway.list_changes(first.cursor, clock.now())

    assert [each.reference for each in first.references] == [order.reference for order in orders]
    assert [(each.reference, each.kind) for each in second.references] == [(orders[1].reference, Kind.PIX)]
    assert first.is_last and gateway.list_changes(second.cursor, clock.now()).references == ()


def test_the_answer_that_got_lost_is_found_again(gateway: SandboxGateway, bank: BankProcess) -> None:
    order = an_order()
    bank.control("faults", next_failures=[{"after": True}], only_path="/v1/charges")

    with pytest.raises(TemporaryFailure):
        gateway.register(order)

    assert gateway.register(order).status is Status.REGISTERED


def test_the_account_says_whose_it_is(gateway: SandboxGateway) -> None:
    checked = gateway.check_credentials()

    assert checked.name and checked.environment is Environment.TEST


# -- notices -----------------------------------------------------------------------------------------------


def as_call(received: Received, **changes: Any) -> WebhookCall:
    headers = {name.lower(): value for name, value in received.headers.items()}
    return replace(WebhookCall(headers, {}, received.body, received_at=datetime.now(UTC)), **changes)


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    with WebhookSink() as sink:
        yield sink


def of_kind(kind: str) -> Callable[[Received], bool]:
    return lambda received: received.json["type"] == kind


def test_a_notice_is_proved_and_read(gateway: SandboxGateway, bank: BankProcess, token: str, sink: WebhookSink) -> None:
    gateway.configure_webhook(sink.url)
    order = an_order()
    registered = gateway.register(order)
    bank.control("pay", reference=order.reference, token=token)
    (received,) = sink.wait(1, of_kind("charge.paid"))
    sent_at = datetime.fromtimestamp(int(received.headers["X-Sandbox-Signature"].split(",")[0][2:]), UTC)

    assert gateway.verify(as_call(received, received_at=sent_at)) is Trust.SIGNED
    assert gateway.verify(as_call(received, received_at=sent_at + timedelta(seconds=299))) is Trust.SIGNED
    assert gateway.verify(as_call(received, received_at=sent_at + timedelta(seconds=301))) is Trust.FORGED
    assert gateway.verify(as_call(received, received_at=None)) is Trust.FORGED
    assert gateway.verify(as_call(received, received_at=sent_at, body=received.body + b" ")) is Trust.FORGED
    (notice,) = gateway.read(as_call(received))
    assert (notice.kind, notice.reference, notice.remote_id) == (NoticeKind.CHARGE, order.reference, registered.remote_id)
    assert notice.payment is not None and notice.payment.paid == order.amount


def test_a_wrongly_signed_notice_is_forged(gateway: SandboxGateway, bank: BankProcess, sink: WebhookSink) -> None:
    gateway.configure_webhook(sink.url)
    bank.control("faults", bad_signature=1)
    gateway.register(an_order())
    (received,) = sink.wait(1)
    sent_at = datetime.fromtimestamp(int(received.headers["X-Sandbox-Signature"].split(",")[0][2:]), UTC)

    assert gateway.verify(as_call(received, received_at=sent_at)) is Trust.FORGED


# -- Pix Automático ------------------------------------------------------------------------------------------


def offer(**changes: Any) -> RecurrenceOffer:
    return replace(RecurrenceOffer("C-1001", PAYER, "Internet 300 Mega", date(2026, 3, 20), amount=Money(11990)), **changes)


def test_paying_the_first_charge_is_the_consent_and_the_next_is_debited(gateway: SandboxGateway, bank: BankProcess, token: str) -> None:
    first = an_order(kind=Kind.PIX, due_date=date(2026, 3, 10))
    offered = gateway.create_recurrence(offer(journey=3, first_reference=first.reference))
    assert gateway.create_recurrence(offer(journey=3, first_reference=first.reference)).id_rec == offered.id_rec
    gateway.register(replace(first, offer_id_rec=offered.id_rec))
    bank.control("pay", reference=first.reference, token=token)
    assert gateway.get_recurrence(offered.id_rec).status is RecurrenceStatus.APPROVED

    debit = an_order(kind=Kind.COBR, id_rec=offered.id_rec)
    registered = gateway.register(debit)
    bank.control("clock", date="2026-03-20")

    found = gateway.fetch(reference_to(debit, registered))
    assert (found.status, found.payments[0].paid) == (Status.PAID, debit.amount)
    assert found.payments[0].channel is Channel.PIX
    assert [each.kind for each in gateway.list_changes("", clock.now()).references] == [Kind.PIX, Kind.COBR]


def test_an_offer_beside_a_bolepix_needs_a_yes(gateway: SandboxGateway, bank: BankProcess, token: str) -> None:
    offered = gateway.create_recurrence(offer(journey=4, amount=None, floor=Money(5000)))
    order = an_order(offer_id_rec=offered.id_rec)
    gateway.register(order)

    bank.control("pay", reference=order.reference, token=token, consent=False)
    assert gateway.get_recurrence(offered.id_rec).status is RecurrenceStatus.CREATED
    bank.control("pay", reference=order.reference, token=token, consent=True)
    assert gateway.get_recurrence(offered.id_rec).status is RecurrenceStatus.APPROVED


def test_ending_a_recurrence_twice_is_harmless(gateway: SandboxGateway) -> None:
    offered = gateway.create_recurrence(offer())
    assert offered.qr.startswith("000201")

    gateway.cancel_recurrence(offered.id_rec)
    ended = gateway.cancel_recurrence(offered.id_rec)

    assert (ended.status, ended.by, ended.code) == (RecurrenceStatus.CANCELLED, "USUARIO_RECEBEDOR", "SLCR")


def test_a_recurrence_that_changes_is_a_notice(gateway: SandboxGateway, bank: BankProcess, sink: WebhookSink) -> None:
    gateway.configure_webhook(sink.url)
    offered = gateway.create_recurrence(offer())
    bank.control("recurrence", id_rec=offered.id_rec, action="approve")
    (received,) = sink.wait(1, of_kind("recurrence.approved"))

    (notice,) = gateway.read(as_call(received))

    assert (notice.kind, notice.id_rec) == (NoticeKind.RECURRENCE, offered.id_rec)
