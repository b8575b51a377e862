"""Users: list, new, edit, shut out, new password."""

from dataclasses import fields
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from malha.backoffice.generic import FormPage, Page
from malha.backoffice.users.forms import ReasonForm, UserForm
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.customers.queries import visible_groups
from malha.customers.services import groups
from malha.staff import queries, services, sessions
from malha.staff.data import UserData
from malha.staff.models import User
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest
from malha.staff.services import OneTimePassword


class UserList(Page):
    """Everybody who works here, active or not."""

    permission = "users.manage"
    template_name = "users/list.html"
    partial_template = "users/_rows.html"

    def get(self, request: StaffRequest) -> HttpResponse:
        text = request.GET.get("q", "").replace("\0", "").strip()[:100]
        return self.answer(rows=list(queries.users(text=text)), text=text)


class UserNew(FormPage):
    """A new member of staff. The generated password is shown once, on the answer, and never stored where it can be read."""

    permission = "users.manage"
    template_name = "users/new.html"

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        return UserForm(is_new=True, initial={"session_minutes": 30}, **kwargs)

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(data=request.POST)
        if form.is_valid():
            try:
                data, visible = _typed(form)
                with transaction.atomic():
                    made = services.create_user(data=data, actor=request.actor)
                    groups.limit_view(user=made.user, groups=visible, actor=request.actor)
            except BusinessError as refusal:
                put_errors(form, refusal)
            else:
                return _show_password(request, made)
        return self.answer(form=form, status=422)


class UserEdit(FormPage):
    """Data and role of one person, and what can be done to their access."""

    permission = "users.manage"
    template_name = "users/edit.html"

    @cached_property
    def person(self) -> User:
        """The one of the URL."""
        return get_object_or_404(User, pk=self.kwargs["pk"])

    def get_context(self) -> dict[str, Any]:
        opened = list(sessions.open_of(self.person))
        return {"person": self.person, "sessions": opened, "reason_form": ReasonForm(), "is_self": self.person == self.request.user}

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        initial: dict[str, Any] = {f.name: getattr(self.person, f.name) for f in fields(UserData)}
        initial["customer_groups"] = visible_groups(self.person)
        return UserForm(is_new=False, initial=initial, **kwargs)

    def save(self, form: Any) -> str:
        data, visible = _typed(form)
        with transaction.atomic():
            services.update_user(user=self.person, data=data, actor=self.request.actor)
            groups.limit_view(user=self.person, groups=visible, actor=self.request.actor)
        messages.success(self.request, _("The user was saved."))
        return reverse("backoffice:users")


@requires("users.manage")
@never_cache
@require_POST
def reset_password(request: StaffRequest, pk: int) -> HttpResponse:
    """A new one-time password, shown once."""
    return _show_password(request, services.reset_password(user=get_object_or_404(User, pk=pk), actor=request.actor))


@requires("users.manage")
@require_POST
def deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """Shut somebody out at once."""
    person = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The reason is too long or has signs that cannot be stored."))
        return redirect("backoffice:user_edit", pk=pk)
    try:
        services.deactivate(user=person, reason=form.cleaned_data["reason"], actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("backoffice:user_edit", pk=pk)
    messages.success(request, _("%(name)s cannot log in any more.") % {"name": person})
    return redirect("backoffice:users")


@requires("users.manage")
@require_POST
def reactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """Let somebody back in."""
    person = get_object_or_404(User, pk=pk)
    try:
        services.reactivate(user=person, actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%(name)s may log in again.") % {"name": person})
    return redirect("backoffice:user_edit", pk=pk)


@requires("users.manage")
@require_POST
def end_sessions(request: StaffRequest, pk: int) -> HttpResponse:
    """Close all browsers of somebody."""
    person = get_object_or_404(User, pk=pk)
    services.end_all_sessions(user=person, actor=request.actor, except_key=request.session.session_key or "")
    messages.success(request, _("The sessions of %(name)s were ended.") % {"name": person})
    return redirect("backoffice:user_edit", pk=pk)


def _typed(form: forms.BaseForm) -> tuple[UserData, list[int]]:
    """The person's data, and the groups to which their view is limited."""
    values = dict(form.cleaned_data)
    visible = values.pop("customer_groups", [])
    return UserData(**values), visible


def _show_password(request: StaffRequest, issued: OneTimePassword) -> HttpResponse:
    response = render(request, "users/password.html", {"person": issued.user, "password": issued.password})
    response["Cache-Control"] = "no-store"
    return response
