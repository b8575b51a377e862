"""The list as CSV, streamed: memory does not grow with the number of customers. Every export is in the history."""

import csv
import zoneinfo
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from malha.backoffice.customers import filters, selection
from malha.core import clock, history
from malha.core.statuses import SITUATION
from malha.customers import queries
from malha.domain.billing import BillingMode
from malha.domain.documents import format_document
from malha.domain.phones import format_phone
from malha.reports import customer_directory as directory
from malha.reports.customer_criteria import Criteria, Order
from malha.reports.customer_rows import Row
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

BOM = "\ufeff"  # without it a spreadsheet program on Windows takes UTF-8 for cp1252
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@requires("customers.export")
def export(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """GET: everything the address means. POST from the bulk bar: the ticked rows."""
    if request.method == "POST":
        chosen = selection.read(request.POST, user=request.user)
        criteria = chosen.criteria
        keys = list(chosen.customers.order_by("search_name", "pk").values_list("pk", flat=True)) if criteria is None else []
    else:
        criteria, keys = filters.criteria(request.GET, _order(request), visible=queries.visible_groups(request.user)), []
    _record(request, criteria, len(keys))
    lines = _lines(criteria, keys, BillingMode(request.company.billing_mode))
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="clientes-{clock.today():%Y-%m-%d}.csv"', "Cache-Control": "no-store"},
    )


def _order(request: StaffRequest) -> str:
    asked = request.GET.get(filters.ORDER, "")
    return asked if asked.removeprefix("-") in set(Order) else Order.NAME


def _record(request: StaffRequest, criteria: Criteria | None, ticked: int) -> None:
    """Personal data leaves the system: who took how much of it, and by which filters."""
    rows = directory.Listing(criteria).total if criteria else ticked
    asked = {name: value for name, value in request.GET.lists() if name not in (filters.PAGE, filters.ORDER)} if criteria else {}
    history.record(request.company, "customers.exported", actor=request.actor, after={"rows": rows, "filters": asked})


def _lines(criteria: Criteria | None, keys: list[int], mode: BillingMode) -> Iterator[str]:
    # The answer is read after the request's time zone and language are gone, so both are taken along.
    zone, today = timezone.get_current_timezone(), clock.today()
    headings = [
        _("Number"), _("Name"), _("CPF/CNPJ"), _("Situation"), _("Phone"), _("E-mail"), _("District"), _("City"), _("Login"), "IP",
        _("Plan"), _("Router"), _("Due day"), _("Monthly value"), _("Registered on"),
    ]  # fmt: skip
    labels = {situation: str(status.label) for situation, status in SITUATION.items()}
    found = directory.every_row(criteria, today=today, mode=mode) if criteria else directory.rows_of(keys, today=today, mode=mode)
    writer: Any = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")

    def lines() -> Iterator[str]:
        yield BOM + writer.writerow(headings)
        for row in found:
            yield writer.writerow([_safe(value) for value in _cells(row, labels, zone)])

    return lines()


def _cells(row: Row, labels: dict[str, str], zone: zoneinfo.ZoneInfo | Any) -> list[str]:
    access = row.access
    return [
        str(row.number),
        row.name,
        format_document(row.document) if row.document else "",
        labels[row.situation],
        format_phone(row.phone) if row.phone else "",
        row.email,
        row.district,
        row.city,
        access.username if access else "",
        access.ip if access else "",
        access.plan if access else "",
        access.router if access else "",
        ", ".join(f"{day:02d}" for day in row.due_days),
        row.monthly.format_number() if row.monthly is not None else "",
        f"{row.since.astimezone(zone):%d/%m/%Y}",
    ]


def _safe(value: str) -> str:
    """A cell that a spreadsheet would run as a formula is turned into text (CWE-1236)."""
    return f"'{value}" if value.startswith(_FORMULA) else value


class _Echo:
    """A file that hands back what is written, for csv.writer."""

    def write(self, value: str) -> str:
        return value
