"""The menu as data. An entry is shown when its page exists and the person may open it; otherwise it is absent, not greyed.

To put a section into the menu: give its list page the URL name that stands here, in malha/backoffice/urls.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `counter` names a number of `Shell.counters`; `key` is what follows G on the keyboard."""

    label: str | Promise
    url_name: str
    icon: str
    permission: str
    counter: str = ""
    is_hot: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under a quiet heading; the first group has none."""

    heading: str | Promise
    entries: tuple[Entry, ...]


MENU = (
    Group(
        "",
        (
            Entry(_("Dashboard"), "backoffice:dashboard", "layout-dashboard", "home.view", key="p"),
            Entry(_("Customers"), "backoffice:customers", "users", "customers.view", counter="customers", key="c"),
            Entry(_("Tickets"), "backoffice:tickets", "message-circle", "tickets.work", counter="tickets", is_hot=True, key="h"),
        ),
    ),
    Group(
        _("Finance"),
        (
            Entry(_("Charges"), "backoffice:charges", "receipt", "charges.view", counter="overdue", key="f"),
            Entry(_("Cashbook"), "backoffice:cashbook", "cash-register", "cashbook.view"),
            Entry(_("Gateways"), "backoffice:gateways", "building-bank", "gateways.manage"),
        ),
    ),
    Group(
        _("Network"),
        (
            Entry(_("Plans"), "backoffice:plans", "rocket", "plans.view"),
            Entry(_("Routers"), "backoffice:routers", "router", "routers.view", counter="routers", key="s"),
            Entry(_("Connections"), "backoffice:connections", "plug-connected", "routers.view", counter="sessions"),
        ),
    ),
    Group(
        _("Communication"),
        (
            Entry(_("Messages and notices"), "backoffice:rehearsal", "send", "charges.view"),
            Entry(_("Contract templates"), "backoffice:templates", "file-text", "templates.view"),
        ),
    ),
    Group(
        _("System"),
        (
            Entry(_("Reports"), "backoffice:reports", "chart-bar", "reports.view"),
            Entry(_("History"), "backoffice:history", "history", "history.view"),
            Entry(_("Users and permissions"), "backoffice:users", "shield-lock", "users.manage"),
            Entry(_("Settings"), "backoffice:settings", "settings", "settings.manage"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the sidebar draws it: a heading, or a link."""

    heading: str | Promise = ""
    label: str | Promise = ""
    url: str = ""
    icon: str = ""
    key: str = ""
    count: int | None = None
    is_hot: bool = False
    is_current: bool = False


@cache
def url_of(name: str) -> str:
    """The path of a page, or nothing while no section has brought it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def lines(path: str, can: Callable[[str], bool], counters: Callable[[str], int | None]) -> list[Line]:
    """The menu of one person on the page `path`. `can` answers for a permission, `counters` gives a number by its name."""
    current = _current(path)
    found: list[Line] = []
    for group in MENU:
        shown = [entry for entry in group.entries if url_of(entry.url_name) and can(entry.permission)]
        if shown and group.heading:
            found.append(Line(heading=group.heading))
        found.extend(
            Line(
                label=entry.label,
                url=url_of(entry.url_name),
                icon=entry.icon,
                key=entry.key,
                count=counters(entry.counter) if entry.counter else None,
                is_hot=entry.is_hot,
                is_current=entry is current,
            )
            for entry in shown
        )
    return found


def _current(path: str) -> Entry | None:
    """The entry whose page this is, or the page above it: the longest path that `path` begins with."""
    entries = [entry for group in MENU for entry in group.entries if url_of(entry.url_name) and path.startswith(url_of(entry.url_name))]
    return max(entries, key=lambda entry: len(url_of(entry.url_name)), default=None)
