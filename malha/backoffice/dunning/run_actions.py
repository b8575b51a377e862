"""What the rehearsal page can do: hold out, approve, undo the last run. Each says its effect first."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from malha.backoffice.customers.one import BlankForm
from malha.backoffice.dunning import rehearsal, sections
from malha.backoffice.dunning.sections import SelectionPage
from malha.backoffice.generic import FormPage
from malha.backoffice.keys import keys
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.forms import BrDateField
from malha.core.templatetags.ui import count
from malha.customers.queries import visible_groups
from malha.dunning.models import DunningRun
from malha.journeys import delinquency, dunning_runs
from malha.reports import dunning_preview

MAX_TICKED = 1000
MAX_ALL = 20_000


class Chosen(SelectionPage):
    """Ticked contracts of the rehearsal, or all of the part that it showed."""

    @cached_property
    def asked(self) -> rehearsal.Asked:
        """Day and part of the page that the form came from."""
        return rehearsal.asked(QueryDict(self.request.POST.get("query", "").removeprefix("?")[:500]))

    @cached_property
    def contract_ids(self) -> list[int]:
        """Whom it means, within what the person may see. *All* is computed anew: who paid meanwhile is not among them."""
        data = self.request.POST
        if data.get("all"):
            outcomes = delinquency.rehearse(self.asked.day, groups=visible_groups(self.request.user))
            found = dunning_preview.keys(outcomes, part=self.asked.part)
            return [key for _place, key in zip(range(MAX_ALL), found, strict=False)]
        return sections.visible_contracts(self.request.user, keys(data.getlist("id"), limit=MAX_TICKED))

    def carried(self) -> list[tuple[str, str]]:
        query = ("query", self.asked.query)
        if self.request.POST.get("all"):
            return [query, ("all", "1")]
        return [query, *(("id", str(key)) for key in self.contract_ids)]

    def back(self) -> str:
        return self.asked.url

    def is_possible(self) -> bool:
        return bool(self.contract_ids)

    def contracts_in_words(self) -> str:
        """`3 contratos`; what to do when there are none."""
        found = len(self.contract_ids)
        if not found:
            return _("No contract is chosen. Go back and tick at least one.")
        return ngettext("%(n)s contract is chosen.", "%(n)s contracts are chosen.", found) % {"n": count(found)}

    def need_some(self) -> list[int]:
        """The chosen ones. Raises BusinessError when there are none."""
        if not self.contract_ids:
            raise BusinessError("nothing_chosen", self.contracts_in_words())
        return self.contract_ids


class HoldForm(forms.Form):
    """Until when, and why. Sentences for what is missing come from the service."""

    until = BrDateField(label=gettext_lazy("Hold until"), help_text=gettext_lazy("The last day without a block. It ends by itself."))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, required=False, widget=forms.TextInput({"autocomplete": "off", "autofocus": True})
    )


class Hold(Chosen):
    """*Segurar até*."""

    permission = "contracts.block"
    title = gettext_lazy("Hold out of the block")
    button = gettext_lazy("Hold")
    form_class = HoldForm

    def get_initial(self) -> dict[str, Any]:
        return {"until": max(self.asked.day, clock.today()) + timedelta(days=2)}

    def effects(self) -> Sequence[str | Promise]:
        text = _(
            "Until that day they are not blocked for not paying. Notices, fine and interest go on; who is blocked already is released."
        )
        return [self.contracts_in_words(), text]

    def save(self, form: Any) -> str:
        held = dunning_runs.hold_out(contract_ids=self.need_some(), actor=self.request.actor, **form.cleaned_data)
        words = {"n": count(held), "day": f"{form.cleaned_data['until']:%d/%m/%Y}"}
        text = ngettext("%(n)s contract is held until %(day)s.", "%(n)s contracts are held until %(day)s.", held)
        messages.success(self.request, text % words)
        return self.back()


class Free(Chosen):
    """Take holds back."""

    permission = "contracts.block"
    title = gettext_lazy("Hold no longer")
    button = gettext_lazy("Hold no longer")
    form_class = BlankForm
    is_harmful = True

    def effects(self) -> Sequence[str | Promise]:
        text = _("The standard counts again: whose day has come is blocked at once, if blocks may begin today.")
        return [self.contracts_in_words(), text]

    def save(self, form: Any) -> str:
        freed = dunning_runs.let_go(contract_ids=self.need_some(), actor=self.request.actor)
        text = ngettext("%(n)s contract is not held any more.", "%(n)s contracts are not held any more.", freed)
        messages.success(self.request, text % {"n": count(freed)})
        return self.back()


class Approve(Chosen):
    """*Aprovar bloqueios*, where the policy suggests."""

    permission = "dunning.approve"
    title = gettext_lazy("Approve blocks")
    button = gettext_lazy("Approve blocks")
    form_class = BlankForm
    is_harmful = True

    def effects(self) -> Sequence[str | Promise]:
        text = _(
            "Whose day has come is without internet at once, until it is paid or released. The others are blocked by the run of their day."
        )
        return [self.contracts_in_words(), text]

    def save(self, form: Any) -> str:
        user = self.request.user
        done = dunning_runs.approve(contract_ids=self.need_some(), user_id=user.pk, actor=self.request.actor)
        text = ngettext("%(n)s block approved, %(now)s of it now.", "%(n)s blocks approved, %(now)s of them now.", done.approved)
        messages.success(self.request, text % {"n": count(done.approved), "now": count(done.blocked)})
        return self.back()


class Undo(FormPage):
    """*Desfazer a última rodada*: asked first, because many come back at once."""

    permission = "dunning.approve"
    template_name = "dunning/ask.html"
    form_class = BlankForm

    @cached_property
    def run(self) -> DunningRun | None:
        """The last run of today that blocked somebody."""
        return dunning_runs.last_run(clock.today())

    def get_context(self) -> dict[str, Any]:
        return {
            "title": _("Undo the last run"),
            "button": _("Undo the run"),
            "effects": self.effects(),
            "is_possible": self.run is not None and self.run.undone_at is None,
            "back": reverse("backoffice:rehearsal"),
            "carried": [],
        }

    def effects(self) -> Sequence[str | Promise]:
        if self.run is None:
            return [_("No run has blocked anybody today: there is nothing to undo.")]
        when = f"{clock.local(self.run.started_at):%H:%M}"
        if self.run.undone_at is not None:
            undone = f"{clock.local(self.run.undone_at):%H:%M}"
            return [_("The run of %(when)s was undone already, at %(undone)s.") % {"when": when, "undone": undone}]
        blocked = self.run.steps.filter(kind="BLOCKED").count()
        text = ngettext("The run of %(when)s blocked %(n)s contract.", "The run of %(when)s blocked %(n)s contracts.", blocked)
        return [
            text % {"when": when, "n": count(blocked)},
            _("Who is still blocked by it gets the internet back now and is held until tomorrow. Notices stay; blocks by hand stay too."),
        ]

    def save(self, form: Any) -> str:
        if self.run is None:
            raise BusinessError("nothing_to_undo", _("No run has blocked anybody today: there is nothing to undo."))
        undone = dunning_runs.undo_run(run=self.run, actor=self.request.actor)
        text = ngettext("The run was undone: %(n)s contract is released.", "The run was undone: %(n)s contracts are released.", undone)
        messages.success(self.request, text % {"n": count(undone)})
        return reverse("backoffice:rehearsal")
