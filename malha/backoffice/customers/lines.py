"""The words of a line of the customer list.

Fifty lines make most of the page, so everything about them is said here once and the template only prints it. They are
dictionaries because a template looks into those first.
"""

from collections.abc import Iterable
from typing import TypedDict

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from malha.core.statuses import SITUATION, SYNC
from malha.core.templatetags import ui
from malha.reports.customer_criteria import Connection
from malha.reports.customer_rows import AccessCell, ChargeCell, ChargeKind, Row

LONG_NAME = 24  # beyond it a name may break instead of pushing the other columns out


class Line(TypedDict):
    """One line, ready to print. What is safe HTML is made of our own words only."""

    key: str
    url: str
    name: str
    name_css: str
    document: str
    situation: SafeString
    access: str
    dot: SafeString
    tags: SafeString
    ip: str
    plan: str
    router: str
    days: str
    amount: str
    charge: str
    phone: str
    whatsapp: str
    district: str
    number: str
    since: str


def lines(rows: Iterable[Row], base: str) -> list[Line]:
    """The lines of these rows; `base` is the path of the list, under which every customer has their own."""
    words = _Words()
    return [words.line(row, base) for row in rows]


class _Words:
    """What is the same in many lines, made once a page."""

    def __init__(self) -> None:
        self.situations = {situation: ui.badge(status) for situation, status in SITUATION.items()}
        dot = '<span class="dot {}" role="img" aria-label="{}"></span>\u2002'
        self.dots: dict[Connection | None, SafeString] = {
            Connection.ONLINE: format_html(dot, "ok", _("Online")),
            Connection.OFFLINE: format_html(dot, "off", _("Offline")),
            Connection.NO_DATA: format_html('<span class="muted" role="img" aria-label="{0}" title="{0}">?</span>\u2002', _("No data")),
            None: mark_safe(""),
        }
        self.charges = {
            ChargeKind.FIRST: _("first on %s"),
            ChargeKind.NEXT: _("next on %s"),
            ChargeKind.ENDED: _("ended on %s"),
            ChargeKind.EXEMPT: _("exempt"),
            ChargeKind.NONE: "",
        }

    def line(self, row: Row, base: str) -> Line:
        cell = row.access
        return {
            "key": str(row.pk),
            "url": f"{base}{row.number}/",
            "name": row.name,
            "name_css": "text-break" if len(row.name) > LONG_NAME else "nw",
            "document": ui.cpf(row.document),
            "situation": self.situations[row.situation],
            "access": cell.username if cell else ui.DASH,
            "dot": self.dots[cell.connection if cell else None],
            "tags": self.tags(cell, row.more) if cell and (cell.sync or row.more) else self.dots[None],
            "ip": cell.ip or ui.DASH if cell else "",
            "plan": cell.plan if cell else ui.DASH,
            "router": cell.router if cell else "",
            "days": ", ".join(f"{day:02d}" for day in row.due_days) or ui.DASH,
            "amount": ui.brl(row.charge.amount),
            "charge": self.charge(row.charge),
            "phone": ui.fone(row.phone),
            "whatsapp": row.whatsapp,
            "district": row.district or ui.DASH,
            "number": str(row.number),
            "since": ui.date_full(row.since),
        }

    def charge(self, cell: ChargeCell) -> str:
        text = self.charges[cell.kind]
        return text % ui.day(cell.on) if cell.on else text

    def tags(self, cell: AccessCell, more: int) -> SafeString:
        """The sync badge while the router has not what we want, and how many more accesses there are."""
        texts = [SYNC[cell.sync].label] if cell.sync else []
        if more:
            texts.append(f"+{more}")
        return format_html_join("", ' <span class="tag">{}</span>', ((text,) for text in texts))
