"""Cancelar, arquivar, reativar. Nothing is ever deleted."""

from typing import Any

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from malha.backoffice.customers.one import AskPage, BlankForm, ReasonForm
from malha.core import clock
from malha.customers.services import customers
from malha.journeys import leaving


class LeavingForm(forms.Form):
    """Why somebody leaves, and whether the address on the router stays theirs."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True, "placeholder": gettext_lazy("E.g.: moved to another city")}),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2}))
    cancels_charges = forms.BooleanField(label=gettext_lazy("Cancel the open charges too"), required=False)
    keeps_ip = forms.BooleanField(label=gettext_lazy("Keep the IP on the router, switched off"), required=False)


class CancelCustomer(AskPage):
    """CANCELAR CLIENTE: all contracts end; the record stays in the list, under Cancelados."""

    permission = "contracts.cancel"
    title = gettext_lazy("Cancel customer")
    button = gettext_lazy("Cancel customer")
    form_class = LeavingForm
    is_harmful = True

    def effects(self) -> list[str]:
        count = len(self.card.living)
        first = ngettext(
            "%(name)s will be without internet now: %(n)s contract ends today and its logins leave the routers.",
            "%(name)s will be without internet now: %(n)s contracts end today and their logins leave the routers.",
            count,
        )
        sentences = [first % {"name": self.customer.name, "n": count}] if count else []
        fines = [_fine(view.contract.number, view.exit_fine.format_brl()) for view in self.card.living if view.exit_fine]
        return [*sentences, *fines, _("The record stays, under Cancelled. Debts and equipment are no condition for leaving.")]

    def save(self, form: Any) -> str:
        leaving.cancel_customer(customer=self.customer, on=clock.today(), actor=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("%(name)s is cancelled. The record stays here.") % {"name": self.customer.name})
        return self.url("customer")


class Archive(AskPage):
    """ARQUIVAR: a record of which nothing runs leaves the lists."""

    permission = "customers.edit"
    title = gettext_lazy("Archive")
    button = gettext_lazy("Archive")
    form_class = ReasonForm

    def effects(self) -> list[str]:
        return [_("%(name)s leaves the lists. The record and its history stay, and it can be reactivated.") % {"name": self.customer.name}]

    def save(self, form: Any) -> str:
        leaving.archive_customer(customer=self.customer, reason=form.cleaned_data["reason"], actor=self.request.actor)
        messages.success(self.request, _("%(name)s is archived.") % {"name": self.customer.name})
        return self.url("customer")


class Reactivate(AskPage):
    """REATIVAR: back into the lists, ready for a new contract."""

    permission = "customers.edit"
    title = gettext_lazy("Reactivate")
    button = gettext_lazy("Reactivate")
    form_class = BlankForm

    def effects(self) -> list[str]:
        return [_("%(name)s comes back into the lists. For the internet make a new contract.") % {"name": self.customer.name}]

    def save(self, form: Any) -> str:
        customers.reactivate(customer=self.customer, actor=self.request.actor)
        messages.success(self.request, _("%(name)s is reactivated.") % {"name": self.customer.name})
        return self.url("customer")


def _fine(number: int, amount: str) -> str:
    return _("Contract %(number)s: leaving today costs %(amount)s (minimum term).") % {"number": number, "amount": amount}
