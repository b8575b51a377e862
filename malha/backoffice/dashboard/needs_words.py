"""Precisa de você in words: what waits, how grave it is, and where it is dealt with. One line for each kind."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malha.backoffice.dashboard import links
from malha.backoffice.menu import url_of
from malha.core.templatetags import ui
from malha.reports.needs import Item, Need
from malha.staff.models import User


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list. Without `url` its page may not be opened by this person, and the line is no link."""

    icon: str
    tone: str
    title: str
    sub: str
    url: str


@dataclass(frozen=True, slots=True)
class _Place:
    """`page`: URL name, with what follows it; `permission`: of that page."""

    icon: str
    tone: str
    page: str
    permission: str
    query: str = ""
    slug: str = ""


_PLACES = {
    Need.BLOCKS: _Place("clock-exclamation", "bad", "backoffice:rehearsal", "charges.view"),
    Need.APPROVALS: _Place("clock-exclamation", "bad", "backoffice:rehearsal", "charges.view"),
    Need.NOTICES: _Place("mail", "warn", "backoffice:notices", "charges.view"),
    Need.ROUTERS: _Place("router", "bad", "backoffice:routers", "routers.view"),
    Need.DIVERGENCES: _Place("arrows-exchange", "warn", "backoffice:divergences", "divergences.manage"),
    Need.TRUSTS: _Place("shield-check", "trust", "backoffice:customers", "customers.view", "?aba=confianca"),
    Need.REFUSED: _Place("alert-circle", "warn", "backoffice:gateway_errors", "charges.edit"),
    Need.PARKED: _Place("player-pause", "warn", "backoffice:parked", "charges.view"),
    Need.WITHOUT_CHARGE: _Place("receipt", "warn", "backoffice:report", "reports.view", slug="sem-cobranca"),
    Need.CREDITS: _Place("git-merge", "", "backoffice:report", "reports.view", slug="creditos"),
    Need.PAYABLES: _Place("cash", "", "backoffice:payables", "payables.manage", "?aba=vencidas"),
}


def line(item: Item, user: User) -> Line:
    """The line of one need."""
    place = _PLACES[item.need]
    title, sub = _WORDS[item.need](item)
    title %= {"n": ui.count(item.count)}
    url = links.report(user, place.slug) if place.slug else url_of(place.page) if user.can(place.permission) else ""
    return Line(place.icon, place.tone, title, sub, f"{url}{place.query}" if url else "")


def _blocks(item: Item) -> tuple[str, str]:
    title = ngettext("%(n)s block foreseen for tomorrow", "%(n)s blocks foreseen for tomorrow", item.count)
    owed = _("%(amount)s open") % {"amount": ui.brl(item.amount)} if item.amount else ""
    return title, " · ".join(part for part in (owed, _("each one was warned in time")) if part)


def _approvals(item: Item) -> tuple[str, str]:
    title = ngettext("%(n)s block waits for your approval", "%(n)s blocks wait for your approval", item.count)
    return title, _("%(amount)s open") % {"amount": ui.brl(item.amount)} if item.amount else _("Nobody is blocked before that.")


def _notices(item: Item) -> tuple[str, str]:
    title = ngettext("%(n)s notice not delivered", "%(n)s notices not delivered", item.count)
    return title, _("Without proof that it was seen nobody is blocked.")


def _routers(item: Item) -> tuple[str, str]:
    title = ngettext("%(n)s router does not answer", "%(n)s routers do not answer", item.count)
    return title, _names(item)


def _divergences(item: Item) -> tuple[str, str]:
    title = ngettext("%(n)s access differs on the router", "%(n)s accesses differ on the router", item.count)
    strangers = ngettext("%(n)s without a customer", "%(n)s without a customer", item.part) % {"n": item.part} if item.part else ""
    read = _("read at %(time)s") % {"time": ui.clock_time(item.at)} if item.at else ""
    return title, " · ".join(part for part in (", ".join(item.names), strangers, read) if part)


def _trusts(item: Item) -> tuple[str, str]:
    title = ngettext("%(n)s release in trust ends today", "%(n)s releases in trust end today", item.count)
    return title, _names(item)


def _refused(item: Item) -> tuple[str, str]:
    title = ngettext("%(n)s charge refused by the bank", "%(n)s charges refused by the bank", item.count)
    return title, _("Without a barcode until somebody corrects it.")


def _parked(item: Item) -> tuple[str, str]:
    title = ngettext("%(n)s contract not charged any more", "%(n)s contracts not charged any more", item.count)
    return title, _("The run left the decision to you.")


def _without_charge(item: Item) -> tuple[str, str]:
    title = ngettext("%(n)s customer without a charge", "%(n)s customers without a charge", item.count)
    return title, _("Connected, and nothing is charged this month.")


def _credits(item: Item) -> tuple[str, str]:
    title = ngettext("%(n)s customer with unused credit", "%(n)s customers with unused credit", item.count)
    twice = ngettext("%(n)s payment without a charge", "%(n)s payments without a charge", item.part) % {"n": item.part} if item.part else ""
    return title, " · ".join(part for part in (ui.brl(item.amount), twice) if part)


def _payables(item: Item) -> tuple[str, str]:
    title = ngettext("%(n)s bill to pay is overdue", "%(n)s bills to pay are overdue", item.count)
    return title, ui.brl(item.amount)


def _names(item: Item) -> str:
    """`Ingrid Sant'Anna, Cleber Prates e mais 3`."""
    names, more = ", ".join(item.names), item.count - len(item.names)
    return _("%(names)s and %(n)s more") % {"names": names, "n": more} if more > 0 else names


_WORDS: dict[Need, Callable[[Item], tuple[str, str]]] = {
    Need.BLOCKS: _blocks,
    Need.APPROVALS: _approvals,
    Need.NOTICES: _notices,
    Need.ROUTERS: _routers,
    Need.DIVERGENCES: _divergences,
    Need.TRUSTS: _trusts,
    Need.REFUSED: _refused,
    Need.PARKED: _parked,
    Need.WITHOUT_CHARGE: _without_charge,
    Need.CREDITS: _credits,
    Need.PAYABLES: _payables,
}
