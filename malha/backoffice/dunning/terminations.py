"""Rescisões: who is blocked for long enough, the second notice, and the end of a contract. A person decides each one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from malha.backoffice.customers.one import BlankForm
from malha.backoffice.dunning import sections
from malha.backoffice.dunning.sections import SelectionPage
from malha.backoffice.generic import Column, FormPage, ListPage
from malha.backoffice.keys import keys
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.templatetags.ui import count, day
from malha.customers.queries import visible_to
from malha.domain.money import Money
from malha.dunning.queries import default_policy
from malha.journeys import termination
from malha.journeys.termination import Proposal
from malha.staff.requests import StaffRequest

MAX_TICKED = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal with its words. `owed`: what is late of it."""

    proposal: Proposal
    contract: Contract
    owed: Money
    notice: str
    may_terminate: bool


class TerminationList(ListPage[Contract]):
    """The list, the longest blocked first."""

    permission = "charges.view"
    template_name = "dunning/terminations.html"
    partial_template = "dunning/_terminations.html"
    columns = (
        Column("customer", gettext_lazy("Customer")),
        Column("owed", gettext_lazy("Late amount"), css="r"),
        Column("blocked", gettext_lazy("Blocked since")),
        Column("notice", gettext_lazy("Notice of termination")),
        Column("from", gettext_lazy("May be terminated from")),
        Column("actions", gettext_lazy("Actions"), is_hidden_label=True),
    )

    def get_queryset(self) -> QuerySet[Contract]:
        return _visible(self.request).select_related("customer")

    def get_rows(self, page: Any) -> Sequence[Row]:
        today = clock.today()
        return [_row(proposal, today) for proposal in termination.look(list(page), today)]

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            "tabs": sections.tabs("terminations"),
            "policy": default_policy(),
            "can_prepare": user.can("dunning.approve"),
            "can_cancel": user.can("contracts.cancel"),
        }


def _visible(request: StaffRequest) -> QuerySet[Contract]:
    return termination.proposals(clock.today()).filter(customer__in=visible_to(request.user).order_by().values("pk"))


def _row(proposal: Proposal, today: date) -> Row:
    owed = Money(sum(debt.outstanding.cents for debt in proposal.known.situation.debts if debt.due_date < today))
    return Row(proposal, proposal.known.contract, owed, _notice(proposal), proposal.may_terminate(today))


def _notice(proposal: Proposal) -> str:
    if proposal.notice is None:
        return _("not prepared yet")
    if proposal.notice.delivered_on is None:
        return _("prepared, not delivered")
    words = {"day": day(proposal.notice.delivered_on), "channel": proposal.notice.get_channel_display()}
    return _("delivered %(day)s · %(channel)s") % words


class Prepare(SelectionPage):
    """The second notice: from now on it stands in *Avisos a entregar*."""

    permission = "dunning.approve"
    title = gettext_lazy("Prepare the notice of termination")
    button = gettext_lazy("Prepare the notice")
    form_class = BlankForm

    @cached_property
    def contract_ids(self) -> list[int]:
        """What is ticked, of those that stand in the list."""
        data = self.request.POST
        rows = _visible(self.request)
        if not data.get("all"):
            rows = rows.filter(pk__in=keys(data.getlist("id"), limit=MAX_TICKED))
        return list(rows.values_list("pk", flat=True)[:MAX_TICKED])

    def back(self) -> str:
        return reverse("backoffice:terminations")

    def carried(self) -> list[tuple[str, str]]:
        return [("id", str(key)) for key in self.contract_ids]

    def is_possible(self) -> bool:
        return bool(self.contract_ids)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "section": _("Terminations")}

    def effects(self) -> Sequence[str | Promise]:
        found = len(self.contract_ids)
        if not found:
            return [_("No contract is chosen. Go back and tick at least one.")]
        text = ngettext("%(n)s contract is chosen.", "%(n)s contracts are chosen.", found) % {"n": count(found)}
        return [
            text,
            _("The notice then waits under Notices to deliver: print the letter, and record its delivery. Nothing ends by itself."),
        ]

    def save(self, form: Any) -> str:
        if not self.contract_ids:
            raise BusinessError("nothing_chosen", _("No contract is chosen. Go back and tick at least one."))
        made = termination.prepare(contract_ids=self.contract_ids, actor=self.request.actor)
        text = ngettext("%(n)s notice of termination prepared.", "%(n)s notices of termination prepared.", made)
        messages.success(self.request, text % {"n": count(made)})
        return f"{reverse('backoffice:notices')}?tipo=rescisao"


class TerminateForm(forms.Form):
    """Why, as it stands in the contract afterwards."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=80, required=False, widget=forms.TextInput({"autocomplete": "off"}))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2}))


class Terminate(FormPage):
    """*Rescindir*."""

    permission = "contracts.cancel"
    template_name = "dunning/ask.html"
    form_class = TerminateForm

    @cached_property
    def proposal(self) -> Proposal:
        """The contract of the URL, by its number. Raises Http404 when it is not proposed."""
        found = list(_visible(self.request).filter(number=self.kwargs["number"]).select_related("customer"))
        if not found:
            raise Http404
        return termination.look(found, clock.today())[0]

    def get_initial(self) -> dict[str, Any]:
        return {"reason": _("Lack of payment")}

    def get_context(self) -> dict[str, Any]:
        may = self.proposal.may_terminate(clock.today())
        contract = self.proposal.known.contract
        name = contract.customer.name
        if may:
            effects = [
                _("Contract %(number)s of %(name)s ends today and its logins leave the routers.")
                % {"number": contract.number, "name": name},
                _("What is owed stays owed. It cannot be taken back: who comes back gets a new contract."),
            ]
        else:
            effects = [self.why_not()]
        return {
            "title": _("Terminate contract %(number)s") % {"number": contract.number},
            "button": _("Terminate"),
            "section": _("Terminations"),
            "effects": effects,
            "is_harmful": True,
            "is_possible": may,
            "back": reverse("backoffice:terminations"),
            "carried": [],
        }

    def why_not(self) -> str:
        """What is missing."""
        if self.proposal.earliest is None:
            return _("The notice of termination was not delivered yet.")
        return _("The termination may happen from %(day)s.") % {"day": f"{self.proposal.earliest:%d/%m/%Y}"}

    def save(self, form: Any) -> str:
        contract = self.proposal.known.contract
        termination.terminate(contract=contract, actor=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("Contract %(number)s was terminated.") % {"number": contract.number})
        return reverse("backoffice:terminations")
