"""What every request of a member of staff goes through: who is it, is the session still good, may they open this."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from malha.core.history import Actor
from malha.staff import permissions, sessions
from malha.staff.models import User
from malha.staff.requests import client_ip, is_fragment

logger = logging.getLogger(__name__)

# Doors that know their callers in another way: bearer tokens, the subscriber's own login.
OTHER_DOORS = frozenset({"api", "portal"})
# What somebody with a one-time password may still open.
WHILE_PASSWORD_IS_OLD = frozenset({"staff:change_password", "staff:logout", "staff:theme"})


class StaffMiddleware:
    """Puts `request.actor` on the request and enforces the permission that the view declares."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = Actor(kind="visitor", id=None, name="", ip=client_ip(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or OTHER_DOORS.intersection(match.app_names):
            return None
        code = permissions.declared(view)
        if code is None:
            logger.error("view %s declares no permission and stays shut", match.view_name or match.route)
            raise PermissionDenied
        user = request.user
        if isinstance(user, User) and not sessions.is_alive(request, user):
            user = request.user  # nobody any more
        if isinstance(user, User):
            request.actor = user.actor(client_ip(request))  # type: ignore[attr-defined]
        if code == permissions.PUBLIC:
            return None
        if not isinstance(user, User):
            return ask_to_log_in(request)
        if user.must_change_password and match.view_name not in WHILE_PASSWORD_IS_OLD:
            change = resolve_url("staff:change_password")
            return HttpResponse(headers={"HX-Redirect": change}) if is_fragment(request) else HttpResponseRedirect(change)
        if not user.can(code):
            raise PermissionDenied
        return None


def ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """Send somebody to the login without losing what they typed (docs/howto/permissions.md, "When the session has ended").

    A script in an open page gets 401 and the address of the login dialog, so the page stays. A form that was sent is repeated
    by the browser to the login page (307 keeps method and body), which hands it back after the login.
    """
    login = resolve_url(settings.LOGIN_URL)
    if is_fragment(request):
        return HttpResponse(status=401, headers={"X-Login-Dialog": f"{login}?dialogo=1"})
    if request.method == "POST":
        response = HttpResponseRedirect(f"{login}?{urlencode({'retomar': request.get_full_path()})}")
        response.status_code = 307
        return response
    return HttpResponseRedirect(f"{login}?{urlencode({'next': request.get_full_path()})}")
