"""What can be done to many charges of the list at once: another due date, or cancelling them. Asked first, with a reason."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from malha.backoffice.charges import selection
from malha.backoffice.charges.selection import Selection
from malha.backoffice.customers.filters import query_with
from malha.billing.models import Charge, ChargeState
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.forms import BrDateField
from malha.domain.money import Money
from malha.journeys import charge_changes
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

MOST = 500  # each is a change of its own with its history; more at once would keep a browser waiting


class ManyForm(forms.Form):
    """Why, for the history."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Say why: it stays in the history.")},
    )


class PostponeForm(ManyForm):
    """To which day."""

    due_date = BrDateField(label=_("New due date"))
    field_order = ("due_date", "reason")


@requires("charges.edit")
@require_POST
def postpone(request: StaffRequest) -> HttpResponse:
    """PRORROGAR the selected ones: each is replaced by one with the new due date."""

    def act(charge: Charge, data: dict[str, Any]) -> None:
        charge_changes.replace(charge=charge, due_date=data["due_date"], reason=data["reason"], actor=request.actor)

    return _many(request, PostponeForm, "postpone", act)


@requires("charges.edit")
@require_POST
def cancel(request: StaffRequest) -> HttpResponse:
    """CANCELAR the selected ones."""

    def act(charge: Charge, data: dict[str, Any]) -> None:
        charge_changes.cancel(charge=charge, reason=data["reason"], actor=request.actor)

    return _many(request, ManyForm, "cancel", act)


def _many(request: StaffRequest, form_class: type[ManyForm], what: str, act: Callable[[Charge, dict[str, Any]], None]) -> HttpResponse:
    chosen = selection.read(request.POST, user=request.user, today=clock.today())
    charges = list(chosen.charges.filter(state=ChargeState.OPEN).select_related("customer", "contract")[: MOST + 1])
    is_sure = "reason" in request.POST
    form = form_class(request.POST if is_sure else None)
    if is_sure and len(charges) <= MOST and form.is_valid():
        done, refusals = _each(charges, act, form.cleaned_data)
        if done or not refusals:
            _say(request, what, done, refusals)
            return HttpResponseRedirect(_back(chosen))
        form.add_error(None, refusals[0])
    context = {
        "form": form,
        "what": what,
        "count": min(len(charges), MOST),
        "total": Money.total(charge.total for charge in charges[:MOST]),
        "others": max(chosen.charges.count() - len(charges), 0) if len(charges) <= MOST else 0,
        "is_too_many": len(charges) > MOST,
        "most": MOST,
        "carried": chosen.carried,
        "back": _back(chosen),
    }
    return render(request, "charges/many.html", context, status=422 if is_sure else 200)


def _each(charges: list[Charge], act: Callable[[Charge, dict[str, Any]], None], data: dict[str, Any]) -> tuple[int, list[str]]:
    """One by one: a charge that cannot be changed leaves the others alone."""
    done, refusals = 0, []
    for charge in charges:
        try:
            with transaction.atomic():
                act(charge, data)
            done += 1
        except BusinessError as refusal:
            refusals.append(f"{charge.number}: {refusal}")
    return done, refusals


def _say(request: StaffRequest, what: str, done: int, refusals: list[str]) -> None:
    texts = {
        "postpone": ngettext("%(n)s charge postponed.", "%(n)s charges postponed.", done),
        "cancel": ngettext("%(n)s charge cancelled.", "%(n)s charges cancelled.", done),
    }
    messages.success(request, texts[what] % {"n": done})
    if refusals:
        text = ngettext("%(n)s charge stays as it was: %(why)s", "%(n)s charges stay as they were: %(why)s", len(refusals))
        messages.warning(request, text % {"n": len(refusals), "why": "; ".join(refusals[:3])})


def _back(chosen: Selection) -> str:
    return reverse("backoffice:charges") + query_with(QueryDict(chosen.query.removeprefix("?")))
