"""What a request of the staff's door carries, for the type checker and for the doors."""

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from malha.core.history import Actor
from malha.core.models import Company
from malha.staff.models import User


class StaffRequest(HttpRequest):
    """A request behind `@requires(...)`: somebody is logged in and may do it. Annotate views with it."""

    user: User
    actor: Actor
    company: Company
    htmx: HtmxDetails


def client_ip(request: HttpRequest) -> str | None:
    """The address the request came from.

    Behind a reverse proxy (MALHA_BEHIND_PROXY) it is the last entry of X-Forwarded-For, the one our own proxy wrote; the ones
    before it are whatever the client claims.
    """
    if settings.BEHIND_PROXY:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return request.META.get("REMOTE_ADDR") or None


def is_fragment(request: HttpRequest) -> bool:
    """Was it asked by a script in an open page (htmx, fetch) instead of by the browser's own navigation?"""
    return request.headers.get("HX-Request") == "true" or "X-Requested-With" in request.headers
