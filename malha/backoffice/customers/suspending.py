"""Suspender a pedido, reativar: one contract, for a while, free."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.customers.contracts import ContractPage
from malha.backoffice.customers.one import AskPage, ReasonForm
from malha.core import clock
from malha.core.forms import BrDateField
from malha.journeys import suspension


class SuspendForm(ReasonForm):
    """Until when."""

    until = BrDateField(
        label=gettext_lazy("Suspended until"), help_text=gettext_lazy("The last day. It comes back by itself the day after.")
    )
    field_order = ("until", "reason")


class Suspend(ContractPage, AskPage):
    """SUSPENDER A PEDIDO."""

    permission = "contracts.suspend"
    title = gettext_lazy("Suspend on request")
    form_class = SuspendForm
    is_harmful = True

    @cached_property
    def refusal(self) -> str:
        """Why it cannot be, in words; empty when it can."""
        return suspension.refusal(self.contract, clock.today())

    @property
    def button(self) -> str:  # type: ignore[override]
        """Nothing to press when it cannot be."""
        return "" if self.refusal else _("Suspend")

    def get_initial(self) -> dict[str, Any]:
        return {"until": clock.today() + timedelta(days=suspension.MIN_DAYS - 1)}

    def effects(self) -> list[str]:
        if self.refusal:
            return [self.refusal]
        return [
            _("%(name)s will be without internet now, and is not charged until it comes back.") % {"name": self.customer.name},
            _("From %(min)s to %(max)s days, once in twelve months, free.") % {"min": suspension.MIN_DAYS, "max": suspension.MAX_DAYS},
        ]

    def save(self, form: Any) -> str:
        suspension.suspend(contract=self.contract, actor=self.request.actor, **form.cleaned_data)
        words = {"number": self.contract.number, "day": f"{form.cleaned_data['until']:%d/%m/%Y}"}
        messages.success(self.request, _("Contract %(number)s is suspended until %(day)s.") % words)
        return self.back()


class Resume(ContractPage, AskPage):
    """REATIVAR, before the day."""

    permission = "contracts.suspend"
    title = gettext_lazy("End the suspension")
    button = gettext_lazy("End the suspension")
    form_class = ReasonForm

    def effects(self) -> list[str]:
        return [
            _("The internet of %(name)s comes back as soon as the router obeys, and is charged from today.") % {"name": self.customer.name}
        ]

    def save(self, form: forms.Form) -> str:
        suspension.resume(contract=self.contract, reason=form.cleaned_data["reason"], actor=self.request.actor)
        messages.success(self.request, _("Contract %(number)s is active again.") % {"number": self.contract.number})
        return self.back()
