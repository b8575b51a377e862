"""The billing run: what it would charge, and the contracts that it left to a person."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router

from malha.api.auth import Bearer
from malha.api.paging import CursorQuery, Page, cut, page, start
from malha.api.v1 import money_schemas as shapes
from malha.api.v1 import schemas
from malha.api.v1.ahead import day_ahead
from malha.api.values import Day, Id
from malha.billing.models import ParkedContract
from malha.billing.services import issue, parked
from malha.billing.services.issue import Planned
from malha.domain.charging import LineKind, PlannedCharge
from malha.journeys import monthly_billing

router = Router(tags=["billing"])
Answer = {200: shapes.ParkedOut, 404: schemas.Error, 409: schemas.Error, 422: schemas.Error}


class PreviewQuery(CursorQuery):
    """`date`: today when it is left out, at most ninety days ahead."""

    day: Day | None = Field(None, alias="date")


class ParkedQuery(CursorQuery):
    """`resolved`: those that somebody dealt with already."""

    resolved: bool = False
    contract_id: Id | None = None


@router.get("/preview", response={200: Page[shapes.PlannedOut], 422: schemas.Error}, auth=Bearer("charges:read"))
def preview(request: HttpRequest, query: Query[PreviewQuery]) -> dict[str, Any]:
    """What the run of that date would charge if nothing changes until then: the run's own computation, and nothing is written."""
    day = day_ahead(query.day, default=timedelta(0))
    found = list(monthly_billing.preview(day, after=start(query), limit=query.limit + 1))
    items, cursor = cut(found, query, lambda one: one.contract.pk)
    return {"items": [_planned(one, day) for one in items], "next_cursor": cursor}


def _planned(one: Planned, day: date) -> dict[str, Any]:
    return {
        "contract_id": one.contract.pk,
        "contract_number": one.contract.number,
        "customer_id": one.contract.customer_id,
        "charges": [_charge(charge, day) for charge in one.plan.charges],
        "parked": one.plan.parked,
        "waiting_periods": one.plan.waiting_periods,
    }


def _charge(charge: PlannedCharge, day: date) -> dict[str, Any]:
    return {
        "period_start": charge.period.start,
        "period_end": charge.period.end,
        "due_date": issue.due_date(charge.period, day),
        "total": charge.total,
        "lines": [
            {
                "kind": line.kind,
                "amount": line.amount,
                "item_id": None if line.kind == LineKind.ADJUSTMENT else line.key,
                "days": line.days,
                "whole_days": line.whole_days,
            }
            for line in charge.lines
        ],
    }


def rows() -> QuerySet[ParkedContract]:
    return ParkedContract.objects.select_related("contract")


@router.get("/parked", response=Page[shapes.ParkedOut], auth=Bearer("charges:read"))
def list_parked(request: HttpRequest, query: Query[ParkedQuery]) -> dict[str, Any]:
    """A page of contracts that wait for a person before they are charged again."""
    found = rows().filter(resolved_at__isnull=not query.resolved)
    if query.contract_id is not None:
        found = found.filter(contract=query.contract_id)
    items, cursor = page(found, query)
    return {"items": items, "next_cursor": cursor}


@router.post("/parked/{int:parked_id}/resume", response=Answer, auth=Bearer("charges:write"))
def resume(request: Any, parked_id: int) -> ParkedContract:
    """The next run charges the next periods."""
    parked.resume(parked=get_object_or_404(rows(), pk=parked_id), actor=request.actor)
    return rows().get(pk=parked_id)


@router.post("/parked/{int:parked_id}/skip", response=Answer, auth=Bearer("charges:write"))
def skip(request: Any, parked_id: int, body: schemas.ReasonBody) -> ParkedContract:
    """The time until yesterday is never charged; the next period begins today. A reason is required."""
    parked.skip_to_today(parked=get_object_or_404(rows(), pk=parked_id), reason=body.reason, actor=request.actor)
    return rows().get(pk=parked_id)
