"""What every page of the staff shows around its content. Lazy: a template that does not draw the shell pays nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from malha.backoffice import menu
from malha.core import clock
from malha.core.models import Company
from malha.reports import shell as numbers
from malha.staff.models import User


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its icon."""

    label: str | Promise
    url: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """One lamp of the top bar: colour, text, and the page behind it."""

    tone: str
    text: str
    url: str = ""


class Shell:
    """The frame of a page: company, menu with its counters, health. At most two statements, and only when drawn."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def user(self) -> User | None:
        """Whoever is logged in."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) and user.is_authenticated else None

    def can(self, permission: str) -> bool:
        """May this person do it? Nobody may do nothing."""
        return self.user is not None and self.user.can(permission)

    @cached_property
    def company(self) -> Company | None:
        """The provider; None before the first set-up."""
        found: Company | None = getattr(self._request, "company", None)
        return found

    @property
    def company_name(self) -> str:
        return self.company.display_name if self.company else "Malha"

    @property
    def company_place(self) -> str:
        """`Monte Claro · MG`."""
        return " · ".join(part for part in (self.company.city, self.company.uf) if part) if self.company else ""

    @cached_property
    def menu(self) -> list[menu.Line]:
        """The lines of the sidebar."""
        return menu.lines(self._request.path, self.can, self._count) if self.user else []

    @cached_property
    def account_links(self) -> list[Link]:
        """What stands behind the person's own name."""
        pages = (Link(_("Your profile"), menu.url_of("staff:profile"), "user"),)
        return [link for link in pages if link.url]

    @cached_property
    def health(self) -> list[Sign]:
        """The lamps of the top bar. None while there is nothing to watch."""
        if not self.can("routers.view") or not self._network.routers:
            return []
        online, routers, found = self._network.online, self._network.routers, self._network.divergences
        tone = "ok" if online == routers else "bad" if online == 0 else "warn"
        signs = [
            Sign(
                tone,
                str(_("Network: %(online)s of %(routers)s")) % {"online": online, "routers": routers},
                menu.url_of("backoffice:routers"),
            )
        ]
        if found:
            text = ngettext("%(n)s divergence", "%(n)s divergences", found) % {"n": found}
            signs.append(Sign("warn", text, menu.url_of("backoffice:divergences")))
        return signs

    @property
    def search_url(self) -> str:
        return menu.url_of("backoffice:search") if self.user else ""

    @property
    def new_customer_url(self) -> str:
        url = menu.url_of("backoffice:customer_new")
        return url if self.can("customers.edit") and self._request.path != url else ""

    @property
    def theme_url(self) -> str:
        return menu.url_of("staff:theme") if self.user else ""

    @property
    def login_url(self) -> str:
        """Where ui.js finds the login dialog when the session ends."""
        return menu.url_of("staff:login")

    @property
    def logout_url(self) -> str:
        return menu.url_of("staff:logout") if self.user else ""

    @cached_property
    def _network(self) -> numbers.NetworkSigns:
        return numbers.network_signs()

    @cached_property
    def _counts(self) -> numbers.Counts:
        return numbers.counts(clock.today())

    def _count(self, name: str) -> int | None:
        counters: dict[str, Callable[[], int]] = {
            "customers": lambda: self._counts.customers,
            "overdue": lambda: self._counts.overdue,
            "routers": lambda: self._network.routers,
            "sessions": lambda: self._network.sessions,
        }
        return counters[name]() if name in counters else None


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor."""
    return {"shell": Shell(request)}
