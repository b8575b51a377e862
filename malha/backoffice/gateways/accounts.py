"""Accounts at banks and gateways: list, new, edit, test of the credentials."""

import json
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from malha.backoffice.gateways.forms import AccountForm
from malha.backoffice.generic import FormPage, Page
from malha.core import history
from malha.gateways import registry
from malha.gateways.base import Adapter, CanCheck, Feature, GatewayFailure
from malha.gateways.models import GatewayAccount, Registration, RegistrationKind, RegistrationState
from malha.gateways.services import accounts, opened, texts
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

KINDS = dict(RegistrationKind.choices)


def with_counts() -> QuerySet[GatewayAccount]:
    """Accounts with how many registrations wait and how many were refused."""
    waiting = Count("registrations", filter=Q(registrations__due_at__isnull=False))
    failed = Count("registrations", filter=Q(registrations__state=RegistrationState.FAILED))
    return GatewayAccount.objects.select_related("collection_method").annotate(waiting=waiting, refused=failed)


def webhook_url(request: StaffRequest, account: GatewayAccount) -> str:
    """The address the bank is to call, under the name this page was asked for."""
    above = request.build_absolute_uri(reverse("api:webhook", args=["-"])).removesuffix("-")
    return above + quote(account.webhook_key, safe="")


class AccountList(Page):
    """Every account with how the other side is, and the kinds of which a new one can be made."""

    permission = "gateways.manage"
    template_name = "gateways/list.html"

    def get(self, request: StaffRequest) -> HttpResponse:
        kinds = registry.adapters()
        labels = {key: kind.label for key, kind in kinds.items()}
        rows = [
            (account, labels.get(account.collection_method.adapter, account.collection_method.adapter), KINDS[account.kind])
            for account in with_counts()
        ]
        refused = Registration.objects.filter(state=RegistrationState.FAILED).count()
        return self.answer(rows=rows, kinds=sorted(kinds.values(), key=lambda kind: kind.label), refused=refused)


class AccountNew(FormPage):
    """A new account of one kind."""

    permission = "gateways.manage"
    template_name = "gateways/form.html"

    @cached_property
    def adapter(self) -> Adapter:
        """The kind of the URL."""
        try:
            return registry.adapter(self.kwargs["adapter"])
        except registry.UnknownAdapter as error:
            raise Http404 from error

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        return AccountForm(adapter=self.adapter, initial={"name": self.adapter.label}, **kwargs)

    def get_context(self) -> dict[str, Any]:
        return {"adapter": self.adapter}

    def save(self, form: Any) -> str:
        account = accounts.create(data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Account created. Test the credentials now."))
        return reverse("backoffice:gateway", args=[account.pk])


class AccountEdit(FormPage):
    """Change an account. Secrets are never shown again."""

    permission = "gateways.manage"
    template_name = "gateways/form.html"

    @cached_property
    def account(self) -> GatewayAccount:
        """The one of the URL."""
        return get_object_or_404(with_counts(), pk=self.kwargs["pk"])

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        account = self.account
        initial = {**history.snapshot(account.collection_method, accounts.ON_METHOD), **history.snapshot(account, accounts.OWN)}
        initial["environment"] = account.environment
        return AccountForm(adapter=self.adapter, stored=json.loads(account.settings or "{}"), initial=initial, **kwargs)

    @cached_property
    def adapter(self) -> Adapter:
        """Its kind; one whose plug is gone cannot be edited."""
        try:
            return registry.adapter(self.account.collection_method.adapter)
        except registry.UnknownAdapter as error:
            raise Http404 from error

    def get_context(self) -> dict[str, Any]:
        features = self.adapter.features
        return {
            "account": self.account,
            "adapter": self.adapter,
            "webhook_url": webhook_url(self.request, self.account) if Feature.WEBHOOK in features else "",
            "can_configure": Feature.CONFIGURES_WEBHOOK in features,
            "can_check": Feature.CHECK in features,
        }

    def save(self, form: Any) -> str:
        accounts.update(account=self.account, data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Account saved."))
        return reverse("backoffice:gateways")


@requires("gateways.manage")
@require_POST
def test(request: StaffRequest, pk: int) -> HttpResponse:
    """Testar credenciais: the other side's answer in words."""
    account = get_object_or_404(GatewayAccount.objects.select_related("collection_method"), pk=pk)
    try:
        if not isinstance(opened.gateway(account), CanCheck):
            raise Http404
        answer = accounts.check(account=account, actor=request.actor)
        words = _("The bank answered: the credentials are good (%(name)s).") % {"name": answer.name or account}
        messages.success(request, words)
    except GatewayFailure as failure:
        messages.error(request, texts.of(failure))
    return redirect("backoffice:gateway", pk=account.pk)


@requires("gateways.manage")
@require_POST
def webhook(request: StaffRequest, pk: int) -> HttpResponse:
    """Register our address at the bank, or, where only a person can, show the token to be typed there."""
    account = get_object_or_404(GatewayAccount.objects.select_related("collection_method"), pk=pk)
    try:
        features = registry.adapter(account.collection_method.adapter).features
        if Feature.CONFIGURES_WEBHOOK not in features:
            token = accounts.reveal_webhook_secret(account=account, actor=request.actor)
            return render(request, "gateways/webhook_token.html", {"account": account, "token": token})
        accounts.configure_webhook(account=account, url=webhook_url(request, account), actor=request.actor)
        messages.success(request, _("The bank knows where to call: payments are confirmed in seconds."))
    except registry.UnknownAdapter as error:
        raise Http404 from error
    except GatewayFailure as failure:
        messages.error(request, texts.of(failure))
    return redirect("backoffice:gateway", pk=account.pk)
