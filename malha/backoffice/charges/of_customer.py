"""The tab Cobranças of a customer: what is open first, then what was paid by year, and the credit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString

from malha.backoffice.charges import words
from malha.backoffice.customers.one import CustomerPage
from malha.billing.models import Charge, PaymentKind
from malha.core import clock
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.reports import customer_charges
from malha.reports.customer_charges import Item

ON_SUMMARY = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A charge as the tab and the summary draw it."""

    item: Item
    title: str
    badge: SafeString
    form: str

    @property
    def charge(self) -> Charge:
        """The charge itself."""
        return self.item.charge


@dataclass(frozen=True, slots=True)
class Year:
    """The charges of one year that are not open any more, and what was paid of them."""

    year: int
    lines: list[Line]
    paid: Money


class Charges(CustomerPage):
    """The tab."""

    permission = "charges.view"
    template_name = "charges/of_customer.html"
    tab = "customer_charges"

    def get_tab(self) -> dict[str, Any]:
        today = clock.today()
        found = customer_charges.read(self.customer, today=today)
        closed = lines(found.closed, today)
        years = [
            Year(year, rows := list(group), Money.total(line.item.paid for line in rows))
            for year, group in groupby(closed, key=lambda line: line.charge.due_date.year)
        ]
        return {
            "receivables": found,
            "open_lines": lines(found.open, today),
            "years": years,
            "agreements": found.agreements,
            "booklets": found.booklets,
            "payments": [(payment, words.form(payment.form)) for payment in found.unallocated],
            "given": PaymentKind.CREDIT,
            "on_time": found.on_time,
        }


def lines(items: Iterable[Item], today: date) -> list[Line]:
    """The words of these charges."""
    return [
        Line(
            item,
            words.of(item.charge, item.description),
            words.badge(item.situation, days_late=max((today - item.charge.due_date).days, 0), is_paid_late=item.is_paid_late),
            words.form(item.form) if item.form else "",
        )
        for item in items
    ]


def summary(customer: Customer, today: date) -> dict[str, Any]:
    """What the summary shows: the sum that is open, and a few lines, everything open filled up with the latest."""
    found = customer_charges.read(customer, today=today, most=ON_SUMMARY, with_papers=False)
    items = [*found.open[:ON_SUMMARY], *found.closed[: max(ON_SUMMARY - len(found.open), 0)]]
    shown = lines(sorted(items, key=lambda item: item.charge.due_date, reverse=True), today)
    return {"receivables": found, "charge_lines": shown}
