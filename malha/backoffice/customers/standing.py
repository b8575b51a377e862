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

from malha.backoffice.customers.one import AskPage, ReasonForm
from malha.core.errors import BusinessError
from malha.domain.text import collapse_spaces
from malha.journeys import blocking
from malha.network.services import accesses
from malha.reports.customer_card import AccessView, ContractView


class WhichForm(ReasonForm):
    """A reason, and which ones when there are several. Everything is ticked at first."""

    which = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    field_order = ("which", "reason")

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
        choices = [(view.contract.pk, _contract_words(view)) for view in self.found]
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


class Release(StandingPage):
    """LIBERAR."""

    title = gettext_lazy("Release")
    button = gettext_lazy("Release")
    nothing = gettext_lazy("There is no blocked contract to release.")

    def candidates(self) -> list[ContractView]:
        return self.card.blocked

    def effects(self) -> list[str]:
        return [_("The internet of %(name)s comes back as soon as the router obeys.") % {"name": self.customer.name}]

    def save(self, form: Any) -> str:
        with transaction.atomic():
            for view in self.chosen(form):
                blocking.release(contract=view.contract, reason=form.cleaned_data["reason"], actor=self.request.actor)
        messages.success(self.request, _("%(name)s is released. The router gets the change now.") % {"name": self.customer.name})
        return self.url("customer")


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


def _contract_words(view: ContractView) -> str:
    plans = ", ".join(item.description for item in view.running) or _("no plan")
    return _("Contract %(number)s · %(plans)s") % {"number": view.contract.number, "plans": plans}
