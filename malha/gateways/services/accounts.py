"""Accounts at banks and gateways: made, changed, tested. Credentials are encrypted and never shown again."""

import json
import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.models import CollectionMethod
from malha.core import clock, history
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.money import ZERO
from malha.gateways import registry
from malha.gateways.base import ACCOUNT_CODES, CanCheck, CanConfigureWebhook, Checked, GatewayFailure, PermanentFailure
from malha.gateways.data import AccountData
from malha.gateways.models import AccountHealth, Environment, GatewayAccount, PrintLayout
from malha.gateways.services import opened, texts

OWN = (
    "beneficiary_name", "beneficiary_document", "payment_place", "instructions", "notes_lines", "accept_days_after_due", "write_off_days",
    "gateway_sends_mail", "pix_key", "kind", "print_layout", "rate_per_second",
)  # fmt: skip
ON_METHOD = ("name", "fine_basis_points", "interest_basis_points", "promptness_discount", "is_active")
INSTRUCTION_LINES, REMARK_LINES = 5, 4


@transaction.atomic
def create(*, data: AccountData, actor: Actor) -> GatewayAccount:
    """A new form of payment with the account behind it. Raises BusinessError("invalid")."""
    _check(data, method=None)
    method = CollectionMethod.objects.create(adapter=data.adapter, **{name: getattr(data, name) for name in ON_METHOD})
    account = GatewayAccount.objects.create(
        collection_method=method,
        environment=data.environment,
        settings=json.dumps(dict(data.settings), ensure_ascii=False),
        webhook_key=secrets.token_urlsafe(32),
        webhook_secret=secrets.token_urlsafe(32),
        **{name: getattr(data, name) for name in OWN},
    )
    history.record(account, "gateway_account.created", actor=actor, after=_told(account))
    return account


@transaction.atomic
def update(*, account: GatewayAccount, data: AccountData, actor: Actor) -> GatewayAccount:
    """Change an account. One in use keeps its kind and its environment: a new one is made instead (domain.md §8).

    Raises BusinessError("invalid") and StateConflict("account_in_use").
    """
    locked = GatewayAccount.objects.select_for_update().get(pk=account.pk)
    method = CollectionMethod.objects.select_for_update().get(pk=locked.collection_method_id)
    _check(data, method=method)
    moved = data.adapter != method.adapter or data.environment != locked.environment
    if moved and (locked.registrations.exists() or locked.incoming.exists()):
        raise StateConflict("account_in_use", _("This account is in use. Make a new one for another bank or environment."))
    before = _told(locked)
    for name in ON_METHOD:
        setattr(method, name, getattr(data, name))
    method.adapter = data.adapter
    method.save()
    for name in OWN:
        setattr(locked, name, getattr(data, name))
    locked.environment = data.environment
    locked.collection_method = method
    locked.settings = json.dumps(dict(data.settings) if moved else _merged(locked, data), ensure_ascii=False)
    locked.health, locked.health_words, locked.failures, locked.retry_at = AccountHealth.UNKNOWN, "", 0, None
    locked.updated_at = clock.now()
    locked.save()
    was, now = history.changes(before, _told(locked))
    history.record(locked, "gateway_account.changed", actor=actor, before=was, after=now)
    return locked


def _merged(account: GatewayAccount, data: AccountData) -> dict[str, Any]:
    """What was typed; a secret left empty keeps what is stored."""
    stored: dict[str, Any] = json.loads(account.settings or "{}")
    secret = registry.adapter(data.adapter).secrets
    kept = {name: stored[name] for name in secret if name in stored and data.settings.get(name) in (None, "")}
    return {**dict(data.settings), **kept}


def _check(data: AccountData, *, method: CollectionMethod | None) -> None:
    problems = Problems()
    adapters = registry.adapters()
    if not data.name.strip():
        problems.add("name", _("Give the account a name."))
    elif CollectionMethod.objects.filter(name__iexact=data.name.strip()).exclude(pk=method.pk if method else 0).exists():
        problems.add("name", _("There is a form of payment with this name already."))
    if data.adapter not in adapters:
        problems.add("adapter", _("Choose one of the options."))
    elif data.kind not in adapters[data.adapter].kinds:
        problems.add("kind", _("This gateway does not register that."))
    if data.environment not in Environment.values:
        problems.add("environment", _("Choose one of the options."))
    if data.print_layout not in PrintLayout.values:
        problems.add("print_layout", _("Choose one of the options."))
    if not 0 <= data.fine_basis_points <= 200:
        problems.add("fine_basis_points", _("The fine can be 2 % at most."))
    if not 0 <= data.interest_basis_points <= 100:
        problems.add("interest_basis_points", _("Interest can be 1 % a month at most."))
    if data.promptness_discount < ZERO:
        problems.add("promptness_discount", _("The discount cannot be negative."))
    if len(data.instructions.splitlines()) > INSTRUCTION_LINES:
        problems.add("instructions", _("Use at most %(count)s lines.") % {"count": INSTRUCTION_LINES})
    if len(data.notes_lines.splitlines()) > REMARK_LINES:
        problems.add("notes_lines", _("Use at most %(count)s lines.") % {"count": REMARK_LINES})
    if not 1 <= data.rate_per_second <= 1000:
        problems.add("rate_per_second", _("From 1 to %(max)s.") % {"max": 1000})
    problems.raise_if_any()


def _told(account: GatewayAccount) -> dict[str, Any]:
    """What history may know: no credentials."""
    method = account.collection_method
    return {
        "adapter": method.adapter,
        "environment": account.environment,
        **history.snapshot(method, ON_METHOD),
        **history.snapshot(account, OWN),
    }


def check(*, account: GatewayAccount, actor: Actor) -> Checked:
    """*Testar credenciais*: ask the other side who we are. Nothing is written there. Raises GatewayFailure.

    Called outside of a transaction: it waits for the other side.
    """
    try:
        gateway = opened.gateway(account)
        answer = gateway.check_credentials() if isinstance(gateway, CanCheck) else Checked()
    except GatewayFailure as failure:
        stopped = failure.code in ACCOUNT_CODES
        state = AccountHealth.STOPPED if stopped else AccountHealth.DEGRADED
        GatewayAccount.objects.filter(pk=account.pk).update(health=state, health_words=texts.of(failure)[:500])
        raise
    GatewayAccount.objects.filter(pk=account.pk).update(
        health=AccountHealth.ONLINE,
        health_words="",
        failures=0,
        retry_at=None,
        last_answer_at=clock.now(),
        certificate_expires_on=answer.certificate_expires_on,
    )
    history.record(account, "gateway_account.checked", actor=actor, after={"name": answer.name})
    return answer


def configure_webhook(*, account: GatewayAccount, url: str, actor: Actor) -> None:
    """Tell the other side where to call. Raises GatewayFailure; called outside of a transaction."""
    gateway = opened.gateway(account)
    if not isinstance(gateway, CanConfigureWebhook):
        raise PermanentFailure("refused", "")
    gateway.configure_webhook(url)
    history.record(account, "gateway_account.webhook_configured", actor=actor)


@transaction.atomic
def reveal_webhook_secret(*, account: GatewayAccount, actor: Actor) -> str:
    """The token to be typed at a bank that cannot be told by us; who looked stands in the history."""
    history.record(account, "gateway_account.secret_seen", actor=actor)
    secret: str = account.webhook_secret
    return secret
