"""What the tests of the customer page share."""

from django.test import Client

from malha.core import clock
from malha.core.models import HistoryEntry
from malha.network.models import Access, Router, RouterHealth, SyncState
from malha.staff.models import User
from malha.staff.roles import Role
from tests import make

HTMX = {"HX-Request": "true"}


def log_in(role: str = Role.ADMIN, user: User | None = None) -> Client:
    """Somebody of the staff with an open browser."""
    client = Client()
    client.force_login(user or make.user(role))
    return client


def applied(access: Access, **values) -> None:
    """As after a pass of the lane over its router."""
    Router.objects.filter(pk=access.router_id).update(health=RouterHealth.ONLINE)
    values = {"sync_state": SyncState.APPLIED, "due_at": None, "applied_at": clock.now(), "applied_version": 1, **values}
    Access.objects.filter(pk=access.pk).update(**values)


def text(client: Client, path: str, **kwargs) -> str:
    """The page as text."""
    return client.get(path, **kwargs).content.decode()


def verbs() -> list[str]:
    """What the history says, oldest first."""
    return list(HistoryEntry.objects.order_by("pk").values_list("verb", flat=True))
