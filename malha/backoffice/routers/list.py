"""The list of routers; without any, the guide to the first one."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from malha.backoffice.generic import Column, ListPage
from malha.backoffice.routers import register
from malha.backoffice.routers.forms import RouterForm, made_up_password
from malha.network import queries
from malha.network.models import Router, RouterHealth


class RouterList(ListPage[Router]):
    """Every router with how it is, what stands on it and where it disagrees."""

    permission = "routers.view"
    template_name = "routers/list.html"
    partial_template = "routers/_table.html"
    default_order = "name"
    columns = (
        Column("name", _("Name"), order=("name",)),
        Column("host", _("Address"), order=("host", "port")),
        Column("state", _("State"), order=("health", "name")),
        Column("accesses", _("Accesses"), order=("access_count", "name"), css="r"),
        Column("divergences", _("Divergences"), order=("divergence_count", "name"), css="r"),
        Column("read", _("Last reading"), order=("last_seen_at", "name")),
        Column("actions", _("Actions"), is_hidden_label=True),
    )

    @property
    def state(self) -> str:
        asked = self.request.GET.get("estado", "")
        return asked if asked in RouterHealth.values or asked == "OFF" else ""

    def get_queryset(self) -> QuerySet[Router]:
        rows = queries.with_counts()
        if self.state == "OFF":
            rows = rows.filter(is_active=False)
        elif self.state:
            rows = rows.filter(is_active=True, health=self.state)
        text = self.request.GET.get("q", "").strip()[:100]
        return queries.routers_named(rows, text) if text else rows

    def get_context(self) -> dict[str, Any]:
        context: dict[str, Any] = {"state": self.state, "states": RouterHealth.choices, "text": self.request.GET.get("q", "")}
        if not self.wants_part() and self.request.user.can("routers.manage"):
            form = RouterForm(initial={"api_password": made_up_password()})
            context |= {"form": form, "script": register.script(form, None)}
        return context
