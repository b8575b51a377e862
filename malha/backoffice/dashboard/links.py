"""The list behind a number, where this person may open it; nothing where not."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from malha.backoffice.menu import url_of
from malha.reports import registry
from malha.staff.models import User


def report(user: User, slug: str, **query: str | date) -> str:
    """A report with its filters; dates as people write them."""
    found = registry.find(slug)
    if found is None or found not in registry.within(user.limit("reports.view")):
        return ""
    return _with(reverse("backoffice:report", args=[slug]), query)


def page(user: User, name: str, permission: str, **query: str | date) -> str:
    """A page by its URL name."""
    url = url_of(f"backoffice:{name}")
    return _with(url, query) if url and user.can(permission) else ""


def _with(url: str, query: dict[str, str | date]) -> str:
    words = {name: f"{value:%d/%m/%Y}" if isinstance(value, date) else value for name, value in query.items()}
    return f"{url}?{urlencode(words)}" if words else url
