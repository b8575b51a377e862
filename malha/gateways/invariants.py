"""What must be true of accounts, registrations and what came in. `bin/malha doctor` and the tests run the same list."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q

from malha.billing.models import Charge, ChargeState
from malha.core import clock
from malha.core.invariants import Broken
from malha.gateways.models import LIVE, IncomingPayment, IncomingState, Registration, RegistrationState, WebhookEvent, Wish

SHOWN = 100
PATIENCE = timedelta(hours=1)


def closed_charge_has_no_payable_boleto() -> Iterator[Broken]:
    """What is paid, cancelled or replaced can be paid at no bank any more, or its cancellation is wished, or the bank refused that."""
    rows = Registration.objects.filter(state__in=LIVE).exclude(charge__state=ChargeState.OPEN).exclude(wish=Wish.CANCEL)
    for row in rows.filter(failure_code="").select_related("charge")[:SHOWN]:
        yield Broken("closed_charge_has_no_payable_boleto", f"charge {row.charge.number}")


def open_charge_is_registered() -> Iterator[Broken]:
    """An open charge of an integrated form of payment has a registration: live, or refused with its reason."""
    known = Registration.objects.filter(charge=OuterRef("pk"), state__in=(*LIVE, RegistrationState.FAILED))
    rows = Charge.objects.filter(state=ChargeState.OPEN, collection_method__is_active=True)
    for charge in rows.filter(~Exists(known), created_at__gte=F("collection_method__gateway_account__created_at"))[:SHOWN]:
        yield Broken("open_charge_is_registered", f"charge {charge.number}")


def registration_wishes_are_due() -> Iterator[Broken]:
    """What wants something from the bank is due; what wants nothing is not."""
    odd = Q(wish=Wish.NOTHING, due_at__isnull=False) | (~Q(wish=Wish.NOTHING) & Q(due_at__isnull=True))
    for row in Registration.objects.filter(odd)[:SHOWN]:
        yield Broken("registration_wishes_are_due", f"registration {row.pk}")


def settled_is_what_came_in() -> Iterator[Broken]:
    """A payment made of money from a bank has exactly its value and its customer."""
    rows = IncomingPayment.objects.filter(payment__isnull=False)
    for row in rows.filter(~Q(payment__value=F("value")) | ~Q(payment__customer=F("customer")))[:SHOWN]:
        yield Broken("settled_is_what_came_in", f"incoming {row.pk}")


def nothing_waits_long() -> Iterator[Broken]:
    """Money that came in and notices are worked off within the hour."""
    before = clock.now() - PATIENCE
    for incoming in IncomingPayment.objects.filter(state=IncomingState.NEW, seen_at__lt=before)[:SHOWN]:
        yield Broken("nothing_waits_long", f"incoming {incoming.pk}")
    for event in WebhookEvent.objects.filter(due_at__isnull=False, received_at__lt=before)[:SHOWN]:
        yield Broken("nothing_waits_long", f"notice {event.pk}")


CHECKS: tuple[Callable[[], Iterator[Broken]], ...] = (
    closed_charge_has_no_payable_boleto,
    open_charge_is_registered,
    registration_wishes_are_due,
    settled_is_what_came_in,
    nothing_waits_long,
)
