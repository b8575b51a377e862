"""Efí Cobranças as a gateway (payments.md §9)."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from malha.gateways.adapters.efi import mapping
from malha.gateways.adapters.efi.client import Client
from malha.gateways.adapters.efi.forms import EfiForm, is_loopback
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
    Environment.TEST: "https://cobrancas-h.api.efipay.com.br",
    Environment.PRODUCTION: "https://cobrancas.api.efipay.com.br",
}
WINDOW: Final = timedelta(days=180)


class EfiAdapter:
    """The kind."""

    key = "efi"
    label = "Efí Cobranças"
    features = frozenset({Feature.BOLETO, Feature.BOLEPIX, Feature.UPDATE, Feature.WEBHOOK, Feature.CHECK})
    kinds: tuple[Kind, ...] = (Kind.BOLEPIX, Kind.BOLETO)
    form: type[Any] = EfiForm
    secrets = frozenset({"client_secret"})
    rate_per_second = 2.0

    def open(self, facts: AccountFacts) -> "EfiGateway":
        """Raises PermanentFailure("settings_invalid")."""
        given = {name: str(facts.settings.get(name) or "") for name in EfiForm.base_fields}
        for name in ("client_id", "client_secret"):
            if not given[name]:
                raise PermanentFailure("settings_invalid", f"{name} is missing", field=name)
        own = given["base_url"]
        if own and not is_loopback(own):
            raise PermanentFailure("settings_invalid", "only this machine may take the place of Efí", field="base_url")
        client = Client(own or ADDRESSES[facts.environment], given["client_id"], given["client_secret"])
        return EfiGateway(client, facts, given["notification_url"])


class EfiGateway:
    """One account."""

    def __init__(self, client: Client, facts: AccountFacts, notification_url: str) -> None:
        self._client = client
        self._facts = facts
        self._notification_url = notification_url

    def register(self, order: Order) -> Registered:
        """Efí has no idempotency key: our reference is looked for first."""
        there = self._find(order.reference, order.due_date)
        if there:
            return mapping.registered(self._charge(there))
        body = mapping.order_body(order, self._notification_url)
        return mapping.registered(mapping.data(self._ask(self._client.post_charge, body)))

    def cancel(self, reference: Reference) -> None:
        """Looks first: what is cancelled or expired is left alone."""
        charge_id = self._id(reference)
        now = mapping.status(self._charge(charge_id))
        if now is Status.PAID:
            raise PermanentFailure("already_paid", "the charge is paid at Efí")
        if now in (Status.PENDING, Status.REGISTERED):
            self._ask(self._client.cancel_charge, charge_id)

    def fetch(self, reference: Reference) -> RemoteStatus:
        """By their id, else by our reference."""
        charge_id = self._id(reference)
        answer = self._ask(self._client.get_charge, charge_id) if charge_id else None
        return RemoteStatus(Status.UNKNOWN_THERE) if answer is None else mapping.remote_status(mapping.data(answer))

    def verify(self, call: WebhookCall) -> Trust:
        """The token is the proof: only Efí gives one that Efí knows. `read` asks for what it stands for."""
        return Trust.TOKEN if mapping.token(call.body) else Trust.FORGED

    def read(self, call: WebhookCall) -> Sequence[Notice]:
        """Asks Efí what the token stands for; one it does not know is PermanentFailure("not_found")."""
        token = mapping.token(call.body)
        if not token:
            raise PermanentFailure("protocol", "a webhook without a token")
        return mapping.notices(self._ask(self._client.get_notification, token))

    def update(self, order: Order, reference: Reference) -> Registered:
        """Only the due date. Raises PermanentFailure("amount_invalid") where the amount would have to change."""
        charge_id = self._id(reference)
        charge = self._charge(charge_id)
        with mapping.reading():
            is_same = charge["total"] == order.amount.cents
        if not is_same:
            raise PermanentFailure("amount_invalid", "the amount of a charge cannot change at Efí")
        self._ask(self._client.put_due_date, charge_id, order.due_date)
        return mapping.registered(self._charge(charge_id))

    def check_credentials(self) -> Checked:
        """A new token proves them."""
        self._client.check()
        return Checked("", self._facts.environment)

    def close(self) -> None:
        """Drop the connections."""
        self._client.close()

    def _id(self, reference: Reference) -> str:
        return reference.remote_id or self._find(reference.reference, reference.due_date)

    def _charge(self, charge_id: str) -> Any:
        answer = self._ask(self._client.get_charge, charge_id) if charge_id else None
        if answer is None:
            raise PermanentFailure("not_found", "Efí does not know this charge")
        return mapping.data(answer)

    def _find(self, reference: str, due: date | None) -> str:
        middle = self._facts.today or due
        if middle is None:
            raise PermanentFailure("not_found", "without a day Efí cannot be asked")
        return mapping.found(self._ask(self._client.find_charges, reference, middle - WINDOW, middle + WINDOW), reference)

    @staticmethod
    def _ask(call: Callable[..., Any], *given: Any) -> Any:
        try:
            return call(*given)
        except Refusal as refusal:
            raise mapping.failure(refusal.status, refusal.body, refusal.text) from None
