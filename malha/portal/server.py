"""The notice server: a WSGI application for the port to which routers lead plain HTTP of pending and blocked subscribers.

It answers to every name on earth, knows the notice pages and nothing else of Malha, and sees no cookie: what a browser sends along is
meant for the site that it believes to speak with. It keeps no connection open, because the next request on it would still come here
when the router has long let the subscriber through (`--keep-alive 0`, docs/operate/environment.md).
"""

import ipaddress
import os
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from malha.portal.asked import plain_host


class NoticeRequest(WSGIRequest):
    """A request that may have been meant for any host. `foreign_host`: which one; empty when it was meant for us."""

    foreign_host: str
    urlconf: str

    def __init__(self, environ: dict[str, Any]) -> None:
        environ.pop("HTTP_COOKIE", None)
        if not _is_this_machine(environ.get("REMOTE_ADDR", "")):
            # Subscribers come directly, and must not be able to say that they are somebody else; a proxy for HTTPS stands here.
            environ.pop("HTTP_X_FORWARDED_FOR", None)
            environ.pop("HTTP_X_FORWARDED_PROTO", None)
        super().__init__(environ)
        here = _address(environ)
        header = environ.get("HTTP_HOST", "")
        self._own_name = header if header and _name(header) in _own_names(here) else here
        self.foreign_host = "" if self._own_name == header or not header else plain_host(header)
        self.urlconf = "malha.portal.foreign_urls" if self.foreign_host else "malha.portal.server_urls"

    def get_host(self) -> str:
        """A name of ours, whatever was asked for: foreign names are what this server is for."""
        return self._own_name


def _own_names(here: str) -> set[str]:
    """The names under which the pages are ours. `*` is none: then everything on earth would be."""
    return {_name(here), _name(urlsplit(settings.NOTICE_URL).netloc), *map(str.lower, settings.ALLOWED_HOSTS)} - {"", "*"}


def _name(host: str) -> str:
    """A Host header without its port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()


def _address(environ: dict[str, Any]) -> str:
    """The address and port at which this very request arrived; a listener on all addresses does not know."""
    connection = environ.get("gunicorn.socket")
    if connection is None:
        return f"{environ.get('SERVER_NAME', 'localhost')}:{environ.get('SERVER_PORT', '80')}"
    address, port = connection.getsockname()[:2]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _is_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class NoticeHandler(WSGIHandler):
    """Django, for such requests."""

    request_class = NoticeRequest


def get_application() -> NoticeHandler:
    """What a WSGI server is given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "malha.config.settings")
    django.setup(set_prefix=False)
    return NoticeHandler()


application = get_application()
