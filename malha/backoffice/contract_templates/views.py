"""Contract templates: list, editor with preview, versions, default."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from malha.backoffice.contract_templates.forms import TemplateForm
from malha.backoffice.generic import FormPage, Page
from malha.contracts import queries
from malha.contracts.models import ContractTemplate, TemplateVersion
from malha.contracts.services import templates
from malha.core.errors import BusinessError
from malha.domain.placeholders import PLACEHOLDER_GROUPS
from malha.journeys import contract_documents
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

GROUP_LABELS = {
    "provider": gettext_lazy("Provider"),
    "customer": gettext_lazy("Customer"),
    "contract": gettext_lazy("Contract"),
    "technical": gettext_lazy("Technical"),
    "signature": gettext_lazy("Signature"),
}


class TemplateList(Page):
    """All templates; there are never many."""

    permission = "templates.view"
    template_name = "contract_templates/list.html"

    def get(self, request: StaffRequest) -> HttpResponse:
        return self.answer(rows=list(queries.templates()))


class _Editor(FormPage):
    permission = "templates.manage"
    template_name = "contract_templates/form.html"
    form_class = TemplateForm

    def get_context(self) -> dict[str, Any]:
        groups = [(GROUP_LABELS[key], names) for key, names in PLACEHOLDER_GROUPS.items()]
        return {"groups": groups}


class TemplateNew(_Editor):
    """A new template."""

    def save(self, form: Any) -> str:
        made = templates.create(actor=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("Template created: %(name)s.") % {"name": made.name})
        return reverse("backoffice:template", args=[made.pk])


class TemplateEdit(_Editor):
    """Change a template; a changed text is a new version."""

    @cached_property
    def template(self) -> ContractTemplate:
        """The one of the URL."""
        return get_object_or_404(ContractTemplate, pk=self.kwargs["pk"])

    def get_context(self) -> dict[str, Any]:
        versions = TemplateVersion.objects.filter(template=self.template).select_related("written_by").defer("body")
        return {**super().get_context(), "template": self.template, "versions": versions}

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        latest = templates.latest_version(self.template)
        initial = {"name": self.template.name, "code": self.template.code, "body": latest.body if latest else ""}
        return TemplateForm(template=self.template, initial=initial, **kwargs)

    def save(self, form: Any) -> str:
        version = templates.update(template=self.template, actor=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("Saved as version %(version)s.") % {"version": version.version})
        return reverse("backoffice:template", args=[self.template.pk])


@requires("templates.manage")
@require_POST
def preview(request: StaffRequest) -> HttpResponse:
    """The text being written, with believable values, or what is wrong with it."""
    body = request.POST.get("body", "")
    context: dict[str, Any] = {}
    try:
        kind = request.POST.get("kind") or "CONTRACT"
        cleaned = templates.check(name=_("Preview"), body=body, kind=kind)
        context["html"] = mark_safe(contract_documents.sample(cleaned))
    except BusinessError as refusal:
        context["problem"] = refusal.fields.get("body") or refusal.message
    return render(request, "contract_templates/_preview.html", context, status=422 if "problem" in context else 200)


@requires("templates.view")
def version(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """One version as it was, with believable values."""
    found = get_object_or_404(TemplateVersion.objects.select_related("template", "written_by"), template_id=pk, version=number)
    html = mark_safe(contract_documents.sample(found.body))
    return render(request, "contract_templates/version.html", {"version": found, "html": html})


@requires("templates.manage")
@require_POST
def make_default(request: StaffRequest, pk: int) -> HttpResponse:
    """Pre-select it for new contracts."""
    template = get_object_or_404(ContractTemplate, pk=pk)
    templates.set_default(template=template, actor=request.actor)
    messages.success(request, _("%(name)s is now the default.") % {"name": template.name})
    return redirect("backoffice:templates")


@requires("templates.manage")
@require_POST
def set_active(request: StaffRequest, pk: int, is_active: bool) -> HttpResponse:
    """Offer it for new contracts, or not."""
    template = get_object_or_404(ContractTemplate, pk=pk)
    try:
        templates.set_active(template=template, is_active=is_active, actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("backoffice:templates")
