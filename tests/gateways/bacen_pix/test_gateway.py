"""The Pix API adapter against the simulated bank, which keeps state."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from malha.core import clock
from malha.domain.brcode import decode
from malha.domain.money import Money
from malha.gateways.adapters.bacen_pix.gateway import BacenPixAdapter, BacenPixGateway
from malha.gateways.base import (
    AccountFacts,
    Channel,
    Kind,
    NoticeKind,
    PermanentFailure,
    RecurrenceOffer,
    RecurrenceStatus,
    Reference,
    Status,
    TemporaryFailure,
    Trust,
    WebhookCall,
)
from tests.gateways.contract import PAYER, TODAY, GatewayContract, an_account, an_order, reference_to
from tests.support.bank_process import BankProcess
from tests.support.stub_server import Reply, Seen, StubServer
from tests.support.webhook_sink import WebhookSink

DUE = date(2026, 3, 16)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def process(folder: Path) -> Iterator[BankProcess]:
    with BankProcess(date="2026-03-10", webhook_retry="0.05", tls_port=0, tls_dir=folder) as bank:
        yield bank


@pytest.fixture
def bank(process: BankProcess) -> BankProcess:
    """Empty, on the day of the tests."""
    process.control("reset")
    process.control("clock", date="2026-03-10")
    process.control("faults/clear")
    return process


def settings(url: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "profile": "outro",
        "client_id": f"client-{uuid4().hex[:8]}",
        "client_secret": "the-secret-of-the-client",
        "base_url": f"{url}/pix/v2",
        "token_url": f"{url}/oauth/token",
        "account_number": "123456",
        "account_type": "CORRENTE",
        "branch": "0001",
    }
    return {**plain, **changes}


class TestContract(GatewayContract):
    adapter = BacenPixAdapter()
    kind = Kind.PIX

    @pytest.fixture
    def gateway(self, bank: BankProcess) -> Iterator[BacenPixGateway]:
        gateway = self.adapter.open(self.facts(bank.url))
        yield gateway
        gateway.close()

    def facts(self, url: str) -> AccountFacts:
        return self.account(settings(url, client_id="client-of-the-contract"))

    def strange(self, seen: Seen) -> Reply:
        if seen.path.endswith("/token"):
            return Reply(200, {"access_token": "t", "expires_in": 3600})
        return Reply(200, {"txid": "t", "status": "CONGELADA", "valor": {"original": "1.00"}, "location": "pix.example.com/qr/v2/1"})

    def forged(self) -> WebhookCall:
        return WebhookCall({}, {"hmac": "not-our-secret"}, b'{"pix": []}', has_client_certificate=True)


def facts(url: str, **changes: Any) -> AccountFacts:
    return an_account(settings(url, **changes))


@pytest.fixture
def gateway(bank: BankProcess) -> Iterator[BacenPixGateway]:
    gateway = BacenPixAdapter().open(facts(bank.url))
    yield gateway
    gateway.close()


def pix(**changes: Any) -> Any:
    return an_order(**{"kind": Kind.PIX, "due_date": DUE, **changes})


# -- charges -----------------------------------------------------------------------------------------------


def test_a_charge_with_a_due_date_is_a_cobv_with_its_late_charges(gateway: BacenPixGateway, bank: BankProcess) -> None:
    order = pix(amount=Money(10000), discount=Money(500), discount_until=date(2026, 3, 12))
    registered = gateway.register(order)
    assert registered.remote_id == f"cobv:{order.reference}"
    assert decode(registered.pix_copia_e_cola).location == registered.pix_url
    bank.control("clock", date="2026-03-21")
    bank.control("pay", txid=order.reference)

    found = gateway.fetch(reference_to(order, registered))

    (payment,) = found.payments
    assert found.status is Status.PAID
    assert (payment.fine, payment.interest, payment.paid) == (Money(200), Money(17), Money(10217))  # five days late
    assert payment.channel is Channel.PIX and payment.remote_id.startswith("E")
    assert payment.paid_on == date(2026, 3, 21)


def test_a_discount_until_a_day_is_taken_off(gateway: BacenPixGateway, bank: BankProcess) -> None:
    order = pix(amount=Money(10000), discount=Money(500), discount_until=date(2026, 3, 12))
    gateway.register(order)
    bank.control("pay", txid=order.reference)

    (payment,) = gateway.fetch(reference_to(order)).payments

    assert (payment.paid, payment.discount) == (Money(9500), Money(500))


@pytest.mark.parametrize("late", [{"due_date": TODAY}, {"due_date": date(2026, 3, 1)}, {"payer": replace(PAYER, document="")}])
def test_what_cannot_be_a_cobv_is_a_cob(gateway: BacenPixGateway, late: dict[str, Any]) -> None:
    order = pix(**late)

    registered = gateway.register(order)

    assert registered.remote_id == f"cob:{order.reference}"
    assert gateway.fetch(Reference(order.reference, Kind.PIX)).status is Status.REGISTERED
    gateway.cancel(Reference(order.reference, Kind.PIX))
    assert gateway.fetch(Reference(order.reference, Kind.PIX)).status is Status.CANCELLED


def test_registered_yesterday_it_is_still_the_same_charge_today(bank: BankProcess) -> None:
    account, order = facts(bank.url), pix(due_date=date(2026, 3, 11))
    before = BacenPixAdapter().open(account)
    first = before.register(order)
    after = BacenPixAdapter().open(replace(account, today=date(2026, 3, 11)))  # a cob it would be now

    assert after.register(order).pix_copia_e_cola == first.pix_copia_e_cola
    with pytest.raises(PermanentFailure) as caught:
        after.register(replace(order, amount=Money(1)))
    assert caught.value.code == "duplicated"
    before.close()
    after.close()


def test_what_is_paid_is_not_cancelled(gateway: BacenPixGateway, bank: BankProcess) -> None:
    order = pix()
    gateway.register(order)
    bank.control("pay", txid=order.reference)

    with pytest.raises(PermanentFailure) as caught:
        gateway.cancel(reference_to(order))

    assert caught.value.code == "already_paid"


def test_what_cannot_be_removed_is_not_taken_for_unknown() -> None:
    def bank(seen: Seen) -> Reply:
        if seen.path.endswith("/token"):
            return Reply(200, {"access_token": "t", "expires_in": 3600})
        if "/cob/" in seen.path:
            return Reply(404, {"type": "https://pix.bcb.gov.br/api/v2/error/CobNaoEncontrado", "title": "Não encontrado", "status": 404})
        if seen.method == "PATCH":
            return Reply(400, {"type": "https://pix.bcb.gov.br/api/v2/error/CobVOperacaoInvalida", "title": "Não agora", "status": 400})
        return Reply(200, {"txid": "t", "status": "ATIVA", "valor": {"original": "119.90"}})

    with StubServer(bank) as stub:
        gateway = BacenPixAdapter().open(facts(stub.url))
        with pytest.raises(PermanentFailure) as caught:
            gateway.cancel(Reference(uuid4().hex, Kind.PIX))
        gateway.close()

    assert (caught.value.code, caught.value.words) == ("refused", "Não agora")


def test_due_date_and_amount_of_a_cobv_can_change(gateway: BacenPixGateway) -> None:
    order = pix()
    reference = reference_to(order, gateway.register(order))
    later = replace(order, due_date=date(2026, 4, 1), amount=Money(777))

    changed = gateway.update(later, reference)

    assert changed.raw["calendario"]["dataDeVencimento"] == "2026-04-01"
    assert changed.raw["valor"]["original"] == "7.77"
    assert gateway.register(later).remote_id == changed.remote_id


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"payer": replace(PAYER, document="11111111111")}, "payer_document_invalid"),
        ({"payer": replace(PAYER, name="")}, "payer_name_invalid"),
        ({"amount": Money(0)}, "amount_invalid"),
        ({"reference": "short"}, "duplicated"),
    ],
)
def test_a_violation_has_our_code_and_their_words(gateway: BacenPixGateway, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(PermanentFailure) as caught:
        gateway.register(pix(**wrong))

    assert caught.value.code == code
    assert caught.value.words and caught.value.field


def test_a_devolucao_gives_nothing_twice(gateway: BacenPixGateway, bank: BankProcess) -> None:
    order = pix()
    gateway.register(order)
    bank.control("pay", txid=order.reference)
    (payment,) = gateway.fetch(reference_to(order)).payments

    once = gateway.refund(reference_to(order), payment.remote_id, Money(500), "a-refund-with-a-long-name-and-dashes")
    twice = gateway.refund(reference_to(order), payment.remote_id, Money(500), "a-refund-with-a-long-name-and-dashes")

    assert (once.remote_id, once.amount, once.payment_id) == (twice.remote_id, Money(500), payment.remote_id)
    assert [each.amount for each in gateway.fetch(reference_to(order)).refunds] == [Money(500)]


def test_what_came_in_is_listed_from_a_cursor(gateway: BacenPixGateway, bank: BankProcess) -> None:
    orders = [pix(), pix()]
    for order in orders:
        gateway.register(order)
        bank.control("pay", txid=order.reference)

    seen, cursor, is_last = set(), "", False
    while not is_last:  # from a fortnight ago, in stretches
        page = gateway.list_changes(cursor, clock.now() - timedelta(days=14))
        seen |= {each.reference for each in page.references}
        cursor, is_last = page.cursor, page.is_last

    assert seen == {order.reference for order in orders}
    assert gateway.list_changes(cursor, clock.now()).is_last
    with pytest.raises(PermanentFailure):
        gateway.list_changes("yesterday", clock.now())


def test_the_answer_that_got_lost_is_found_again(gateway: BacenPixGateway, bank: BankProcess) -> None:
    order = pix()
    bank.control("faults", next_failures=[{"after": True}], only_path="/pix/v2/cobv")

    with pytest.raises(TemporaryFailure):
        gateway.register(order)

    assert gateway.register(order).status is Status.REGISTERED


# -- TLS and tokens ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["client.p12", "client-both.pem"])
def test_with_a_client_certificate_over_tls(bank: BankProcess, folder: Path, name: str) -> None:
    account = facts(
        f"https://127.0.0.1:{bank.tls_port}",
        certificate=base64.b64encode((folder / name).read_bytes()).decode(),
        certificate_password="malha" if name.endswith("p12") else "",
        authority=(folder / "ca.pem").read_text(),
    )
    gateway = BacenPixAdapter().open(account)

    assert gateway.register(pix()).status is Status.REGISTERED
    checked = gateway.check_credentials()
    assert checked.certificate_expires_on is not None
    gateway.close()


def test_without_the_certificate_or_the_authority_nothing_goes(bank: BankProcess, folder: Path) -> None:
    url = f"https://127.0.0.1:{bank.tls_port}"
    certificate = base64.b64encode((folder / "client-both.pem").read_bytes()).decode()

    stranger = BacenPixAdapter().open(facts(url, certificate=certificate))
    with pytest.raises(PermanentFailure) as caught:
        stranger.register(pix())
    assert caught.value.code == "certificate_invalid"
    bare = BacenPixAdapter().open(facts(url, authority=(folder / "ca.pem").read_text()))
    with pytest.raises(TemporaryFailure):
        bare.register(pix())
    with pytest.raises(PermanentFailure) as caught:
        BacenPixAdapter().open(facts(url, certificate=base64.b64encode(b"nothing").decode()))
    assert caught.value.code == "certificate_invalid"


def test_a_token_that_is_refused_is_renewed_once(bank: BankProcess) -> None:
    gateway, order = BacenPixAdapter().open(facts(bank.url)), pix()
    gateway.register(order)
    bank.control("reset")  # the bank forgot the token and all else

    assert gateway.fetch(reference_to(order)).status is Status.UNKNOWN_THERE
    gateway.close()


def test_a_wrong_secret_is_refused_credentials(bank: BankProcess) -> None:
    first = BacenPixAdapter().open(facts(bank.url, client_id="same"))
    first.check_credentials()
    second = BacenPixAdapter().open(facts(bank.url, client_id="same", client_secret="another-secret"))

    with pytest.raises(PermanentFailure) as caught:
        second.check_credentials()

    assert caught.value.code == "credentials_refused"
    assert "another-secret" not in str(caught.value)
    first.close()
    second.close()


@pytest.mark.parametrize("answer", ["nothing", "alias"])
def test_a_code_under_another_name_or_made_from_the_location(answer: str) -> None:
    charge = {"status": "ATIVA", "valor": {"original": "119.90"}, "loc": {"id": 1, "location": "https://pix.example.com/qr/v2/cobv/abc"}}

    def bank(seen: Seen) -> Reply:
        if seen.path.endswith("/token"):
            return Reply(200, {"access_token": "t", "expires_in": 3600})
        named = {"textoImagemQRcode": "0002…"} if answer == "alias" else {}
        return Reply(201, {**charge, **named, "txid": seen.path.rsplit("/", 1)[-1]})

    with StubServer(bank) as stub:
        gateway = BacenPixAdapter().open(facts(stub.url))
        gateway._profile = replace(gateway._profile, aliases=("textoImagemQRcode",), extra_key="gw-dev-app-key")
        code = gateway.register(pix()).pix_copia_e_cola
        gateway.close()

    if answer == "alias":
        assert code == "0002…"
    else:
        assert decode(code).location == "pix.example.com/qr/v2/cobv/abc"
        assert decode(code).name == "Veloz Telecom Ltda"


# -- webhooks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "has_certificate", "trust"),
    [
        ({}, False, Trust.OPAQUE),
        ({}, True, Trust.MTLS),
        ({"hmac": "the-secret-of-the-webhook"}, False, Trust.TOKEN),
        ({"hmac": "the-secret-of-the-webhook"}, True, Trust.MTLS),
        ({"hmac": "wrong"}, False, Trust.FORGED),
        ({"hmac": "wrong"}, True, Trust.FORGED),
    ],
)
def test_how_far_a_callback_is_trusted(query: dict[str, str], has_certificate: bool, trust: Trust) -> None:
    gateway = BacenPixAdapter().open(facts("http://127.0.0.1:9"))

    assert gateway.verify(WebhookCall({}, query, b"{}", has_client_certificate=has_certificate)) is trust


def test_callbacks_carry_our_secret_and_name_the_charge(gateway: BacenPixGateway, bank: BankProcess) -> None:
    with WebhookSink() as sink:
        gateway.configure_webhook(f"{sink.url}/hooks/7")
        order = pix()
        gateway.register(order)
        bank.control("pay", txid=order.reference)
        (received,) = sink.wait(1)

    assert received.path == "/hooks/7?hmac=the-secret-of-the-webhook&ignorar=/pix"
    (notice,) = gateway.read(WebhookCall({}, {}, received.body))
    assert (notice.kind, notice.reference) == (NoticeKind.CHARGE, order.reference)
    assert notice.payment is not None and notice.payment.paid == order.amount
    other = BacenPixAdapter().open(replace(facts(bank.url), pix_key="another@example.com"))
    assert [each.kind for each in other.read(WebhookCall({}, {}, received.body))] == [NoticeKind.IGNORED]
    other.close()


# -- Pix Automático --------------------------------------------------------------------------------------------


def offer(**changes: Any) -> RecurrenceOffer:
    return replace(RecurrenceOffer("C-1001", PAYER, "Internet 300 Mega", DUE, amount=Money(11990)), **changes)


def test_a_recurrence_alone_is_offered_once_and_ended_twice(gateway: BacenPixGateway) -> None:
    first = gateway.create_recurrence(offer())
    again = gateway.create_recurrence(offer())

    assert again.id_rec == first.id_rec and len(first.id_rec) == 29
    assert decode(first.qr).recurrence == first.location_url != ""
    gateway.cancel_recurrence(first.id_rec)
    ended = gateway.cancel_recurrence(first.id_rec)
    assert (ended.status, ended.by, ended.code) == (RecurrenceStatus.CANCELLED, "USUARIO_RECEBEDOR", "SLCR")
    assert gateway.create_recurrence(offer()).id_rec != first.id_rec


def test_paying_the_first_charge_is_the_consent_and_the_next_is_debited(gateway: BacenPixGateway, bank: BankProcess) -> None:
    with WebhookSink() as sink:
        gateway.configure_webhook(sink.url)
        first = pix(due_date=TODAY)
        offered = gateway.create_recurrence(offer(journey=3, first_reference=first.reference))
        registered = gateway.register(replace(first, offer_id_rec=offered.id_rec))
        code = decode(registered.pix_copia_e_cola)
        assert (code.location, code.recurrence) == (registered.pix_url, offered.location_url)
        bank.control("pay", txid=first.reference)
        assert gateway.get_recurrence(offered.id_rec).status is RecurrenceStatus.APPROVED
        (told,) = sink.wait(1, lambda each: each.path.endswith("/rec"))
        assert [each.id_rec for each in gateway.read(WebhookCall({}, {}, told.body))] == [offered.id_rec]

        debit = pix(kind=Kind.COBR, id_rec=offered.id_rec)
        done = gateway.register(debit)
        assert gateway.register(debit).remote_id == done.remote_id
        bank.control("clock", date=DUE.isoformat())
        found = gateway.fetch(reference_to(debit, done))
        assert (found.status, found.payments[0].paid) == (Status.PAID, debit.amount)
        paid = sink.wait(1, lambda each: each.path.endswith("/cobr") and each.json["cobsr"][0]["status"] == "CONCLUIDA")
        (notice,) = gateway.read(WebhookCall({}, {}, paid[0].body))
        assert (notice.reference, notice.id_rec) == (debit.reference, offered.id_rec)
        assert notice.payment is not None and notice.payment.paid == debit.amount


def test_an_offer_beside_a_charge_needs_a_yes(gateway: BacenPixGateway, bank: BankProcess) -> None:
    offered = gateway.create_recurrence(offer(journey=4, amount=None, floor=Money(5000)))
    order = pix(offer_id_rec=offered.id_rec)

    code = decode(gateway.register(order).pix_copia_e_cola)
    bank.control("pay", txid=order.reference, consent=True)

    assert code.location and code.recurrence == offered.location_url
    assert gateway.get_recurrence(offered.id_rec).status is RecurrenceStatus.APPROVED


def test_a_debit_that_failed_says_why_and_is_tried_again(gateway: BacenPixGateway, bank: BankProcess) -> None:
    offered = gateway.create_recurrence(offer())
    bank.control("recurrence", id_rec=offered.id_rec, action="approve")
    debit = pix(kind=Kind.COBR, id_rec=offered.id_rec)
    reference = reference_to(debit, gateway.register(debit))
    bank.control("debit", txid=debit.reference, code="AM02")

    found = gateway.fetch(reference)
    assert (found.status, found.reason) == (Status.REGISTERED, "AM02")
    gateway.retry_charge(reference, date(2026, 3, 18))
    bank.control("clock", date="2026-03-18")
    assert gateway.fetch(reference).status is Status.PAID


def test_a_debit_is_cancelled_before_its_day(gateway: BacenPixGateway, bank: BankProcess) -> None:
    offered = gateway.create_recurrence(offer())
    debit = pix(kind=Kind.COBR, id_rec=offered.id_rec)
    reference = reference_to(debit, gateway.register(debit))

    gateway.cancel(reference)
    gateway.cancel(reference)

    assert gateway.fetch(reference).status is Status.CANCELLED
    with pytest.raises(PermanentFailure) as caught:
        gateway.update(debit, reference)
    assert caught.value.code == "refused"


def test_a_pix_at_night_belongs_to_the_day_of_brasilia(gateway: BacenPixGateway) -> None:
    body = b'{"pix": [{"endToEndId": "E1", "txid": "a", "valor": "1.00", "horario": "2026-03-11T01:30:00.000Z"}]}'

    (notice,) = gateway.read(WebhookCall({}, {}, body))

    assert notice.payment is not None
    assert notice.payment.paid_on == date(2026, 3, 10)
    assert notice.payment.at == datetime.fromisoformat("2026-03-11T01:30:00+00:00")
