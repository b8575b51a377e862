"""The simulated bank as a gateway: for the demo, for training and for tests."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final

from malha.domain.money import Money
from malha.gateways.adapters.sandbox import mapping
from malha.gateways.adapters.sandbox.client import Client
from malha.gateways.adapters.sandbox.forms import LOOPBACK, SandboxForm
from malha.gateways.base import (
    AccountFacts,
    Changes,
    Checked,
    Feature,
    Kind,
    Notice,
    Order,
    PermanentFailure,
    Recurrence,
    RecurrenceOffer,
    Reference,
    Refunded,
    Registered,
    RemoteStatus,
    Status,
    Trust,
    WebhookCall,
)
from malha.gateways.wire import Refusal

PAGE: Final = 100
SIGNATURE: Final = "x-sandbox-signature"
WINDOW_SECONDS: Final = 300


class SandboxAdapter:
    """The kind."""

    key = "sandbox"
    label = "Banco simulado"
    features = frozenset(
        {
            Feature.BOLETO,
            Feature.BOLEPIX,
            Feature.PIX,
            Feature.ASYNC_REGISTRATION,
            Feature.UPDATE,
            Feature.REFUND,
            Feature.LIST_CHANGES,
            Feature.WEBHOOK,
            Feature.CONFIGURES_WEBHOOK,
            Feature.CHECK,
            Feature.FEES_REPORTED,
            Feature.PIX_AUTOMATICO,
        }
    )
    kinds: tuple[Kind, ...] = (Kind.BOLEPIX, Kind.BOLETO, Kind.PIX, Kind.COBR)
    form: type[Any] = SandboxForm
    secrets = frozenset({"token"})
    rate_per_second = 100.0

    def open(self, facts: AccountFacts) -> "SandboxGateway":
        """Raises PermanentFailure("settings_invalid")."""
        token = str(facts.settings.get("token") or "")
        if not token or not token.isascii() or not token.isprintable():
            raise PermanentFailure("settings_invalid", "the token is missing or has odd characters", field="token")
        return SandboxGateway(Client(str(facts.settings.get("base_url") or LOOPBACK), token), facts.webhook_secret)


class SandboxGateway:
    """One token."""

    def __init__(self, client: Client, webhook_secret: str) -> None:
        self._client = client
        self._webhook_secret = webhook_secret

    def register(self, order: Order) -> Registered:
        """The bank answers the same order with the same charge; one that was changed since is asked for."""
        try:
            return mapping.registered(self._client.put_charge(order.reference, mapping.order_body(order)))
        except Refusal as refusal:
            refused = _failure(refusal)
        if refused.code == "duplicated":
            there = self._ask(self._client.get_charge, order.reference)
            if there is not None:
                with mapping.reading():
                    if mapping.is_same(order, there):
                        return mapping.registered(there)
        raise refused

    def cancel(self, reference: Reference) -> None:
        """DELETE twice is harmless there."""
        self._ask(self._client.delete_charge, reference.reference)

    def fetch(self, reference: Reference) -> RemoteStatus:
        """By our reference."""
        charge = self._ask(self._client.get_charge, reference.reference)
        return RemoteStatus(Status.UNKNOWN_THERE) if charge is None else mapping.remote_status(charge)

    def verify(self, call: WebhookCall) -> Trust:
        """HMAC of the instant and the body, not older than five minutes."""
        fields = dict(part.partition("=")[::2] for part in call.headers.get(SIGNATURE, "").split(","))
        stamp, given = fields.get("t", ""), fields.get("v1", "")
        if not (self._webhook_secret and call.received_at and stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            return Trust.FORGED
        if abs(call.received_at.timestamp() - int(stamp)) > WINDOW_SECONDS:
            return Trust.FORGED
        right = hmac.new(self._webhook_secret.encode(), f"{stamp}.".encode() + call.body, hashlib.sha256).hexdigest()
        return Trust.SIGNED if hmac.compare_digest(right.encode(), given.encode()) else Trust.FORGED

    def read(self, call: WebhookCall) -> Sequence[Notice]:
        """One notice."""
        return mapping.notices(call.body)

    def check_credentials(self) -> Checked:
        """The name of the account."""
        return mapping.checked(self._ask(self._client.get_account))

    def update(self, order: Order, reference: Reference) -> Registered:
        """While it is open."""
        return mapping.registered(self._ask(self._client.patch_charge, reference.reference, mapping.change_body(order)))

    def refund(self, reference: Reference, payment_id: str, amount: Money, refund_id: str) -> Refunded:
        """Once per id."""
        charge = self._ask(self._client.post_refund, reference.reference, {"id": refund_id, "cents": amount.cents})
        return mapping.refunded(charge, refund_id, payment_id)

    def list_changes(self, cursor: str, since: datetime) -> Changes:
        """The bank counts changes: an empty cursor begins with its first, whatever `since` says."""
        return mapping.changes(self._ask(self._client.get_changes, cursor, PAGE), PAGE)

    def configure_webhook(self, url: str) -> None:
        """The address, and the secret it signs with."""
        self._ask(self._client.put_webhook, url, self._webhook_secret)

    def create_recurrence(self, offer: RecurrenceOffer) -> Recurrence:
        """Once per contract number: the same offer again answers the same recurrence."""
        return mapping.recurrence(self._ask(self._client.put_recurrence, offer.reference, mapping.offer_body(offer)))

    def get_recurrence(self, id_rec: str) -> Recurrence:
        """As it is now."""
        return mapping.recurrence(self._ask(self._client.get_recurrence, id_rec))

    def cancel_recurrence(self, id_rec: str) -> Recurrence:
        """Again is harmless."""
        return mapping.recurrence(self._ask(self._client.delete_recurrence, id_rec))

    def retry_charge(self, reference: Reference, on: date) -> None:
        """Its own API has no second try: raises PermanentFailure("refused")."""
        raise PermanentFailure("refused", "the simulated bank's own API knows no retry; its Pix API does")

    def close(self) -> None:
        """Drop the connections."""
        self._client.close()

    @staticmethod
    def _ask(call: Callable[..., Any], *given: Any) -> Any:
        try:
            return call(*given)
        except Refusal as refusal:
            raise _failure(refusal) from None


def _failure(refusal: Refusal) -> PermanentFailure:
    return mapping.failure(refusal.status, refusal.body, refusal.text)
