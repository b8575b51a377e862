"""Webhooks as they come in: proved as far as the other side allows, stored once, masked, and worked off later (payments.md §10)."""

import hashlib
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F

from malha.core import clock, due
from malha.gateways.base import Gateway, Notice, PermanentFailure, Trust, WebhookCall
from malha.gateways.models import EventState, GatewayAccount, WebhookEvent
from malha.gateways.services.masking import mask_body

MAX_BODY = 256 * 1024
KEPT_HEADERS = ("content-type", "user-agent", "x-request-id")
REFUSED_BODY = 2000


def take_in(account: GatewayAccount, gateway: Gateway, call: WebhookCall) -> Trust:
    """Store a notice and make it due; the same body again only counts. Nobody outside is asked.

    A forged one is kept for the eyes of a person and is never due.
    """
    trust = gateway.verify(call)
    forged = trust is Trust.FORGED
    now = clock.now()
    body = mask_body(call.body)
    # A forged copy must not stand in the way of the true one with the same body.
    key = hashlib.sha256((b"forged:" if forged else b"") + call.body).hexdigest()
    row = WebhookEvent(
        account=account,
        key=key,
        received_at=now,
        trust=trust.value,
        state=EventState.REFUSED if forged else EventState.RECEIVED,
        headers={name: call.headers[name][:200] for name in KEPT_HEADERS if name in call.headers},
        path=call.path[:60],
        body=body[:REFUSED_BODY] if forged else body,
        ip=call.ip or None,
        due_at=None if forged else now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        WebhookEvent.objects.filter(account=account, key=key).update(copies=F("copies") + 1)
    return trust


def claim(*, worker: str, account: GatewayAccount, seconds: int = 60, limit: int = 200) -> list[WebhookEvent]:
    """Notices of an account that nobody works on yet."""
    return due.claim(due.due(WebhookEvent).filter(account=account), worker=worker, seconds=seconds, limit=limit)


def notices(gateway: Gateway, event: WebhookEvent) -> Sequence[Notice]:
    """What a stored notice speaks of. Raises GatewayFailure."""
    call = WebhookCall(
        headers=event.headers, query={}, body=event.body.encode(), ip=event.ip or "", path=event.path, has_client_certificate=False
    )
    try:
        return gateway.read(call)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PermanentFailure("protocol", type(error).__name__) from error


def finish(*, event: WebhookEvent, worker: str, state: EventState, words: str = "") -> None:
    """It is worked off. A state other than DONE and IGNORED stays on the page of the account."""
    rows = WebhookEvent.objects.filter(pk=event.pk, leased_by=worker)
    due.done(rows, state=state, words=words[:300], done_at=clock.now())
