"""The site that somebody wanted when they were led to a notice page, and the way back to it.

It travels through the page under our signature and together with the address that asked: nobody can make a link that leads
a visitor of our page to a place of their choice.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.core import signing

_SALT: Final = "malha.portal.asked"
_SECONDS: Final = 24 * 60 * 60
_LONGEST: Final = 800
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A site: its host, the whole address, and both sealed for the way through the page. All empty: nothing was asked for."""

    host: str = ""
    url: str = ""
    token: str = ""

    @property
    def secure_url(self) -> str:
        """The same over HTTPS, which no router leads elsewhere."""
        return f"https://{self.host.partition(':')[0]}/"


def plain_host(header: str) -> str:
    """The Host header as one spells it, empty when it is none that a browser sends."""
    host = header.strip().lower()
    return host if _HOST.fullmatch(host) else ""


def sealed(*, scheme: str, host: str, path: str, ip: str) -> Asked:
    """What was asked for. A path too long to be carried is left out."""
    if not host or scheme not in ("http", "https"):
        return Asked()
    url = f"{scheme}://{host}{path if len(path) <= _LONGEST else '/'}"
    return Asked(host, url, signing.dumps([url, ip], salt=_SALT, compress=True))


def opened(token: str, *, ip: str) -> Asked:
    """The site of a token that we made for this very address; nothing for any other."""
    try:
        url, asker = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return Asked()
    return Asked(urlsplit(url).netloc, url, token) if asker == ip else Asked()
