"""Contas: tills and bank accounts, with what is in them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from malha.backoffice.cash import sections
from malha.backoffice.cash.book import accounts_of
from malha.backoffice.cash.forms import AccountForm
from malha.backoffice.cash.sections import CashForm
from malha.backoffice.generic import Page
from malha.cashbook import queries
from malha.cashbook.models import CashAccount
from malha.cashbook.services import accounts
from malha.core.errors import BusinessError
from malha.domain.money import ZERO, Money
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class AccountList(Page):
    """Every account and the sum of them."""

    permission = "cashbook.manage"
    template_name = "cash/accounts.html"

    def get(self, request: StaffRequest) -> HttpResponse:
        rows = accounts_of(request)
        balances = queries.balances([account.pk for account in rows])
        lines = [(account, balances.get(account.pk, ZERO)) for account in rows]
        total = Money.total(balances.values())
        return self.answer(tabs=sections.tabs(request.user, "cash_accounts"), lines=lines, total=total)


class AccountNew(CashForm):
    """Another account."""

    permission = "cashbook.manage"
    title = gettext_lazy("New account")
    section = gettext_lazy("Accounts")
    back_name = "cash_accounts"
    form_class = AccountForm

    def save(self, form: Any) -> str:
        account = accounts.create(data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Account created: %(account)s.") % {"account": account})
        return self.back()


class AccountEdit(CashForm):
    """Name, kind, owner."""

    permission = "cashbook.manage"
    section = gettext_lazy("Accounts")
    back_name = "cash_accounts"

    @cached_property
    def account(self) -> CashAccount:
        """The one of the address."""
        return get_object_or_404(CashAccount, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return self.account.name

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "account": self.account, "actions_template": "cash/_account_actions.html"}

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        account = self.account
        return AccountForm(initial={"name": account.name, "kind": account.kind, "owner": account.owner_id}, **kwargs)

    def save(self, form: Any) -> str:
        accounts.change(account=self.account, data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Account saved."))
        return reverse("backoffice:cash_accounts")


def _act(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    account = get_object_or_404(CashAccount, pk=pk)
    try:
        if act == "default":
            accounts.make_default(account=account, actor=request.actor)
        else:
            accounts.set_active(account=account, is_active=act == "restore", actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        words = {
            "default": _("%(account)s is the standard account now."),
            "restore": _("%(account)s is in use again."),
            "retire": _("%(account)s is not offered any more."),
        }
        messages.success(request, words[act] % {"account": account})
    return redirect("backoffice:cash_accounts")


@requires("cashbook.manage")
@require_POST
def make_default(request: StaffRequest, pk: int) -> HttpResponse:
    """Money that nobody places goes here."""
    return _act(request, pk, "default")


@requires("cashbook.manage")
@require_POST
def retire(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer it no more."""
    return _act(request, pk, "retire")


@requires("cashbook.manage")
@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer it again."""
    return _act(request, pk, "restore")
