"""One charge: its page, and everything that a person may do to it, each a question with a reason."""

from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.charges import words
from malha.backoffice.customers.one import Abilities, AskPage, OfCustomer, ReasonForm
from malha.backoffice.generic import Page
from malha.backoffice.history.labels import line
from malha.billing.models import Charge
from malha.contracts.models import Standing
from malha.core import clock
from malha.core.forms import BrDateField, MoneyFormField
from malha.core.history_queries import HistoryFilter, page
from malha.customers import queries as customers
from malha.domain.money import Money
from malha.gateways import queries as gateways
from malha.journeys import charge_changes
from malha.reports import charge_card
from malha.reports.charge_card import ChargeCard
from malha.staff.requests import StaffRequest

HISTORY = 20


def find(request: StaffRequest, number: int) -> Charge:
    """The charge with that number. Raises Http404, also outside the person's groups."""
    charge = charge_card.find(number, visible=customers.visible_groups(request.user))
    if charge is None:
        raise Http404
    return charge


class OfCharge(Page):
    """A page under /cobrancas/<number>/."""

    charge: Charge

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find, refuse, go on."""
        self.charge = find(cast(StaffRequest, request), self.kwargs["number"])
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def card(self) -> ChargeCard:
        """The charge at a glance, read once."""
        return charge_card.read(self.charge, today=clock.today())


class ChargePage(OfCharge):
    """Lines, what is owed today, payments, what was done to it."""

    permission = "charges.view"
    template_name = "charges/charge.html"

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        card, charge = self.card, self.charge
        bank = None if charge.collection_method.is_informal else gateways.latest_of(charge.pk)
        entries, _older = page(HistoryFilter(object_kind=Charge._meta.label_lower, object_id=charge.pk), size=HISTORY)
        return self.answer(
            charge=charge,
            card=card,
            customer=charge.customer,
            can=Abilities(request, charge.customer),
            title=words.of(charge, card.description),
            badge=words.badge(card.situation, days_late=card.days_late, is_paid_late=card.is_paid_late),
            fine_rate=words.rate(charge.fine_basis_points),
            interest_rate=words.rate(charge.interest_basis_points),
            payments=[(row, words.form(row.payment.form), row.fine + row.interest) for row in card.allocations],
            may_cancel=card.is_untouched,
            may_contest=card.is_open and charge.contested_on is None,
            history=[line(entry) for entry in entries],
            bank=bank,
        )


class AskCharge(AskPage):
    """A question about one charge. Give what `AskPage` wants, and `apply`, which calls the journey."""

    permission = "charges.edit"
    form_class: type[forms.BaseForm] = ReasonForm
    charge: Charge
    said = gettext_lazy("Done.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.charge = find(cast(StaffRequest, request), self.kwargs["number"])
        self.customer = self.charge.customer
        return super(OfCustomer, self).dispatch(request, *args, **kwargs)

    def back(self) -> str:
        return reverse("backoffice:charge", args=[self.charge.number])

    def apply(self, data: dict[str, Any]) -> Charge:
        """Do it; the charge to show afterwards. May raise BusinessError."""
        raise NotImplementedError

    def save(self, form: Any) -> str:
        shown = self.apply(form.cleaned_data)
        messages.success(self.request, self.said)
        return reverse("backoffice:charge", args=[shown.number])

    @cached_property
    def is_blocked(self) -> bool:
        """Is the contract of this charge blocked now?"""
        return self.charge.contract is not None and self.charge.contract.standing == Standing.BLOCKED


class ReplaceForm(ReasonForm):
    """Another date, another value, or both."""

    due_date = BrDateField(label=gettext_lazy("New due date"))
    total = MoneyFormField(label=gettext_lazy("Amount"), minimum=Money(1))
    field_order = ("due_date", "total", "reason")


class Replace(AskCharge):
    """PRORROGAR: a new charge takes the place of this one."""

    title = gettext_lazy("Postpone or change the amount")
    button = gettext_lazy("Replace the charge")
    form_class = ReplaceForm
    said = gettext_lazy("Replaced by this charge. The old number leads here.")

    def get_initial(self) -> dict[str, Any]:
        return {"due_date": max(self.charge.due_date, clock.today()), "total": self.charge.total}

    def effects(self) -> list[str]:
        return [_("Charge %(number)s is replaced by a new one with this date and amount. Fine and interest begin anew from there.") % {
            "number": self.charge.number
        }]  # fmt: skip

    def apply(self, data: dict[str, Any]) -> Charge:
        return charge_changes.replace(
            charge=self.charge, due_date=data["due_date"], total=data["total"], reason=data["reason"], actor=self.request.actor
        )


class CancelForm(ReasonForm):
    """Why, and whether a blocked service comes back."""

    keeps_blocked = forms.BooleanField(label=gettext_lazy("Do not release the service"), required=False)
    field_order = ("reason", "keeps_blocked")


class Cancel(AskCharge):
    """CANCELAR."""

    title = gettext_lazy("Cancel charge")
    button = gettext_lazy("Cancel charge")
    is_harmful = True
    form_class = CancelForm
    said = gettext_lazy("Charge cancelled. It can be restored here.")

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        form = super().get_form(**kwargs)
        if not self.is_blocked:
            del form.fields["keeps_blocked"]
        return form

    def effects(self) -> list[str]:
        found = [_("%(amount)s is not owed any more. The period is not charged again.") % {"amount": self.charge.total.format_brl()}]
        if self.is_blocked:
            found.append(_("If nothing else is late, the blocked access is released."))
        return found

    def apply(self, data: dict[str, Any]) -> Charge:
        releases = not data.get("keeps_blocked")
        charge_changes.cancel(charge=self.charge, reason=data["reason"], releases=releases, actor=self.request.actor)
        return self.charge


class Restore(AskCharge):
    """DESCANCELAR."""

    title = gettext_lazy("Restore charge")
    button = gettext_lazy("Restore")
    said = gettext_lazy("Charge restored: it is owed again.")

    def effects(self) -> list[str]:
        return [_("%(amount)s is owed again, due on the same day as before.") % {"amount": self.charge.total.format_brl()}]

    def apply(self, data: dict[str, Any]) -> Charge:
        charge_changes.restore(charge=self.charge, reason=data["reason"], actor=self.request.actor)
        return self.charge


class NoteForm(forms.Form):
    """What the customer says, or what came of it."""

    note = forms.CharField(label=gettext_lazy("What happened"), required=False, max_length=500, widget=forms.Textarea({"rows": 3}))


class Contest(AskCharge):
    """CONTESTAR: the ladder stops for this charge while it is looked into."""

    title = gettext_lazy("Contest charge")
    button = gettext_lazy("Mark as contested")
    form_class = NoteForm
    said = gettext_lazy("Contested: while it is looked into it causes neither notice nor block.")

    def effects(self) -> list[str]:
        return [_("While it is looked into, this charge causes neither notice nor block, and owes no fine or interest.")]

    def apply(self, data: dict[str, Any]) -> Charge:
        charge_changes.contest(charge=self.charge, note=data["note"], actor=self.request.actor)
        return self.charge


class SettleContest(AskCharge):
    """The contest is over and the charge stands."""

    title = gettext_lazy("Close the contest")
    button = gettext_lazy("The charge stands")
    form_class = NoteForm
    said = gettext_lazy("The charge stands and is owed as before.")

    def effects(self) -> list[str]:
        return [_("The charge is owed as before. If the customer is right, cancel or change it instead.")]

    def apply(self, data: dict[str, Any]) -> Charge:
        charge_changes.settle_contest(charge=self.charge, note=data["note"], actor=self.request.actor)
        return self.charge
