"""Banco Inter, Cobrança v3, as a gateway (payments.md §9)."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from malha.gateways.adapters.inter import mapping
from malha.gateways.adapters.inter.client import Client, load
from malha.gateways.adapters.inter.forms import InterForm, is_loopback
from malha.gateways.base import (
    AccountFacts,
    Checked,
    Environment,
    Feature,
    Kind,
    Notice,
    Order,
    PermanentFailure,
    Reference,
    Registered,
    RemoteStatus,
    Status,
    Trust,
    WebhookCall,
)
from malha.gateways.wire import Certificate, Refusal, read_certificate, tls_context

ADDRESSES: Final = {
    Environment.TEST: "https://cdpj-sandbox.partners.uatinter.co",
    Environment.PRODUCTION: "https://cdpj.partners.bancointer.com.br",
}
WINDOW: Final = timedelta(days=90)


class InterAdapter:
    """The kind."""

    key = "inter"
    label = "Banco Inter"
    features = frozenset(
        {
            Feature.BOLETO,
            Feature.BOLEPIX,
            Feature.ASYNC_REGISTRATION,
            Feature.WEBHOOK,
            Feature.CONFIGURES_WEBHOOK,
            Feature.CHECK,
        }
    )
    kinds: tuple[Kind, ...] = (Kind.BOLEPIX, Kind.BOLETO)
    form: type[Any] = InterForm
    secrets = frozenset({"client_secret", "certificate", "certificate_password"})
    rate_per_second = 2.0

    def open(self, facts: AccountFacts) -> "InterGateway":
        """Raises PermanentFailure("settings_invalid", "certificate_invalid")."""
        given = {name: str(facts.settings.get(name) or "") for name in InterForm.base_fields}
        for name in ("client_id", "client_secret"):
            if not given[name]:
                raise PermanentFailure("settings_invalid", f"{name} is missing", field=name)
        own = given["base_url"]
        if own and not is_loopback(own):
            raise PermanentFailure("settings_invalid", "only this machine may take the place of the bank", field="base_url")
        certificate = _certificate(given["certificate"], given["certificate_password"])
        if certificate is None and not own:
            raise PermanentFailure("settings_invalid", "the certificate is missing", field="certificate")
        client = Client(
            own or ADDRESSES[facts.environment],
            given["client_id"],
            given["client_secret"],
            given["account_number"],
            tls_context(certificate) if certificate else None,
        )
        return InterGateway(client, facts, certificate)


def _certificate(content: str, password: str) -> Certificate | None:
    if not content:
        return None
    try:
        return read_certificate(base64.b64decode(content), password)
    except binascii.Error as error:
        raise PermanentFailure("certificate_invalid", "not as it was stored") from error


class InterGateway:
    """One account."""

    def __init__(self, client: Client, facts: AccountFacts, certificate: Certificate | None) -> None:
        self._client = client
        self._facts = facts
        self._certificate = certificate

    def register(self, order: Order) -> Registered:
        """Inter has no idempotency key: our number is looked for first. What is still in process answers PENDING."""
        code = self._find(order.reference, order.due_date)
        if not code:
            code = mapping.code(self._ask(self._client.post_charge, mapping.order_body(order)))
        answer = self._ask(self._client.get_charge, code)
        found = mapping.remote_status(answer).registered if answer is not None else None
        return found or Registered(code, Status.PENDING)

    def cancel(self, reference: Reference) -> None:
        """Looks first: what is cancelled or expired is left alone."""
        code = self._code(reference)
        answer = self._ask(self._client.get_charge, code) if code else None
        if answer is None:
            raise PermanentFailure("not_found", "the bank does not know this charge")
        now = mapping.remote_status(answer)
        if now.status is Status.PAID:
            raise PermanentFailure("already_paid", now.words)
        if now.status in (Status.PENDING, Status.REGISTERED):
            self._ask(self._client.cancel_charge, code, "ACERTOS")

    def fetch(self, reference: Reference) -> RemoteStatus:
        """By their code, else by our number."""
        code = self._code(reference)
        answer = self._ask(self._client.get_charge, code) if code else None
        return RemoteStatus(Status.UNKNOWN_THERE) if answer is None else mapping.remote_status(answer)

    def verify(self, call: WebhookCall) -> Trust:
        """Unsigned: the certificate at the front is all there is."""
        return Trust.MTLS if call.has_client_certificate else Trust.OPAQUE

    def read(self, call: WebhookCall) -> Sequence[Notice]:
        """A list."""
        return mapping.notices(load(call.body))

    def configure_webhook(self, url: str) -> None:
        """One for the account."""
        self._ask(self._client.put_webhook, url)

    def check_credentials(self) -> Checked:
        """A new token proves them."""
        self._client.check()
        return Checked("", self._facts.environment, self._certificate.expires_on if self._certificate else None)

    def close(self) -> None:
        """Drop the connections."""
        self._client.close()

    def _code(self, reference: Reference) -> str:
        return reference.remote_id or self._find(reference.reference, reference.due_date)

    def _find(self, reference: str, due: date | None) -> str:
        middle = due or self._facts.today
        if middle is None:
            raise PermanentFailure("not_found", "without a due date the bank cannot be asked")
        wanted = mapping.number(reference)
        return mapping.found(self._ask(self._client.find_charges, wanted, middle - WINDOW, middle + WINDOW), wanted)

    @staticmethod
    def _ask(call: Callable[..., Any], *given: Any) -> Any:
        try:
            return call(*given)
        except Refusal as refusal:
            raise mapping.failure(refusal.status, refusal.body, refusal.text) from None
