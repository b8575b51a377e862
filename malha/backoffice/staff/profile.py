"""One's own data, password, look and open sessions."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from malha.backoffice.staff import kept
from malha.backoffice.staff.agents import describe
from malha.backoffice.staff.forms import PasswordForm, ProfileForm
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.staff import services, sessions
from malha.staff.data import ProfileData
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest, is_fragment


@requires("profile.edit")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Own data and look, and where one is logged in."""
    user = request.user
    initial = {name: getattr(user, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.update_profile(
                user=user,
                data=ProfileData(name=data["name"], email=data["email"], has_single_key_shortcuts=data["has_single_key_shortcuts"]),
                actor=request.actor,
            )
            services.set_theme(user=user, theme=data["theme"], actor=request.actor)
        except BusinessError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Your profile was saved."))
            return redirect("staff:profile")
    here = request.session.session_key
    opened = [(row, describe(row.user_agent), row.session_key == here) for row in sessions.open_of(user)]
    return render(request, "staff/profile.html", {"form": form, "sessions": opened}, status=422 if form.errors else 200)


@requires("profile.edit")
@sensitive_post_parameters("old", "new")
@require_http_methods(["GET", "POST"])
def change_password(request: StaffRequest) -> HttpResponse:
    """A new password; the other sessions end, this one goes on."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = services.change_password(user=request.user, old=data["old"], new=data["new"], actor=request.actor)
        except BusinessError as error:
            put_errors(form, error)
        else:
            sessions.begin(request, user)
            messages.success(request, _("Your password was changed. Other devices must log in again."))
            return redirect("staff:profile")
    return render(request, "staff/change_password.html", {"form": form}, status=422 if form.errors else 200)


@requires("profile.edit")
@require_POST
def theme(request: StaffRequest) -> HttpResponse:
    """Light or dark, from the button in the top bar."""
    try:
        services.set_theme(user=request.user, theme=request.POST.get("theme", ""), actor=request.actor)
    except BusinessError:
        return HttpResponse(status=422)
    if is_fragment(request):
        return HttpResponse(status=204)
    back = request.POST.get("next", "")
    return redirect(back if kept.is_ours(request, back) else resolve_url("staff:profile"))


@requires("profile.edit")
@require_POST
def end_session(request: StaffRequest, session_id: int) -> HttpResponse:
    """Close one browser."""
    try:
        services.end_session(user=request.user, session_id=session_id, actor=request.actor)
    except BusinessError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("The session was ended."))
    return redirect("staff:profile")


@requires("profile.edit")
@require_POST
def end_other_sessions(request: StaffRequest) -> HttpResponse:
    """Close all browsers but this one."""
    services.end_all_sessions(user=request.user, except_key=request.session.session_key or "", actor=request.actor)
    messages.success(request, _("All other sessions were ended."))
    return redirect("staff:profile")
