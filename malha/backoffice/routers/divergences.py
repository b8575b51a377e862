"""Divergências: register against router, field by field, and what a person decides about it.

Applying, accepting and ignoring are asked by the same form; each answers with the page again when the room refuses. What goes to
a router is shown as exact commands first: `shown` is the fingerprint of what the person saw, and something else is shown again.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page as RowPage
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from malha.backoffice.generic import Column, ListPage
from malha.backoffice.keys import key, keys
from malha.backoffice.routers import words
from malha.backoffice.routers.base import find, tabs
from malha.core.errors import BusinessError
from malha.network import queries
from malha.network.models import Divergence, Router
from malha.network.services import divergences
from malha.reports.shell import network_signs
from malha.staff.requests import StaffRequest

MAX_CHOSEN = 5000
READING = ("audit", "repair", "adopt", "read")
NAMES_SHOWN = 3


class DivergencePage(ListPage[Divergence]):
    """The disagreements of one router (with `pk`), or of all that are in use."""

    permission = "routers.view"
    template_name = "routers/divergences.html"
    partial_template = "routers/_divergences.html"
    columns = (
        Column("name", gettext_lazy("Access"), order=("name", "field")),
        Column("field", gettext_lazy("Field"), order=("field", "name")),
        Column("wanted", gettext_lazy("In the register (right)")),
        Column("found", gettext_lazy("On the router (now)")),
        Column("since", gettext_lazy("Since"), order=("since", "name")),
        Column("actions", gettext_lazy("Actions"), is_hidden_label=True),
    )
    selected: Collection[int] = ()
    error = ""
    more_than_a_page = 0  # how many rows there are, when one page does not show them all

    @property
    def router_id(self) -> int | None:
        """Whose page this is."""
        found: int | None = self.kwargs.get("pk")
        return found

    @cached_property
    def router(self) -> Router | None:
        """The router of the page; None on the page of all."""
        return None if self.router_id is None else find(self.router_id)

    @property
    def url(self) -> str:
        """The page itself, also when an action draws it again."""
        if self.router_id is None:
            return reverse("backoffice:divergences")
        return reverse("backoffice:router_divergences", args=[self.router_id])

    @property
    def shows_ignored(self) -> bool:
        return self.request.GET.get("ignoradas") == "1"

    def get_queryset(self) -> QuerySet[Divergence]:
        return queries.divergences(self.router, ignored=self.shows_ignored)

    def paginate(self, queryset: QuerySet[Divergence]) -> RowPage[Divergence]:
        page = super().paginate(queryset)
        self.more_than_a_page = page.paginator.count if page.has_other_pages() else 0
        return page

    def get_rows(self, page: Any) -> list[words.Line]:
        applying, adopting = queries.being_applied(self.router), queries.being_adopted(self.router)
        return words.lines(page, applying=applying, adopting=adopting, selected=self.selected)

    def get_context(self) -> dict[str, Any]:
        router = self.router
        return {
            "router": router,
            "tabs": tabs(router, "router_divergences") if router else [],
            "comparison": queries.comparison(router),
            "shows_ignored": self.shows_ignored,
            "network": network_signs() if router is None else None,
            "waits": queries.is_waiting(router, READING),
            "page_url": self.url,
            "more_than_a_page": self.more_than_a_page,
            "error": self.error,
            "is_part": self.wants_part(),
            **(_commands(self.selected) if self.selected else {}),
        }


class DivergencePreview(DivergencePage):
    """"O que será enviado ao roteador" for what is ticked now."""

    permission = "divergences.manage"
    http_method_names = ["post"]

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = {**_commands(chosen(request).ids), "removes": request.POST.get("removes") == "1"}
        return render(request, "routers/_commands.html", context)


class DivergenceAction(DivergencePage):
    """Base of what the form asks: `act` answers, or raises what is then shown over the page, with the selection kept."""

    permission = "divergences.manage"

    @property
    def router_id(self) -> int | None:
        return chosen(self.request).router_id

    def act(self, ids: list[int]) -> HttpResponse:
        raise NotImplementedError

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('backoffice:divergences')}?{request.GET.urlencode()}".rstrip("?"))

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ids = chosen(request).ids
        try:
            return self.act(ids)
        except BusinessError as refusal:
            self.error, self.selected = refusal.message, ids
            response = super().get(request, *args, **kwargs)
            response.status_code = 422
            return response

    def done(self, text: str) -> HttpResponse:
        messages.success(self.request, text)
        return HttpResponseRedirect(self.url)

    def ask(self, verb: str, ids: list[int], **context: Any) -> HttpResponse:
        """The page between the wish and the deed: what it means, and one button."""
        rows = words.lines(queries.divergences().filter(pk__in=ids))
        carried = {"verb": verb, "ids": ids, "lines": rows, "router_id": self.router_id, "back": self.url}
        return render(self.request, "routers/confirm.html", {**carried, **_commands(ids), **context})


class Apply(DivergenceAction):
    """*Aplicar no roteador*: what was shown is queued; what was not shown yet is shown."""

    def act(self, ids: list[int]) -> HttpResponse:
        usable = list(Divergence.objects.filter(pk__in=ids, kind__in=divergences.APPLICABLE).values_list("pk", flat=True))
        ids = usable or ids  # a selection of strangers alone is refused with the room's own sentence
        shown = divergences.preview(ids)
        removes = self.request.POST.get("removes") == "1"
        has_removals = any(divergences.is_removal(row) for row in Divergence.objects.filter(pk__in=ids))
        if usable and (self.request.POST.get("shown") != fingerprint(shown) or (has_removals and not removes)):
            is_repeated = "shown" in self.request.POST and "confirmed" in self.request.POST
            return self.ask("apply", ids, is_repeated=is_repeated)
        divergences.apply_to_router(ids=ids, actor=self.request.actor, removes=removes)
        text = ngettext("%(n)s field goes to the router and is read again.", "%(n)s fields go to the router and are read again.", len(ids))
        return self.done(text % {"n": len(ids)})


class Accept(DivergenceAction):
    """*Aceitar do roteador*: the register takes the router's value. Another plan means another price, so that is asked first."""

    def act(self, ids: list[int]) -> HttpResponse:
        swaps = queries.plan_swaps(ids)
        if swaps and "confirmed" not in self.request.POST:
            return self.ask("accept", ids, swaps=swaps)
        changed = divergences.accept_from_router(ids=ids, actor=self.request.actor)
        text = ngettext("%(n)s access took what the router has.", "%(n)s accesses took what the router has.", len(changed))
        return self.done(text % {"n": len(changed)})


class Ignore(DivergenceAction):
    """*Ignorar*: neither listed nor repaired until one of the two values changes."""

    def act(self, ids: list[int]) -> HttpResponse:
        divergences.ignore(ids=ids, actor=self.request.actor)
        return self.done(ngettext("%(n)s divergence is ignored.", "%(n)s divergences are ignored.", len(ids)) % {"n": len(ids)})


class Unignore(DivergenceAction):
    """List them again."""

    def act(self, ids: list[int]) -> HttpResponse:
        divergences.unignore(ids=ids, actor=self.request.actor)
        return self.done(ngettext("%(n)s divergence is listed again.", "%(n)s divergences are listed again.", len(ids)) % {"n": len(ids)})


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows the form means, and from which router's page it came."""

    ids: list[int]
    router_id: int | None


def chosen(request: StaffRequest) -> Chosen:
    """One row by its own button, all that the page means, or what is ticked."""
    data = request.POST
    router_id, only = key(data.get("servidor")), key(data.get("only"))
    if only is not None:
        return Chosen([only], router_id)
    if data.get("all"):
        rows = queries.divergences(Router(pk=router_id) if router_id else None, ignored=data.get("ignoradas") == "1")
        return Chosen(list(rows.order_by("pk").values_list("pk", flat=True)[:MAX_CHOSEN]), router_id)
    return Chosen(keys(data.getlist("id"), limit=MAX_CHOSEN), router_id)


def fingerprint(shown: divergences.Preview) -> str:
    """Of the commands and the sessions a person was shown, so that nothing else is done on their word."""
    return hashlib.sha256(repr((shown.commands, shown.kicks)).encode()).hexdigest()


def _commands(ids: Collection[int]) -> dict[str, Any]:
    shown = divergences.preview(ids)
    rows = list(Divergence.objects.filter(pk__in=list(ids)))
    return {
        "commands": shown.commands,
        "sentence": _sentence(shown),
        "shown": fingerprint(shown),
        "removals": [row.name for row in rows if divergences.is_removal(row)],
        "left_alone": sum(row.kind not in divergences.APPLICABLE for row in rows),
        "is_chosen": bool(rows),
        "waits_for_night": any(row.table.endswith("profile") and row.field for row in rows),
    }


def _sentence(shown: divergences.Preview) -> str:
    """`3 comandos · padaria.serra reconecta para aplicar`."""
    count = ngettext("%(n)s command", "%(n)s commands", len(shown.commands)) % {"n": len(shown.commands)}
    if not shown.kicks:
        return _("%(commands)s · nobody is disconnected") % {"commands": count}
    names = ", ".join(shown.kicks[:NAMES_SHOWN])
    more = len(shown.kicks) - NAMES_SHOWN
    if more > 0:
        names = _("%(names)s and %(n)s more") % {"names": names, "n": more}
    text = ngettext("%(commands)s · %(names)s reconnects", "%(commands)s · %(names)s reconnect", len(shown.kicks))
    return text % {"commands": count, "names": names}

