"""Confirmação automática: what a bank tells or is asked becomes money here, once (walk 3 of the house).

A notice is a hint: its charge is asked for again outside of any transaction. What the bank then says was paid becomes a row that can
stand there only once, and each row is settled in one transaction with its charge, cash, standing and routers.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable

from django.db import DatabaseError, OperationalError, transaction
from django.utils.translation import gettext as _

from malha.billing import queries as billing
from malha.billing.data import ReceiptData
from malha.billing.models import Charge, ChargeState, PaymentForm
from malha.core import clock, due
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.domain.errors import RuleError
from malha.domain.money import ZERO, Money
from malha.gateways import queries
from malha.gateways.base import (
    Gateway,
    GatewayFailure,
    Notice,
    NoticeKind,
    RemoteStatus,
    Status,
    TemporaryFailure,
    Trust,
)
from malha.gateways.models import (
    EventState,
    GatewayAccount,
    IncomingPayment,
    IncomingReason,
    IncomingState,
    Registration,
    RegistrationState,
    WebhookEvent,
    Wish,
)
from malha.gateways.services import health, inbox, incoming, registering, texts
from malha.journeys import settlement

log = logging.getLogger(__name__)
FORMS = {"PIX": PaymentForm.PIX, "BOLETO": PaymentForm.BOLETO, "CARD": PaymentForm.CARD, "CASH": PaymentForm.CASH}
ONE_CENT = Money(1)
CHAIN = 50  # a charge put off again and again


def work_inbox(account: GatewayAccount, gateway: Gateway, *, worker: str, limit: int = 200) -> int:
    """Work off the notices of one account; answers how many."""
    events = inbox.claim(worker=worker, account=account, limit=limit)
    for event in events:
        try:
            outcome, words = _heed(account, gateway, event, inbox.notices(gateway, event))
            inbox.finish(event=event, worker=worker, state=outcome, words=words)
        except TemporaryFailure as failure:
            mine = WebhookEvent.objects.filter(pk=event.pk, leased_by=worker)
            due.retry_later(mine, error=texts.of(failure), attempts=event.attempts)
        except GatewayFailure as failure:
            inbox.finish(event=event, worker=worker, state=EventState.FAILED, words=texts.of(failure))
    return len(events)


def _heed(account: GatewayAccount, gateway: Gateway, event: WebhookEvent, notices: Iterable[Notice]) -> tuple[EventState, str]:
    """Ask for every charge the notices name. A payment of a charge nobody knows goes to Conciliação if the notice itself is proved."""
    heeded, unknown = 0, 0
    for notice in notices:
        if notice.kind is not NoticeKind.CHARGE:
            continue
        registration = find(account, notice)
        if registration is None:
            unknown += 1
            if notice.payment is not None and event.trust != Trust.OPAQUE:
                claims = notice.reference or notice.remote_id or notice.nosso_numero
                incoming.note(account=account, registration=None, payments=[notice.payment], source="WEBHOOK", claims=claims)
            continue
        look(account, gateway, registration, source="WEBHOOK")
        heeded += 1
    if unknown:
        return EventState.DONE, _("It speaks of a charge that is not ours: see Conciliação.")
    return (EventState.DONE if heeded else EventState.IGNORED), ""


def find(account: GatewayAccount, notice: Notice) -> Registration | None:
    """Whose registration it is: by our reference, else by the bank's own."""
    mine = Registration.objects.filter(account=account).select_related("charge")
    for name in ("reference", "remote_id", "nosso_numero"):
        value = getattr(notice, name)
        if value and (found := mine.filter(**{name: value}).first()):
            return found
    return None


def look(account: GatewayAccount, gateway: Gateway, registration: Registration, *, source: str) -> RemoteStatus:
    """Ask the bank how a registration stands and keep it. Raises GatewayFailure; called outside of a transaction."""
    status = gateway.fetch(registering.reference_of(registration))
    with transaction.atomic():
        incoming.note(account=account, registration=registration, payments=status.payments, source=source)
        _note_status(registration, status)
    return status


def poll(account: GatewayAccount, gateway: Gateway, *, limit: int = 100, wait: Callable[[], None] = lambda: None) -> int:
    """Ask for charges that nobody asked for lately; answers how many. A bank that fails ends the round: the rest is asked next time.

    `wait` is called before each call, for the pace.
    """
    rows = queries.to_look_at(clock.now()).filter(account=account).order_by("looked_at", "pk").select_related("charge")[:limit]
    looked_at = 0
    for registration in rows:
        # Taken before the call, so that of two workers one asks; what it cannot learn now it learns at the next turn.
        seen = Registration.objects.filter(pk=registration.pk, looked_at=registration.looked_at)
        if not seen.update(looked_at=clock.now()):
            continue
        wait()
        try:
            look(account, gateway, registration, source="POLL")
        except GatewayFailure as failure:
            health.note(account, [failure], answered=not isinstance(failure, TemporaryFailure))
            break
        looked_at += 1
    return looked_at


def _note_status(registration: Registration, status: RemoteStatus) -> None:
    """Only from states in which it can happen: a late notice never turns anything back (F25)."""
    now = clock.now()
    mine = Registration.objects.filter(pk=registration.pk)
    mine.update(looked_at=now)
    if status.status in (Status.CANCELLED, Status.EXPIRED):
        live = mine.filter(state__in=(RegistrationState.WANTED, RegistrationState.REGISTERED))
        due.done(live, state=RegistrationState.CANCELLED, wish=Wish.NOTHING, closed_at=now, updated_at=now)


def settle_new(*, actor: Actor, limit: int = 500) -> int:
    """Settle what came in, each in a transaction of its own, whichever worker gets it; answers how many.

    One that cannot be settled keeps nobody else waiting: it stays, is tried again at the next round, and the doctor names it after an
    hour.
    """
    keys = list(IncomingPayment.objects.filter(state=IncomingState.NEW).order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(_settled(key, actor) for key in keys)


def _settled(key: int, actor: Actor) -> bool:
    try:
        return settle_one(incoming_id=key, actor=actor)
    except OperationalError:
        raise  # the database is no payment's fault
    except (BusinessError, RuleError, DatabaseError) as error:
        log.error("incoming payment %s cannot be settled: %s", key, type(error).__name__)
        return False


@transaction.atomic
def settle_one(*, incoming_id: int, actor: Actor) -> bool:
    """One payment of the bank becomes ours; False if somebody else was quicker.

    The charge that was registered, or the one that took its place, gets it. What no open charge takes is the customer's credit; what
    nobody knows waits for a person.
    """
    rows = IncomingPayment.objects.select_for_update(skip_locked=True, of=("self",))
    row = rows.filter(pk=incoming_id, state=IncomingState.NEW).select_related("registration__charge__customer", "account").first()
    if row is None:
        return False
    if row.registration is None:
        IncomingPayment.objects.filter(pk=row.pk).update(state=IncomingState.OPEN, reason=IncomingReason.UNKNOWN)
        return True
    charge, reason = heir(row.registration.charge)
    data = ReceiptData(
        value=row.value,
        paid_on=min(row.paid_on, clock.today()),
        form=FORMS.get(row.channel, PaymentForm.DEPOSIT),
        place=str(row.account),
        tolerance=ONE_CENT,
        token=token_of(row),
    )
    _close(row.registration)
    is_open = charge.state == ChargeState.OPEN
    payment = settlement.settle(customer=charge.customer, charge_ids=[charge.pk] if is_open else [], data=data, actor=actor)
    if is_open:
        charge.refresh_from_db(fields=["state"])
        if charge.state == ChargeState.OPEN:
            reason = IncomingReason.LESS
        elif billing.unused_of(payment) > ZERO:
            reason = IncomingReason.MORE
    IncomingPayment.objects.filter(pk=row.pk).update(
        state=IncomingState.SETTLED if is_open else IncomingState.CREDITED, reason=reason, payment=payment, handled_at=clock.now()
    )
    return True


def _close(registration: Registration) -> None:
    """It is paid, before the charge says so: nobody asks the bank to cancel what was paid there."""
    now = clock.now()
    live = Registration.objects.filter(pk=registration.pk, state__in=(RegistrationState.WANTED, RegistrationState.REGISTERED))
    due.done(live, state=RegistrationState.SETTLED, wish=Wish.NOTHING, closed_at=now, updated_at=now)


def heir(charge: Charge) -> tuple[Charge, str]:
    """The charge that a payment of `charge` is for now, and what is noteworthy about it (F21)."""
    reason: str = IncomingReason.NONE
    for _step in range(CHAIN):
        if charge.state != ChargeState.REPLACED:
            break
        after = Charge.objects.filter(replaces=charge).select_related("customer").first()
        if after is None:
            after = charge.settled_by.instalments.filter(state=ChargeState.OPEN).first() if charge.settled_by else None
        if after is None:
            return charge, IncomingReason.REPLACED
        charge, reason = after, IncomingReason.REPLACED
    if charge.state == ChargeState.PAID:
        return charge, IncomingReason.TWICE
    if charge.state == ChargeState.CANCELLED:
        return charge, IncomingReason.CANCELLED
    return charge, reason


def token_of(row: IncomingPayment) -> str:
    """The token under which it is received once for ever."""
    return hashlib.sha256(f"incoming:{row.account_id}:{row.remote_id}".encode()).hexdigest()
