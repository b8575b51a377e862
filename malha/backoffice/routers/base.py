"""What every page about one router has: the router, its tabs with their numbers, and what a person must know first."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from malha.backoffice.generic import Page
from malha.network import queries
from malha.network.models import Router


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a router: `count` is shown beside it when it is not None."""

    label: str | Promise
    url: str
    is_current: bool
    count: int | None = None


TABS = (
    ("router", _("Summary"), ""),
    ("router_accesses", _("Accesses"), "access_count"),
    ("router_divergences", _("Divergences"), "divergence_count"),
    ("router_queue", _("Command queue"), "waiting_count"),
    ("router_profiles", _("Profiles"), ""),
    ("router_base", _("Base set-up"), ""),
    ("router_edit", _("Router registration"), ""),
)


def find(pk: int) -> Router:
    """The router with its counts, one statement. Raises Http404."""
    router = queries.with_counts(Router.objects.filter(pk=pk)).first()
    if router is None:
        raise Http404
    router.waiting_count = router.queue_count + router.command_count  # type: ignore[attr-defined]
    return router


def tabs(router: Router, current: str) -> list[Tab]:
    """The tabs of a router; `current` is the URL name of the page."""
    return [
        Tab(label, reverse(f"backoffice:{name}", args=[router.pk]), name == current, getattr(router, count) if count else None)
        for name, label, count in TABS
    ]


class RouterPage(Page):
    """A page under a router's head. Give `tab`, the name of its own URL."""

    permission = "routers.view"
    tab = ""

    @cached_property
    def router(self) -> Router:
        """The one of the URL."""
        return find(self.kwargs["pk"])

    def get_context(self) -> dict[str, Any]:
        return {"router": self.router, "tabs": tabs(self.router, self.tab)}
