"""The words of a line of the list: fifty lines make most of the page, so everything about them is said here once."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from malha.backoffice.charges import words
from malha.core.statuses import CHARGE
from malha.core.templatetags import ui
from malha.domain.money import Money
from malha.reports.charge_rows import Row
from malha.reports.charge_situations import ChargeSituation

LONG_NAME = 28  # beyond it a name may break instead of pushing the other columns out


class Line(TypedDict):
    """One line, ready to print. What is safe HTML is made of our own words only."""

    key: str
    number: str
    url: str
    title: str
    customer: str
    customer_css: str
    customer_url: str
    receive_url: str
    due: str
    late: str
    situation: SafeString
    tag: str
    method: str
    is_open: bool
    total: str
    left: str
    updated: str
    paid_on: str
    paid: str
    place: str


class Words:
    """Makes lines; holds what is the same in many of them."""

    def __init__(self, today: date, *, can_receive: bool) -> None:
        self.today, self.can_receive = today, can_receive
        self.badges = {situation: ui.badge(CHARGE[situation]) for situation in ChargeSituation}
        self.base, self.customers = reverse("backoffice:charges"), reverse("backoffice:customers")
        self.contested, self.left = _("contested"), _("left: %s")

    def lines(self, rows: Iterable[Row]) -> list[Line]:
        """The lines of these rows."""
        return [self.line(row) for row in rows]

    def line(self, row: Row) -> Line:
        paid, customer = row.paid, f"{self.customers}{row.customer_number}/"
        return {
            "key": str(row.pk),
            "number": str(row.number),
            "url": f"{self.base}{row.number}/",
            "title": words.title(row.kind, row.due_date, row.description),
            "customer": row.customer,
            "customer_css": "text-break" if len(row.customer) > LONG_NAME else "nw",
            "customer_url": customer,
            "receive_url": f"{customer}receber/?cobranca={row.number}" if self.can_receive and row.updated is not None else "",
            "due": ui.day(row.due_date),
            "late": words.late(row.days_late) or ui.DASH,
            "situation": self.badges[row.situation],
            "tag": self.contested if row.is_contested else "",
            "method": row.method,
            "is_open": row.updated is not None,
            "total": ui.brl(row.total),
            "left": self.left % ui.brl(row.left) if row.updated is not None and row.left != row.total else "",
            "updated": ui.brl(row.updated),
            "paid_on": ui.day(paid.on) if paid else ui.DASH,
            "paid": ui.brl(paid.value if paid else None),
            "place": self.place(row),
        }

    def place(self, row: Row) -> str:
        """`Dinheiro · Caixa da loja`."""
        if row.paid is None:
            return ui.DASH
        return " · ".join(part for part in (words.form(row.paid.form) if row.paid.form else "", row.paid.place) if part) or ui.DASH


def amount(value: Money) -> SafeString:
    """`R$` small and the number, for the totals."""
    return format_html("<small>{}</small>{}", mark_safe("R$"), ui.brl_number(value))
