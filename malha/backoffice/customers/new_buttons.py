"""What the buttons of the new-customer page do. Each takes what is typed and answers with the page, or with the part that changed."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from malha.backoffice.customers import draft, hints, rows
from malha.backoffice.customers.forms import MOST_ACCESSES, MOST_PHONES
from malha.backoffice.customers.new_drawing import customer_url, draw, form_of, may_take
from malha.backoffice.customers.sign_up_form import NEW_PHONE, SignUpForm
from malha.core.errors import BusinessError
from malha.customers import cep, queries
from malha.domain import logins
from malha.journeys import onboarding
from malha.journeys.onboarding import SignedUp
from malha.network.models import RouterHealth
from malha.reports import sign_up as reading
from malha.staff.requests import StaffRequest

NOT_ANSWERING = (RouterHealth.DEGRADED, RouterHealth.STOPPED)
FILLED_BY_CEP = ("street", "district", "city", "uf")


def _save(request: StaffRequest, rest: str = "", *, insisting_on: int | None = None, another: bool = False) -> HttpResponse:
    """CADASTRAR: everything or nothing, and nothing typed is lost."""
    form = form_of(request, request.POST.copy(), insisting_on=insisting_on)
    done = _sign_up(request, form)
    if done is None:
        saved_at = draft.save(request.user, form.data)
        return draw(request, form, status=422, saved_at=saved_at)
    draft.discard(request.user)
    _tell(request, done, another=another)
    return HttpResponseRedirect(reverse("backoffice:customer_new") if another else customer_url(done.customer.number))


def _sign_up(request: StaffRequest, form: SignUpForm) -> SignedUp | None:
    """The customer; None when the form says what is wrong."""
    returning = reading.record(form.returning_id, queries.visible_groups(request.user)) if form.returning_id else None
    if form.returning_id and returning is None:
        form.general.append(_("The record to reactivate was not found. Open it from the list of customers."))
        form.check()
        return None
    if returning is not None and not may_take(form, returning):
        form.general.append(_("This record belongs to another salesperson. Ask them, or register without it."))
        form.check()
        return None
    if not form.has_right_shape:
        form.check()
        return None
    try:
        return onboarding.sign_up(data=form.sign_up(), actor=request.actor, token=form.token)
    except BusinessError as error:
        # Somebody was faster by a moment: asking again says at which field.
        is_located = any("." in path for path in error.fields)
        if is_located or form.check():
            form.show(error)
        return None


def _tell(request: StaffRequest, done: SignedUp, *, another: bool) -> None:
    customer = done.customer
    sentence: str = _("Customer registered.")
    if another:
        url = customer_url(customer.number)
        sentence = format_html('{} <a href="{}">{}</a>', _("Customer registered."), url, _("See %(name)s") % {"name": customer.name})
    messages.success(request, sentence)
    for access in done.accesses:
        words = {"login": access.username, "router": access.router.name}
        if access.router.health in NOT_ANSWERING:
            text = _("%(router)s is not answering. The customer is saved; the access %(login)s is in the queue and goes there by itself.")
            messages.warning(request, text % words)
        else:
            messages.info(request, _("The access %(login)s is being created on %(router)s.") % words)


def _save_access(request: StaffRequest, rest: str) -> HttpResponse:
    """CADASTRAR in the dialog of an access: adds it and saves the whole customer (seed)."""
    return _save(request, insisting_on=_index(rest))


def _save_another(request: StaffRequest, rest: str) -> HttpResponse:
    return _save(request, another=True)


def _keep_access(request: StaffRequest, rest: str) -> HttpResponse:
    """Adicionar e continuar: only the access is judged."""
    index = _index(rest)
    form = form_of(request, request.POST.copy(), insisting_on=index)
    form.check()
    row = form.accesses.forms[index] if index is not None and index < len(form.accesses.forms) else None
    is_wrong = row is not None and bool(row.errors)
    for other in form.all_forms:
        if other is not row:
            other.forget_errors()
    saved_at = draft.save(request.user, form.data)
    more = {"show_access": index} if is_wrong else {"focus_add": True}
    return draw(request, form, part="_accesses.html", status=422 if is_wrong else 200, saved_at=saved_at, **more)


def _again(request: StaffRequest, data: QueryDict, part: str, **more: Any) -> HttpResponse:
    """Draw what changed; nothing is judged yet."""
    form = form_of(request, data)
    form.hide_errors()
    return draw(request, form, part=part, saved_at=draft.save(request.user, data), **more)


def _add_phone(request: StaffRequest, rest: str) -> HttpResponse:
    data = request.POST.copy()
    index = rows.total(data, "phones")
    if index < MOST_PHONES:
        rows.add(data, "phones", NEW_PHONE)
    return _again(request, data, "_phones.html", focus=f"phones-{index}-number")


def _remove_phone(request: StaffRequest, rest: str) -> HttpResponse:
    data = request.POST.copy()
    rows.remove(data, "phones", _index(rest) or 0)
    if not rows.total(data, "phones"):
        rows.add(data, "phones", NEW_PHONE)
    return _again(request, data, "_phones.html")


def _add_access(request: StaffRequest, rest: str) -> HttpResponse:
    """NOVO PLANO DE ACESSO: one more, with a login made of the name and a password that can be read out."""
    data = request.POST.copy()
    index = rows.total(data, "accesses")
    if index < MOST_ACCESSES:
        rows.add(data, "accesses", _new_access(request, data))
    return _again(request, data, "_accesses.html", show_access=index, fresh_access=index, focus=f"accesses-{index}-username")


def _new_access(request: StaffRequest, data: QueryDict) -> Mapping[str, str]:
    choices = reading.choices(request.company)
    on_page = {value.strip().lower() for name in data if name.endswith("-username") for value in data.getlist(name)}
    name = data.get("customer-name", "")[:200]
    base = logins.suggest_login(name)
    only = choices.routers[0] if len(choices.routers) == 1 else None
    return {
        "username": logins.suggest_login(name, reading.logins_like(base) | on_page) if name.strip() else "",
        "password": logins.readable_password(secrets.SystemRandom(), syllables=4),
        "router": str(only.id) if only else "",
        "plan": "",
        "method": "PPPOE",
    }


def _remove_access(request: StaffRequest, rest: str) -> HttpResponse:
    data = request.POST.copy()
    rows.remove(data, "accesses", _index(rest) or 0)
    return _again(request, data, "_accesses.html", focus_add=True)


def _find_address(request: StaffRequest, rest: str) -> HttpResponse:
    """Buscar CEP without a script: fills what is empty or was filled by a look-up before."""
    data = request.POST.copy()
    prefix = "service_address" if rest == "service_address" else "address"
    found = cep.look_up(data.get(f"{prefix}-cep", ""))
    if found.address is not None:
        address, before = found.address, data.get(f"{prefix}-found", "").split(",")
        may_fill = [name for name in FILLED_BY_CEP if name in before or not data.get(f"{prefix}-{name}", "").strip()]
        filled = [name for name in may_fill if getattr(address, name)]
        for name in filled:
            data[f"{prefix}-{name}"] = getattr(address, name)
        data[f"{prefix}-found"] = ",".join(filled)
        data[f"{prefix}-ibge"] = f"{address.ibge_code}|{address.city}|{address.uf}"
    form = form_of(request, data)
    form.hide_errors()
    looked = form.service_address if prefix == "service_address" else form.address
    if found.address is None:
        looked["cep"].help_text = hints.cep_sentence(found)
    looked.fields["number" if found.address else "street"].widget.attrs["autofocus"] = True
    return draw(request, form, saved_at=draft.save(request.user, data))


def _take_record(request: StaffRequest, rest: str) -> HttpResponse:
    """Use a record that is there instead of making another one; an empty number goes back to making one."""
    data = request.POST.copy()
    data["returning_id"] = rest if rest.isascii() and rest.isdigit() else ""
    return _again(request, data, "_duplicates.html")


def _discard(request: StaffRequest, rest: str) -> HttpResponse:
    """Throw away what was typed and begin with an empty page."""
    draft.discard(request.user)
    return HttpResponseRedirect(reverse("backoffice:customer_new"))


BUTTONS = {
    "save": _save,
    "save-another": _save_another,
    "save-access": _save_access,
    "keep-access": _keep_access,
    "add-phone": _add_phone,
    "remove-phone": _remove_phone,
    "add-access": _add_access,
    "remove-access": _remove_access,
    "cep": _find_address,
    "record": _take_record,
    "discard": _discard,
}


def _index(rest: str) -> int | None:
    return int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 4 else None
