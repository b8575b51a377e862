"""Bloquear, liberar, desconectar: asked first, because they are felt by the customer."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from malha.backoffice.customers.one import AskPage, ReasonForm, may
from malha.contracts.models import StandingCause
from malha.core.errors import BusinessError
from malha.core.forms import OptionCards
from malha.domain.text import collapse_spaces
from malha.journeys import blocking, trust
from malha.network.services import accesses
from malha.reports.customer_card import AccessView, ContractView

TRUST, FOR_GOOD = "trust", "for_good"


class WhichForm(ReasonForm):
    """A reason, and which ones when there are several. Everything is ticked at first."""

    which = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    field_order: Sequence[str] = ("which", "reason")

    def __init__(self, *args: Any, choices: Sequence[tuple[int, str]], label: str, nothing: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.all_keys = [key for key, _text in choices]
        which = self.fields["which"]
        assert isinstance(which, forms.MultipleChoiceField)
        which.choices = [(str(key), text) for key, text in choices]
        which.label = label
        which.initial = [str(key) for key, _text in choices]
        which.error_messages["required"] = nothing
        which.required = len(choices) > 1
        if len(choices) < 2:
            which.widget = forms.MultipleHiddenInput()

    def keys(self) -> set[int]:
        """What was ticked; the only one there is counts without a tick."""
        return {int(key) for key in self.cleaned_data["which"] or self.all_keys}


class StandingPage(AskPage):
    """A move of one or several contracts."""

    permission = "contracts.block"
    nothing: str | Promise = ""

    @cached_property
    def found(self) -> list[ContractView]:
        """The contracts that can be moved so; `?contrato=` narrows it down to one."""
        asked = self.request.GET.get("contrato") or self.request.POST.get("contrato") or ""
        rows = self.candidates()
        return [view for view in rows if str(view.contract.number) == asked] or rows

    def candidates(self) -> list[ContractView]:
        """All that can be moved so."""
        raise NotImplementedError

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        choices = [(view.contract.pk, contract_words(view)) for view in self.found]
        return WhichForm(choices=choices, label=_("Contracts"), nothing=_("Choose at least one contract."), **kwargs)

    def chosen(self, form: WhichForm) -> list[ContractView]:
        """What was ticked. Raises BusinessError when nothing can be moved any more."""
        keys = form.keys()
        rows = [view for view in self.found if view.contract.pk in keys]
        if not rows:
            raise BusinessError("nothing_to_change", str(self.nothing))
        return rows


class Block(StandingPage):
    """BLOQUEAR."""

    title = gettext_lazy("Block")
    button = gettext_lazy("Block")
    is_harmful = True
    nothing = gettext_lazy("There is no active contract to block.")

    def candidates(self) -> list[ContractView]:
        return self.card.blockable

    def effects(self) -> list[str]:
        sentences = [_("%(name)s will be without internet now, until somebody releases it.") % {"name": self.customer.name}]
        logins = [access.access.username for view in self.found for access in view.living_accesses]
        if logins:
            text = ngettext("%(n)s access: %(logins)s.", "%(n)s accesses: %(logins)s.", len(logins))
            sentences.append(text % {"n": len(logins), "logins": ", ".join(logins)})
        return sentences

    def save(self, form: Any) -> str:
        with transaction.atomic():
            for view in self.chosen(form):
                blocking.block(contract=view.contract, reason=form.cleaned_data["reason"], actor=self.request.actor)
        messages.success(self.request, _("%(name)s is blocked. The router gets the change now.") % {"name": self.customer.name})
        return self.url("customer")


class ReleaseForm(WhichForm):
    """How it is released. `ways`: those that are possible; the only one needs no choice. `days`: for who may go beyond the rules."""

    how = forms.ChoiceField(label=gettext_lazy("How"), required=False)
    days = forms.IntegerField(
        label=gettext_lazy("Days in trust"),
        required=False,
        min_value=1,
        max_value=trust.MAX_DAYS,
        widget=forms.NumberInput({"class": "num"}),
    )
    field_order = ("which", "how", "days", "reason")

    def __init__(self, *args: Any, ways: Sequence[tuple[str, str, str]], may_exceed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = [way for way, _label, _words in ways]
        how = self.fields["how"]
        assert isinstance(how, forms.ChoiceField)
        if len(ways) > 1:
            how.widget = OptionCards(descriptions={way: text for way, _label, text in ways})
            how.required = True
            how.error_messages["required"] = _("Choose how it is released.")
        else:
            how.widget = forms.HiddenInput()
        how.choices = [(way, label) for way, label, _words in ways]
        if not may_exceed or TRUST not in self.ways:
            del self.fields["days"]

    def way(self) -> str:
        """The chosen one, or the only one."""
        return self.cleaned_data["how"] or next(iter(self.ways), "")


class Release(StandingPage):
    """LIBERAR: for good, or in trust for some days. Whoever may not block may only trust (domain.md §15)."""

    permission = "contracts.trust"
    title = gettext_lazy("Release")
    nothing = gettext_lazy("There is no blocked contract to release.")

    @property
    def button(self) -> str:  # type: ignore[override]
        """Nothing to press when nothing is possible."""
        return _("Release") if self.ways or not self.found else ""

    def candidates(self) -> list[ContractView]:
        return self.card.blocked

    @cached_property
    def may_block(self) -> bool:
        """May this person also release for good, and go beyond the rules of trust?"""
        return may(self.request.user, "contracts.block", self.customer)

    @cached_property
    def offers(self) -> list[tuple[ContractView, trust.Offer]]:
        """What each contract may still get in trust, today."""
        return [(view, trust.offer(view.contract)) for view in self.found]

    @cached_property
    def ways(self) -> list[tuple[str, str, str]]:
        """Name, words and effect of each way that is possible, the milder one first."""
        found = []
        by_policy = [offer for view, offer in self.offers if view.contract.standing_cause != StandingCause.MANUAL]
        open_ones = [offer for offer in by_policy if not offer.refusal]
        if open_ones or (by_policy and self.may_block):
            days = (open_ones or by_policy)[0].days
            label = ngettext("In trust for %(n)s day", "In trust for %(n)s days", days) % {"n": days}
            found.append((TRUST, label, _("It ends by itself; the debt stays.")))
        if self.may_block:
            found.append((FOR_GOOD, _("For good"), _("The standard counts again after the days of grace.")))
        return found

    def effects(self) -> list[str]:
        if not self.found:
            return [str(self.nothing)]
        by_policy = [(view, offer) for view, offer in self.offers if view.contract.standing_cause != StandingCause.MANUAL]
        sentences = [self._offer_in_words(view, offer) for view, offer in by_policy]
        if any(view.contract.standing_cause == StandingCause.MANUAL for view in self.found) and not self.may_block:
            sentences.append(_("Blocked by hand: only who may block releases it."))
        if self.ways:
            sentences.insert(0, _("The internet of %(name)s comes back as soon as the router obeys.") % {"name": self.customer.name})
        return sentences

    def _offer_in_words(self, view: ContractView, offer: trust.Offer) -> str:
        words = {"left": offer.remaining, "number": view.contract.number, "refusal": offer.refusal}
        if not offer.refusal:
            text = ngettext("In trust: %(left)s use left.", "In trust: %(left)s uses left.", offer.remaining)
        elif self.may_block:
            text = _("Not in trust by the rules: %(refusal)s With a reason you may go beyond them.")
        else:
            text = _("Not in trust: %(refusal)s")
        return f"{_('Contract %(number)s') % words}: {text % words}" if len(self.found) > 1 else text % words

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        choices = [(view.contract.pk, contract_words(view)) for view in self.found]
        words = {"label": _("Contracts"), "nothing": _("Choose at least one contract.")}
        trusts = [way for way, _label, _words in self.ways if way == TRUST and any(not offer.refusal for _view, offer in self.offers)]
        initial = {"how": TRUST if trusts else FOR_GOOD, "days": self.offers[0][1].days if self.offers else None}
        return ReleaseForm(choices=choices, ways=self.ways, may_exceed=self.may_block, initial=initial, **words, **kwargs)

    def save(self, form: ReleaseForm) -> str:
        chosen, way, reason = self.chosen(form), form.way(), form.cleaned_data["reason"]
        with transaction.atomic():
            for view in chosen:
                if way == TRUST:
                    self._trust(view, form.cleaned_data.get("days"), reason)
                elif way == FOR_GOOD and self.may_block:
                    blocking.release(contract=view.contract, reason=reason, actor=self.request.actor)
                else:
                    raise BusinessError("trust_refused", " ".join(self.effects()))
        text = _("%(name)s is released in trust.") if way == TRUST else _("%(name)s is released. The router gets the change now.")
        messages.success(self.request, text % {"name": self.customer.name})
        return self.url("customer")

    def _trust(self, view: ContractView, days: int | None, reason: str) -> None:
        trust.grant(
            contract=view.contract,
            days=days,
            reason=reason,
            ip=self.request.actor.ip,
            user_id=self.request.user.pk,
            exceeds=self.may_block,
            actor=self.request.actor,
        )


class Disconnect(AskPage):
    """DESCONECTAR: the session drops and the device dials again by itself."""

    permission = "accesses.disconnect"
    title = gettext_lazy("Disconnect")
    button = gettext_lazy("Disconnect")
    is_harmful = True

    @cached_property
    def found(self) -> list[AccessView]:
        """The accesses that may have a session; `?acesso=` narrows it down to one."""
        asked = self.request.GET.get("acesso") or self.request.POST.get("acesso") or ""
        rows = self.card.living_accesses
        return [view for view in rows if str(view.access.pk) == asked] or rows

    def effects(self) -> list[str]:
        words = {"name": self.customer.name, "logins": ", ".join(view.access.username for view in self.found)}
        return [_("The connection of %(name)s drops now (%(logins)s). The device dials again by itself in a moment.") % words]

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        choices = [(view.access.pk, f"{view.access.username} · {view.access.router.name}") for view in self.found]
        return WhichForm(choices=choices, label=_("Accesses"), nothing=_("Choose at least one access."), **kwargs)

    def save(self, form: Any) -> str:
        keys = form.keys()
        rows = [view for view in self.found if view.access.pk in keys]
        if not rows:
            raise BusinessError("nothing_to_disconnect", _("There is no access to disconnect."))
        reason = collapse_spaces(form.cleaned_data["reason"])
        with transaction.atomic():
            for view in rows:
                accesses.disconnect(access=view.access, reason=reason, actor=self.request.actor)
        routers = ", ".join(dict.fromkeys(view.access.router.name for view in rows))
        messages.success(self.request, _("Disconnection asked of %(router)s.") % {"router": routers})
        return self.url("customer")


def contract_words(view: ContractView) -> str:
    plans = ", ".join(item.description for item in view.running) or _("no plan")
    return _("Contract %(number)s · %(plans)s") % {"number": view.contract.number, "plans": plans}
