"""Simulação: who would be warned, blocked, released on a date. The same decision as the run's, not written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from malha.backoffice import csv_file
from malha.backoffice.dunning import sections, words
from malha.backoffice.generic import PER_PAGE, Column, Header, Page
from malha.backoffice.keys import key
from malha.core import clock, history
from malha.core.forms import BrDateField
from malha.core.statuses import STANDING
from malha.customers.queries import visible_groups
from malha.domain.money import Money
from malha.dunning.queries import default_policy
from malha.journeys import delinquency, dunning_runs
from malha.reports import dunning_preview, dunning_words
from malha.reports.dunning_preview import Line, Order, Part, Total
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

# A prediction is worth less the farther it looks: bills that are not issued yet are not in it.
MAX_AHEAD = timedelta(days=90)
DAY, PART, ORDER = "dia", "aba", "order"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address means. `was_wrong`: the typed day is none, or lies outside of what can be rehearsed."""

    day: date
    part: Part
    order: str
    was_wrong: bool = False

    @property
    def query(self) -> str:
        """The day and the part for another address of the section."""
        return urlencode({DAY: self.day.isoformat(), PART: self.part.value})

    @property
    def url(self) -> str:
        """The page that shows this."""
        return f"{reverse('backoffice:rehearsal')}?{self.query}"


def asked(params: QueryDict) -> Asked:
    """Day, part and order; tomorrow and *Bloquear* where nothing sensible is said."""
    today = clock.today()
    day, was_wrong = today + ONE_DAY, False
    try:
        typed = BrDateField(required=False).clean(params.get(DAY, "")[:20])
    except ValidationError:
        typed, was_wrong = None, True
    if typed is not None:
        was_wrong = not today <= typed <= today + MAX_AHEAD
        day = min(max(typed, today), today + MAX_AHEAD)
    part = params.get(PART, "")
    order = params.get(ORDER, "")
    return Asked(
        day=day,
        part=Part(part) if part in set(Part) else Part.BLOCK,
        order=order if order.removeprefix("-") in set(Order) else Order.DUE,
        was_wrong=was_wrong,
    )


@dataclass(frozen=True, slots=True)
class PartLink:
    """A tab: what would happen to how many, over how much."""

    label: str | Promise
    tone: str
    url: str
    total: Total
    is_current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its words."""

    line: Line
    cause: str
    proof: str
    next: str


class Rehearsal(Page):
    """The page. One pass over everybody who may be late; the totals of all parts, fifty lines of one."""

    permission = "charges.view"
    template_name = "dunning/rehearsal.html"
    partial_template = "dunning/_rehearsal.html"
    columns = (
        Column(Order.CONTRACT, gettext_lazy("Customer"), order=("yes",)),
        Column(Order.AMOUNT, gettext_lazy("Late amount"), order=("yes",), css="r"),
        Column(Order.DUE, gettext_lazy("Oldest due date"), order=("yes",)),
        Column("cause", gettext_lazy("Cause")),
        Column("proof", gettext_lazy("Notice")),
        Column("next", gettext_lazy("Next step")),
    )

    @cached_property
    def asked(self) -> Asked:
        return asked(self.request.GET)

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = max(key(request.GET.get("page")) or 1, 1)
        preview = self.read(min(wanted, 10_000))
        count = preview.total(self.asked.part).count
        page = Paginator(range(count), PER_PAGE).get_page(wanted)
        if page.number != wanted and count:
            preview = self.read(page.number)
        part = self.asked.part
        rows = [Row(line, words.cause(line), words.proof(line), words.next_step(line, part)) for line in preview.lines]
        return self.answer(preview=preview, rows=rows, page_obj=page, headers=self.headers(), parts=self.parts(preview))

    def read(self, page: int) -> dunning_preview.Preview:
        """The totals and the lines of that page."""
        outcomes = delinquency.rehearse(self.asked.day, groups=visible_groups(self.request.user))
        start = (page - 1) * PER_PAGE
        return dunning_preview.read(
            outcomes, self.asked.day, part=self.asked.part, start=start, stop=start + PER_PAGE, order=self.asked.order
        )

    def parts(self, preview: dunning_preview.Preview) -> list[PartLink]:
        """The tabs; *Reduzir* only where the policy has that step or somebody is there."""
        found = []
        for part, (label, tone) in words.PARTS.items():
            total = preview.total(part)
            is_current = part is self.asked.part
            if part is Part.REDUCE and not total.count and not is_current and self.policy.days_to_reduce is None:
                continue
            url = f"?{urlencode({DAY: self.asked.day.isoformat(), PART: part.value})}"
            found.append(PartLink(label, tone, url, total, is_current))
        return found

    def headers(self) -> list[Header]:
        """The heading of each column, sorted as asked."""
        now = self.asked.order
        found = []
        for column in self.columns:
            is_sorted = bool(column.order) and now.removeprefix("-") == column.name
            direction = ("descending" if now.startswith("-") else "ascending") if is_sorted else ""
            asks = (f"-{column.name}" if now == column.name else str(column.name)) if column.order else ""
            found.append(Header(column.label, column.css, column.is_hidden_label, asks, direction))
        return found

    @cached_property
    def policy(self) -> Any:
        """The standard configuration."""
        return default_policy()

    def get_context(self) -> dict[str, Any]:
        user, today = self.request.user, clock.today()
        can_hold = user.can("contracts.block") and self.asked.part in (Part.BLOCK, Part.WARN, Part.REDUCE, Part.UNDELIVERED, Part.POSTPONED)
        can_approve = user.can("dunning.approve") and not self.policy.is_automatic and self.asked.part is Part.BLOCK
        return {
            "tabs": sections.tabs("rehearsal"),
            "asked": self.asked,
            "is_today": self.asked.day == today,
            "is_tomorrow": self.asked.day == today + ONE_DAY,
            "is_automatic": self.policy.is_automatic,
            "empty": words.EMPTY[self.asked.part],
            "can_hold": can_hold,
            "can_approve": can_approve,
            "can_free": user.can("contracts.block") and self.asked.part is Part.POSTPONED,
            "can_export": user.can("customers.export"),
            "selectable": can_hold or can_approve,
            "last_run": dunning_runs.last_run(today) if user.can("dunning.approve") else None,
        }


@requires("customers.export")
@require_GET
def export(request: StaffRequest) -> HttpResponseBase:
    """The part that the page shows, as CSV. Personal data leaves: who took it stands in the history."""
    what = asked(request.GET)
    today = clock.today()
    history.record(request.company, "rehearsal.exported", actor=request.actor, after={"part": what.part.value, "day": what.day})
    outcomes = delinquency.rehearse(what.day, groups=visible_groups(request.user))
    headings = [
        _("Customer"), _("Customer number"), _("Contract"), _("Late amount"), _("Oldest due date"), _("Days late"), _("Stands now"),
        _("Would stand"), _("Cause"), _("Notice delivered on"), _("Channel"), _("Block predicted"),
    ]  # fmt: skip
    labels = {standing: str(status.label) for standing, status in STANDING.items()}
    lines = dunning_preview.every_line(outcomes, what.day, part=what.part)
    rows = _cells(lines, labels, dunning_words.plain_sentences())
    return csv_file.answer(f"simulacao-{what.part}-{what.day:%Y-%m-%d}-{today:%Y-%m-%d}", headings, rows)


def _cells(lines: Iterator[Line], labels: Mapping[str, str], causes: Mapping[Any, str]) -> Iterator[list[str | Money]]:
    for line in lines:
        proof = line.proof
        yield [
            line.customer,
            str(line.customer_number),
            str(line.number),
            line.amount,
            f"{line.oldest_due:%d/%m/%Y}" if line.oldest_due else "",
            str(line.days_late),
            labels.get(line.standing, line.standing),
            labels.get(line.to, line.to),
            words.cause(line, causes),
            f"{proof.delivered_on:%d/%m/%Y}" if proof and proof.delivered_on else "",
            proof.channel if proof else "",
            f"{line.block_on:%d/%m/%Y}" if line.block_on else "",
        ]
