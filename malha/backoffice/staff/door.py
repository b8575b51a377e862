"""Logging in and out."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from malha.backoffice.staff import kept
from malha.backoffice.staff.forms import LoginForm
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.journeys import first_setup
from malha.staff import door, sessions
from malha.staff.permissions import public
from malha.staff.requests import client_ip


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """The login page; with `?dialogo=1` the bare form of the dialog; with `?retomar=` what the browser repeated after the
    session had ended (docs/howto/permissions.md)."""
    if "retomar" in request.GET:
        return _keep(request)
    is_dialog = "dialogo" in request.GET
    if request.method == "GET":
        if not first_setup.is_done():
            return redirect("staff:first_setup")
        if request.user.is_authenticated and not is_dialog:
            return redirect(_target(request, request.GET.get("next", "")))
        return _page(request, LoginForm(initial={"next": request.GET.get("next", "")}), is_dialog=is_dialog)
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _page(request, form, is_dialog=is_dialog, status=422)
    data = form.cleaned_data
    try:
        user = door.sign_in(username=data["username"], password=data["password"], ip=client_ip(request))
    except BusinessError as error:
        put_errors(form, error)
        return _page(request, form, is_dialog=is_dialog, status=422)
    sessions.begin(request, user)
    if is_dialog:
        return HttpResponse(status=204, headers={"X-CSRFToken": get_token(request)})
    if form_to_resume := kept.unseal(request, data["kept"]):
        return render(request, "staff/resume.html", {"kept": form_to_resume})
    return redirect(_target(request, data["next"]))


@public
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Log out this browser."""
    sessions.finish(request)
    messages.success(request, _("You are logged out."))
    return redirect(settings.LOGIN_URL)


def _keep(request: HttpRequest) -> HttpResponse:
    path = request.GET["retomar"]
    found = kept.take(request, path) if request.method == "POST" else None
    form = LoginForm(initial={"kept": kept.seal(found) if found else ""})
    return _page(request, form, status=401 if request.method == "POST" else 200, kept=found, is_lost=found is None)


def _page(request: HttpRequest, form: LoginForm, *, is_dialog: bool = False, status: int = 200, **context: object) -> HttpResponse:
    template = "staff/_login_form.html" if is_dialog else "staff/login.html"
    action = resolve_url(settings.LOGIN_URL) + ("?dialogo=1" if is_dialog else "")
    return render(request, template, {"form": form, "action": action, **context}, status=status)


def _target(request: HttpRequest, path: str) -> str:
    return path if kept.is_ours(request, path) else resolve_url(settings.LOGIN_REDIRECT_URL)
