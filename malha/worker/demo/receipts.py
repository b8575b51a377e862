"""The punctual payments of a day, written together: thousands of them are the bulk of the demo's fourteen months.

What is written is what `journeys.settlement.settle` writes for charges that are paid in full before they are late, when nobody's
standing can change: tests/worker/test_demo_receipts.py pays the same charges both ways and compares every row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from malha.billing.models import Allocation, Charge, ChargeState, Payment
from malha.billing.services.payments import SERIES
from malha.cashbook.models import CashEntry
from malha.core import bulk, clock, history, numbers
from malha.core.history import Actor
from malha.domain.money import ZERO, Money


@dataclass(frozen=True)
class Receipt:
    """All of what is left of these charges of one customer, taken by a cashier into an account."""

    charges: Sequence[Charge]
    left: Sequence[Money]
    at: datetime
    form: str
    place: str
    account_id: int
    cashier: Actor

    @property
    def value(self) -> Money:
        """What is paid."""
        return Money.total(self.left)


def write(receipts: Sequence[Receipt], day: date) -> None:
    """In the caller's transaction, in a constant number of statements."""
    if not receipts:
        return
    first = numbers.take(SERIES, len(receipts))
    names = ("number", "customer_id", "kind", "value", "paid_on", "received_at", "form", "place", "received_by_id", "note")
    keys = bulk.insert(
        Payment,
        names,
        [
            (first + n, one.charges[0].customer_id, "RECEIVED", one.value, day, one.at, one.form, one.place, one.cashier.id, "")
            for n, one in enumerate(receipts)
        ],
    )
    parts_of = ("payment_id", "charge_id", "at", "principal", "fine", "interest", "discount", "waived_fine", "waived_interest")
    parts = [
        (key, charge.pk, one.at, left, ZERO, ZERO, ZERO, ZERO, ZERO)
        for key, one in zip(keys, receipts, strict=True)
        for charge, left in zip(one.charges, one.left, strict=True)
    ]
    bulk.insert(Allocation, parts_of, parts)
    paid = [charge.pk for one in receipts for charge in one.charges]
    Charge.objects.filter(pk__in=paid).update(state=ChargeState.PAID, paid_on=day, updated_at=max(one.at for one in receipts))
    entry_of = ("account_id", "date", "at", "description", "incoming", "outgoing", "user_id", "is_manual", "form", "payment_id", "note")
    entries = [
        (one.account_id, day, one.at, _words(first + n, one), one.value, ZERO, one.cashier.id, False, one.form, key, "")
        for n, (key, one) in enumerate(zip(keys, receipts, strict=True))
    ]
    bulk.insert(CashEntry, entry_of, entries)
    _remember(first, keys, receipts, day)


def _words(number: int, one: Receipt) -> str:
    numbers_ = ", ".join(str(charge.number) for charge in sorted(one.charges, key=lambda charge: charge.number))
    return f"{_('Receipt no. %(number)s') % {'number': number}} · {_('charge %(numbers)s') % {'numbers': numbers_}}"


def _remember(first: int, keys: Sequence[int], receipts: Sequence[Receipt], day: date) -> None:
    for n, (key, one) in enumerate(zip(keys, receipts, strict=True)):
        paid = [charge.number for charge in one.charges]
        with clock.frozen(one.at):
            history.record(
                Payment(pk=key, number=first + n),
                "payment.received",
                actor=one.cashier,
                after={"value": one.value, "paid_on": day, "form": one.form, "charges": paid, "paid": paid, "credit": ZERO},
                customer_id=one.charges[0].customer_id,
            )
