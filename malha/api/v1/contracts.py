"""Contracts."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from malha.api.auth import Bearer
from malha.api.paging import Page, PageQuery, page
from malha.api.v1 import bodies, schemas, standing
from malha.api.v1 import money_schemas as shapes
from malha.api.values import Id
from malha.contracts.data import ContractData
from malha.contracts.models import Contract
from malha.contracts.services import contracts
from malha.core import clock
from malha.customers.models import Customer
from malha.dunning.models import TrustKind
from malha.dunning.queries import standard_days
from malha.journeys import blocking, leaving, suspension, trust

router = Router(tags=["contracts"])
Answer = {200: schemas.ContractOut, 404: schemas.Error, 409: schemas.Error, 422: schemas.Error}


class ContractQuery(PageQuery):
    customer_id: Id | None = None
    state: str | None = None
    standing: str | None = None


def rows() -> QuerySet[Contract]:
    return Contract.objects.prefetch_related("items")


@router.get("", response=Page[schemas.ContractOut], auth=Bearer("contracts:read"))
def list_contracts(request: HttpRequest, query: Query[ContractQuery]) -> dict[str, Any]:
    """A page of contracts."""
    filters = {name: getattr(query, name) for name in ("customer_id", "state", "standing") if getattr(query, name) is not None}
    items, cursor = page(rows().filter(**filters), query)
    return {"items": items, "next_cursor": cursor}


@router.get("/{int:contract_id}", response=Answer, auth=Bearer("contracts:read"))
def get_contract(request: HttpRequest, contract_id: int) -> Contract:
    """One contract with its items."""
    return get_object_or_404(rows(), pk=contract_id)


@router.post("", response={201: schemas.ContractOut, **Answer}, auth=Bearer("contracts:write"))
def create_contract(request: Any, body: schemas.ContractBody) -> Status[Contract]:
    """A further contract of a customer; a draft until it gets its first access."""
    customer = get_object_or_404(Customer, pk=body.customer_id)
    data = ContractData(**{name: getattr(body, name) for name in type(body).model_fields if name != "customer_id"})
    made = contracts.create(customer=customer, data=data, plans=(), standard_days=standard_days(), actor=request.actor)
    return Status(201, rows().get(pk=made.pk))


@router.patch("/{int:contract_id}", response=Answer, auth=Bearer("contracts:write"))
def change_contract(request: Any, contract_id: int, body: schemas.ContractPatch) -> Contract:
    """Change what is sent, leave the rest."""
    contract = get_object_or_404(Contract, pk=contract_id)
    data = bodies.patched(contracts.data_of(contract), body)
    contracts.update(contract=contract, data=data, standard_days=standard_days(), actor=request.actor)
    return rows().get(pk=contract_id)


@router.post("/{int:contract_id}/block", response=Answer, auth=Bearer("contracts:write"))
def block_contract(request: Any, contract_id: int, body: schemas.ReasonBody) -> Contract:
    """Block every access by hand; a reason is required."""
    blocking.block(contract=get_object_or_404(Contract, pk=contract_id), reason=body.reason, actor=request.actor)
    return rows().get(pk=contract_id)


@router.post("/{int:contract_id}/release", response=Answer, auth=Bearer("contracts:write"))
def release_contract(request: Any, contract_id: int, body: schemas.ReasonBody) -> Contract:
    """Release every access."""
    blocking.release(contract=get_object_or_404(Contract, pk=contract_id), reason=body.reason, actor=request.actor)
    return rows().get(pk=contract_id)


@router.post("/{int:contract_id}/cancel", response=Answer, auth=Bearer("contracts:write"))
def cancel_contract(request: Any, contract_id: int, body: schemas.CancelBody) -> Contract:
    """End a contract; its logins leave the routers."""
    contract = get_object_or_404(Contract, pk=contract_id)
    leaving.cancel_contract(
        contract=contract,
        on=clock.today(),
        reason=body.reason,
        note=body.note,
        keeps_ip=body.keeps_ip,
        cancels_charges=body.cancel_charges,
        actor=request.actor,
    )
    return rows().get(pk=contract_id)


@router.get("/{int:contract_id}/standing", response={200: shapes.StandingOut, 404: schemas.Error}, auth=Bearer("contracts:read"))
def get_standing(request: HttpRequest, contract_id: int) -> dict[str, Any]:
    """How the contract is treated and why: in code and in words, with what comes next, the debts, and the notices with their proof."""
    return standing.of(get_object_or_404(Contract, pk=contract_id), clock.today())


@router.post("/{int:contract_id}/trust-release", response=Answer, auth=Bearer("contracts:write"))
def trust_release(request: Any, contract_id: int, body: shapes.TrustBody) -> Contract:
    """Release in trust for some days; it ends by itself and the debt stays."""
    return _trusted(request, contract_id, body, TrustKind.TRUST)


@router.post("/{int:contract_id}/promise", response=Answer, auth=Bearer("contracts:write"))
def promise(request: Any, contract_id: int, body: shapes.TrustBody) -> Contract:
    """The customer promises to pay within some days; until then nothing gets worse."""
    return _trusted(request, contract_id, body, TrustKind.PROMISE)


def _trusted(request: Any, contract_id: int, body: shapes.TrustBody, kind: TrustKind) -> Contract:
    trust.grant(
        contract=get_object_or_404(Contract, pk=contract_id),
        kind=kind,
        days=body.days,
        reason=body.reason,
        ip=request.actor.ip,
        exceeds=body.exceed,
        actor=request.actor,
    )
    return rows().get(pk=contract_id)


@router.post("/{int:contract_id}/suspend", response=Answer, auth=Bearer("contracts:write"))
def suspend_contract(request: Any, contract_id: int, body: shapes.SuspendBody) -> Contract:
    """Suspend at the customer's request, from today until a day; nothing is charged for it, and it ends by itself."""
    contract = get_object_or_404(Contract, pk=contract_id)
    suspension.suspend(contract=contract, until=body.until, reason=body.reason, actor=request.actor)
    return rows().get(pk=contract_id)


@router.post("/{int:contract_id}/resume", response=Answer, auth=Bearer("contracts:write"))
def resume_contract(request: Any, contract_id: int, body: schemas.ReasonBody) -> Contract:
    """End a suspension: served and charged again from today."""
    suspension.resume(contract=get_object_or_404(Contract, pk=contract_id), reason=body.reason, actor=request.actor)
    return rows().get(pk=contract_id)
