"""Busca geral (Ctrl K): the lines of the list for the open page, or a page of its own without JavaScript."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from malha.backoffice import menu
from malha.backoffice.customers.marks import Piece, marked
from malha.core import clock
from malha.customers import queries
from malha.domain.billing import BillingMode
from malha.reports import global_search
from malha.reports.global_search import Hit
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

MAX_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A hit as it is drawn: where it leads, its name and login cut into marked and unmarked pieces."""

    hit: Hit
    url: str
    name: list[Piece]
    login: list[Piece]


@requires("customers.view")
def search(request: StaffRequest) -> HttpResponse:
    """The customers a text may mean, and what can be done with it."""
    text = request.GET.get("q", "").strip()[:MAX_LENGTH]
    mode = BillingMode(request.company.billing_mode)
    hits = global_search.find(text, today=clock.today(), mode=mode, visible=queries.visible_groups(request.user)) if text else []
    base = reverse("backoffice:customers")
    new = menu.url_of("backoffice:customer_new") if text and request.user.can("customers.edit") else ""
    context = {
        "text": text,
        "lines": [_line(hit, text, base) for hit in hits],
        "new_url": f"{new}?{urlencode({'name': text})}" if new else "",
        "all_url": f"{base}?{urlencode({'q': text})}" if len(hits) == global_search.PER_GROUP else "",
    }
    template = "_search.html" if request.htmx else "search.html"
    response = render(request, f"backoffice/customers/{template}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _line(hit: Hit, text: str, base: str) -> Line:
    login = hit.login or (hit.row.access.username if hit.row.access else "")
    return Line(hit, f"{base}{hit.row.number}/", marked(hit.row.name, text), marked(login, text))
