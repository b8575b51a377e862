"""Pages for when the answer is no: what happened, and what to do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: logged in, but not for this."""
    return _answer(request, "403", 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404."""
    return _answer(request, "404", 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token: an old page, or cookies switched off. Logs keep the reason, the page does not show it."""
    return _answer(request, "csrf", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Drawn without the database, without the person and without context processors: one of them may be what failed."""
    return HttpResponse(render_to_string("ui/errors/500.html"), status=500)


def _answer(request: HttpRequest, name: str, status: int) -> HttpResponse:
    user = getattr(request, "user", None)
    frame = "ui/base.html" if user is not None and user.is_authenticated else "ui/auth_base.html"
    return render(request, f"ui/errors/{name}.html", {"frame": frame}, status=status)
