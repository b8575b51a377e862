"""Acordo: overdue charges become instalments; what it comes to is shown before it is made."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from malha.backoffice.charges import waiving, words
from malha.backoffice.customers.one import OfCustomer, find
from malha.backoffice.generic import FormPage
from malha.billing.data import AgreementData
from malha.billing.services import charges
from malha.core import clock
from malha.core.forms import BrDateField, MoneyFormField
from malha.core.widgets import CheckList
from malha.customers.models import Customer
from malha.domain.money import ZERO
from malha.journeys import charge_changes
from malha.reports import receiving
from malha.reports.receiving import Desk
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class AgreementForm(forms.Form):
    """Which charges, and how they are paid instead."""

    charge_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Charges"), coerce=int, widget=CheckList,
        error_messages={"required": gettext_lazy("Choose at least one charge.")},
    )  # fmt: skip
    waives_fees = forms.BooleanField(label=gettext_lazy("Waive fine and interest"), required=False)
    entry = MoneyFormField(label=gettext_lazy("First payment"), required=False)
    installments = forms.IntegerField(
        label=gettext_lazy("Instalments"), min_value=1, max_value=charges.MAX_INSTALLMENTS, widget=forms.NumberInput({"class": "num"}),
        help_text=gettext_lazy("The first payment is one of them."),
    )  # fmt: skip
    first_due = BrDateField(label=gettext_lazy("First due date"))
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, desk: Desk, may_waive: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["charge_ids"].choices = [  # type: ignore[attr-defined]
            (
                due.charge.pk,
                f"{words.of(due.charge, due.description)}, {words.due(due.charge.due_date, today)} · {due.total.format_brl()}",
            )
            for due in desk.dues
        ]
        if not may_waive:
            del self.fields["waives_fees"]


class New(OfCustomer, FormPage):
    """The page."""

    permission = "charges.edit"
    template_name = "charges/agreement.html"

    def desk(self) -> Desk:
        """What is owed today, without fine and interest when they are waived."""
        return read(self.request, self.customer)

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        kwargs.pop("files", None)
        desk, today = self.desk(), clock.today()
        late = [due.charge.pk for due in desk.dues if due.charge.due_date < today] or [due.charge.pk for due in desk.dues]
        initial = {"charge_ids": late, "installments": 3, "first_due": today}
        return AgreementForm(desk=desk, may_waive=waiving.may(self.request), initial=initial, **kwargs)

    def save(self, form: Any) -> str:
        typed = dict(form.cleaned_data)
        waived = self.desk().waived(typed["charge_ids"])
        waiving.check(self.request, waived)
        data = AgreementData(**{**typed, "charge_ids": tuple(typed["charge_ids"]), "waives_fees": bool(typed.get("waives_fees"))})
        agreement = charge_changes.agree(customer=self.customer, data=data, actor=self.request.actor)
        words_ = {"number": agreement.number, "total": agreement.total.format_brl()}
        messages.success(self.request, _("Agreement %(number)s made over %(total)s.") % words_)
        return self.url("customer_charges")

    def get_context(self) -> dict[str, Any]:
        return {
            "customer": self.customer,
            "can": self.can,
            "back": self.url("customer_charges"),
            "has_charges": bool(self.open_charges),
            "is_blocked": bool(self.card.blocked),
            "may_waive": waiving.may(self.request),
        }


def read(request: StaffRequest, customer: Customer) -> Desk:
    """The open charges of today as the form has them."""
    waives = waiving.may(request) and bool(request.POST.get("waives_fees"))
    return receiving.read(customer, on=clock.today(), waives_fees=waives)


@requires("charges.edit")
@require_POST
def preview(request: StaffRequest, number: int) -> HttpResponse:
    """What it comes to, of what is typed so far."""
    customer = find(request, number, "charges.edit")
    desk = read(request, customer)
    form = AgreementForm(QueryDict(request.POST.urlencode()), desk=desk, may_waive=waiving.may(request))
    form.is_valid()
    typed = form.cleaned_data
    total = desk.total(typed.get("charge_ids") or ())
    entry = typed.get("entry") or ZERO
    context: dict[str, Any] = {"total": total, "waived": desk.waived(typed.get("charge_ids") or ()), "parts": []}
    if total and typed.get("first_due") and typed.get("installments"):
        if entry >= total:
            context["problem"] = _("The first payment must be less than the whole debt.")
        else:
            context["parts"] = charges.agreement_parts(total, entry, typed["first_due"], typed["installments"])
    return render(request, "charges/_parts.html", context)
