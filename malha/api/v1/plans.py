"""Plans, and the routers that a program may choose from."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from malha.api.auth import Bearer
from malha.api.paging import Page, PageQuery, page
from malha.api.v1 import schemas
from malha.contracts.data import PlanData
from malha.contracts.models import Plan
from malha.contracts.services import plans
from malha.journeys import plan_changes
from malha.network.models import Router as NetworkRouter

router = Router(tags=["plans"])
routers = Router(tags=["routers"])


@router.get("", response=Page[schemas.PlanOut], auth=Bearer("plans:read"))
def list_plans(request: HttpRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """A page of plans, archived ones too."""
    items, cursor = page(Plan.objects.all(), query)
    return {"items": items, "next_cursor": cursor}


@router.get("/{int:plan_id}", response={200: schemas.PlanOut, 404: schemas.Error}, auth=Bearer("plans:read"))
def get_plan(request: HttpRequest, plan_id: int) -> Plan:
    """One plan."""
    return get_object_or_404(Plan, pk=plan_id)


@router.post("", response={201: schemas.PlanOut, 422: schemas.Error}, auth=Bearer("plans:write"))
def create_plan(request: Any, body: schemas.PlanBody) -> Status[Plan]:
    """A new plan."""
    data = PlanData(**{name: getattr(body, name) for name in type(body).model_fields})
    return Status(201, plans.create(data=data, actor=request.actor))


@router.put("/{int:plan_id}", response={200: schemas.PlanOut, 404: schemas.Error, 422: schemas.Error}, auth=Bearer("plans:write"))
def change_plan(request: Any, plan_id: int, body: schemas.PlanBody) -> Plan:
    """Change a plan. Its accesses follow on their routers; prices of existing contracts stay."""
    plan = get_object_or_404(Plan, pk=plan_id)
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    plan_changes.change_plan(plan=plan, data=replace(plans.data_of(plan), **sent), reprices=False, actor=request.actor)
    plan.refresh_from_db()
    return plan


@routers.get("", response=Page[schemas.RouterOut], auth=Bearer("routers:read"))
def list_routers(request: HttpRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """A page of routers with their live state, without credentials."""
    items, cursor = page(NetworkRouter.objects.defer("api_password"), query)
    return {"items": items, "next_cursor": cursor}


@routers.get("/{int:router_id}", response={200: schemas.RouterOut, 404: schemas.Error}, auth=Bearer("routers:read"))
def get_router(request: HttpRequest, router_id: int) -> NetworkRouter:
    """One router."""
    return get_object_or_404(NetworkRouter.objects.defer("api_password"), pk=router_id)
