"""The pages of Configurações: the index, the company, the standard for delays."""

from dataclasses import fields, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from malha.backoffice.generic import FormPage, Page
from malha.backoffice.settings import sections
from malha.backoffice.settings.forms import BillingForm, CompanyForm, LateForm, RegistrationForm
from malha.core import company, company_services
from malha.core.company_services import CompanyData
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.dunning import queries
from malha.dunning.services import policy as services
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


@requires("settings.manage")
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """The subjects."""
    return render(request, "settings/index.html", {"sections": sections.of(request.user)})


class CompanyPage(Page):
    """The company, in three blocks that are saved one by one."""

    permission = "settings.manage"
    template_name = "settings/company.html"
    blocks: dict[str, type[forms.Form]] = {"company": CompanyForm, "billing": BillingForm, "registration": RegistrationForm}

    def block_forms(self, **bound: forms.Form) -> dict[str, Any]:
        """One form per block, the sent one bound."""
        data = company_services.data_of(company.current())
        initial = {f.name: getattr(data, f.name) for f in fields(CompanyData)}
        return {f"{name}_form": bound.get(name) or kind(initial=initial) for name, kind in self.blocks.items()}

    def get(self, request: StaffRequest) -> HttpResponse:
        return self.answer(**self.block_forms())

    def post(self, request: StaffRequest) -> HttpResponse:
        block = request.POST.get("block", "")
        if block not in self.blocks:
            raise Http404
        form = self.blocks[block](request.POST)
        if form.is_valid():
            try:
                data = replace(company_services.data_of(company.current()), **form.cleaned_data)
                company_services.update(data=data, actor=request.actor)
            except BusinessError as refusal:
                put_errors(form, refusal)
            else:
                messages.success(request, _("The company was saved."))
                return redirect("backoffice:settings_company")
        return self.answer(status=422, **self.block_forms(**{block: form}))


class LatePage(FormPage):
    """The standard days of pendência and bloqueio."""

    permission = "settings.manage"
    template_name = "settings/late.html"
    form_class = LateForm

    def get_context(self) -> dict[str, Any]:
        return {"reach": queries.reach()}

    def get_initial(self) -> dict[str, Any]:
        policy = queries.default_policy()
        return {name: getattr(policy, name) for name in services.FIELDS}

    def save(self, form: Any) -> str:
        policy = queries.default_policy()
        if policy.pk is None:
            policy = services.create_default(name="Padrão", actor=self.request.actor)
        services.change_days(policy=policy, actor=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("The standard was saved. It holds from the next daily run."))
        return reverse("backoffice:settings_late")
