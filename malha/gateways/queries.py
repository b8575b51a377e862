"""Reading accounts and registrations."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from malha.core import clock, due
from malha.core.sql import Among
from malha.gateways.models import LIVE, AccountHealth, GatewayAccount, Registration, WebhookEvent


def accounts_of(method_ids: Iterable[int]) -> dict[int, GatewayAccount]:
    """The account behind each of these forms of payment, by the form's key; an informal one has none."""
    rows = GatewayAccount.objects.filter(collection_method__in=set(method_ids)).select_related("collection_method")
    return {account.collection_method_id: account for account in rows}


def live_of(charge_ids: Iterable[int]) -> dict[int, Registration]:
    """The registration of each of these charges that can be paid or is about to be, by the charge's key."""
    rows = Registration.objects.filter(Among("charge", charge_ids), state__in=LIVE)
    return {registration.charge_id: registration for registration in rows}


def account_by_key(key: str) -> GatewayAccount | None:
    """Whose webhook address ends in this key."""
    return GatewayAccount.objects.select_related("collection_method").filter(webhook_key=key).first()


def accounts_with_work() -> list[GatewayAccount]:
    """Accounts of which something is due now and that may be asked: registrations to be made, notices to be heeded."""
    now = clock.now()
    rows = GatewayAccount.objects.exclude(health=AccountHealth.STOPPED).filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now))
    wanted = Exists(due.due(Registration, at=now).filter(account=OuterRef("pk")))
    noticed = Exists(due.due(WebhookEvent, at=now).filter(account=OuterRef("pk")))
    return list(rows.filter(wanted | noticed).select_related("collection_method"))
