"""The list as CSV, streamed. Every export is in the history: names of customers leave the system."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from malha.backoffice import csv_file
from malha.backoffice.charges import filters, selection
from malha.billing.models import PaymentForm
from malha.core import clock, history
from malha.core.statuses import CHARGE
from malha.customers import queries as customers
from malha.domain.money import Money
from malha.reports import charge_rows
from malha.reports.charge_criteria import ChargeOrder
from malha.reports.charge_rows import Row
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


@requires("customers.export")
def export(request: StaffRequest) -> StreamingHttpResponse:
    """GET: everything the address means. POST from the bulk bar: the ticked rows, or everything."""
    today = clock.today()
    if request.method == "POST":
        chosen = selection.read(request.POST, user=request.user, today=today)
        keys, count = chosen.charges.values_list("pk", flat=True), chosen.charges.count()
        found = charge_rows.rows_of(keys.iterator(chunk_size=charge_rows.EXPORT_BATCH), today=today)
        asked: dict[str, list[str]] = {"query": [chosen.query]} if chosen.criteria else {}
    else:
        order = request.GET.get(filters.ORDER, "")
        order = order if order.removeprefix("-") in set(ChargeOrder) else ChargeOrder.DUE
        criteria = filters.criteria(request.GET, order, today=today, visible=customers.visible_groups(request.user))
        count, found = charge_rows.Listing(criteria, today).count, charge_rows.every_row(criteria, today=today)
        asked = {name: values for name, values in request.GET.lists() if name not in (filters.PAGE, filters.ORDER)}
    history.record(request.company, "charges.exported", actor=request.actor, after={"rows": count, "filters": asked})
    headings = [
        _("Charge"), _("Description"), _("Customer number"), _("Customer"), _("Due date"), _("Days late"), _("Situation"), _("Means"),
        _("Amount"), _("Open amount"), _("Updated today"), _("Payment"), _("Amount paid"), _("Form"), _("Place"), _("Receipt"),
    ]  # fmt: skip
    return csv_file.answer(f"cobrancas-{today:%Y-%m-%d}", headings, _cells(found))


def _cells(rows: Iterator[Row]) -> Iterator[list[str | Money]]:
    # The answer is read after the request's language is gone, so the words are made now.
    situations = {situation: str(status.label) for situation, status in CHARGE.items()}
    forms = {value: str(label) for value, label in PaymentForm.choices}
    monthly = _("Monthly fee")

    def cells(row: Row) -> list[str | Money]:
        paid = row.paid
        return [
            str(row.number),
            row.description or (f"{monthly} {row.due_date:%m/%Y}"),
            str(row.customer_number),
            row.customer,
            f"{row.due_date:%d/%m/%Y}",
            str(row.days_late),
            situations[row.situation],
            row.method,
            row.total,
            row.left,
            row.updated if row.updated is not None else "",
            f"{paid.on:%d/%m/%Y}" if paid else "",
            paid.value if paid else "",
            forms.get(paid.form, "") if paid else "",
            paid.place if paid else "",
            str(paid.receipt) if paid else "",
        ]

    return (cells(row) for row in rows)
