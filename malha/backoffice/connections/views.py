"""Who is connected, and dropping a session."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.generic import Column, FormPage, ListPage
from malha.backoffice.keys import key
from malha.network import queries
from malha.network.models import Router, Session
from malha.network.services import accesses, routers


class ConnectionList(ListPage[Session]):
    """Live sessions as last read from the routers."""

    permission = "routers.view"
    template_name = "connections/list.html"
    partial_template = "connections/_table.html"
    default_order = "login"
    columns = (
        Column("login", gettext_lazy("Login"), order=("username",)),
        Column("customer", gettext_lazy("Customer"), order=("access__contract__customer__search_name", "username")),
        Column("ip", gettext_lazy("IP"), order=("address", "username")),
        Column("mac", "MAC", order=("mac", "username")),
        Column("router", gettext_lazy("Router"), order=("router__name", "username")),
        Column("since", gettext_lazy("Since"), order=("started_at", "username")),
        Column("actions", gettext_lazy("Actions"), is_hidden_label=True),
    )

    @cached_property
    def routers(self) -> list[tuple[int, str]]:
        """For the filter."""
        return list(Router.objects.filter(is_active=True).values_list("pk", "name"))

    @cached_property
    def router_id(self) -> int | None:
        asked = self.request.GET.get("servidor", "")
        return next((pk for pk, _name in self.routers if str(pk) == asked), None)

    @property
    def only_strangers(self) -> bool:
        return self.request.GET.get("sem-cliente") == "1"

    def get_queryset(self) -> QuerySet[Session]:
        router = Router(pk=self.router_id) if self.router_id else None
        rows = queries.sessions(router, text=self.request.GET.get("q", "").strip()[:100])
        return rows.filter(access__isnull=True) if self.only_strangers else rows

    def get_context(self) -> dict[str, Any]:
        return {
            "routers": self.routers,
            "router_id": self.router_id,
            "router_name": dict(self.routers).get(self.router_id or 0, ""),
            "only_strangers": self.only_strangers,
            "text": self.request.GET.get("q", ""),
            "read_at": queries.sessions_read_at(self.router_id),
        }


class DisconnectForm(forms.Form):
    """Why: it stands in the customer's history."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)


class Disconnect(FormPage):
    """Ask before acting: names who loses the connection. The session may be another row by now, so it goes by router and login."""

    permission = "accesses.disconnect"
    template_name = "connections/disconnect.html"
    partial_template = "connections/_disconnect.html"
    form_class = DisconnectForm

    @cached_property
    def session(self) -> Session:
        """The live session of the login on the router. Raises Http404 when it is over."""
        router_id, login = key(self.request.GET.get("servidor")), self.request.GET.get("login", "")
        found = queries.sessions(Router(pk=router_id)).filter(username=login).first() if router_id else None
        if found is None:
            raise Http404
        return found

    def get_context(self) -> dict[str, Any]:
        return {"session": self.session, "action": self.request.get_full_path()}

    def save(self, form: Any) -> str:
        reason, actor, session = form.cleaned_data["reason"], self.request.actor, self.session
        routers.refuse_silent(session.router)
        if session.access is not None:
            accesses.disconnect(access=session.access, reason=reason, actor=actor)
        else:
            routers.disconnect_login(router=session.router, username=session.username, reason=reason, actor=actor)
        messages.success(self.request, _("%(login)s is being disconnected.") % {"login": session.username})
        return reverse("backoffice:connections")

