"""Nova cobrança: one charge, or a carnê of several, with dates and values shown before they are made."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from malha.backoffice.customers.one import OfCustomer, find
from malha.backoffice.generic import FormPage
from malha.backoffice.submission import fresh_token
from malha.billing.data import OneOffData
from malha.billing.models import ChargeKind
from malha.billing.services import charges
from malha.contracts.models import CollectionMethod, Contract, ContractState
from malha.core import clock
from malha.core.forms import BrDateField, MoneyFormField
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.journeys import charge_changes
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

KINDS = (ChargeKind.ONE_OFF, ChargeKind.INSTALLATION, ChargeKind.EXIT_FINE)


class OneOffForm(forms.Form):
    """What is charged. The amount is of all instalments together. `token`: of this submission, so that a double click makes one."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=120, widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say what the charge is for.")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(kind.value, kind.label) for kind in KINDS])
    amount = MoneyFormField(label=gettext_lazy("Total amount"), minimum=Money(1))
    installments = forms.IntegerField(
        label=gettext_lazy("Instalments"), min_value=1, max_value=charges.MAX_INSTALLMENTS, widget=forms.NumberInput({"class": "num"}),
        help_text=gettext_lazy("More than one makes a booklet, a month apart."),
    )  # fmt: skip
    due_date = BrDateField(label=gettext_lazy("First due date"))
    contract_id = forms.TypedChoiceField(label=gettext_lazy("Contract"), required=False, coerce=int, empty_value=None)
    collection_method_id = forms.TypedChoiceField(label=gettext_lazy("Means of payment"), required=False, coerce=int, empty_value=None)
    notes = forms.CharField(label=gettext_lazy("Notes"), required=False, max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Contract.objects.filter(customer=customer).exclude(state=ContractState.CANCELLED).order_by("number")
        contracts = [(pk, _("Contract %(number)s") % {"number": number}) for pk, number in rows.values_list("pk", "number")]
        methods = CollectionMethod.objects.filter(is_active=True).values_list("pk", "name")
        self.fields["contract_id"].choices = [("", _("None")), *contracts]  # type: ignore[attr-defined]
        self.fields["collection_method_id"].choices = [("", _("As in the contract")), *methods]  # type: ignore[attr-defined]
        if len(contracts) == 1:
            self.initial.setdefault("contract_id", contracts[0][0])


class OneOff(OfCustomer, FormPage):
    """The page."""

    permission = "charges.edit"
    template_name = "charges/new.html"

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        kwargs.pop("files", None)
        initial = {"kind": ChargeKind.ONE_OFF, "installments": 1, "due_date": clock.today(), "token": fresh_token()}
        if self.request.GET.get("parcelas", "").isdigit():
            initial["installments"] = int(self.request.GET["parcelas"][:2])
        return OneOffForm(customer=self.customer, initial=initial, **kwargs)

    def save(self, form: Any) -> str:
        made = charge_changes.issue_one_off(customer=self.customer, data=OneOffData(**form.cleaned_data), actor=self.request.actor)
        if made[0].booklet is None:
            messages.success(self.request, _("Charge %(number)s made.") % {"number": made[0].number})
            return reverse("backoffice:charge", args=[made[0].number])
        words = {"number": made[0].booklet.number, "n": len(made)}
        messages.success(self.request, _("Booklet %(number)s made with %(n)s instalments. Print it below.") % words)
        return self.url("customer_charges")

    def get_context(self) -> dict[str, Any]:
        return {"customer": self.customer, "can": self.can, "back": self.url("customer_charges")}


@requires("charges.edit")
@require_GET
def preview(request: StaffRequest, number: int) -> HttpResponse:
    """Dates and values of what is typed so far; nothing typed is refused here."""
    customer = find(request, number, "charges.edit")
    form = OneOffForm(request.GET, customer=customer)
    form.is_valid()
    typed = form.cleaned_data
    parts = []
    if typed.get("amount") and typed.get("due_date") and typed.get("installments"):
        parts = charges.installments_of(typed["amount"], typed["due_date"], typed["installments"])
    return render(request, "charges/_parts.html", {"parts": parts, "total": typed.get("amount")})
