"""Accesses: the logins on the routers."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from malha.api.auth import Bearer
from malha.api.paging import Page, PageQuery, page
from malha.api.v1 import bodies, schemas
from malha.api.values import Id
from malha.contracts.models import Contract
from malha.network.models import Access, RouterCommand
from malha.network.services import accesses

router = Router(tags=["accesses"])
Answer = {200: schemas.AccessOut, 404: schemas.Error, 409: schemas.Error, 422: schemas.Error}


class AccessQuery(PageQuery):
    contract_id: Id | None = None
    customer_id: Id | None = None
    router_id: Id | None = None
    username: str | None = None
    sync_state: str | None = None


def rows() -> QuerySet[Access]:
    return Access.objects.defer("password")


@router.get("", response=Page[schemas.AccessOut], auth=Bearer("accesses:read"))
def list_accesses(request: HttpRequest, query: Query[AccessQuery]) -> dict[str, Any]:
    """A page of accesses, without passwords."""
    names = {"customer_id": "contract__customer_id"}
    filters = {
        names.get(name, name): getattr(query, name)
        for name in ("contract_id", "customer_id", "router_id", "username", "sync_state")
        if getattr(query, name) is not None
    }
    items, cursor = page(rows().filter(**filters), query)
    return {"items": items, "next_cursor": cursor}


@router.get("/{int:access_id}", response=Answer, auth=Bearer("accesses:read"))
def get_access(request: HttpRequest, access_id: int) -> Access:
    """One access, with what is known of it on its router."""
    return get_object_or_404(rows(), pk=access_id)


@router.post("", response={201: schemas.AccessOut, **Answer}, auth=Bearer("accesses:write"))
def create_access(request: Any, body: schemas.NewAccessBody) -> Status[Access]:
    """A further access of a contract; its plan becomes an item of it."""
    contract = get_object_or_404(Contract, pk=body.contract_id)
    made = accesses.create(contract=contract, data=bodies.access_data(body), actor=request.actor)
    return Status(201, rows().get(pk=made.pk))


@router.patch("/{int:access_id}", response=Answer, auth=Bearer("accesses:write"))
def change_access(request: Any, access_id: int, body: schemas.AccessPatch) -> Access:
    """Change login, password, plan, router or any other field; the router follows by itself."""
    access = get_object_or_404(Access, pk=access_id)
    accesses.change(access=access, data=bodies.patched(accesses.data_of(access), body), actor=request.actor)
    return rows().get(pk=access_id)


@router.delete("/{int:access_id}", response=Answer, auth=Bearer("accesses:write"))
def remove_access(request: Any, access_id: int, body: schemas.ReasonBody) -> Access:
    """Take an access off its router and off the contract's price."""
    accesses.remove(access=get_object_or_404(Access, pk=access_id), reason=body.reason, actor=request.actor)
    return rows().get(pk=access_id)


@router.post("/{int:access_id}/disconnect", response={202: schemas.CommandOut, 404: schemas.Error}, auth=Bearer("accesses:write"))
def disconnect(request: Any, access_id: int, body: schemas.ReasonBody) -> Status[RouterCommand]:
    """Drop the session; the device dials again by itself."""
    access = get_object_or_404(rows(), pk=access_id)
    return Status(202, accesses.disconnect(access=access, reason=body.reason, actor=request.actor))


@router.get("/{int:access_id}/password", response={200: schemas.PasswordOut, 404: schemas.Error}, auth=Bearer("accesses:password"))
def password(request: Any, access_id: int) -> dict[str, str]:
    """The password of one access; that it was read stands in the history."""
    access = get_object_or_404(Access.objects.select_related("contract"), pk=access_id)
    return {"password": accesses.reveal_password(access=access, actor=request.actor)}
