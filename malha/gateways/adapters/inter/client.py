"""The calls of Banco Inter's Cobrança v3. Amounts are JSON numbers: written from cents and read as text, never through binary."""

import json
import re
import ssl
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from malha.domain.money import Money
from malha.gateways.base import PermanentFailure
from malha.gateways.wire import Refusal, TokenCache, Wire

CHARGES: Final = "cobranca/v3/cobrancas"
SCOPES: Final = "boleto-cobranca.read boleto-cobranca.write"
MARK: Final = "\ue000"  # private use: no text of ours has it
MARKED: Final = re.compile(r'"\\ue000(-?[0-9]+\.[0-9]{2})"')


def dump(body: Any) -> bytes:
    """JSON in which Money is a number of exactly two decimals."""

    def plain(value: Any) -> str:
        if isinstance(value, Money):
            return MARK + value.as_json()
        raise TypeError(type(value).__name__)

    return MARKED.sub(r"\1", json.dumps(body, default=plain)).encode()


def load(content: bytes) -> Any:
    """JSON whose numbers with a point stay text. Raises PermanentFailure("protocol")."""
    try:
        return json.loads(content, parse_float=str) if content.strip() else {}
    except (ValueError, RecursionError) as error:
        raise PermanentFailure("protocol", "this is no JSON") from error


class Client:
    """One account. Every method answers parsed JSON and raises Refusal, TemporaryFailure or PermanentFailure."""

    def __init__(self, base_url: str, client_id: str, client_secret: str, account: str, context: ssl.SSLContext | None) -> None:
        self._form = {"client_id": client_id, "client_secret": client_secret, "grant_type": "client_credentials", "scope": SCOPES}
        self._extra = {"x-conta-corrente": account} if account else {}
        self._oauth = Wire(base_url, context=context)
        self._token = TokenCache(self._new_token)
        self._wire = Wire(base_url, headers=lambda: {**self._token.headers(), **self._extra}, renew=self._token.forget, context=context)

    def post_charge(self, body: Any) -> Any:
        """Ask for a registration; answers only its code."""
        return self._call("POST", CHARGES, body)

    def get_charge(self, code: str) -> Any:
        """One; None when there is none."""
        try:
            return self._call("GET", f"{CHARGES}/{quote(code, safe='')}")
        except Refusal as refusal:
            if refusal.status == 404:
                return None
            raise

    def find_charges(self, number: str, first: date, last: date) -> Any:
        """By our number, among those due between two days."""
        asked = {"seuNumero": number, "dataInicial": first.isoformat(), "dataFinal": last.isoformat(), "filtrarDataPor": "VENCIMENTO"}
        return self._call("GET", CHARGES, params=asked)

    def cancel_charge(self, code: str, reason: str) -> Any:
        """Ask for a cancellation."""
        return self._call("POST", f"{CHARGES}/{quote(code, safe='')}/cancelar", {"motivoCancelamento": reason})

    def put_webhook(self, url: str) -> Any:
        """One for the account."""
        return self._call("PUT", f"{CHARGES}/webhook", {"webhookUrl": url})

    def check(self) -> None:
        """A new token."""
        self._token.forget()
        self._token.headers()

    def _new_token(self) -> tuple[str, float]:
        try:
            answer = self._oauth.call("POST", "oauth/v2/token", data=self._form)
        except Refusal as refusal:
            raise PermanentFailure("credentials_refused", refusal.text) from None
        try:
            return str(answer["access_token"]), int(answer["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise PermanentFailure("protocol", "the token is not as promised") from error

    def _call(self, method: str, path: str, body: Any = None, **given: Any) -> Any:
        if body is not None:
            given |= {"content": dump(body), "headers": {"Content-Type": "application/json"}}
        return load(self._wire.answer(method, path, **given).content)

    def close(self) -> None:
        """Drop the connections."""
        self._wire.close()
        self._oauth.close()
