"""Payments: what came in, for which charges, and its reversal."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from malha.api.auth import Bearer, need
from malha.api.idempotency import submission
from malha.api.paging import Page, PageQuery, page
from malha.api.v1 import bodies, schemas
from malha.api.v1 import money_schemas as shapes
from malha.api.values import Day, Id
from malha.billing import queries
from malha.billing.data import ReceiptData
from malha.billing.models import Allocation, Charge, Payment
from malha.billing.services.payments import due_on
from malha.core import clock
from malha.core.errors import BusinessError
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.journeys import counter, settlement

router = Router(tags=["payments"])
Refusals = {403: schemas.Error, 404: schemas.Error, 409: schemas.Error, 422: schemas.Error}


class PaymentQuery(PageQuery):
    """`paid_from` and `paid_to` are counted in. A payment never changes: its reversal is a row of its own."""

    customer_id: Id | None = None
    charge_id: Id | None = None
    kind: str | None = None
    form: str | None = None
    paid_from: Day | None = None
    paid_to: Day | None = None


def rows() -> QuerySet[Payment]:
    found = Payment.objects.select_related("reversal").prefetch_related("allocations")
    return found.annotate(used_cents=queries.used_cents(), updated_at=F("received_at"))


@router.get("", response=Page[shapes.PaymentOut], auth=Bearer("payments:read"))
def list_payments(request: HttpRequest, query: Query[PaymentQuery]) -> dict[str, Any]:
    """A page of payments, credits and reversals. `updated_since` asks for what was written down since."""
    names = {"paid_from": "paid_on__gte", "paid_to": "paid_on__lte"}
    asked = ("customer_id", "kind", "form", "paid_from", "paid_to")
    found = rows().filter(**{names.get(name, name): getattr(query, name) for name in asked if getattr(query, name) is not None})
    if query.charge_id is not None:
        found = found.filter(pk__in=Allocation.objects.filter(charge=query.charge_id).order_by().values("payment"))
    items, cursor = page(found, query)
    return {"items": items, "next_cursor": cursor}


@router.get("/{int:payment_id}", response={200: shapes.PaymentOut, 404: schemas.Error}, auth=Bearer("payments:read"))
def get_payment(request: HttpRequest, payment_id: int) -> Payment:
    """One payment and what it went to."""
    return get_object_or_404(rows(), pk=payment_id)


@router.post("", response={201: shapes.PaymentOut, **Refusals}, auth=Bearer("payments:write"))
def create_payment(request: Any, body: shapes.PaymentBody) -> Status[Payment]:
    """Receive money of a customer for several charges, or in advance for none."""
    customer = get_object_or_404(Customer, pk=body.customer_id)
    return Status(201, receive(request, customer, body.charge_ids, body))


@router.post("/{int:payment_id}/reverse", response={201: shapes.PaymentOut, **Refusals}, auth=Bearer("payments:write"))
def reverse_payment(request: Any, payment_id: int, body: schemas.ReasonBody) -> Status[Payment]:
    """Undo a payment: the answer is a second one with the signs turned. Its charges are open again. A reason is required."""
    back = settlement.reverse(payment=get_object_or_404(Payment, pk=payment_id), reason=body.reason, actor=request.actor)
    return Status(201, rows().get(pk=back.pk))


def receive(request: Any, customer: Customer, charge_ids: Collection[int], body: shapes.ReceiptBody) -> Payment:
    """The payment that was made, or the earlier one when the same request with the same Idempotency-Key was sent before.

    Without a value what is owed on the day is received, and refused if that changes meanwhile. Raises NotAllowed, BusinessError.
    """
    if body.waive_fees:
        need(request.auth, "charges:waive")
    paid_on = body.paid_on or clock.today()
    owed = None
    if body.value is None:
        charges = Charge.objects.filter(customer=customer, pk__in=charge_ids)
        owed = Money.total(part.total for part in due_on(list(charges), paid_on, waives_fees=body.waive_fees))
        if not charge_ids:
            sentence = _("Without charges, say how much was received.")
            raise BusinessError("invalid", sentence, fields={"value": sentence})
    data = ReceiptData(
        # Charges of which nothing is owed are not open any more: the service says so before it takes any money.
        value=body.value if body.value is not None else owed or Money(1),
        paid_on=paid_on,
        form=body.form,
        place=body.place or request.auth.name,
        note=body.note,
        waives_fees=body.waive_fees,
        token=submission(request, request.auth),
    )
    account, actor = body.cash_account_id, request.actor
    with bodies.naming(bodies.OF_RECEIPT):
        if owed is None:
            made = settlement.settle(customer=customer, charge_ids=charge_ids, data=data, cash_account_id=account, actor=actor)
        else:
            made = counter.receive(customer=customer, charge_ids=charge_ids, data=data, due=owed, cash_account_id=account, actor=actor)
    return rows().get(pk=made.pk)
