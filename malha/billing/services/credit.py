"""What a customer paid too much is used by the next charge (domain.md §10)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from malha.billing import queries
from malha.billing.models import Allocation, Charge, ChargeState
from malha.core import clock, history
from malha.core.history import Actor
from malha.core.sql import Among
from malha.domain.money import ZERO


def use(*, customer_ids: Collection[int], today: date, actor: Actor) -> list[Charge]:
    """Put the credit of these customers on their open charges, the oldest first; answers the charges that are paid by it.

    In the caller's transaction. Charges that are late already are left to a person: a late fee would have to be settled too.
    """
    credits = queries.credits(customer_ids)
    if not credits:
        return []
    rows = Charge.objects.select_for_update().filter(Among("customer", credits), state=ChargeState.OPEN, due_date__gte=today)
    charges: dict[int, list[Charge]] = defaultdict(list)
    for charge in rows.order_by("due_date", "pk"):
        charges[charge.customer_id].append(charge)
    left = queries.outstanding([charge for found in charges.values() for charge in found])
    paid: list[Charge] = []
    for customer, payments in credits.items():
        for charge in charges[customer]:
            for place, (payment, rest) in enumerate(payments):
                part = min(rest, left[charge.pk])
                if part <= ZERO:
                    continue
                Allocation.objects.create(payment=payment, charge=charge, at=clock.now(), principal=part)
                payments[place] = (payment, rest - part)
                left[charge.pk] -= part
            if left[charge.pk] == ZERO and charge.state == ChargeState.OPEN:
                _close(charge, today, actor)
                paid.append(charge)
    return paid


def _close(charge: Charge, today: date, actor: Actor) -> None:
    charge.state, charge.paid_on = ChargeState.PAID, today
    charge.save(update_fields=["state", "paid_on"])
    history.record(charge, "charge.paid_by_credit", actor=actor, after={"total": charge.total}, customer_id=charge.customer_id)


