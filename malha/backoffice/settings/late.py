"""Padrões de cobrança: the régua with its drawing, trust, and what lateness costs. Three blocks, saved one by one."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from malha.backoffice.dunning import rail_words
from malha.backoffice.generic import Page
from malha.backoffice.settings.late_forms import FeesForm, LadderForm, TrustForm
from malha.contracts.models import CollectionMethod
from malha.contracts.services import collection
from malha.core import clock, company, company_services
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.core.rules import sentence
from malha.domain import calendar
from malha.domain.errors import RuleError
from malha.dunning import queries
from malha.dunning.data import PolicyData
from malha.dunning.models import DunningPolicy
from malha.dunning.services import policy as services
from malha.reports import rail
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

# What the drawing follows while somebody types; "" is a step that there is not.
DRAWN = ("days_to_pending", "days_to_block", "days_notice_to_block", "days_to_reduce", "termination_after_days")


class LatePage(Page):
    """The page."""

    permission = "settings.manage"
    template_name = "settings/late.html"
    blocks: dict[str, type[forms.Form]] = {"ladder": LadderForm, "trust": TrustForm, "fees": FeesForm}

    @cached_property
    def policy(self) -> DunningPolicy:
        """The standard configuration, stored or built in."""
        return queries.default_policy()

    @cached_property
    def method(self) -> CollectionMethod | None:
        """The standard form of payment, whose fine and interest these are."""
        return CollectionMethod.objects.filter(is_default=True).first()

    def initial(self, block: str) -> dict[str, Any]:
        """What a block shows at first."""
        if block == "fees":
            provider, method = company.current(), self.method
            return {
                "fine_basis_points": method.fine_basis_points if method else 200,
                "interest_basis_points": method.interest_basis_points if method else 100,
                "charge_while_blocked": provider.charge_while_blocked,
                "max_overdue_to_bill": provider.max_overdue_to_bill,
            }
        values = {name: getattr(self.policy, name) for name in services.FIELDS}
        return {**values, "is_automatic": "1" if self.policy.is_automatic else "0"}

    def block_forms(self, **bound: forms.Form) -> dict[str, Any]:
        """One form per block, the sent one bound."""
        return {f"{name}_form": bound.get(name) or kind(initial=self.initial(name)) for name, kind in self.blocks.items()}

    def get(self, request: StaffRequest) -> HttpResponse:
        return self.answer(**self.block_forms(), **drawing(services.data_of(self.policy)))

    def post(self, request: StaffRequest) -> HttpResponse:
        block = request.POST.get("block", "")
        if block not in self.blocks:
            raise Http404
        form = self.blocks[block](request.POST)
        if form.is_valid():
            try:
                self.save(block, form.cleaned_data)
            except BusinessError as refusal:
                put_errors(form, refusal)
            else:
                messages.success(request, _("The standard was saved. It holds from the next daily run."))
                return redirect("backoffice:settings_late")
        typed = _typed(request.POST, services.data_of(self.policy))
        return self.answer(status=422, **self.block_forms(**{block: form}), **drawing(typed))

    def save(self, block: str, values: dict[str, Any]) -> None:
        """One block; the others stay as they are."""
        actor = self.request.actor
        if block == "fees":
            self.save_fees(values)
            return
        policy = self.policy if self.policy.pk else services.create_default(name="Padrão", actor=actor)
        reason = values.pop("reason", "")
        services.change(policy=policy, data=replace(services.data_of(policy), **values), reason=reason, actor=actor)

    def save_fees(self, values: dict[str, Any]) -> None:
        """Fine and interest belong to the form of payment, the rest to the company."""
        with transaction.atomic():
            if self.method is not None:
                fees = {name: values[name] for name in ("fine_basis_points", "interest_basis_points")}
                collection.change_terms(method=self.method, actor=self.request.actor, **fees)
            rest = {name: values[name] for name in ("charge_while_blocked", "max_overdue_to_bill")}
            data = replace(company_services.data_of(company.current()), **rest)
            company_services.update(data=data, actor=self.request.actor)

    def get_context(self) -> dict[str, Any]:
        return {"reach": queries.reach(), "method": self.method}


@requires("settings.manage")
@require_GET
def ladder(request: StaffRequest) -> HttpResponse:
    """The drawing alone, with the days typed so far."""
    typed = _typed(request.GET, services.data_of(queries.default_policy()))
    return render(request, "settings/_ladder.html", drawing(typed))


def _typed(params: QueryDict, stored: PolicyData) -> PolicyData:
    """The stored days with those of the form that make sense as numbers."""
    values: dict[str, Any] = {}
    for name in DRAWN:
        text = params.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) < 4:
            values[name] = int(text)
        elif name == "days_to_reduce" and name in params and not text:
            values[name] = None
    weekdays = [int(text) for text in params.getlist("allowed_weekdays") if text in tuple("0123456")]
    if weekdays:
        values["allowed_weekdays"] = weekdays
    return replace(stored, **values)


def drawing(data: PolicyData) -> dict[str, Any]:
    """An example: a charge due on the next of the offered days, and what happens to it if nobody pays."""
    provider = company.current()
    today = clock.today()
    due = min(calendar.next_due_after(day, today) for day in provider.offered_due_days or [10])
    try:
        steps = rail.example(data, due, days_ahead=provider.days_ahead, holidays=company.holidays())
    except RuleError as error:
        return {"example": [], "example_due": due, "example_problem": sentence(error)}
    return {"example": rail_words.drawn_example(steps, due), "example_due": due, "example_problem": ""}
