"""Plans: list, new, edit, archive."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from malha.backoffice.generic import Column, FormPage, ListPage
from malha.backoffice.plans.forms import PlanForm
from malha.contracts import queries
from malha.contracts.models import Plan
from malha.contracts.services import plans
from malha.core import history
from malha.journeys import plan_changes
from malha.network.models import Access
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class PlanList(ListPage[Plan]):
    """What is sold, with how many have it."""

    permission = "plans.view"
    template_name = "plans/list.html"
    partial_template = "plans/_table.html"
    default_order = "name"
    columns = (
        Column("name", gettext_lazy("Plan"), order=("name",)),
        Column("speed", gettext_lazy("Speed"), order=("download_kbps", "name")),
        Column("price", gettext_lazy("Price"), order=("price", "name"), css="r"),
        Column("customers", gettext_lazy("Customers"), order=("customers", "name"), css="r"),
        Column("profile", gettext_lazy("Profile on the router"), order=("profile_name",), css="m-hide"),
    )

    def get_queryset(self) -> QuerySet[Plan]:
        rows = queries.plans()
        if self.request.GET.get("arquivados") != "1":
            rows = rows.filter(archived_at__isnull=True)
        text = self.request.GET.get("q", "").strip()
        return rows.filter(name__icontains=text) if text else rows

    def get_context(self) -> dict[str, Any]:
        return {"text": self.request.GET.get("q", ""), "shows_archived": self.request.GET.get("arquivados") == "1"}


class PlanNew(FormPage):
    """A new plan."""

    permission = "plans.manage"
    template_name = "plans/form.html"
    form_class = PlanForm

    def save(self, form: Any) -> str:
        plan = plans.create(data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Plan created: %(plan)s.") % {"plan": plan.name})
        return reverse("backoffice:plans")


class PlanEdit(FormPage):
    """Change a plan: the routers follow by themselves, existing prices only when asked."""

    permission = "plans.manage"
    template_name = "plans/form.html"

    @cached_property
    def plan(self) -> Plan:
        """The one of the URL, with its number of customers."""
        return get_object_or_404(queries.plans(), pk=self.kwargs["pk"])

    def get_context(self) -> dict[str, Any]:
        return {"plan": self.plan, "access_count": Access.objects.filter(plan=self.plan).count()}

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        return PlanForm(plan=self.plan, initial=history.snapshot(self.plan, plans.FIELDS), **kwargs)

    def save(self, form: Any) -> str:
        done = plan_changes.change_plan(
            plan=self.plan,
            data=form.to_data(),
            reprices=form.cleaned_data["reprices"],
            reason=form.cleaned_data["reason"],
            actor=self.request.actor,
        )
        sentences = [_("Plan saved.")]
        if done.accesses_due:
            sentences.append(
                ngettext("%(n)s access goes to its router.", "%(n)s accesses go to their routers.", done.accesses_due)
                % {"n": done.accesses_due}
            )
        if done.contracts_repriced:
            sentences.append(
                ngettext("%(n)s contract has the new price.", "%(n)s contracts have the new price.", done.contracts_repriced)
                % {"n": done.contracts_repriced}
            )
        messages.success(self.request, " ".join(sentences))
        return reverse("backoffice:plans")


@requires("plans.manage")
@require_POST
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer the plan no more."""
    plan = get_object_or_404(Plan, pk=pk)
    plans.archive(plan=plan, actor=request.actor)
    messages.success(request, _("%(plan)s is archived. Who has it keeps it.") % {"plan": plan.name})
    return redirect("backoffice:plans")


@requires("plans.manage")
@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer it again."""
    plan = get_object_or_404(Plan, pk=pk)
    plans.restore(plan=plan, actor=request.actor)
    messages.success(request, _("%(plan)s is offered again.") % {"plan": plan.name})
    return redirect("backoffice:plans")
