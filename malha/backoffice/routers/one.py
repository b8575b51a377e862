"""The tabs of one router that show things: Resumo, Acessos, Fila de comandos, Perfis, Base."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from malha.backoffice.generic import Column, ListPage
from malha.backoffice.routers.base import RouterPage
from malha.backoffice.routers.forms import MoveForm, PoolForm
from malha.domain.access.diff import addition
from malha.domain.access.types import Entry
from malha.network import queries, registry
from malha.network.models import Access, RouterCommand, SyncState
from malha.network.services import base_setup, facts
from malha.staff.requests import StaffRequest

RUNS_SHOWN = 10


class RouterSummary(RouterPage):
    """Resumo: how the router is now, and what the last passes did."""

    template_name = "routers/summary.html"
    tab = "router"

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer(comparison=queries.comparison(self.router), runs=queries.runs(self.router, limit=RUNS_SHOWN))


class RouterAccesses(RouterPage, ListPage[Access]):
    """Acessos: who stands on the router, and whether it is as it should be."""

    template_name = "routers/accesses.html"
    partial_template = "routers/_accesses.html"
    tab = "router_accesses"
    default_order = "login"
    columns = (
        Column("login", _("Access"), order=("username",)),
        Column("plan", _("Plan"), order=("plan__name", "username")),
        Column("connection", _("Connection"), order=("online_since", "username")),
        Column("state", _("On the router"), order=("sync_state", "username")),
    )

    @property
    def state(self) -> str:
        asked = self.request.GET.get("estado", "")
        return asked if asked in SyncState.values else ""

    def get_queryset(self) -> QuerySet[Access]:
        rows = queries.accesses(self.router)
        if self.state:
            rows = rows.filter(sync_state=self.state)
        text = self.request.GET.get("q", "").strip()[:100]
        return queries.accesses_named(rows, text) if text else rows

    def get_context(self) -> dict[str, Any]:
        states = [choice for choice in SyncState.choices if choice[0] != SyncState.REMOVED]
        return {**super().get_context(), "state": self.state, "states": states, "text": self.request.GET.get("q", "")}


class RouterQueue(RouterPage):
    """Fila de comandos: what waits for the router, and what became of what was asked."""

    template_name = "routers/queue.html"
    tab = "router_queue"

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        waiting = queries.queue(self.router)[:100]
        return self.answer(waiting=waiting, commands=[(row, verb_label(row)) for row in queries.commands(self.router)])


class RouterProfiles(RouterPage):
    """Perfis: the profiles and pools as the register wants them, with the commands that would make them."""

    template_name = "routers/profiles.html"
    tab = "router_profiles"

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer(form=PoolForm())

    def get_context(self) -> dict[str, Any]:
        counts = queries.plans_in_use(self.router)
        driver = registry.driver(self.router.driver)
        plans = facts.plan_facts([plan_id for plan_id, _n in counts])
        wanted = facts.router_facts(self.router)
        profiles = [(plan_id, driver.desired((), [plans[plan_id]], wanted)[-1], n) for plan_id, n in counts]
        return {
            **super().get_context(),
            "profiles": [(plan_id, entry, n, command(self.router.driver, entry)) for plan_id, entry, n in profiles],
            "pools": list(self.router.pools.all()),
        }


class RouterBase(RouterPage):
    """Base: what is missing on the router for notices and blocks, as exact commands before anything is written."""

    template_name = "routers/setup.html"
    partial_template = "routers/_setup.html"
    tab = "router_base"

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer()

    def get_context(self) -> dict[str, Any]:
        latest = base_setup.latest(self.router)
        return {**super().get_context(), "latest": latest, "waits": latest is not None and latest.due_at is not None}


class RouterMove(RouterPage):
    """Where to move accesses: those ticked, or all of them."""

    permission = "routers.manage"
    template_name = "routers/move.html"
    tab = "router_accesses"

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer(form=MoveForm(source=self.router), ids=[], how_many=self.router.access_count)  # type: ignore[attr-defined]


def command(driver: str, entry: Entry) -> str:
    """The command that would make an object of the register on an empty router."""
    return registry.driver(driver).render(addition(entry))


VERBS = {
    "disconnect": _("Disconnect"),
    "kick": _("Reconnect sessions"),
    "silence": _("Keep the notice page away"),
    "remove_access": _("Take a moved login off"),
    "audit": _("Compare with the register"),
    "repair": _("Apply divergences"),
    "adopt": _("Link a login"),
    "base_read": _("Read the base set-up"),
    "base_apply": _("Apply the base set-up"),
    "read": _("Read state and sessions"),
}


def verb_label(row: RouterCommand) -> str:
    """What was asked, with the login or address it is about."""
    named = (row.arguments.get(key) for key in ("username", "name", "address"))
    name = next(filter(None, named), row.access.username if row.access else "")
    return f"{VERBS.get(row.verb, row.verb)}{': ' if name else ''}{name}"
