"""Reading accounts and registrations."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from malha.core import clock, due
from malha.core.sql import Among
from malha.gateways.models import (
    LIVE,
    AccountHealth,
    EventState,
    GatewayAccount,
    Registration,
    RegistrationState,
    WebhookEvent,
    Wish,
)

HOURLY, DAILY = timedelta(hours=1), timedelta(days=1)


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


def to_look_at(now: datetime) -> QuerySet[Registration]:
    """Registered charges that nobody asked the bank for lately, for what webhooks lose (payments.md §13, Polling): daily, and hourly at an
    account whose webhooks never came.
    """
    proved = WebhookEvent.objects.filter(account=OuterRef("account"), state__in=(EventState.DONE, EventState.IGNORED))
    old = Q(looked_at__lt=now - DAILY) | Q(looked_at__isnull=True, registered_at__lt=now - DAILY)
    older = Q(looked_at__lt=now - HOURLY) | Q(looked_at__isnull=True, registered_at__lt=now - HOURLY)
    rows = Registration.objects.filter(state=RegistrationState.REGISTERED, wish=Wish.NOTHING)
    return rows.filter(old | (older & ~Exists(proved)))


def accounts_with_work() -> list[GatewayAccount]:
    """Accounts of which something is due now and that may be asked: registrations to be made, notices to be heeded, charges to be
    asked for.
    """
    now = clock.now()
    rows = GatewayAccount.objects.exclude(health=AccountHealth.STOPPED).filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now))
    wanted = Exists(due.due(Registration, at=now).filter(account=OuterRef("pk")))
    unseen = Exists(to_look_at(now).filter(account=OuterRef("pk")))
    noticed = Exists(due.due(WebhookEvent, at=now).filter(account=OuterRef("pk")))
    return list(rows.filter(wanted | noticed | unseen).select_related("collection_method"))


def latest_of(charge_id: int) -> Registration | None:
    """What a bank knows of a charge now: the last registration, whatever became of it."""
    rows = Registration.objects.filter(charge=charge_id).select_related("account__collection_method")
    return rows.order_by("-pk").first()
