"""Registering a router: three steps on one page, and the same page for changing it.

Only *Testar* speaks to the router from here, for a person who waits, with short deadlines and outside any transaction. Saving
works although the router is away.
"""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from malha.backoffice.generic import FormPage
from malha.backoffice.routers.base import RouterPage, find
from malha.backoffice.routers.forms import RouterForm, made_up_password
from malha.core import history
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.network import registry
from malha.network.base import Target
from malha.network.models import Router
from malha.network.services import facts, health, routers
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

DEFAULT_PORTS = {"PLAIN": 8728}
HIDDEN = "********"


class RegisterPage(FormPage):
    """Base of new and change: three buttons, of which only one saves. `do` says which was pressed."""

    permission = "routers.manage"
    template_name = "routers/form.html"

    @property
    def stored(self) -> Router | None:
        """The router that is changed."""
        return None

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        return RouterForm(router=self.stored, initial=self.get_initial(), **kwargs)

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        verb = request.POST.get("do", "save")
        if verb == "script":
            return self.show_script()
        if verb == "test":
            return self.test()
        return super().post(request, *args, **kwargs)

    def answer(self, status: int = 200, **context: Any) -> HttpResponse:
        form: RouterForm = context["form"]
        return super().answer(status, **{"script": script(form, self.stored), **context})

    def show_script(self) -> HttpResponse:
        """The script for what is typed now; nothing is checked and nothing is saved."""
        form = RouterForm(router=self.stored, initial=typed(self.request, self.get_initial()))
        if self.request.htmx:
            return render(self.request, "routers/_script.html", {"script": script(form, self.stored), "form": form})
        return self.answer(form=form)

    def test(self) -> HttpResponse:
        """Log in with what is typed and say in the router's own words how it went."""
        form = RouterForm(router=self.stored, data=self.request.POST)
        result = None
        if form.is_valid():
            try:
                data = routers.check(form.to_data(), ignoring=self.stored)
            except BusinessError as refusal:
                put_errors(form, refusal)
            else:
                result = health.test_connection(self._target(data), driver=registry.driver(data.driver).hurried())
        status = 200 if result else 422
        context = {"form": form, "result": result, "tls_mode": form["tls_mode"].value()}
        if self.request.htmx:
            return render(self.request, "routers/_test.html", context, status=status)
        return self.answer(status, **context)

    def _target(self, data: Any) -> Target:
        values = {**routers.stored(data), "pk": self.stored.pk if self.stored else None}
        router = Router(**values)
        router.api_password = data.api_password or (self.stored.api_password if self.stored else "")
        target = facts.target(router)
        is_same_door = self.stored is not None and self.stored.tls_mode == data.tls_mode
        return replace(target, tls_pin=self.stored.tls_pin) if self.stored and is_same_door else target


class RouterNew(RegisterPage):
    """Conecte um MikroTik: script, address, test."""

    def get_initial(self) -> dict[str, Any]:
        return {"api_password": made_up_password(), "block_pool_ranges": routers.free_block_ranges()}

    def save(self, form: Any) -> str:
        router = routers.register(data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("%(router)s registered. It is being read for the first time.") % {"router": router.name})
        return reverse("backoffice:router_base", args=[router.pk])


class RouterEdit(RouterPage, RegisterPage):
    """Registro: the same form with what is stored; an empty password keeps the old one."""

    permission = "routers.manage"
    tab = "router_edit"

    @property
    def stored(self) -> Router | None:
        return self.router

    def get_initial(self) -> dict[str, Any]:
        return history.snapshot(self.router, routers.FIELDS)

    def save(self, form: Any) -> str:
        routers.change(router=self.router, data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Registration saved."))
        return reverse("backoffice:router", args=[self.router.pk])


def typed(request: StaffRequest, initial: dict[str, Any]) -> dict[str, Any]:
    """What stands in the form now, as it was typed, over what it began with."""
    values = dict(initial)
    for name, field in RouterForm.base_fields.items():
        if name in request.POST or isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
            values[name] = field.widget.value_from_datadict(request.POST, request.FILES, name)
    return values


def script(form: RouterForm, stored: Router | None) -> str:
    """The commands that make the API user, for what stands in the form. A stored password is not shown in it."""
    port = str(form["port"].value() or "")
    mode = str(form["tls_mode"].value() or "PINNED")
    target = Target(
        router_id=0,
        name="",
        host="",
        port=int(port) if port.isascii() and port.isdigit() and len(port) < 6 else DEFAULT_PORTS.get(mode, 8729),
        username=str(form["api_username"].value() or "malha"),
        password=str(form["api_password"].value() or (HIDDEN if stored else "")),
        tls_mode=mode,
    )
    addresses = str(form["our_addresses"].value() or "").replace(",", " ").split()
    key = str(form["driver"].value() or "mikrotik")
    chosen = registry.driver(key if key in registry.drivers() else "mikrotik")
    return chosen.setup_script(target, our_addresses=addresses)


@requires("routers.manage")
@require_POST
def test(request: StaffRequest, pk: int) -> HttpResponse:
    """*Testar* on a registered router, from its line in the list or its page. Changes nothing, here or there."""
    router = find(pk)
    result = health.test_connection(facts.target(router), driver=registry.driver(router.driver).hurried())
    tell = messages.success if result.ok else messages.error
    tell(request, f"{router.name}: {result.words}")
    return redirect("backoffice:routers") if request.POST.get("next") == "list" else redirect("backoffice:router", pk)
