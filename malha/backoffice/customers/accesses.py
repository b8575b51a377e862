"""Planos de acesso: the tab, a new one, its data, its password, out of the router."""

import secrets
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.customers.forms import AccessForm
from malha.backoffice.customers.hints import plan_words, router_words
from malha.backoffice.customers.one import FOLDER, AskPage, CustomerPage, OfCustomer, ReasonForm
from malha.backoffice.generic import FormPage
from malha.backoffice.menu import url_of
from malha.contracts.models import Contract, ContractState
from malha.core.forms import PasswordReveal
from malha.domain import logins
from malha.network.data import AccessData
from malha.network.models import Access, RouterHealth
from malha.network.services import accesses
from malha.reports import sign_up as reading
from malha.reports.sign_up import Choices, PlanChoice, RouterChoice
from malha.staff.requests import StaffRequest

NOT_ANSWERING = (RouterHealth.DEGRADED, RouterHealth.STOPPED)


class Accesses(CustomerPage):
    """The tab: every access with every field, and what its router says."""

    template_name = f"{FOLDER}/accesses.html"
    tab = "customer_accesses"

    def get_tab(self) -> dict[str, Any]:
        rows = self.access_lines()
        return {
            "accesses": [row for row in rows if not row.view.is_gone],
            "gone": [row for row in rows if row.view.is_gone],
            "divergences_url": url_of("backoffice:divergences"),
        }


class EditForm(AccessForm):
    """An access that is there: the password is not shown and stays unless another one is typed."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        required=False,
        strip=False,
        widget=PasswordReveal(render_value=False, generates=True),
        help_text=gettext_lazy("Empty, the password stays as it is."),
    )
    ipv6_prefix = forms.CharField(label=gettext_lazy("IPv6 prefix"), required=False, widget=forms.TextInput({"class": "mono"}))
    profile_override = forms.CharField(
        label=gettext_lazy("Profile on the router"),
        required=False,
        widget=forms.TextInput({"class": "mono"}),
        help_text=gettext_lazy("Empty, the profile of the plan."),
    )
    notes = forms.CharField(label=gettext_lazy("Notes on the access"), required=False)

    def values(self) -> dict[str, Any]:
        values = super().values()
        if not values.get("password"):
            values.pop("password", None)
        return values


class NewForm(AccessForm):
    """A new access, and of which contract when there are several."""

    contract = forms.TypedChoiceField(label=gettext_lazy("Contract"), coerce=int)

    def __init__(self, *args: Any, contracts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contract"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = contracts
        if len(contracts) == 1:
            field.widget = forms.HiddenInput()


class New(OfCustomer, FormPage):
    """NOVO PLANO DE ACESSO."""

    permission = "accesses.edit"
    template_name = f"{FOLDER}/access_form.html"

    @cached_property
    def choices(self) -> Choices:
        """Routers and plans to choose from."""
        return reading.choices(self.request.company)

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs) if self.card.living else self._needs_contract()

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs) if self.card.living else self._needs_contract()

    def get_context(self) -> dict[str, Any]:
        return {"customer": self.customer, "back": self.url("customer_accesses"), "choices": self.choices}

    def get_initial(self) -> dict[str, Any]:
        base = logins.suggest_login(self.customer.name)
        only = self.choices.routers[0] if len(self.choices.routers) == 1 else None
        asked = self.request.GET.get("contrato", "")
        wanted = next((view.contract.pk for view in self.card.living if str(view.contract.number) == asked), None)
        return {
            "username": logins.suggest_login(self.customer.name, reading.logins_like(base)),
            "password": logins.readable_password(secrets.SystemRandom(), syllables=4),
            "router": only.id if only else None,
            "contract": wanted or self.card.living[-1].contract.pk,
        }

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        rows = [(view.contract.pk, _("Contract %(number)s") % {"number": view.contract.number}) for view in self.card.living]
        kwargs.pop("files", None)
        initial = {} if "data" in kwargs else self.get_initial()
        return _hinted(NewForm(choices=self.choices, contracts=rows, initial=initial, **kwargs))

    def save(self, form: Any) -> str:
        contract = next(view.contract for view in self.card.living if view.contract.pk == form.cleaned_data["contract"])
        made = accesses.create(contract=contract, data=form.to_data(), actor=self.request.actor)
        tell(self.request, made)
        return self.url("customer_accesses")

    def _needs_contract(self) -> HttpResponse:
        messages.info(self.request, _("There is no running contract. Make one first; the access plan comes next."))
        return self.go(self.url("contract_new" if self.customer.archived_at is None else "customer_contracts"))


class AccessPage(OfCustomer):
    """What is about one access."""

    permission = "accesses.edit"

    @cached_property
    def access(self) -> Access:
        """The access of the URL. Raises Http404."""
        rows = Access.objects.filter(contract__customer=self.customer).select_related("contract__customer", "router", "plan")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def back(self) -> str:
        """The tab."""
        return self.url("customer_accesses")


class Edit(AccessPage, FormPage):
    """EDITAR: login, password, router, plan and the rest; the router follows by itself."""

    template_name = f"{FOLDER}/access_form.html"

    @cached_property
    def choices(self) -> Choices:
        """The usual ones, and what the access has even if it is not offered any more."""
        found = reading.choices(self.request.company)
        plan, router = self.access.plan, self.access.router
        own_plan = PlanChoice(plan.pk, plan.name, plan.price, plan.download_kbps, plan.upload_kbps)
        own_router = RouterChoice(router.pk, router.name, router.health, router.last_seen_at, 0, router.enabled_methods)
        return replace(
            found,
            plans=found.plans if found.plan(plan.pk) else [*found.plans, own_plan],
            routers=found.routers if found.router(router.pk) else [*found.routers, own_router],
        )

    def get_context(self) -> dict[str, Any]:
        return {"customer": self.customer, "access": self.access, "back": self.back(), "choices": self.choices}

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        kwargs.pop("files", None)
        stored = accesses.data_of(self.access)
        initial = {name: getattr(stored, name) for name in AccessData.__dataclass_fields__ if name != "password"}
        initial.update(router=stored.router_id, plan=stored.plan_id)
        return _hinted(EditForm(choices=self.choices, initial=initial, **kwargs))

    def save(self, form: Any) -> str:
        changed = accesses.change(access=self.access, data=form.to_data(accesses.data_of(self.access)), actor=self.request.actor)
        tell(self.request, changed)
        return self.back()


class PasswordForm(forms.Form):
    """Another password."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        required=False,
        strip=False,
        widget=PasswordReveal({"autofocus": True}, render_value=True, generates=True),
        help_text=gettext_lazy("The device of the customer needs it too: it drops until it has the new one."),
    )


class Password(AccessPage, AskPage):
    """TROCAR SENHA."""

    title = gettext_lazy("Change password")
    button = gettext_lazy("Change password")
    form_class = PasswordForm

    def get_initial(self) -> dict[str, Any]:
        return {"password": logins.readable_password(secrets.SystemRandom(), syllables=4)}

    def effects(self) -> list[str]:
        return [_("Login %(login)s on %(router)s.") % {"login": self.access.username, "router": self.access.router.name}]

    def save(self, form: Any) -> str:
        data = replace(accesses.data_of(self.access), password=form.cleaned_data["password"])
        tell(self.request, accesses.change(access=self.access, data=data, actor=self.request.actor))
        return self.back()


class Reveal(AccessPage):
    """MOSTRAR SENHA: only where the company allows it, and each look is in the history."""

    permission = "customers.view_password"
    template_name = f"{FOLDER}/password.html"
    partial_template = f"{FOLDER}/password_dialog.html"
    http_method_names = ["post"]

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.company.show_access_passwords:
            raise PermissionDenied
        password = accesses.reveal_password(access=self.access, actor=request.actor)
        response = self.answer(customer=self.customer, access=self.access, password=password, back=self.back())
        response["Cache-Control"] = "no-store"
        return response


class Remove(AccessPage, AskPage):
    """REMOVER: off the router and off the price; the row and its history stay."""

    title = gettext_lazy("Remove access plan")
    button = gettext_lazy("Remove")
    form_class = ReasonForm
    is_harmful = True

    def effects(self) -> list[str]:
        words = {"login": self.access.username, "router": self.access.router.name, "plan": self.access.plan.name}
        return [
            _("The login %(login)s leaves %(router)s now and whoever uses it is disconnected.") % words,
            _("%(plan)s leaves the monthly value of the contract from today.") % words,
        ]

    def save(self, form: Any) -> str:
        accesses.remove(access=self.access, reason=form.cleaned_data["reason"].strip(), actor=self.request.actor)
        words = {"login": self.access.username, "router": self.access.router.name}
        messages.success(self.request, _("The access %(login)s is being removed from %(router)s.") % words)
        return self.back()


def tell(request: StaffRequest, access: Access) -> None:
    """What happens to the access now, said honestly."""
    words = {"login": access.username, "router": access.router.name}
    contract: Contract = access.contract
    if access.due_at is None:
        messages.success(request, _("Access saved."))
    elif contract.state == ContractState.DRAFT:
        messages.success(request, _("Access %(login)s saved. It goes to %(router)s when the contract is activated.") % words)
    elif access.router.health in NOT_ANSWERING:
        text = _("%(router)s is not answering. The access %(login)s is saved, is in the queue and goes there by itself.")
        messages.warning(request, text % words)
    else:
        messages.success(request, _("Access %(login)s saved. It is on its way to %(router)s.") % words)


def _hinted(form: AccessForm) -> AccessForm:
    router, plan = form.choices.router(form["router"].value()), form.choices.plan(form["plan"].value())
    if router is not None:
        form["router"].help_text = router_words(router)
    if plan is not None:
        form["plan"].help_text = plan_words(plan)
    return form
