"""Transações com erro: what a bank refused, charge by charge, with the reason in words."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from malha.backoffice.generic import Column, ListPage
from malha.gateways.models import Registration, RegistrationState
from malha.gateways.services import registrations
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class RefusedList(ListPage[Registration]):
    """What waits for a person, the latest first."""

    permission = "charges.edit"
    template_name = "gateways/refused.html"
    partial_template = "gateways/_refused.html"
    default_order = "-when"
    columns = (
        Column("charge", gettext_lazy("Charge"), order=("charge__number",)),
        Column("customer", gettext_lazy("Customer"), order=("charge__customer__search_name",)),
        Column("value", gettext_lazy("Value"), order=("amount",), css="r"),
        Column("reason", gettext_lazy("Reason"), order=("failure_code",)),
        Column("when", gettext_lazy("When"), order=("updated_at",), css="m-hide"),
        Column("actions", gettext_lazy("Actions"), css="r", is_hidden_label=True),
    )

    def get_queryset(self) -> QuerySet[Registration]:
        rows = Registration.objects.filter(state=RegistrationState.FAILED)
        return rows.select_related("charge__customer", "account__collection_method")


@requires("charges.edit")
@require_POST
def try_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Register it again, with the customer's data as they are now."""
    registration = get_object_or_404(Registration.objects.select_related("charge"), pk=pk)
    registrations.try_again(registration=registration, actor=request.actor)
    messages.success(request, _("Charge %(number)s is registered again.") % {"number": registration.charge.number})
    return redirect("backoffice:gateway_errors")
