"""The book, its totals and the bills as CSV. What names customers or suppliers is in the history when it leaves."""

from collections.abc import Iterator

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from malha.backoffice import csv_file
from malha.backoffice.cash.book import accounts_of, shown_customer
from malha.backoffice.cash.filters import BookForm
from malha.backoffice.cash.payables import TABS, shown_state
from malha.billing.models import PaymentForm
from malha.cashbook import queries
from malha.cashbook.queries import BookFilter
from malha.core import clock, history
from malha.core.statuses import PAYABLE
from malha.domain.money import Money
from malha.reports import cash
from malha.reports.cash import Source
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

CHUNK = 1000


def _asked(request: StaffRequest) -> BookFilter:
    return BookForm(request.GET, accounts=accounts_of(request), user=request.user, today=clock.today()).asked()


def _record(request: StaffRequest, what: str, rows: int) -> None:
    after = {"what": what, "rows": rows, "filters": {name: value for name, value in request.GET.lists() if name != "page"}}
    history.record(request.company, "cashbook.exported", actor=request.actor, after=after)


@requires("cashbook.view")
@require_GET
def book(request: StaffRequest) -> HttpResponseBase:
    """The entries that the list shows, all of them. The balance only where no entry is left out of it."""
    asked = _asked(request)
    rows = queries.entries(asked)
    opening = queries.sheet(asked.accounts, since=asked.since, until=asked.until).opening
    _record(request, "entries", rows.count())
    zone = timezone.get_current_timezone()
    labels = {value: str(label) for value, label in PaymentForm.choices if value}

    def lines() -> Iterator[list[str | Money]]:
        balance = opening
        for entry in rows.iterator(chunk_size=CHUNK):
            balance += entry.amount
            customer = shown_customer(entry, request.user)
            yield [
                f"{entry.date:%d/%m/%Y}",
                f"{entry.at.astimezone(zone):%d/%m/%Y %H:%M}",
                entry.account.name,
                entry.description,
                customer.name if customer else "",
                str(entry.category or ""),
                labels.get(entry.form, ""),
                entry.user.name if entry.user else "",
                entry.incoming,
                entry.outgoing,
                "" if asked.is_narrowed else balance,
                entry.note,
            ]

    headings = [
        _("Date"), _("Written at"), _("Account"), _("Description"), _("Customer"), _("Category"), _("Form"), _("Operator"), _("Money in"),
        _("Money out"), _("Balance"), _("Note"),
    ]  # fmt: skip
    return csv_file.answer(f"caixa-{asked.since:%Y-%m-%d}-{asked.until:%Y-%m-%d}", headings, lines())


@requires("cashbook.view")
@require_GET
def totals(request: StaffRequest) -> HttpResponseBase:
    """Totals per day and per category of the accounts and days that the list shows."""
    asked = _asked(request)
    report = cash.read(asked.accounts, since=asked.since, until=asked.until)
    names = {
        Source.PAYMENTS: _("Payments of customers"),
        Source.TRANSFERS: _("Transfers"),
        Source.OTHER: _("Without category"),
    }
    day, category = _("Day"), _("Category")
    rows: list[list[str | Money]] = [[_("Opening balance"), f"{report.since:%d/%m/%Y}", "", "", report.opening]]
    rows += [[day, f"{row.date:%d/%m/%Y}", row.incoming, row.outgoing, row.balance] for row in report.days]
    for part in report.categories:
        rows.append([category, names.get(part.source, f"{part.code} {part.name}"), part.incoming, part.outgoing, ""])
    rows.append([_("Total"), "", report.incoming, report.outgoing, report.balance])
    headings = [_("What"), _("Which"), _("Money in"), _("Money out"), _("Balance")]
    return csv_file.answer(f"totais-do-caixa-{report.since:%Y-%m-%d}-{report.until:%Y-%m-%d}", headings, rows)


@requires("payables.manage")
@require_GET
def bills(request: StaffRequest) -> HttpResponseBase:
    """The bills of the tab that the list shows."""
    today, asked = clock.today(), request.GET.get("aba", "")
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = queries.payables(TABS[asked if asked in TABS else ""][0], today=today, text=text).order_by("due_date", "pk")
    _record(request, "bills", rows.count())
    labels = {value: str(status.label) for value, status in PAYABLE.items()}
    lines = (
        [
            f"{row.due_date:%d/%m/%Y}",
            row.description,
            row.receiver,
            row.document_number,
            f"{row.installment}/{row.installments}",
            str(row.category or ""),
            labels[shown_state(row, today)],
            row.amount,
            f"{row.paid_on:%d/%m/%Y}" if row.paid_on else "",
            row.paid_amount if row.paid_amount is not None else "",
        ]
        for row in rows.iterator(chunk_size=CHUNK)
    )
    headings = [
        _("Due date"), _("Description"), _("Receiver"), _("Document number"), _("Instalment"), _("Category"), _("Situation"), _("Value"),
        _("Paid on"), _("Value paid"),
    ]  # fmt: skip
    return csv_file.answer(f"contas-a-pagar-{today:%Y-%m-%d}", headings, lines)
