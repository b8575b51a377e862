"""Booklets (carnês) and agreements: charges that belong together."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from malha.api.auth import Bearer, need
from malha.api.paging import Page, PageQuery, page
from malha.api.v1 import charges, schemas
from malha.api.v1 import money_schemas as shapes
from malha.api.values import Id
from malha.billing.data import AgreementData
from malha.billing.models import Agreement, Booklet, Charge
from malha.customers.models import Customer
from malha.journeys import charge_changes

router = Router(tags=["booklets"])
agreements = Router(tags=["agreements"])
Refusals = {404: schemas.Error, 422: schemas.Error}
IN_ORDER = Charge.objects.order_by("installment_number", "due_date", "pk")


class OwnQuery(PageQuery):
    customer_id: Id | None = None


class BookletQuery(OwnQuery):
    contract_id: Id | None = None


def rows() -> QuerySet[Booklet]:
    return Booklet.objects.prefetch_related(Prefetch("charges", queryset=IN_ORDER.all()))


def agreement_rows() -> QuerySet[Agreement]:
    instalments, sources = (Prefetch(name, queryset=IN_ORDER.all()) for name in ("instalments", "sources"))
    return Agreement.objects.prefetch_related(instalments, sources)


@router.get("", response=Page[shapes.BookletOut], auth=Bearer("charges:read"))
def list_booklets(request: HttpRequest, query: Query[BookletQuery]) -> dict[str, Any]:
    """A page of booklets with their instalments, replaced ones too."""
    filters = {name: getattr(query, name) for name in ("customer_id", "contract_id") if getattr(query, name) is not None}
    items, cursor = page(rows().filter(**filters), query)
    return {"items": items, "next_cursor": cursor}


@router.get("/{int:booklet_id}", response={200: shapes.BookletOut, 404: schemas.Error}, auth=Bearer("charges:read"))
def get_booklet(request: HttpRequest, booklet_id: int) -> Booklet:
    """One booklet."""
    return get_object_or_404(rows(), pk=booklet_id)


@router.post("", response={201: shapes.BookletOut, **Refusals}, auth=Bearer("charges:write"))
def create_booklet(request: Any, body: shapes.BookletBody) -> Status[Booklet]:
    """A booklet of instalments, a month apart, that are numbered together."""
    made = charges.issue(request, body)
    return Status(201, rows().get(charges=made[0]))


@agreements.get("", response=Page[shapes.AgreementOut], auth=Bearer("charges:read"))
def list_agreements(request: HttpRequest, query: Query[OwnQuery]) -> dict[str, Any]:
    """A page of agreements."""
    filters = {"customer_id": query.customer_id} if query.customer_id is not None else {}
    items, cursor = page(agreement_rows().filter(**filters), query)
    return {"items": items, "next_cursor": cursor}


@agreements.get("/{int:agreement_id}", response={200: shapes.AgreementOut, 404: schemas.Error}, auth=Bearer("charges:read"))
def get_agreement(request: HttpRequest, agreement_id: int) -> Agreement:
    """One agreement with its instalments and what they took the place of."""
    return get_object_or_404(agreement_rows(), pk=agreement_id)


@agreements.post(
    "",
    response={201: shapes.AgreementOut, 403: schemas.Error, 409: schemas.Error, **Refusals},
    auth=Bearer("charges:write"),
)
def create_agreement(request: Any, body: shapes.AgreementBody) -> Status[Agreement]:
    """Open charges of a customer become instalments. Who is blocked stays so until the first one is paid."""
    if body.waive_fees:
        need(request.auth, "charges:waive")
    data = AgreementData(
        charge_ids=tuple(body.charge_ids),
        first_due=body.first_due,
        installments=body.installments,
        waives_fees=body.waive_fees,
        entry=body.entry,
        note=body.note,
    )
    customer = get_object_or_404(Customer, pk=body.customer_id)
    made = charge_changes.agree(customer=customer, data=data, actor=request.actor)
    return Status(201, agreement_rows().get(pk=made.pk))
