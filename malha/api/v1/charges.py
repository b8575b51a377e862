"""Charges: what is owed, line by line, and everything a person may do to one."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from malha.api.auth import Bearer
from malha.api.paging import Page, PageQuery, page
from malha.api.v1 import money_schemas as shapes
from malha.api.v1 import payments, schemas
from malha.api.values import Day, Id
from malha.billing import queries
from malha.billing.data import OneOffData
from malha.billing.models import Charge, ChargeState, Payment
from malha.billing.services.payments import due_on
from malha.core import clock
from malha.customers.models import Customer
from malha.journeys import charge_changes

router = Router(tags=["charges"])
Refusals = {404: schemas.Error, 409: schemas.Error, 422: schemas.Error}
Answer = {200: shapes.ChargeDetailOut, **Refusals}


class ChargeQuery(PageQuery):
    """`overdue`: open and past the due date, or with false everything else. `due_from` and `due_to` are counted in."""

    customer_id: Id | None = None
    contract_id: Id | None = None
    state: str | None = None
    kind: str | None = None
    due_from: Day | None = None
    due_to: Day | None = None
    overdue: bool | None = None


def rows() -> QuerySet[Charge]:
    return queries.with_outstanding(Charge.objects.all())


def detail(charge_id: int) -> Charge:
    """One charge with what paying it today takes. Raises Http404."""
    charge = get_object_or_404(rows().prefetch_related("lines", "allocations"), pk=charge_id)
    charge.owed = next(iter(due_on([charge], clock.today())), None)  # type: ignore[attr-defined]
    return charge


@router.get("", response=Page[shapes.ChargeOut], auth=Bearer("charges:read"))
def list_charges(request: HttpRequest, query: Query[ChargeQuery]) -> dict[str, Any]:
    """A page of charges, cancelled and replaced ones too."""
    names = {"due_from": "due_date__gte", "due_to": "due_date__lte"}
    asked = ("customer_id", "contract_id", "state", "kind", "due_from", "due_to")
    found = rows().filter(**{names.get(name, name): getattr(query, name) for name in asked if getattr(query, name) is not None})
    late = {"state": ChargeState.OPEN, "due_date__lt": clock.today()}
    if query.overdue is not None:
        found = found.filter(**late) if query.overdue else found.exclude(**late)
    items, cursor = page(found, query)
    return {"items": items, "next_cursor": cursor}


@router.get("/{int:charge_id}", response=Answer, auth=Bearer("charges:read"))
def get_charge(request: HttpRequest, charge_id: int) -> Charge:
    """One charge with its lines, what is owed of it today, and every payment of it."""
    return detail(charge_id)


@router.post("", response={201: shapes.IssuedOut, **Refusals}, auth=Bearer("charges:write"))
def create_charge(request: Any, body: shapes.ChargeBody) -> Status[dict[str, Any]]:
    """A charge made by hand; with more than one instalment a booklet."""
    made = issue(request, body)
    found = list(rows().filter(pk__in=[charge.pk for charge in made]).order_by("due_date", "pk"))
    return Status(201, {"booklet_id": made[0].booklet_id, "charges": found})


def issue(request: Any, body: shapes.ChargeBody) -> list[Charge]:
    """The charges that were made. Raises Http404 for an unknown customer."""
    customer = get_object_or_404(Customer, pk=body.customer_id)
    data = OneOffData(**{name: getattr(body, name) for name in shapes.ChargeBody.model_fields if name != "customer_id"})
    return charge_changes.issue_one_off(customer=customer, data=data, actor=request.actor)


@router.post("/{int:charge_id}/settle", response={201: shapes.PaymentOut, **Refusals}, auth=Bearer("payments:write"))
def settle_charge(request: Any, charge_id: int, body: shapes.ReceiptBody) -> Status[Payment]:
    """Receive money for this charge. Who owes nothing late any more is released on every access at once."""
    charge = get_object_or_404(Charge.objects.select_related("customer"), pk=charge_id)
    return Status(201, payments.receive(request, charge.customer, [charge.pk], body))


@router.post("/{int:charge_id}/cancel", response=Answer, auth=Bearer("charges:write"))
def cancel_charge(request: Any, charge_id: int, body: shapes.CancelChargeBody) -> Charge:
    """Nothing is owed for it any more. A reason is required."""
    charge = get_object_or_404(Charge, pk=charge_id)
    charge_changes.cancel(charge=charge, reason=body.reason, releases=body.release, actor=request.actor)
    return detail(charge_id)


@router.post("/{int:charge_id}/restore", response=Answer, auth=Bearer("charges:write"))
def restore_charge(request: Any, charge_id: int, body: schemas.ReasonBody) -> Charge:
    """Take a cancellation back. A reason is required."""
    charge_changes.restore(charge=get_object_or_404(Charge, pk=charge_id), reason=body.reason, actor=request.actor)
    return detail(charge_id)


@router.post("/{int:charge_id}/replace", response={201: shapes.ChargeDetailOut, **Refusals}, auth=Bearer("charges:write"))
def replace_charge(request: Any, charge_id: int, body: shapes.ReplaceBody) -> Status[Charge]:
    """Another date or value: a new charge, which is the answer, takes the place of this one. A reason is required."""
    charge = get_object_or_404(Charge, pk=charge_id)
    fresh = charge_changes.replace(charge=charge, due_date=body.due_date, total=body.total, reason=body.reason, actor=request.actor)
    return Status(201, detail(fresh.pk))


@router.post("/{int:charge_id}/contest", response=Answer, auth=Bearer("charges:write"))
def contest_charge(request: Any, charge_id: int, body: schemas.ReasonBody) -> Charge:
    """The customer disputes it: while it is looked into nobody is warned or blocked for it. A reason is required."""
    charge_changes.contest(charge=get_object_or_404(Charge, pk=charge_id), note=body.reason, actor=request.actor)
    return detail(charge_id)


@router.post("/{int:charge_id}/settle-contest", response=Answer, auth=Bearer("charges:write"))
def settle_contest(request: Any, charge_id: int, body: schemas.ReasonBody) -> Charge:
    """The charge stands: it counts again. A reason is required."""
    charge_changes.settle_contest(charge=get_object_or_404(Charge, pk=charge_id), note=body.reason, actor=request.actor)
    return detail(charge_id)
