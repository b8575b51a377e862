"""The account of a contract that ends: what was charged for days after the last one, or for days off, is given back as credit."""

from datetime import date

from django.utils.translation import gettext as _

from malha.billing import facts, queries
from malha.billing.models import Allocation, BilledPeriod, Charge, ChargeState, Payment, PaymentKind
from malha.billing.services.payments import SERIES
from malha.contracts.models import Contract
from malha.core import clock, history, numbers
from malha.core.history import Actor
from malha.domain.charging import correction
from malha.domain.money import ZERO, Money


def settle_end(*, contract: Contract, actor: Actor) -> Money:
    """Price the periods that reach beyond the end, or were open, again; what was asked too much becomes credit.

    The credit goes to the very charge that asked for it if that is still open, then to the others of the contract; what is left stays
    with the customer. Runs in the transaction of the cancellation; again, it finds nothing. Answers what was given back.
    """
    terms = facts.terms()
    known = facts.read([contract], terms)[contract.pk]
    last_day = facts.last_day(contract)
    rows = BilledPeriod.objects.select_for_update().filter(contract=contract, credited=ZERO)
    # What was cancelled is owed by nobody: there is nothing to give back of it.
    rows = rows.exclude(charge__in=Charge.objects.filter(contract=contract, state=ChargeState.CANCELLED)).order_by("starts_on")
    back = ZERO
    for row in rows:
        if row.is_settled and (last_day is None or row.ends_on <= last_day):
            continue
        too_much = -correction(known, facts.issued(row))
        if too_much > ZERO:
            _credit(contract, row, too_much, actor)
            back += too_much
        BilledPeriod.objects.filter(pk=row.pk).update(is_settled=True, credited=max(too_much, ZERO))
    return back


def _credit(contract: Contract, row: BilledPeriod, value: Money, actor: Actor) -> None:
    today = clock.today()
    payment = Payment.objects.create(
        number=numbers.take(SERIES),
        customer_id=contract.customer_id,
        kind=PaymentKind.CREDIT,
        value=value,
        paid_on=today,
        received_at=clock.now(),
        note=_("Charged for days after the end: %(period)s") % {"period": row},
    )
    charges = list(Charge.objects.select_for_update().filter(contract=contract, state=ChargeState.OPEN).order_by("due_date", "pk"))
    charges.sort(key=lambda charge: charge.pk != row.charge_id)
    left = queries.outstanding(charges)
    for charge in charges:
        part = min(value, left[charge.pk])
        if part <= ZERO:
            continue
        Allocation.objects.create(payment=payment, charge=charge, at=clock.now(), principal=part)
        value -= part
        if part == left[charge.pk]:
            _paid(charge, today)
    history.record(payment, "payment.credited", actor=actor, after={"value": payment.value}, customer_id=contract.customer_id)


def _paid(charge: Charge, on: date) -> None:
    Charge.objects.filter(pk=charge.pk).update(state=ChargeState.PAID, paid_on=on, updated_at=clock.now())
