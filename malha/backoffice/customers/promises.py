"""Promessa de pagamento, pausar, encerrar a confiança: what moves the predicted points of the régua."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.customers.one import may
from malha.backoffice.customers.standing import StandingPage, WhichForm, contract_words
from malha.contracts.models import ContractState, StandingCause
from malha.core import clock
from malha.core.forms import BrDateField
from malha.dunning.models import TrustKind, TrustRelease
from malha.dunning.queries import default_policy
from malha.journeys import dunning_runs, trust
from malha.reports.customer_card import ContractView


class UntilForm(WhichForm):
    """A day, a reason, and which contracts when there are several."""

    until = BrDateField(label=gettext_lazy("Until"))
    field_order = ("which", "until", "reason")


class MovingPage(StandingPage):
    """Something until a day."""

    form_class = UntilForm

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        choices = [(view.contract.pk, contract_words(view)) for view in self.found]
        words = {"label": _("Contracts"), "nothing": _("Choose at least one contract.")}
        return self.form_class(choices=choices, initial=self.get_initial(), **words, **kwargs)

    def keys(self, form: UntilForm) -> list[int]:
        """The ticked contracts."""
        return [view.contract.pk for view in self.chosen(form)]


class Promise(MovingPage):
    """PROMESSA DE PAGAMENTO, before the block."""

    permission = "contracts.trust"
    title = gettext_lazy("Promise of payment")
    button = gettext_lazy("Record the promise")
    nothing = gettext_lazy("There is no contract that could be blocked: nothing to promise.")

    def candidates(self) -> list[ContractView]:
        return self.card.blockable

    @cached_property
    def may_exceed(self) -> bool:
        """Beyond the days and uses of the standard, with a reason."""
        return may(self.request.user, "contracts.block", self.customer)

    def get_initial(self) -> dict[str, Any]:
        return {"until": clock.today() + timedelta(days=default_policy().trust_days)}

    def effects(self) -> list[str]:
        days = default_policy().trust_days
        sentences = [_("Until the evening of that day there is neither block nor notice page. The debt stays, with fine and interest.")]
        for view in self.found:
            refusal = trust.offer(view.contract).refusal
            if refusal:
                sentences.append(_("Contract %(number)s: %(refusal)s") % {"number": view.contract.number, "refusal": refusal})
        if self.may_exceed:
            sentences.append(_("More than %(n)s days, or beyond the rules: say why.") % {"n": days})
        else:
            sentences.append(_("At most %(n)s days.") % {"n": days})
        return sentences

    def save(self, form: UntilForm) -> str:
        until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
        with transaction.atomic():
            for view in self.chosen(form):
                trust.grant(
                    contract=view.contract,
                    kind=TrustKind.PROMISE,
                    days=(until - clock.today()).days,
                    reason=reason,
                    ip=self.request.actor.ip,
                    user_id=self.request.user.pk,
                    exceeds=self.may_exceed,
                    actor=self.request.actor,
                )
        messages.success(self.request, _("Promise recorded until %(day)s.") % {"day": f"{until:%d/%m/%Y}"})
        return self.url("customer")


class Pause(MovingPage):
    """PAUSAR: no block until a day; notices go on."""

    permission = "contracts.block"
    title = gettext_lazy("Pause the block")
    button = gettext_lazy("Pause")
    nothing = gettext_lazy("There is no active contract to pause.")

    def candidates(self) -> list[ContractView]:
        return [view for view in self.card.contracts if view.contract.state == ContractState.ACTIVE]

    def get_initial(self) -> dict[str, Any]:
        return {"until": clock.today() + timedelta(days=7)}

    def effects(self) -> list[str]:
        sentences = [_("Until the evening of that day it is not blocked for not paying. Notices, fine and interest go on.")]
        if any(view.is_blocked and view.contract.standing_cause == StandingCause.POLICY for view in self.found):
            sentences.append(_("It is blocked now: the internet comes back until then."))
        return sentences

    def save(self, form: UntilForm) -> str:
        until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
        dunning_runs.hold_out(contract_ids=self.keys(form), until=until, reason=reason, actor=self.request.actor)
        messages.success(self.request, _("No block until %(day)s.") % {"day": f"{until:%d/%m/%Y}"})
        return self.url("customer")


class Unpause(StandingPage):
    """RETOMAR: the pause ends now."""

    permission = "contracts.block"
    title = gettext_lazy("End the pause")
    button = gettext_lazy("End the pause")
    is_harmful = True
    nothing = gettext_lazy("No contract is paused.")

    def candidates(self) -> list[ContractView]:
        today = clock.today()
        return [view for view in self.card.contracts if view.contract.do_not_block_until and view.contract.do_not_block_until >= today]

    def effects(self) -> list[str]:
        return [_("The standard counts again: if its day has come, %(name)s is blocked now.") % {"name": self.customer.name}]

    def save(self, form: Any) -> str:
        keys = [view.contract.pk for view in self.chosen(form)]
        dunning_runs.let_go(contract_ids=keys, reason=form.cleaned_data["reason"], actor=self.request.actor)
        messages.success(self.request, _("The pause ended."))
        return self.url("customer")


class EndTrust(StandingPage):
    """ENCERRAR A CONFIANÇA, or a promise, before its day."""

    permission = "contracts.trust"
    title = gettext_lazy("End the trust")
    button = gettext_lazy("End the trust")
    is_harmful = True
    nothing = gettext_lazy("No contract is released in trust.")

    @cached_property
    def running(self) -> dict[int, TrustRelease]:
        """The release or promise that runs, by contract."""
        rows = TrustRelease.objects.filter(contract__customer=self.customer, ended_on__isnull=True).select_related("contract")
        return {row.contract_id: row for row in rows}

    def candidates(self) -> list[ContractView]:
        return [view for view in self.card.contracts if view.contract.pk in self.running]

    def effects(self) -> list[str]:
        return [_("The standard counts again: if its day has come, %(name)s is without internet now.") % {"name": self.customer.name}]

    def save(self, form: Any) -> str:
        with transaction.atomic():
            for view in self.chosen(form):
                trust.end(release=self.running[view.contract.pk], reason=form.cleaned_data["reason"], actor=self.request.actor)
        messages.success(self.request, _("The trust ended."))
        return self.url("customer")
