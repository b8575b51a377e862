"""Money comes in at the counter: what the operator saw is what is received, or they are told (issue 3 B.1)."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from malha.billing.data import ReceiptData
from malha.billing.models import Charge, ChargeState, Payment
from malha.billing.services import payments
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.journeys import settlement


@transaction.atomic
def receive(
    *,
    customer: Customer,
    charge_ids: Collection[int],
    data: ReceiptData,
    due: Money,
    cash_account_id: int | None = None,
    actor: Actor,
) -> Payment:
    """Receive for these charges, which took `due` together when the operator looked.

    One customer is received from one after the other, so that of two people at once the second finds out. The same `token` again
    answers the first payment. Raises StateConflict("charge_not_open", "amount_changed") and what `settlement.settle` raises.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    earlier = Payment.objects.filter(token=data.token, customer=customer).first() if data.token else None
    if earlier is not None:
        return earlier
    charges = list(Charge.objects.filter(customer=customer, pk__in=charge_ids))
    if all(charge.state == ChargeState.OPEN for charge in charges):
        owed = payments.due_on(charges, data.paid_on, waives_fees=data.waives_fees)
        now = Money.total(part.total for part in owed)
        if now != due:
            sentence = _("These charges take %(now)s now: somebody received or changed one of them meanwhile. Check the amount.")
            raise StateConflict("amount_changed", sentence % {"now": now.format_brl()})
    return settlement.settle(customer=customer, charge_ids=charge_ids, data=data, cash_account_id=cash_account_id, actor=actor)
