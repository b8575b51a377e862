"""Money comes in and, if it was a mistake, goes out again. Payments and allocations are only ever added."""

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from malha.billing import queries
from malha.billing.data import ReceiptData
from malha.billing.models import Allocation, Charge, ChargeState, Payment, PaymentForm, PaymentKind
from malha.core import clock, company, history, numbers
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.customers.models import Customer
from malha.domain.money import ZERO, Money
from malha.domain.receiving import Owed, divide, owed

SERIES = "receipt"


def due_on(charges: Collection[Charge], on: date, *, waives_fees: bool = False) -> list[Owed]:
    """What paying each open charge on that day takes, line by line, the oldest first."""
    holidays = company.holidays()
    return [owed(charge, on, holidays, waives_fees=waives_fees) for charge in queries.open_charges(charges)]


@transaction.atomic
def receive(*, customer: Customer, charge_ids: Collection[int], data: ReceiptData, actor: Actor) -> Payment:
    """Take `data.value` for these charges, the oldest first; what is too much becomes the customer's credit.

    Of two people who receive the same charge at once one wins and the other is told. The same `token` again answers the first one's
    payment. Raises StateConflict("charge_not_open") and BusinessError("invalid").
    """
    _check(data)
    if earlier := _earlier(data.token):
        return earlier
    charges = _lock(customer, charge_ids)
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                number=numbers.take(SERIES),
                customer=customer,
                value=data.value,
                paid_on=data.paid_on,
                received_at=clock.now(),
                form=data.form,
                place=data.place.strip()[:80],
                received_by_id=data.user_id,
                note=data.note.strip(),
                token=data.token or None,
            )
    except IntegrityError:
        if earlier := _earlier(data.token):
            return earlier
        raise
    division = divide(
        data.value,
        queries.open_charges(charges),
        data.paid_on,
        company.holidays(),
        waives_fees=data.waives_fees,
        tolerance=data.tolerance,
    )
    _allocate(payment, division.parts)
    paid = _close({charge.pk: charge for charge in charges}, division.parts, data.paid_on)
    history.record(
        payment,
        "payment.received",
        actor=actor,
        reason=data.note.strip(),
        after={
            "value": data.value,
            "paid_on": data.paid_on,
            "form": data.form,
            "charges": [charge.number for charge in charges],
            "paid": [charge.number for charge in paid],
            "credit": division.excess,
            **({"waived": Money.total(part.waived_fine + part.waived_interest for part in division.parts)} if data.waives_fees else {}),
        },
        customer_id=customer.pk,
    )
    return payment


def _check(data: ReceiptData) -> None:
    problems = Problems()
    if data.value <= ZERO:
        problems.add("value", _("Type how much was received."))
    if data.form not in PaymentForm.values or not data.form:
        problems.add("form", _("Choose how it was paid."))
    if data.paid_on > clock.today():
        problems.add("paid_on", _("The date lies in the future. Type the day on which the money came in."))
    problems.raise_if_any()


def _earlier(token: str) -> Payment | None:
    return Payment.objects.filter(token=token).first() if token else None


def _lock(customer: Customer, charge_ids: Collection[int]) -> list[Charge]:
    charges = list(Charge.objects.select_for_update().filter(customer=customer, pk__in=charge_ids).order_by("due_date", "pk"))
    for charge in charges:
        if charge.state != ChargeState.OPEN:
            raise StateConflict("charge_not_open", _not_open(charge))
    if len(charges) != len(set(charge_ids)):
        raise BusinessError("charge_not_found", _("This charge was not found. Reload the page."))
    return charges


def _not_open(charge: Charge) -> str:
    last = Allocation.objects.filter(charge=charge).select_related("payment__received_by").order_by("-id").first()
    if charge.state == ChargeState.PAID and last is not None:
        who = last.payment.received_by.name if last.payment.received_by else last.payment.place or "Malha"
        return _("Charge %(number)s was received already: %(who)s, %(when)s. Nothing was received now.") % {
            "number": charge.number,
            "who": who,
            "when": f"{clock.local(last.payment.received_at):%d/%m/%Y %H:%M}",
        }
    return _("Charge %(number)s is not open any more. Reload the page. Nothing was received now.") % {"number": charge.number}


def _allocate(payment: Payment, parts: Collection[Owed]) -> None:
    Allocation.objects.bulk_create(
        Allocation(
            payment=payment,
            charge_id=part.key,
            at=clock.now(),
            principal=part.principal,
            fine=part.fine,
            interest=part.interest,
            discount=part.discount,
            waived_fine=part.waived_fine,
            waived_interest=part.waived_interest,
        )
        for part in parts
    )


def _close(charges: dict[int, Charge], parts: Collection[Owed], paid_on: date) -> list[Charge]:
    """Paid is who is covered: the same transaction says both."""
    left = queries.outstanding(list(charges.values()))
    paid = [charges[part.key] for part in parts if left[part.key] == ZERO]
    Charge.objects.filter(pk__in=[charge.pk for charge in paid]).update(
        state=ChargeState.PAID, paid_on=paid_on, updated_at=clock.now()
    )
    return paid


@transaction.atomic
def reverse(*, payment: Payment, reason: str, actor: Actor, token: str = "") -> Payment:
    """Estornar: a second row with the signs turned; charges that it had paid are open again.

    Raises StateConflict("already_reversed") and BusinessError("reason_required").
    """
    if not reason.strip():
        sentence = _("Say why the payment is reversed.")
        raise BusinessError("reason_required", sentence, fields={"reason": sentence})
    locked = Payment.objects.select_for_update().get(pk=payment.pk)
    if locked.kind == PaymentKind.REVERSAL or Payment.objects.filter(reverses=locked).exists():
        raise StateConflict("already_reversed", _("This payment was reversed already."))
    allocations = list(locked.allocations.all())
    charges = list(Charge.objects.select_for_update().filter(pk__in={row.charge_id for row in allocations}))
    back = Payment.objects.create(
        number=numbers.take(SERIES),
        customer=locked.customer,
        kind=PaymentKind.REVERSAL,
        value=-locked.value,
        paid_on=clock.today(),
        received_at=clock.now(),
        form=locked.form,
        place=locked.place,
        note=reason.strip(),
        reverses=locked,
    )
    Allocation.objects.bulk_create(
        Allocation(
            payment=back,
            charge_id=row.charge_id,
            at=clock.now(),
            **{name: -getattr(row, name) for name in ("principal", "fine", "interest", "discount", "waived_fine", "waived_interest")},
        )
        for row in allocations
    )
    open_again = [charge.pk for charge in charges if charge.state == ChargeState.PAID]
    Charge.objects.filter(pk__in=open_again).update(state=ChargeState.OPEN, paid_on=None, updated_at=clock.now())
    history.record(
        locked,
        "payment.reversed",
        actor=actor,
        reason=reason.strip(),
        before={"value": locked.value},
        after={"charges": [charge.number for charge in charges]},
        customer_id=locked.customer_id,
    )
    return back
