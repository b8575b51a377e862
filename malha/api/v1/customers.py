"""Customers, and the seed's whole path in one call."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from malha.api.auth import Bearer
from malha.api.paging import Page, PageQuery, page
from malha.api.v1 import bodies, schemas
from malha.contracts.services import contracts as contract_services
from malha.core import clock
from malha.customers.models import Customer
from malha.customers.services import customers
from malha.domain.documents import strip_punctuation
from malha.journeys import leaving, onboarding

router = Router(tags=["customers"])
sign_ups = Router(tags=["sign-ups"])


class CustomerQuery(PageQuery):
    """Filters of the list; a document may be written in any way."""

    cpf_cnpj: str | None = None
    email: str | None = None
    number: int | None = None


def rows() -> QuerySet[Customer]:
    return Customer.objects.select_related("address").prefetch_related("contacts")


@router.get("", response=Page[schemas.CustomerOut], auth=Bearer("customers:read"))
def list_customers(request: HttpRequest, query: Query[CustomerQuery]) -> dict[str, Any]:
    """A page of customers."""
    found = rows()
    if query.cpf_cnpj:
        found = found.filter(cpf_cnpj=strip_punctuation(query.cpf_cnpj))
    if query.email:
        found = found.filter(email=query.email.lower())
    if query.number is not None:
        found = found.filter(number=query.number)
    items, cursor = page(found, query)
    return {"items": items, "next_cursor": cursor}


@router.get("/{int:customer_id}", response={200: schemas.CustomerOut, 404: schemas.Error}, auth=Bearer("customers:read"))
def get_customer(request: HttpRequest, customer_id: int) -> Customer:
    """One customer."""
    return get_object_or_404(rows(), pk=customer_id)


@router.post("", response={201: schemas.CustomerOut, 422: schemas.Error}, auth=Bearer("customers:write"))
def create_customer(request: Any, body: schemas.CustomerBody) -> Status[Customer]:
    """Register a customer without a contract."""
    made = customers.create(data=bodies.customer_data(body.name, body), actor=request.actor)
    return Status(201, rows().get(pk=made.pk))


@router.patch("/{int:customer_id}", response={200: schemas.CustomerOut, 422: schemas.Error}, auth=Bearer("customers:write"))
def change_customer(request: Any, customer_id: int, body: schemas.CustomerPatch) -> Customer:
    """Change what is sent, leave the rest."""
    customer = get_object_or_404(rows(), pk=customer_id)
    customers.update(customer=customer, data=bodies.patched_customer(customers.data_of(customer), body), actor=request.actor)
    return rows().get(pk=customer_id)


@router.post("/{int:customer_id}/cancel", response={200: schemas.CustomerOut, 409: schemas.Error}, auth=Bearer("contracts:write"))
def cancel_customer(request: Any, customer_id: int, body: schemas.CancelBody) -> Customer:
    """The customer leaves: all contracts end, the record stays."""
    customer = get_object_or_404(Customer, pk=customer_id)
    leaving.cancel_customer(
        customer=customer,
        on=clock.today(),
        reason=body.reason,
        note=body.note,
        keeps_ip=body.keeps_ip,
        cancels_charges=body.cancel_charges,
        actor=request.actor,
    )
    return rows().get(pk=customer_id)


@sign_ups.post("", response={201: schemas.SignUpOut, 409: schemas.Error, 422: schemas.Error}, auth=Bearer("sign-ups:write"))
def sign_up(request: Any, body: schemas.SignUpBody) -> Status[dict[str, Any]]:
    """Customer, contract and accesses in one call; the login is then created on its router by the worker."""
    data = bodies.sign_up(body)
    if data.contract.template_id is None:
        data = onboarding.with_template(data, contract_services.default_template_id())
    with bodies.naming(bodies.OF_SIGN_UP):
        done = onboarding.sign_up(data=data, actor=request.actor)
    return Status(201, {"customer": done.customer, "contract": done.contract, "accesses": done.accesses})
