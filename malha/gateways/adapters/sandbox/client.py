"""The calls of the simulated bank's own API (sandbox/bank/README.md)."""

from typing import Any
from urllib.parse import quote

from malha.gateways.adapters.sandbox import mapping
from malha.gateways.wire import Refusal, Wire


class Client:
    """One account. Every method answers parsed JSON and raises Refusal, TemporaryFailure or PermanentFailure."""

    def __init__(self, base_url: str, token: str) -> None:
        self._wire = Wire(base_url, headers=lambda: {"Authorization": f"Bearer {token}"})

    def put_charge(self, reference: str, body: mapping.Json) -> Any:
        """Register."""
        return self._wire.call("PUT", _charge(reference), json=body)

    def get_charge(self, reference: str) -> Any:
        """One charge; None when there is none."""
        try:
            return self._wire.call("GET", _charge(reference))
        except Refusal as refusal:
            if refusal.status == 404:
                return None
            raise

    def patch_charge(self, reference: str, body: mapping.Json) -> Any:
        """Due date and amount."""
        return self._wire.call("PATCH", _charge(reference), json=body)

    def delete_charge(self, reference: str) -> Any:
        """Cancel."""
        return self._wire.call("DELETE", _charge(reference))

    def post_refund(self, reference: str, body: mapping.Json) -> Any:
        """Money back."""
        return self._wire.call("POST", f"{_charge(reference)}/refunds", json=body)

    def get_changes(self, since: str, limit: int) -> Any:
        """One page of charges that changed."""
        return self._wire.call("GET", "/v1/changes", params={"since": since, "limit": limit})

    def get_account(self) -> Any:
        """Whose token it is."""
        return self._wire.call("GET", "/v1/account")

    def put_webhook(self, url: str, secret: str) -> Any:
        """Where notices go."""
        return self._wire.call("PUT", "/v1/webhook", json={"url": url, "secret": secret})

    def put_recurrence(self, reference: str, body: mapping.Json) -> Any:
        """Ask for an authorization."""
        return self._wire.call("PUT", _recurrence(reference), json=body)

    def get_recurrence(self, id_rec: str) -> Any:
        """One authorization."""
        return self._wire.call("GET", _recurrence(id_rec))

    def delete_recurrence(self, id_rec: str) -> Any:
        """End it."""
        return self._wire.call("DELETE", _recurrence(id_rec))

    def close(self) -> None:
        """Drop the connections."""
        self._wire.close()


def _charge(reference: str) -> str:
    return f"/v1/charges/{quote(reference, safe='')}"


def _recurrence(name: str) -> str:
    return f"/v1/recurrences/{quote(name, safe='')}"
