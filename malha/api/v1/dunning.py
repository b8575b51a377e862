"""Who would be warned, blocked and released; the notices that wait to be delivered, and their proof."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
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
from malha.dunning import queries
from malha.dunning.models import Notice
from malha.dunning.services.outcomes import Outcome
from malha.journeys import delinquency, notices
from malha.reports import dunning_preview, dunning_words
from malha.reports.dunning_preview import Line, Part

router = Router(tags=["dunning"])
Answer = {200: shapes.NoticeOut, 404: schemas.Error, 409: schemas.Error, 422: schemas.Error}


class RehearsalQuery(CursorQuery):
    """`date`: tomorrow when it is left out, at most ninety days ahead. `part`: only those to whom this would happen."""

    day: Day | None = Field(None, alias="date")
    part: shapes.PartName | None = None


class NoticeQuery(CursorQuery):
    delivered: bool | None = None
    contract_id: Id | None = None
    customer_id: Id | None = None
    charge_id: Id | None = None


@router.get("/rehearsal", response={200: Page[shapes.RehearsedOut], 422: schemas.Error}, auth=Bearer("dunning:read"))
def rehearsal(request: HttpRequest, query: Query[RehearsalQuery]) -> dict[str, Any]:
    """Who would be warned, blocked, released on that date, with amount and cause: the run's own decision, and nothing is written."""
    day = day_ahead(query.day, default=timedelta(days=1))
    found = list(islice(_wanted(query, day), query.limit + 1))
    items, cursor = cut(found, query, lambda one: one[1].known.contract.pk)
    lines = dunning_preview.lines([outcome for _part, outcome in items], day)
    return {
        "items": [_rehearsed(part, outcome, line) for (part, outcome), line in zip(items, lines, strict=True)],
        "next_cursor": cursor,
    }


def _wanted(query: RehearsalQuery, day: date) -> Iterator[tuple[Part, Outcome]]:
    outcomes = delinquency.rehearse(day, after=start(query))
    for part, outcome in dunning_preview.sorted_out(outcomes):
        if query.part is None or query.part == part.name:
            yield part, outcome  # type: ignore[misc]


def _rehearsed(part: Part, outcome: Outcome, line: Line) -> dict[str, Any]:
    return {
        "part": part.name,
        "contract_id": line.contract_id,
        "contract_number": line.number,
        "customer_id": outcome.known.contract.customer_id,
        "customer": line.customer,
        "amount": line.amount,
        "oldest_due": line.oldest_due,
        "days_late": line.days_late,
        "standing": line.standing,
        "to": line.to,
        "why": line.why,
        "words": dunning_words.sentence(line.why, due=line.oldest_due, until=line.until),
        "until": line.until,
        "approved": line.is_approved,
        "charge_id": outcome.decision.debt,
        "charge_number": line.charge_number,
        "notice": line.proof,
        "ahead": outcome.decision.ahead,
    }


def notice_rows() -> QuerySet[Notice]:
    return Notice.objects.select_related("pendency__contract")


@router.get("/notices", response=Page[shapes.NoticeOut], auth=Bearer("dunning:read"))
def list_notices(request: HttpRequest, query: Query[NoticeQuery]) -> dict[str, Any]:
    """A page of notices. With `delivered=false` those that wait: somebody has to tell the customer."""
    names = {"contract_id": "pendency__contract", "customer_id": "pendency__contract__customer", "charge_id": "charge"}
    found = queries.undelivered() if query.delivered is False else notice_rows()
    if query.delivered:
        found = found.filter(delivered_on__isnull=False)
    found = found.filter(**{names[name]: value for name in names if (value := getattr(query, name)) is not None})
    items, cursor = page(found, query)
    return {"items": items, "next_cursor": cursor}


@router.post("/notices/{int:notice_id}/deliver", response=Answer, auth=Bearer("dunning:write"))
def deliver(request: Any, notice_id: int, body: shapes.DeliverBody) -> Notice:
    """The customer was told, today. The first delivery counts; the days until the block begin with it."""
    notice = get_object_or_404(notice_rows().select_related("charge"), pk=notice_id)
    notices.deliver(notice=notice, channel=body.channel, proof=body.proof, content=body.content, actor=request.actor)
    return notice_rows().get(pk=notice_id)
