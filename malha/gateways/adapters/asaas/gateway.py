"""Asaas as a gateway (payments.md §9)."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from malha.gateways.adapters.asaas import mapping
from malha.gateways.adapters.asaas.client import Client, load
from malha.gateways.adapters.asaas.forms import AsaasForm, is_loopback
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
from malha.gateways.wire import Refusal

ADDRESSES: Final = {
    Environment.TEST: "https://api-sandbox.asaas.com/v3",
    Environment.PRODUCTION: "https://api.asaas.com/v3",
}
PREFIXES: Final = {Environment.TEST: "$aact_hmlg_", Environment.PRODUCTION: "$aact_prod_"}
TOKEN: Final = "asaas-access-token"


class AsaasAdapter:
    """The kind."""

    key = "asaas"
    label = "Asaas"
    features = frozenset(
        {
            Feature.BOLETO,
            Feature.BOLEPIX,
            Feature.PIX,
            Feature.UPDATE,
            Feature.WEBHOOK,
            Feature.CHECK,
            Feature.FEES_REPORTED,
            Feature.OWN_MAIL,
        }
    )
    kinds: tuple[Kind, ...] = (Kind.BOLEPIX, Kind.BOLETO, Kind.PIX)
    form: type[Any] = AsaasForm
    secrets = frozenset({"access_token"})
    rate_per_second = 2.0  # 25,000 calls in 12 hours are 0.58 a second: bursts only

    def open(self, facts: AccountFacts) -> "AsaasGateway":
        """Raises PermanentFailure("settings_invalid"), also for a token of the other environment."""
        token = str(facts.settings.get("access_token") or "")
        if not token or not token.isascii() or not token.isprintable():
            raise PermanentFailure("settings_invalid", "the token is missing or has odd characters", field="access_token")
        if any(token.startswith(prefix) for environment, prefix in PREFIXES.items() if environment is not facts.environment):
            raise PermanentFailure("settings_invalid", "the token is of the other environment", field="access_token")
        own = str(facts.settings.get("base_url") or "")
        if own and not is_loopback(own):
            raise PermanentFailure("settings_invalid", "only this machine may take the place of Asaas", field="base_url")
        return AsaasGateway(Client(own or ADDRESSES[facts.environment], token), facts)


class AsaasGateway:
    """One account."""

    def __init__(self, client: Client, facts: AccountFacts) -> None:
        self._client = client
        self._environment = facts.environment
        self._webhook_secret = facts.webhook_secret

    def register(self, order: Order) -> Registered:
        """Asaas has no idempotency key: our reference is looked for first, then the customer is found or made."""
        payment = self._by_reference(order.reference)
        if payment is None:
            found = mapping.rows(self._ask(self._client.find_customers, order.payer.document))
            customer = found[0] if found else self._new_customer(order)
            with mapping.reading():
                body = mapping.payment_body(order, str(customer["id"]))
            payment = self._ask(self._client.post_payment, body)
        return self._full(payment, order.kind)

    def cancel(self, reference: Reference) -> None:
        """Looks first: what is deleted is left alone."""
        payment = self._payment(reference)
        if payment is None:
            raise PermanentFailure("not_found", "Asaas does not know this charge")
        now = mapping.remote_status(payment).status
        if now is Status.PAID:
            raise PermanentFailure("already_paid", str(payment["status"]))
        if now is not Status.CANCELLED:
            self._ask(self._client.delete_payment, str(payment["id"]))

    def fetch(self, reference: Reference) -> RemoteStatus:
        """By their id, else by our reference."""
        payment = self._payment(reference)
        if payment is None:
            return RemoteStatus(Status.UNKNOWN_THERE)
        found = mapping.remote_status(payment)
        return mapping.remote_status(payment, self._full(payment, reference.kind)) if found.status is Status.REGISTERED else found

    def verify(self, call: WebhookCall) -> Trust:
        """The token we chose comes back in a header."""
        given = call.headers.get(TOKEN, "")
        right = bool(self._webhook_secret) and hmac.compare_digest(given.encode(), self._webhook_secret.encode())
        return Trust.TOKEN if right else Trust.FORGED

    def read(self, call: WebhookCall) -> Sequence[Notice]:
        """One notice for an event."""
        return mapping.notices(load(call.body))

    def update(self, order: Order, reference: Reference) -> Registered:
        """While it is open."""
        payment = self._payment(reference)
        if payment is None:
            raise PermanentFailure("not_found", "Asaas does not know this charge")
        if mapping.remote_status(payment).status is Status.PAID:
            raise PermanentFailure("already_paid", str(payment["status"]))
        whole = mapping.payment_body(order, str(payment.get("customer") or ""))
        return self._full(self._ask(self._client.put_payment, str(payment["id"]), whole), order.kind)

    def check_credentials(self) -> Checked:
        """The name of the account."""
        found = self._ask(self._client.get_account)
        with mapping.reading():
            return Checked(str(found.get("companyName") or found.get("name") or ""), self._environment)

    def close(self) -> None:
        """Drop the connections."""
        self._client.close()

    def _new_customer(self, order: Order) -> Mapping[str, Any]:
        made: Mapping[str, Any] = self._ask(self._client.post_customer, mapping.customer_body(order.payer, sends_mail=order.sends_mail))
        return made

    def _payment(self, reference: Reference) -> Mapping[str, Any] | None:
        if reference.remote_id:
            found: Mapping[str, Any] | None = self._ask(self._client.get_payment, reference.remote_id)
            return found
        return self._by_reference(reference.reference)

    def _by_reference(self, reference: str) -> Mapping[str, Any] | None:
        return mapping.best(mapping.rows(self._ask(self._client.find_payments, reference)))

    def _full(self, payment: Mapping[str, Any], kind: Kind) -> Registered:
        plain = mapping.registered(payment, None, None)
        if plain.status is not Status.REGISTERED:
            return plain
        codes = None if kind is Kind.PIX else self._ask(self._client.get_codes, plain.remote_id)
        qr = None if kind is Kind.BOLETO else self._ask(self._client.get_qr, plain.remote_id)
        return mapping.registered(payment, codes, qr)

    @staticmethod
    def _ask(call: Callable[..., Any], *given: Any) -> Any:
        try:
            return call(*given)
        except Refusal as refusal:
            raise mapping.failure(refusal.status, refusal.body, refusal.text) from None
