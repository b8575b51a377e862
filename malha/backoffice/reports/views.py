"""Relatórios: the list of reports, the page of one, and its CSV file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from malha.backoffice import csv_file
from malha.backoffice.customers.filters import query_with
from malha.backoffice.generic import PER_PAGE, Header, Page
from malha.backoffice.keys import key
from malha.backoffice.reports import asked as asking
from malha.backoffice.reports.asked import AskForm
from malha.core import clock, history
from malha.core.templatetags import ui
from malha.domain.calendar import month_offset
from malha.domain.money import Money
from malha.reports import parked, registry
from malha.reports.base import Asked, Cell, Column, Found, Kind, Ref, Report, Row
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

# Where a `Ref` leads: the page of each kind, and the permission it needs.
PLACES = {
    "customer": ("backoffice:customer", "customers.view"),
    "charge": ("backoffice:charge", "charges.view"),
    "receipt": ("backoffice:receipt", "charges.view"),
}
AT_RIGHT = (Kind.MONEY, Kind.COUNT)


@requires("reports.view")
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """The reports this person may open."""
    return render(request, "reports/index.html", {"reports": registry.within(request.user.limit("reports.view"))})


def find(request: StaffRequest, slug: str) -> Report:
    """The report of the address. Raises Http404, and PermissionDenied where it lies beyond the person's limit."""
    report = registry.find(slug)
    if report is None:
        raise Http404
    if report not in registry.within(request.user.limit("reports.view")):
        raise PermissionDenied
    return report


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as it is drawn."""

    text: str
    url: str
    css: str
    is_first: bool


class ReportPage(Page):
    """One report."""

    permission = "reports.view"
    template_name = "reports/report.html"
    partial_template = "reports/_report.html"

    @cached_property
    def report(self) -> Report:
        return find(self.request, self.kwargs["slug"])

    @cached_property
    def form(self) -> AskForm:
        return AskForm(self.report, self.request.GET)

    @cached_property
    def asked(self) -> Asked:
        return ask(self.report, self.form, self.request)

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found, columns = self.report.read(self.asked), self.report.columns_for(self.asked)
        page = Paginator(range(found.rows.count()), PER_PAGE).get_page(key(request.GET.get("page")) or 1)
        start = (page.number - 1) * PER_PAGE
        rows = [self.shown(row, columns) for row in found.rows.page(start, start + PER_PAGE)]
        total = self.shown(found.total, columns) if found.total else None
        figures = [(figure.label, worded(figure.value), figure.sub) for figure in found.figures]
        return self.answer(
            status=200 if self.form.is_valid() else 422,
            page_obj=page,
            rows=rows,
            total=total,
            figures=figures,
            headers=self.headers(columns),
        )

    def shown(self, row: Row, columns: Sequence[Column]) -> list[Shown]:
        """The cells of a row with their words, links and classes."""
        return [
            Shown(
                text="—" if isinstance(cell, Money) and not cell and column.is_minor else worded(cell, column.kind),
                url=self.url(cell) if isinstance(cell, Ref) else "",
                css=_css(column, in_row=True),
                is_first=n == 0,
            )
            for n, (cell, column) in enumerate(zip(row, columns, strict=True))
        ]

    def url(self, ref: Ref) -> str:
        """The page of what a cell names, if there is one and this person may open it."""
        name, permission = PLACES[ref.kind]
        return reverse(name, args=[ref.key]) if self.request.user.can(permission) else ""

    def headers(self, columns: Sequence[Column]) -> list[Header]:
        """The heading of each column, sorted as asked."""
        now, is_down = self.asked.order, self.asked.descending
        found = []
        for column in columns:
            is_sorted = column.is_sortable and column.name == now
            direction = ("descending" if is_down else "ascending") if is_sorted else ""
            asks = f"-{column.name}" if is_sorted and not is_down else column.name
            found.append(Header(column.label, _css(column), False, asks if column.is_sortable else "", direction))
        return found

    def get_context(self) -> dict[str, Any]:
        report, params = self.report, self.request.GET
        return {
            "report": report,
            "form": self.form,
            "asked": self.asked,
            "spans": spans(self.asked) if report.has_period else [],
            "query": query_with(params, page=None),
            "is_narrowed": self.form.is_narrowed,
            "can_export": may_export(self.request, report),
        }


class WithoutCharge(ReportPage):
    """Clientes sem cobrança by a name of its own, for the links of Cobranças: whoever sees charges may open it."""

    permission = "charges.view"
    template_name = "reports/without_charge.html"

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "parked": parked.contracts(visible=self.asked.visible).count()}


def ask(report: Report, form: AskForm, request: StaffRequest) -> Asked:
    """What the request asks of the report. A column that is not among those of the answer does not sort it."""
    first = form.asked(request.user, report.default_order)
    names = frozenset(column.name for column in report.columns_for(first) if column.is_sortable)
    return form.asked(request.user, asking.order(report, request.GET, names))


@dataclass(frozen=True, slots=True)
class SpanLink:
    """A period that is often asked for."""

    label: str | Promise
    query: str
    is_current: bool


def spans(asked: Asked) -> list[SpanLink]:
    """This month, the last one, this year."""
    this, before = asked.today.replace(day=1), month_offset(1, asked.today, -1)
    found = (
        (_("This month"), this, month_offset(31, this, 0)),
        (_("Last month"), before, month_offset(31, before, 0)),
        (_("This year"), date(asked.today.year, 1, 1), date(asked.today.year, 12, 31)),
    )
    return [
        SpanLink(label, f"{asking.SINCE}={since:%d/%m/%Y}&{asking.UNTIL}={until:%d/%m/%Y}", (since, until) == (asked.since, asked.until))
        for label, since, until in found
    ]


def worded(cell: Cell, kind: Kind = Kind.TEXT) -> str:
    """A cell on the screen."""
    if isinstance(cell, Ref):
        return cell.text
    if isinstance(cell, Money):
        return ui.brl(cell)
    if isinstance(cell, date):
        return ui.month(cell) if kind is Kind.MONTH else ui.date_full(cell)
    if isinstance(cell, int):
        return ui.count(cell)
    return cell or ("" if kind is Kind.TEXT else "—" if cell is None else "")


def _css(column: Column, *, in_row: bool = False) -> str:
    words = ["r"] if column.kind in AT_RIGHT else []
    words += ["num", "nw"] if in_row and column.kind is not Kind.TEXT else []
    return " ".join([*words, *(["m-hide"] if column.is_minor else [])])


def may_export(request: StaffRequest, report: Report) -> bool:
    """Names of customers leave the house only with whoever may take them."""
    return not report.names_customers or request.user.can("customers.export")


@requires("reports.view")
@require_GET
def export(request: StaffRequest, slug: str) -> StreamingHttpResponse:
    """The report as CSV: all rows that the address means. It is in the history."""
    report = find(request, slug)
    if not may_export(request, report):
        raise PermissionDenied
    asked = ask(report, AskForm(report, request.GET), request)
    found, columns = report.read(asked), report.columns_for(asked)
    filters = {name: value for name, value in request.GET.lists() if name not in ("page", asking.ORDER)}
    after = {"report": report.slug, "rows": found.rows.count(), "filters": filters}
    history.record(request.company, "report.exported", actor=request.actor, after=after)
    headings = [str(column.label) for column in columns]
    return csv_file.answer(f"{report.slug}-{clock.today():%Y-%m-%d}", headings, _lines(found, columns))


def _lines(found: Found, columns: Sequence[Column]) -> Iterator[list[str | Money]]:
    for row in found.rows.every():
        yield [_written(cell, column.kind) for cell, column in zip(row, columns, strict=True)]
    if found.total:
        yield [_written(cell, column.kind) for cell, column in zip(found.total, columns, strict=True)]


def _written(cell: Cell, kind: Kind) -> str | Money:
    if isinstance(cell, Money):
        return cell
    if isinstance(cell, Ref):
        return cell.text
    if isinstance(cell, date):
        return f"{cell:%m/%Y}" if kind is Kind.MONTH else f"{cell:%d/%m/%Y}"
    return "" if cell is None else str(cell)
