"""The calls of Efí's Cobranças. Amounts are whole cents."""

from datetime import date
from typing import Any
from urllib.parse import quote

from malha.gateways.base import PermanentFailure
from malha.gateways.wire import Refusal, TokenCache, Wire


class Client:
    """One account. Every method answers parsed JSON and raises Refusal, TemporaryFailure or PermanentFailure."""

    def __init__(self, base_url: str, client_id: str, client_secret: str) -> None:
        self._basic = (client_id, client_secret)
        self._oauth = Wire(base_url)
        self._token = TokenCache(self._new_token)
        self._wire = Wire(base_url, headers=self._token.headers, renew=self._token.forget)

    def post_charge(self, body: Any) -> Any:
        """Charge and boleto in one step."""
        return self._wire.call("POST", "v1/charge/one-step", json=body)

    def get_charge(self, charge_id: str) -> Any:
        """One; None when there is none."""
        try:
            return self._wire.call("GET", _charge(charge_id))
        except Refusal as refusal:
            if refusal.status == 404:
                return None
            raise

    def find_charges(self, reference: str, first: date, last: date) -> Any:
        """By our reference, among those made between two days."""
        asked = {"charge_type": "billet", "custom_id": reference, "begin_date": first.isoformat(), "end_date": last.isoformat()}
        return self._wire.call("GET", "v1/charges", params=asked)

    def cancel_charge(self, charge_id: str) -> Any:
        """Cancel."""
        return self._wire.call("PUT", f"{_charge(charge_id)}/cancel")

    def put_due_date(self, charge_id: str, day: date) -> Any:
        """Only the due date of a boleto can change."""
        return self._wire.call("PUT", f"{_charge(charge_id)}/billet", json={"expire_at": day.isoformat()})

    def get_notification(self, token: str) -> Any:
        """Every change of the charge so far."""
        return self._wire.call("GET", f"v1/notification/{quote(token, safe='')}")

    def check(self) -> None:
        """A new token."""
        self._token.forget()
        self._token.headers()

    def _new_token(self) -> tuple[str, float]:
        try:
            answer = self._oauth.call("POST", "v1/authorize", json={"grant_type": "client_credentials"}, auth=self._basic)
        except Refusal as refusal:
            raise PermanentFailure("credentials_refused", refusal.text) from None
        try:
            return str(answer["access_token"]), int(answer["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise PermanentFailure("protocol", "the token is not as promised") from error

    def close(self) -> None:
        """Drop the connections."""
        self._wire.close()
        self._oauth.close()


def _charge(charge_id: str) -> str:
    return f"v1/charge/{quote(charge_id, safe='')}"
