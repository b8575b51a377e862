"""What a button of a router's page asks: read, resume, switch off and on, remove, move, base set-up, pools."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from malha.backoffice.keys import key, keys
from malha.backoffice.routers import one
from malha.backoffice.routers.forms import MoveForm, PoolForm
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.network.models import AddressPool, Router, RouterCommand
from malha.network.services import base_setup, health, pools, routers
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

MAX_TICKED = 5000


@requires("routers.view")
@require_POST
def read(request: StaffRequest, pk: int) -> HttpResponse:
    """*Ler agora*: the lane reads it as soon as it comes; back to where the button stood."""
    router = get_object_or_404(Router, pk=pk)
    try:
        routers.read_now(router=router, actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%(router)s is being read.") % {"router": router.name})
    return _back(request, pk)


@requires("routers.manage")
@require_POST
def resume(request: StaffRequest, pk: int) -> HttpResponse:
    """A person looked at it: speak to the router again, with its new certificate if they say so."""
    router = get_object_or_404(Router, pk=pk)
    health.resume(router=router, actor=request.actor, accept_certificate=request.POST.get("certificate") == "1")
    messages.success(request, _("Malha speaks to %(router)s again.") % {"router": router.name})
    return redirect("backoffice:router", pk)


@requires("routers.manage")
@require_POST
def deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """Nobody speaks to it any more."""
    return _change(request, pk, "deactivate", _("%(router)s is switched off."))


@requires("routers.manage")
@require_POST
def reactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """Use it again."""
    return _change(request, pk, "reactivate", _("%(router)s is in use again."))


def _change(request: StaffRequest, pk: int, verb: str, done: str) -> HttpResponse:
    router = get_object_or_404(Router, pk=pk)
    service = {"deactivate": routers.deactivate, "reactivate": routers.reactivate}[verb]
    try:
        service(router=router, actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done % {"router": router.name})
    return redirect("backoffice:router", pk)


@requires("routers.manage")
@require_POST
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Out of the register; refused while it has accesses, which can be moved on the page this leads to."""
    router = get_object_or_404(Router, pk=pk)
    try:
        routers.remove(router=router, actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("backoffice:router_move" if refusal.code == "router_has_accesses" else "backoffice:router_edit", pk)
    messages.success(request, _("%(router)s is out of the register.") % {"router": router.name})
    return redirect("backoffice:routers")


class Move(one.RouterMove):
    """First asks where to, then moves: the ticked accesses, or all of them."""

    def post(self, request: StaffRequest, *args: object, **kwargs: object) -> HttpResponse:
        ids = keys(request.POST.getlist("id"), limit=MAX_TICKED)
        is_all = bool(request.POST.get("all")) or not ids
        how_many = self.router.access_count if is_all else len(ids)  # type: ignore[attr-defined]
        is_asked = "target" in request.POST
        form = MoveForm(request.POST if is_asked else None, source=self.router)
        if is_asked and form.is_valid():
            target = get_object_or_404(Router, pk=form.cleaned_data["target"])
            reason = form.cleaned_data["reason"]
            try:
                moved = routers.move_accesses(
                    source=self.router, target=target, ids=None if is_all else ids, reason=reason, actor=request.actor
                )
            except BusinessError as refusal:
                put_errors(form, refusal)
            else:
                text = ngettext("%(n)s access moves to %(router)s.", "%(n)s accesses move to %(router)s.", moved)
                messages.success(request, text % {"n": moved, "router": target.name})
                return redirect("backoffice:router_accesses", self.router.pk)
        return self.answer(422 if is_asked else 200, form=form, ids=[] if is_all else ids, how_many=how_many)


@requires("routers.manage")
@require_POST
def base_read(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask the lane what is missing."""
    router = get_object_or_404(Router, pk=pk)
    try:
        routers.refuse_silent(router)
        base_setup.ask_missing(router=router, actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("backoffice:router_base", pk)


@requires("routers.manage")
@require_POST
def base_apply(request: StaffRequest, pk: int) -> HttpResponse:
    """Have exactly the commands applied that were shown."""
    router = get_object_or_404(Router, pk=pk)
    shown = get_object_or_404(RouterCommand, router=router, pk=key(request.POST.get("command")))
    try:
        routers.refuse_silent(router)
        base_setup.ask_apply(router=router, shown=shown, actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("backoffice:router_base", pk)


class PoolAdd(one.RouterProfiles):
    """A new pool of addresses; wrong input stands on the page again."""

    permission = "routers.manage"

    def get(self, request: StaffRequest, *args: object, **kwargs: object) -> HttpResponse:
        return redirect("backoffice:router_profiles", self.router.pk)

    def post(self, request: StaffRequest, *args: object, **kwargs: object) -> HttpResponse:
        form = PoolForm(request.POST)
        if form.is_valid():
            try:
                pools.add(router=self.router, actor=request.actor, **form.cleaned_data)
            except BusinessError as refusal:
                put_errors(form, refusal)
            else:
                messages.success(request, _("Pool %(name)s added.") % {"name": form.cleaned_data["name"]})
                return redirect("backoffice:router_profiles", self.router.pk)
        return self.answer(422, form=form)


@requires("routers.manage")
@require_POST
def pool_forget(request: StaffRequest, pk: int, pool: int) -> HttpResponse:
    """Out of the register; on the router it stays."""
    found = get_object_or_404(AddressPool, pk=pool, router_id=pk)
    try:
        pools.forget(pool=found, actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Pool %(name)s is out of the register. On the router it stays.") % {"name": found.name})
    return redirect("backoffice:router_profiles", pk)


def _back(request: StaffRequest, pk: int) -> HttpResponse:
    url = request.POST.get("next", "")
    hosts = {request.get_host()}
    if url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=hosts, require_https=request.is_secure()):
        return redirect(url)
    return redirect("backoffice:router", pk)

