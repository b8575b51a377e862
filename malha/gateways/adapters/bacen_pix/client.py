"""The calls of the Pix API 2.9.0 of Bacen, with the extras of a profile. Tokens are fetched and renewed underneath."""

import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from malha.gateways.adapters.bacen_pix.profiles import Profile, TokenStyle
from malha.gateways.base import PermanentFailure
from malha.gateways.wire import Refusal, TokenCache, Wire

Json = Mapping[str, Any]
DEFAULT_SECONDS = 300.0  # of a token whose end is not told


class Client:
    """One set of credentials. Methods answer parsed JSON and raise Refusal, TemporaryFailure or PermanentFailure."""

    def __init__(
        self,
        profile: Profile,
        base: str,
        token_url: str,
        credentials: tuple[str, str],
        *,
        extra_key: str = "",
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._profile = profile
        self._credentials = credentials
        self._extra_key = extra_key
        parts = urlsplit(token_url)
        self._token_path = parts.path + (f"?{parts.query}" if parts.query else "")
        self._token_wire = Wire(f"{parts.scheme}://{parts.netloc}", context=context)
        self._tokens = TokenCache(self._fetch_token)
        self._wire = Wire(base, headers=self._headers, renew=self._tokens.forget, context=context)

    # -- token ---------------------------------------------------------------------------------------

    def renew(self) -> None:
        """Fetch a token now. Raises PermanentFailure("credentials_refused")."""
        self._tokens.forget()
        self._tokens.headers()

    def _fetch_token(self) -> tuple[str, float]:
        client_id, secret = self._credentials
        grant = {"grant_type": "client_credentials"}
        given: dict[str, Any]
        match self._profile.style:
            case TokenStyle.BASIC_JSON:
                given = {"json": grant, "auth": (client_id, secret)}
            case TokenStyle.BASIC_FORM:
                given = {"data": grant, "auth": (client_id, secret)}
            case TokenStyle.FORM:
                given = {"data": {**grant, "client_id": client_id, "client_secret": secret}}
            case TokenStyle.CLIENT_ID:
                given = {"data": {**grant, "client_id": client_id}}
        try:
            answer = self._token_wire.call("POST", self._token_path, **given)
        except Refusal as refusal:
            body = refusal.body if isinstance(refusal.body, Mapping) else {}
            # Only their short code: an answer to a request that carries the secret is not repeated.
            raise PermanentFailure("credentials_refused", f"{refusal.status} {str(body.get('error') or '')[:60]}".strip()) from None
        try:
            return str(answer["access_token"]), float(answer.get("expires_in") or DEFAULT_SECONDS)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise PermanentFailure("protocol", "the answer has no token in it") from error

    def _headers(self) -> Mapping[str, str]:
        profile, headers = self._profile, dict(self._tokens.headers())
        if profile.correlation_header:
            headers[profile.correlation_header] = str(uuid4())
        if profile.client_id_header:
            headers[profile.client_id_header] = self._credentials[0]
        if profile.extra_header and self._extra_key:
            headers[profile.extra_header] = self._extra_key
        return headers

    def _call(self, method: str, path: str, *, params: Json | None = None, body: Json | None = None, headers: Json | None = None) -> Any:
        profile = self._profile
        query = dict(params or {})
        if profile.extra_key and self._extra_key:
            query[profile.extra_key] = self._extra_key
        given: dict[str, Any] = {"headers": {"Accept": "application/json", **(headers or {})}}
        if query:
            given["params"] = query
        if body is not None:
            given["json"] = body
        root = profile.patch_root if method == "PATCH" and profile.patch_root else profile.root
        return self._wire.call(method, root + path, **given)

    # -- charges: `kind` is cob, cobv or cobr ------------------------------------------------------------

    def put_charge(self, kind: str, txid: str, body: Json) -> Any:
        """Create."""
        return self._call("PUT", f"/{kind}/{_safe(txid)}", body=body)

    def patch_charge(self, kind: str, txid: str, body: Json) -> Any:
        """Change or remove."""
        return self._call("PATCH", f"/{kind}/{_safe(txid)}", body=body)

    def get_charge(self, kind: str, txid: str) -> Any:
        """One; None when there is none."""
        return self._or_none(f"/{kind}/{_safe(txid)}")

    def retry(self, txid: str, day: str) -> Any:
        """Another attempt of a cobr."""
        return self._call("POST", f"/cobr/{_safe(txid)}/retentativa/{day}")

    # -- what came in ------------------------------------------------------------------------------------

    def list_pix(self, start: str, end: str, page: int, size: int) -> Any:
        """Pix received between two instants."""
        paging = {"paginacao.paginaAtual": page, "paginacao.itensPorPagina": size}
        return self._call("GET", "/pix", params={"inicio": start, "fim": end, **paging})

    def put_refund(self, e2e: str, number: str, amount: str) -> Any:
        """A devolução, once per number."""
        return self._call("PUT", f"/pix/{_safe(e2e)}/devolucao/{_safe(number)}", body={"valor": amount})

    # -- webhooks ------------------------------------------------------------------------------------------

    def put_webhook(self, kind: str, key: str, url: str) -> None:
        """`kind` webhook (of a key), webhookrec or webhookcobr."""
        path = f"/{kind}/{quote(key, safe='@+')}" if key else f"/{kind}"
        self._call("PUT", path, body={"webhookUrl": url}, headers=dict(self._profile.webhook_headers))

    # -- recurrences -----------------------------------------------------------------------------------------

    def post_location(self) -> Any:
        """A place for the payload of a recurrence."""
        return self._call("POST", "/locrec")

    def post_recurrence(self, body: Json) -> Any:
        """Create."""
        return self._call("POST", "/rec", body=body)

    def get_recurrence(self, id_rec: str, txid: str = "") -> Any:
        """One; with a txid also the code that carries both. Raises Refusal 404."""
        return self._call("GET", f"/rec/{_safe(id_rec)}", params={"txid": txid} if txid else None)

    def list_recurrences(self, start: str, end: str, payer: Json) -> Any:
        """Those of a payer made between two instants."""
        return self._call("GET", "/rec", params={"inicio": start, "fim": end, **payer})

    def patch_recurrence(self, id_rec: str, body: Json) -> Any:
        """Change or end."""
        return self._call("PATCH", f"/rec/{_safe(id_rec)}", body=body)

    def _or_none(self, path: str) -> Any:
        try:
            return self._call("GET", path)
        except Refusal as refusal:
            if refusal.status in (404, 410):
                return None
            raise

    def close(self) -> None:
        """Drop the connections."""
        self._wire.close()
        self._token_wire.close()


def _safe(text: str) -> str:
    return quote(text, safe="")
