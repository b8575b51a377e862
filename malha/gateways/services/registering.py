"""The lane's work on registrations: what is due is claimed, asked of the bank by several threads at once, and written down.

Between claim and writing nothing holds the database. A process that dies leaves rows whose lease runs out; the next call carries the
same reference, so that the bank answers the same registration (F18).
"""

import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from malha.core import clock, due
from malha.domain.money import Money
from malha.gateways.base import (
    ACCOUNT_CODES,
    CanUpdate,
    Gateway,
    GatewayFailure,
    Kind,
    Order,
    Payer,
    PermanentFailure,
    Reference,
    Registered,
    Status,
    TemporaryFailure,
)
from malha.gateways.models import GatewayAccount, Registration, RegistrationState, Wish
from malha.gateways.services import health, registrations, texts
from malha.gateways.services.masking import mask

LEASE_SECONDS = 120
THREADS = 12
LOOK_AGAIN = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one call: what the bank answered, or how it failed."""

    registration: Registration
    registered: Registered | None = None
    failure: GatewayFailure | None = None


class Pace:
    """At most so many calls a second over all threads of this process."""

    def __init__(self, per_second: float) -> None:
        self._step = 1.0 / per_second
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Sleep until it is this caller's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(self._next, now)
            self._next = turn + self._step
        time.sleep(max(0.0, turn - now))


def order_of(registration: Registration) -> Order:
    """The order as it is sent; the same for every try."""
    terms, charge = registration.terms, registration.charge
    return Order(
        reference=registration.reference,
        kind=Kind(registration.kind),
        document=f"{charge.number}",
        amount=registration.amount,
        issued_on=charge.issued_on,
        due_date=registration.due_date,
        payer=Payer(**terms["payer"]),
        description=f"#{charge.number}",
        fine_basis_points=terms["fine_basis_points"],
        interest_basis_points=terms["interest_basis_points"],
        discount=Money(terms["discount_cents"]),
        discount_until=registration.due_date if terms["discount_cents"] else None,
        accept_days_after_due=terms["accept_days_after_due"],
        write_off_days=terms["write_off_days"],
        instructions=tuple(terms["instructions"]),
        nosso_numero=registration.nosso_numero,
        sends_mail=terms["sends_mail"],
    )


def reference_of(registration: Registration) -> Reference:
    """Which one is meant, as the adapters want it."""
    return Reference(
        reference=registration.reference,
        kind=Kind(registration.kind),
        remote_id=registration.remote_id,
        nosso_numero=registration.nosso_numero,
        due_date=registration.due_date,
    )


def work(account: GatewayAccount, gateway: Gateway, *, worker: str, limit: int = 200, pace: Pace | None = None) -> int:
    """Do what is due at one account; answers how many registrations were looked at. Never raises a GatewayFailure."""
    rows = due.claim(due.due(Registration).filter(account=account), worker=worker, seconds=LEASE_SECONDS, limit=limit)
    if not rows:
        return 0
    keys = [row.pk for row in rows]
    # Committed before the first call: from here on the bank may know them, whatever we hear of it.
    Registration.objects.filter(pk__in=keys, sent_at__isnull=True).update(sent_at=clock.now())
    rows = list(Registration.objects.filter(pk__in=keys).select_related("charge"))
    pace = pace or Pace(account.rate_per_second)
    with ThreadPoolExecutor(max_workers=min(THREADS, len(rows)), thread_name_prefix=f"gateway-{account.pk}") as threads:
        answers = list(threads.map(lambda row: _ask(gateway, row, pace), rows))
    _write(account, answers, worker)
    return len(rows)


def _ask(gateway: Gateway, registration: Registration, pace: Pace) -> Answer:
    """One call. Touches no table: it runs in a thread without a connection of its own."""
    pace.wait()
    try:
        return Answer(registration, _CALLS[registration.wish](gateway, registration))
    except GatewayFailure as failure:
        return Answer(registration, failure=failure)


def _register(gateway: Gateway, registration: Registration) -> Registered | None:
    if not registration.remote_id:
        return gateway.register(order_of(registration))
    now = gateway.fetch(reference_of(registration))  # taken in before, not confirmed yet
    if now.status is Status.REJECTED:
        raise PermanentFailure(now.reason or "refused", now.words)
    return now.registered or Registered(remote_id=registration.remote_id, status=now.status)


def _update(gateway: Gateway, registration: Registration) -> Registered | None:
    if not isinstance(gateway, CanUpdate):
        raise PermanentFailure("refused", "")
    return gateway.update(order_of(registration), reference_of(registration))


def _cancel(gateway: Gateway, registration: Registration) -> Registered | None:
    try:
        gateway.cancel(reference_of(registration))
    except PermanentFailure as failure:
        if failure.code != "not_found":
            raise
    return None


_CALLS: dict[str, Callable[[Gateway, Registration], Registered | None]] = {
    Wish.REGISTER: _register,
    Wish.UPDATE: _update,
    Wish.CANCEL: _cancel,
}


def _write(account: GatewayAccount, answers: Collection[Answer], worker: str) -> None:
    """Each under its own lease and only if the wish is still the one that was asked; a changed wish stays due."""
    with transaction.atomic():
        for answer in answers:
            mine = Registration.objects.filter(pk=answer.registration.pk, leased_by=worker)
            if answer.failure is not None:
                _fail(mine, answer.registration, answer.failure)
            elif answer.registration.wish == Wish.CANCEL:
                due.done(mine, state=RegistrationState.CANCELLED, wish=Wish.NOTHING, closed_at=clock.now(), updated_at=clock.now())
            elif answer.registered is not None:
                _keep(mine, answer.registration, answer.registered)
    failures = [answer.failure for answer in answers if answer.failure is not None]
    health.note(account, failures, answered=len(failures) < len(answers) or any(not _is_dead(one) for one in failures))


def _is_dead(failure: GatewayFailure) -> bool:
    return isinstance(failure, TemporaryFailure) or failure.code in ACCOUNT_CODES


def _keep(mine: Any, registration: Registration, registered: Registered) -> None:
    known = {
        name: value
        for name in ("remote_id", "nosso_numero", "codigo_barras", "linha_digitavel", "pix_copia_e_cola", "pdf_url")
        if (value := getattr(registered, name))
    }
    if linha := known.get("linha_digitavel"):  # some give it with its dots and spaces
        known["linha_digitavel"] = "".join(sign for sign in linha if sign.isalnum())
    known |= {"raw": mask(dict(registered.raw)), "updated_at": clock.now()} if registered.raw else {"updated_at": clock.now()}
    same = mine.filter(wish=registration.wish)
    if registered.status is Status.PENDING:
        if not same.update(due_at=clock.now() + LOOK_AGAIN, lease_until=None, leased_by="", **known):
            mine.update(lease_until=None, leased_by="", **known)
        return
    if registered.status in (Status.CANCELLED, Status.EXPIRED):
        # It was cancelled there, by us before we died or by somebody at the bank: another one, under another reference, takes its place.
        if due.done(same, state=RegistrationState.CANCELLED, wish=Wish.NOTHING, closed_at=clock.now(), **known):
            registrations.follow(charge_ids=[registration.charge_id])
        return
    state = {"state": RegistrationState.REGISTERED, "registered_at": registration.registered_at or clock.now(), **known}
    # Settled in the meantime by a webhook that was quicker than this answer: the state stays, only what we learnt is kept (F25).
    settled = mine.filter(state__in=(RegistrationState.SETTLED, RegistrationState.CANCELLED))
    if settled.exists():
        due.done(settled, **known)
    elif not due.done(same, wish=Wish.NOTHING, failure_code="", failure_words="", **state):
        mine.update(lease_until=None, leased_by="", **state)


def _fail(mine: Any, registration: Registration, failure: GatewayFailure) -> None:
    words = texts.of(failure)[:300]
    if _is_dead(failure):
        due.retry_later(mine, error=words, attempts=registration.attempts)
    elif registration.wish != Wish.REGISTER:
        # Paid there, or never to be changed: the payment, or asking again, says the rest.
        due.done(mine, wish=Wish.NOTHING, failure_code=failure.code, failure_words=words, updated_at=clock.now())
    else:
        same = mine.filter(wish=Wish.REGISTER, state=RegistrationState.WANTED)
        failed = {"failure_code": failure.code, "failure_words": words, "updated_at": clock.now()}
        if not due.done(same, state=RegistrationState.FAILED, wish=Wish.NOTHING, closed_at=clock.now(), **failed):
            mine.update(lease_until=None, leased_by="")
