"""Keys of programs: list, new (shown once), revoke."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from malha.backoffice.api_tokens.forms import TokenForm
from malha.backoffice.generic import FormPage, Page
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.staff import tokens
from malha.staff.models import ApiToken
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class TokenList(Page):
    """All keys, revoked ones too: who had access when is a question of later."""

    permission = "tokens.manage"
    template_name = "api_tokens/list.html"

    def get(self, request: StaffRequest) -> HttpResponse:
        return self.answer(rows=list(ApiToken.objects.select_related("created_by").order_by("revoked_at", "name")))


class TokenNew(FormPage):
    """A new key. Its secret stands on the answer and nowhere else."""

    permission = "tokens.manage"
    template_name = "api_tokens/new.html"
    form_class = TokenForm

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = TokenForm(request.POST)
        if form.is_valid():
            try:
                return self._made(form.cleaned_data)
            except BusinessError as refusal:
                put_errors(form, refusal)
        return self.answer(form=form, status=422)

    def _made(self, data: dict[str, Any]) -> HttpResponse:
        last_day = data["expires_on"]
        token, secret = tokens.create(
            name=data["name"],
            scopes=data["scopes"],
            allowed_ips=data["allowed_ips"],
            expires_at=timezone.make_aware(datetime.combine(last_day, time.max)) if last_day else None,
            by=self.request.user,
            actor=self.request.actor,
        )
        return _shown_once(self.request, token, secret)


@never_cache
def _shown_once(request: StaffRequest, token: ApiToken, secret: str) -> HttpResponse:
    return render(request, "api_tokens/secret.html", {"token": token, "secret": secret})


@requires("tokens.manage")
@require_POST
def revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """The key opens nothing from now on."""
    token = get_object_or_404(ApiToken, pk=pk)
    try:
        tokens.revoke(token=token, actor=request.actor)
        messages.success(request, _("The key %(name)s was revoked.") % {"name": token.name})
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("backoffice:tokens")
