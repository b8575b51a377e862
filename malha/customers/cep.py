"""Looking up an address by its CEP, at whatever provider the installation names. Without one, or when it is slow, one types.

The provider is a plug behind `CepProvider`. The one that comes along asks an HTTP address (`settings.CEP_PROVIDER_URL`, with
`{cep}` in it) and understands the two JSON shapes in use in Brazil, ViaCEP's and BrasilAPI's. Nothing here raises to the caller
and nothing takes longer than two seconds: an address look-up may never stand between a person and a registration.
"""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.cache import cache

from malha.domain.documents import UFS, normalize_cep
from malha.domain.errors import RuleError
from malha.domain.text import collapse_spaces

logger = logging.getLogger(__name__)

SECONDS = 2.0
MAX_BYTES = 64 * 1024
FOUND_FOR = 30 * 24 * 3600
MISSING_FOR = 24 * 3600
# After a failure nobody waits again for a while: a page with a dead provider stays as fast as one without.
SILENT_FOR = 30
_DOWN = "cep:down"
# Waiting is done outside the request's own thread, so that the two seconds hold for name look-up and slow bytes too.
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="cep")


@dataclass(frozen=True)
class CepAddress:
    """What is known of a CEP. A town with one CEP for all of it has no street and no district."""

    cep: str
    street: str = ""
    district: str = ""
    city: str = ""
    uf: str = ""
    ibge_code: str = ""


class CepUnavailable(Exception):
    """The provider did not answer, or not in a way that can be understood."""


class CepProvider(Protocol):
    """What a provider does: one CEP of eight digits in, its address out; None when there is no such CEP."""

    def find(self, cep: str) -> CepAddress | None:
        """Raises CepUnavailable."""


class Outcome(StrEnum):
    """How a look-up ended. The page has a sentence for each."""

    FOUND = "FOUND"
    MISSING = "MISSING"
    UNAVAILABLE = "UNAVAILABLE"
    INVALID = "INVALID"


@dataclass(frozen=True)
class LookUp:
    """The end of a look-up; `address` only when FOUND."""

    outcome: Outcome
    address: CepAddress | None = None


class HttpCepProvider:
    """Asks an HTTP address such as `https://viacep.com.br/ws/{cep}/json/`."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self.url = url
        self.seconds = seconds

    def find(self, cep: str) -> CepAddress | None:
        """The address, None for an unknown CEP. Raises CepUnavailable, at the latest after `seconds`."""
        future = _pool.submit(self._fetch, cep)
        try:
            return future.result(timeout=self.seconds)
        except TooSlow as error:
            future.cancel()
            raise CepUnavailable("no answer in time") from error

    def _fetch(self, cep: str) -> CepAddress | None:
        url = self.url.replace("{cep}", cep)
        if not url.startswith(("http://", "https://")):
            raise CepUnavailable("the address of the provider must begin with http:// or https://")
        request = Request(url, headers={"Accept": "application/json", "User-Agent": "Malha"})
        try:
            with urlopen(request, timeout=self.seconds) as answer:
                content = json.loads(_read(answer, monotonic() + self.seconds))
        except HTTPError as error:
            error.close()
            if error.code in (400, 404):
                return None
            raise CepUnavailable(f"status {error.code}") from error
        except (URLError, OSError, ValueError) as error:
            raise CepUnavailable(str(error)) from error
        return _read_address(cep, content)


def provider() -> CepProvider | None:
    """The provider of this installation; None when none is configured."""
    return HttpCepProvider(settings.CEP_PROVIDER_URL) if settings.CEP_PROVIDER_URL else None


def look_up(text: str, *, asking: CepProvider | None = None) -> LookUp:
    """The address of a CEP typed anyhow. `asking`: another provider than the configured one. Raises nothing."""
    try:
        cep = normalize_cep(text)
    except RuleError:
        return LookUp(Outcome.INVALID)
    known = cache.get(f"cep:{cep}")
    if isinstance(known, LookUp):
        return known
    source = asking or provider()
    if source is None or cache.get(_DOWN):
        return LookUp(Outcome.UNAVAILABLE)
    try:
        address = source.find(cep)
    except CepUnavailable as error:
        logger.warning("the CEP provider does not answer: %s", error)
        cache.set(_DOWN, True, SILENT_FOR)
        return LookUp(Outcome.UNAVAILABLE)
    found = LookUp(Outcome.FOUND, address) if address else LookUp(Outcome.MISSING)
    cache.set(f"cep:{cep}", found, FOUND_FOR if address else MISSING_FOR)
    return found


def _read(answer: Any, deadline: float) -> bytes:
    """The body, cut off at a size and at a time: a provider that sends a byte a second is one that does not answer."""
    body = b""
    while chunk := answer.read1(8192):
        body += chunk
        if len(body) > MAX_BYTES or monotonic() > deadline:
            raise ValueError("the answer is too long or too slow")
    return body


def _read_address(cep: str, content: object) -> CepAddress | None:
    if not isinstance(content, dict):
        raise CepUnavailable("the answer is not an address")
    if content.get("erro") or content.get("error"):
        return None
    address = CepAddress(
        cep=cep,
        street=_text(content, "logradouro", "street")[:150],
        district=_text(content, "bairro", "neighborhood", "district")[:80],
        city=_text(content, "localidade", "cidade", "city")[:80],
        uf=_text(content, "uf", "state", "estado").upper()[:2],
        ibge_code=_text(content, "ibge", "city_ibge", "ibge_code")[:7],
    )
    if not address.city or address.uf not in UFS:
        raise CepUnavailable("the answer has no city")
    return address


def _text(content: dict[str, object], *names: str) -> str:
    for name in names:
        value = content.get(name)
        if isinstance(value, str | int) and value:
            return collapse_spaces(str(value))
    return ""
