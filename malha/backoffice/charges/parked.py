"""Contratos parados: what the billing run left to a person, why, and the two ways on."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.customers.one import AskPage, BlankForm, OfCustomer, ReasonForm
from malha.backoffice.generic import Column, ListPage
from malha.billing import facts
from malha.billing.models import ParkedContract
from malha.billing.services import parked
from malha.core.templatetags.ui import date_full
from malha.customers import queries as customers
from malha.reports import parked as waiting
from malha.staff.requests import StaffRequest


class ParkedList(ListPage[ParkedContract]):
    """Who waits, the longest first."""

    permission = "charges.view"
    template_name = "charges/parked.html"
    partial_template = "charges/_parked.html"
    default_order = "desde"
    columns = (
        Column("cliente", gettext_lazy("Customer"), order=("contract__customer__search_name",)),
        Column("motivo", gettext_lazy("Why")),
        Column("meses", gettext_lazy("Waiting months"), order=("waiting_periods",), css="r"),
        Column("desde", gettext_lazy("Since"), order=("parked_at",)),
        Column("acoes", gettext_lazy("Actions"), is_hidden_label=True),
    )

    def get_queryset(self) -> QuerySet[ParkedContract]:
        return waiting.contracts(visible=customers.visible_groups(self.request.user))

    def get_context(self) -> dict[str, Any]:
        return {"can_edit": self.request.user.can("charges.edit")}


class AskParked(AskPage):
    """A question about one parked contract."""

    permission = "charges.edit"
    parking: ParkedContract

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        visible = customers.visible_groups(cast(StaffRequest, request).user)
        found = waiting.contracts(visible=visible).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        self.parking, self.customer = found, found.contract.customer
        return super(OfCustomer, self).dispatch(request, *args, **kwargs)

    def back(self) -> str:
        return reverse("backoffice:parked")


class Resume(AskParked):
    """GERAR OS PRÓXIMOS 3."""

    title = gettext_lazy("Charge the next 3")
    button = gettext_lazy("Charge the next 3")
    form_class = BlankForm

    def effects(self) -> list[str]:
        return [_("The next run charges the next three periods of contract %(number)s, then asks again if more are waiting.") % {
            "number": self.parking.contract.number
        }]  # fmt: skip

    def save(self, form: Any) -> str:
        parked.resume(parked=self.parking, actor=self.request.actor)
        messages.success(self.request, _("The next run charges contract %(number)s.") % {"number": self.parking.contract.number})
        return self.back()


class Skip(AskParked):
    """COMEÇAR DE HOJE: the time until yesterday is never charged."""

    title = gettext_lazy("Begin from today")
    button = gettext_lazy("Begin from today")
    is_harmful = True
    form_class = ReasonForm

    def effects(self) -> list[str]:
        since = facts.first_unbilled_day(self.parking.contract)
        return [_("The time from %(since)s until yesterday is never charged. The next period begins today.") % {"since": date_full(since)}]

    def save(self, form: Any) -> str:
        parked.skip_to_today(parked=self.parking, reason=form.cleaned_data["reason"], actor=self.request.actor)
        messages.success(self.request, _("Contract %(number)s is charged from today on.") % {"number": self.parking.contract.number})
        return self.back()
