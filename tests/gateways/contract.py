"""What every gateway must do, whatever it speaks (malha/gateways/base.py). The tests of an adapter subclass `GatewayContract`.

A subclass gives `adapter`, `facts`, `strange`, `forged` and a fixture `gateway` that is open at something that keeps state.
"""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from malha.domain.money import Money
from malha.gateways.base import (
    AccountFacts,
    Adapter,
    Beneficiary,
    CanCheck,
    CanConfigureWebhook,
    CanListChanges,
    CanRecur,
    CanRefund,
    CanUpdate,
    Environment,
    Feature,
    Gateway,
    GatewayFailure,
    Kind,
    Order,
    Payer,
    PermanentFailure,
    Reference,
    Registered,
    Status,
    TemporaryFailure,
    Trust,
    WebhookCall,
)
from malha.gateways.registry import adapter as registered_adapter
from tests.support.stub_server import Reply, Seen, StubServer

TODAY = date(2026, 3, 10)
BENEFICIARY = Beneficiary("Veloz Telecom Ltda", "11222333000181", "São Paulo", "SP", "Rua das Flores, 100", "01310100")
PAYER = Payer(
    name="João da Silva",
    document="52998224725",
    email="joao@example.com",
    phone="11987654321",
    street="Rua das Acácias",
    number="12",
    district="Centro",
    city="Campinas",
    uf="SP",
    cep="13010001",
)
PROTOCOLS: dict[Feature, type[Any]] = {
    Feature.CHECK: CanCheck,
    Feature.UPDATE: CanUpdate,
    Feature.REFUND: CanRefund,
    Feature.LIST_CHANGES: CanListChanges,
    Feature.CONFIGURES_WEBHOOK: CanConfigureWebhook,
    Feature.PIX_AUTOMATICO: CanRecur,
}
MEGABYTE = 1024 * 1024


def an_order(**changes: Any) -> Order:
    """An order of an ordinary monthly charge with a reference of its own."""
    plain = Order(
        reference=uuid4().hex,
        kind=Kind.BOLEPIX,
        document="4711",
        amount=Money(11990),
        issued_on=TODAY,
        due_date=date(2026, 3, 20),
        payer=PAYER,
        description="Internet 300 Mega, março de 2026",
        instructions=("Não receber após 90 dias do vencimento.",),
    )
    return replace(plain, **changes)


def an_account(settings: dict[str, Any], **changes: Any) -> AccountFacts:
    """A test account with these settings."""
    plain = AccountFacts(
        account_id=1,
        environment=Environment.TEST,
        settings=settings,
        beneficiary=BENEFICIARY,
        pix_key="f8a2c0de-1111-4222-8333-444455556666",
        webhook_secret="the-secret-of-the-webhook",
        today=TODAY,
    )
    return replace(plain, **changes)


def reference_to(order: Order, registered: Registered | None = None) -> Reference:
    """What our room would keep of a registration."""
    remote = registered or Registered("")
    return Reference(order.reference, order.kind, remote.remote_id, remote.nosso_numero, order.due_date)


class GatewayContract:
    """The shared tests. Those of one adapter stand in its own class beside them."""

    adapter: ClassVar[Adapter]
    kind: ClassVar[Kind] = Kind.BOLEPIX

    # -- what a subclass gives ---------------------------------------------------------------------

    def facts(self, url: str) -> AccountFacts:
        """An account whose every call, that for a token too, goes to `url`."""
        raise NotImplementedError

    def strange(self, seen: Seen) -> Reply:
        """A right answer to any call, tokens too, but for a charge's status, which nobody has ever heard of."""
        raise NotImplementedError

    def forged(self) -> WebhookCall | None:
        """A webhook that pretends to be theirs; None where nothing can be proved and `verify` says OPAQUE at most."""
        raise NotImplementedError

    def order(self, **changes: Any) -> Order:
        """An order this adapter registers."""
        return an_order(**{"kind": self.kind, **changes})

    def account(self, settings: dict[str, Any], **changes: Any) -> AccountFacts:
        """Facts with these settings."""
        return an_account(settings, **changes)

    # -- the adapter -------------------------------------------------------------------------------

    def test_it_is_in_the_registry_and_has_a_form_for_its_secrets(self) -> None:
        adapter = registered_adapter(self.adapter.key)

        assert isinstance(adapter, Adapter)
        assert adapter.label and adapter.kinds and adapter.rate_per_second > 0
        assert adapter.secrets <= set(adapter.form().fields)

    def test_it_has_a_method_for_each_feature_it_names(self, nowhere: Gateway) -> None:
        assert isinstance(nowhere, Gateway)
        for feature, protocol in PROTOCOLS.items():
            assert isinstance(nowhere, protocol) == (feature in self.adapter.features), feature

    # -- against something that keeps state ----------------------------------------------------------

    def test_registering_twice_is_registering_once(self, gateway: Gateway) -> None:
        order = self.order()

        first = gateway.register(order)
        again = gateway.register(order)

        assert again.remote_id == first.remote_id != ""
        assert (again.nosso_numero, again.pix_copia_e_cola) == (first.nosso_numero, first.pix_copia_e_cola)

    def test_what_is_registered_can_be_fetched(self, gateway: Gateway) -> None:
        order = self.order()
        registered = gateway.register(order)

        found = gateway.fetch(reference_to(order, registered))

        assert found.status in (Status.REGISTERED, Status.PENDING)
        assert found.payments == ()

    def test_what_nobody_registered_is_unknown_there(self, gateway: Gateway) -> None:
        assert gateway.fetch(reference_to(self.order())).status is Status.UNKNOWN_THERE

    def test_cancelling_twice_is_harmless(self, gateway: Gateway) -> None:
        order = self.order()
        reference = reference_to(order, gateway.register(order))

        gateway.cancel(reference)
        gateway.cancel(reference)

        assert gateway.fetch(reference).status is Status.CANCELLED

    # -- when the other side misbehaves ---------------------------------------------------------------

    def test_a_status_nobody_knows_is_never_taken_for_paid(self) -> None:
        order = self.order()
        with self.stubbed(self.strange) as gateway, pytest.raises(PermanentFailure) as caught:
            gateway.fetch(reference_to(order, Registered("r-1", nosso_numero="1")))

        assert caught.value.code == "unknown_status"

    def test_a_dead_line_is_worth_another_try(self, nowhere: Gateway) -> None:
        for caught in self.failures(nowhere):
            assert isinstance(caught, TemporaryFailure)
            assert caught.code == "unreachable"

    def test_too_many_calls_are_worth_another_try_when_they_say(self) -> None:
        with self.stubbed(lambda seen: Reply(429, {"message": "slow down"}, headers={"Retry-After": "17"})) as gateway:
            for caught in self.failures(gateway):
                assert isinstance(caught, TemporaryFailure)
                assert (caught.code, caught.retry_after) == ("rate_limited", 17)

    def test_a_failure_of_theirs_is_worth_another_try(self) -> None:
        with self.stubbed(lambda seen: Reply(500, content=b"<h1>Oops</h1>", headers={"Retry-After": "5"})) as gateway:
            for caught in self.failures(gateway):
                assert isinstance(caught, TemporaryFailure)
                assert (caught.code, caught.retry_after) == ("unavailable", 5)

    def test_refused_credentials_are_for_a_person(self) -> None:
        with self.stubbed(lambda seen: Reply(401, {"message": "who are you?"})) as gateway:
            for caught in self.failures(gateway):
                assert isinstance(caught, PermanentFailure)
                assert caught.code == "credentials_refused"

    def test_an_answer_without_end_is_not_read(self) -> None:
        with self.stubbed(lambda seen: Reply(200, content=b'{"a": "' + b"x" * 10 * MEGABYTE + b'"}')) as gateway:
            for caught in self.failures(gateway):
                assert isinstance(caught, PermanentFailure)
                assert caught.code == "protocol"

    def test_an_answer_that_is_no_json_is_for_a_person(self) -> None:
        with self.stubbed(lambda seen: Reply(200, content=b"<h1>Maintenance</h1>")) as gateway:
            for caught in self.failures(gateway):
                assert isinstance(caught, PermanentFailure)
                assert caught.code == "protocol"

    def test_nothing_of_a_call_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        with self.stubbed(self.strange) as gateway, pytest.raises(PermanentFailure):
            gateway.fetch(reference_to(self.order(), Registered("r-1", nosso_numero="1")))

        assert caplog.records == []

    # -- webhooks ----------------------------------------------------------------------------------------

    def test_a_forged_webhook_is_refused(self, nowhere: Gateway) -> None:
        call = self.forged()

        if call is None:
            assert nowhere.verify(WebhookCall({}, {}, b"{}")) is Trust.OPAQUE
        else:
            assert nowhere.verify(call) is Trust.FORGED

    def test_a_webhook_that_is_rubbish_is_a_matter_of_protocol(self, nowhere: Gateway) -> None:
        if Feature.WEBHOOK in self.adapter.features:
            for body in (b"", b"\xff\xfe", b"[1, 2", b'"text"', b"[]", b"null"):
                with pytest.raises(PermanentFailure) as caught:
                    nowhere.read(WebhookCall({"content-type": "application/json"}, {}, body))
                assert caught.value.code == "protocol"

    # -- tools ---------------------------------------------------------------------------------------------

    @pytest.fixture
    def nowhere(self) -> Iterator[Gateway]:
        """Open at a port nobody listens on."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound, not listening: nobody else gets it
            gateway = self.adapter.open(self.facts(f"http://127.0.0.1:{taken.getsockname()[1]}"))
            yield gateway
            gateway.close()

    @contextmanager
    def stubbed(self, answer: Any) -> Iterator[Gateway]:
        """Open at a server that answers so."""
        with StubServer(answer) as stub:
            gateway = self.adapter.open(self.facts(stub.url))
            yield gateway
            gateway.close()

    def failures(self, gateway: Gateway) -> list[GatewayFailure]:
        """What register, fetch and cancel raise; no secret of the account is in any of it."""
        order = self.order()
        reference = reference_to(order, Registered("r-1", nosso_numero="1"))
        facts = self.facts("http://127.0.0.1:9")
        secrets = {str(facts.settings.get(name) or "") for name in self.adapter.secrets} | {facts.webhook_secret}
        found = []
        for act in (lambda: gateway.register(order), lambda: gateway.fetch(reference), lambda: gateway.cancel(reference)):
            with pytest.raises(GatewayFailure) as caught:
                act()
            error: BaseException | None = caught.value
            while error is not None:
                assert not [secret for secret in secrets if len(secret) > 3 and secret in f"{error} {error!r}"]
                error = error.__cause__
            found.append(caught.value)
        return found
