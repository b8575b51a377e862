"""*Vincular a cliente*: a login that is only on the router becomes an access of a contract, with the password it has there."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.generic import FormPage
from malha.backoffice.keys import key
from malha.backoffice.routers import words
from malha.contracts.models import Contract, ContractState, Plan
from malha.contracts.queries import plans_on_offer
from malha.core.errors import BusinessError
from malha.customers.queries import visible_to
from malha.network import queries
from malha.network.models import Divergence, DivergenceKind
from malha.network.services import divergences
from malha.reports import customer_search
from malha.staff.models import User
from malha.staff.requests import StaffRequest

CUSTOMERS_SHOWN = 8


class LinkForm(forms.Form):
    """Which contract, and which plan it has from now on."""

    contract = forms.ModelChoiceField(
        label=gettext_lazy("Contract"),
        queryset=Contract.objects.none(),
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Search for the customer and choose the contract.")),
    )
    plan = forms.ModelChoiceField(
        label=gettext_lazy("Plan"),
        queryset=Plan.objects.none(),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Choose the plan.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contracts = Contract.objects.exclude(state=ContractState.CANCELLED)
        self.fields["contract"].queryset = contracts.filter(customer__in=visible_to(user))  # type: ignore[attr-defined]
        self.fields["plan"].queryset = plans_on_offer()  # type: ignore[attr-defined]


class Link(FormPage):
    """Search the customer, choose contract and plan. For a taken name the access is known and nothing is chosen."""

    permission = "divergences.manage"
    template_name = "routers/link.html"
    partial_template = "routers/_link_found.html"

    @cached_property
    def divergence(self) -> Divergence:
        """The login of the URL. Raises Http404 when it is solved already."""
        found = queries.divergences().filter(pk=self.kwargs["pk"]).first()
        if found is None or not words.lines([found])[0].may_link:
            raise Http404
        return found

    @property
    def is_conflict(self) -> bool:
        return self.divergence.kind == DivergenceKind.CONFLICT

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        return LinkForm(user=self.request.user, initial=self.get_initial(), **kwargs)

    def get_initial(self) -> dict[str, Any]:
        profile = str(self.divergence.fields.get("profile", ""))
        plan = Plan.objects.filter(profile_name=profile, archived_at__isnull=True).first() if profile else None
        return {"plan": plan}

    def get_context(self) -> dict[str, Any]:
        text = (self.request.POST.get("q") or self.request.GET.get("q", "")).strip()
        return {
            "line": words.lines([self.divergence])[0],
            "router": self.divergence.router,
            "is_conflict": self.is_conflict,
            "refusal": "" if self.is_conflict else self._refusal(),
            "text": text,
            "found": contracts_of(text, self.request.user) if text else [],
            "contract_id": key(self.request.POST.get("contract")),
            "back": reverse("backoffice:router_divergences", args=[self.divergence.router_id]),
        }

    def _refusal(self) -> str:
        try:
            divergences.check_adoptable(self.divergence)
        except BusinessError as refusal:
            return refusal.message
        return ""

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_conflict:
            return super().post(request, *args, **kwargs)
        try:
            divergences.adopt(divergence=self.divergence, actor=request.actor)
        except BusinessError as refusal:
            return self.answer(422, form=self.get_form(), refusal=refusal.message)
        return self.go(self._done())

    def save(self, form: Any) -> str:
        contract, plan = form.cleaned_data["contract"], form.cleaned_data["plan"]
        divergences.adopt(divergence=self.divergence, contract=contract, plan=plan, actor=self.request.actor)
        return self._done()

    def _done(self) -> str:
        text = _("%(login)s is being linked: the router is asked for its password and gets our mark.")
        messages.success(self.request, text % {"login": self.divergence.name})
        return reverse("backoffice:router_divergences", args=[self.divergence.router_id])


def contracts_of(text: str, user: User) -> list[Contract]:
    """The contracts that are not cancelled of the few customers that the text means and `user` may see."""
    customers = customer_search.find(visible_to(user).filter(archived_at__isnull=True), text).order_by("search_name", "pk")
    keys = list(customers.values_list("pk", flat=True)[:CUSTOMERS_SHOWN])
    rows = Contract.objects.filter(customer__in=keys).exclude(state=ContractState.CANCELLED)
    return list(rows.select_related("customer").order_by("customer__search_name", "number"))
