"""HTTP as every adapter needs it: one pooled client per account, deadlines, client certificates, tokens, and only our two errors.

Nothing of a request or an answer is logged: both carry personal data and secrets.
"""

import logging
import os
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key, pkcs12

from malha.gateways.base import PermanentFailure, TemporaryFailure

TIMEOUT = httpx.Timeout(20.0, connect=8.0)
LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=32)
MAX_ANSWER = 8 * 1024 * 1024
# The library tells the address of each call, with the documents of payers and the keys of applications in its query.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A client certificate: PEM text of the chain and of its key."""

    chain: bytes
    key: bytes

    @property
    def expires_on(self) -> date:
        """The last day of the first certificate (UTC)."""
        return x509.load_pem_x509_certificates(self.chain)[0].not_valid_after_utc.date()


def read_certificate(content: bytes, password: str = "", key: bytes = b"") -> Certificate:
    """A PKCS#12 (.p12, .pfx) file, or PEM with the key in it or beside it. Raises PermanentFailure("certificate_invalid")."""
    secret = password.encode() or None
    try:
        if b"-----BEGIN" in content:
            both = content + b"\n" + key
            chain = x509.load_pem_x509_certificates(both)
            private: Any = load_pem_private_key(_key_block(both), secret)
        else:
            private, first, others = pkcs12.load_key_and_certificates(content, secret)
            chain = [each for each in (first, *others) if each is not None]
        if private is None or not chain:
            raise ValueError("no key or no certificate in it")
        return Certificate(
            b"".join(each.public_bytes(Encoding.PEM) for each in chain),
            private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )
    except (ValueError, TypeError) as error:
        raise PermanentFailure("certificate_invalid", str(error)[:120]) from error


def _key_block(pem: bytes) -> bytes:
    start = pem.find(b"PRIVATE KEY-----")
    begin, end = pem.rfind(b"-----BEGIN", 0, start), pem.find(b"-----END", start)
    if start < 0 or begin < 0 or end < 0:
        raise ValueError("no private key in it")
    return pem[begin : pem.index(b"-----", end + 8) + 5] + b"\n"


def tls_context(certificate: Certificate | None = None, authority: bytes = b"") -> ssl.SSLContext:
    """TLS 1.2 or newer, the other side always checked. `authority`: PEM of an own authority, for tests and private hosts."""
    context = ssl.create_default_context(cadata=authority.decode() if authority else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        # OpenSSL loads a chain only from a file: it stands there, readable by us alone, as long as the call takes.
        handle, path = tempfile.mkstemp()
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(certificate.chain + certificate.key)
            context.load_cert_chain(path)
        except ssl.SSLError as error:
            raise PermanentFailure("certificate_invalid", error.reason or "") from error
        finally:
            os.unlink(path)
    return context


class Refusal(Exception):
    """The other side answered 4xx and it is for the adapter to say what that means. `body` is its JSON, or an empty mapping."""

    def __init__(self, status: int, body: Any, text: str) -> None:
        super().__init__(f"{status}")
        self.status = status
        self.body = body
        self.text = text[:300]


Headers = Callable[[], Mapping[str, str]]


class Wire:
    """One account's connection. Used by several threads at once.

    `headers` gives what every call carries; `renew` is called once when the other side says 401, then the call is done again.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Headers = dict,
        renew: Callable[[], None] | None = None,
        context: ssl.SSLContext | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self._headers = headers
        self._renew = renew
        verify: ssl.SSLContext | bool = context if context is not None else True
        self._client = httpx.Client(
            base_url=base_url.rstrip("/") + "/", verify=verify, timeout=timeout, limits=LIMITS, follow_redirects=False, trust_env=False
        )

    def call(self, method: str, path: str, **given: Any) -> Any:
        """The JSON of a 2xx answer ({} when it is empty). Raises Refusal, TemporaryFailure, PermanentFailure.

        `given`: `json`, `data`, `params`, `headers`, `auth` as httpx takes them.
        """
        return self._json(self.answer(method, path, **given))

    def answer(self, method: str, path: str, **given: Any) -> httpx.Response:
        """The whole 2xx answer."""
        extra = dict(given.pop("headers", {}))
        for trial in (0, 1):
            response = self._send(method, path, {**self._headers(), **extra}, given)
            if response.status_code != 401 or self._renew is None or trial:
                break
            self._renew()
        if response.is_success:
            return response
        raise self._failure(response)

    def _send(self, method: str, path: str, headers: Mapping[str, str], given: Mapping[str, Any]) -> httpx.Response:
        try:
            with self._client.stream(method, path.lstrip("/"), headers=headers, **given) as response:
                size, parts = 0, []
                for part in response.iter_bytes():
                    size += len(part)
                    if size > MAX_ANSWER:
                        raise PermanentFailure("protocol", "the answer is too long")
                    parts.append(part)
                return httpx.Response(response.status_code, headers=_plain(response.headers), content=b"".join(parts))
        except httpx.TimeoutException as error:
            raise TemporaryFailure("timeout", type(error).__name__) from error
        except (httpx.TransportError, ssl.SSLError, OSError) as error:
            words = str(error)[:200]
            if "CERTIFICATE_VERIFY_FAILED" in words:
                raise PermanentFailure("certificate_invalid", words) from error
            raise TemporaryFailure("unreachable", words) from error
        except (httpx.InvalidURL, httpx.DecodingError, UnicodeError) as error:
            raise PermanentFailure("protocol", str(error)[:200]) from error

    def _failure(self, response: httpx.Response) -> Exception:
        status, text = response.status_code, response.text[:300]
        if status == 429:
            return TemporaryFailure("rate_limited", text, retry_after=_seconds(response.headers.get("retry-after", "")))
        if status >= 500 or status in (408, 423, 425):
            return TemporaryFailure("unavailable", f"{status} {text}", retry_after=_seconds(response.headers.get("retry-after", "")))
        if status == 401:
            return PermanentFailure("credentials_refused", text)
        if 300 <= status < 400:
            return PermanentFailure("protocol", f"{status}")
        return Refusal(status, self._json(response, strict=False), text)

    def _json(self, response: httpx.Response, *, strict: bool = True) -> Any:
        if not response.content.strip():
            return {}
        try:
            return response.json()
        except ValueError as error:
            if strict:
                raise PermanentFailure("protocol", "the answer is no JSON") from error
            return {}

    def close(self) -> None:
        """Drop the connections."""
        self._client.close()


def _plain(headers: httpx.Headers) -> list[tuple[str, str]]:
    """Without what described the body on the wire: it is decoded now."""
    return [(name, value) for name, value in headers.multi_items() if name.lower() not in ("content-encoding", "content-length")]


def _seconds(text: str) -> float | None:
    return float(text) if text.replace(".", "", 1).isdigit() else None


class TokenCache:
    """A bearer token, fetched when it is needed and kept until a minute before its end; one thread fetches, the others wait."""

    def __init__(self, fetch: Callable[[], tuple[str, float]]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def headers(self) -> Mapping[str, str]:
        """The header to send; fetches a token when there is none. `fetch` answers the token and how many seconds it lasts."""
        with self._lock:
            if not self._token or time.monotonic() >= self._until:
                token, seconds = self._fetch()
                self._token, self._until = token, time.monotonic() + max(seconds - 60, 1)
            return {"Authorization": f"Bearer {self._token}"}

    def forget(self) -> None:
        """The other side refused it."""
        with self._lock:
            self._token = ""
