"""Who calls: a bearer token in the header, never in the address, with a scope per operation."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from malha.core.errors import NotAllowed
from malha.core.history import Actor
from malha.staff import tokens
from malha.staff.models import ApiToken
from malha.staff.requests import client_ip


class ApiRequest(HttpRequest):
    """A request with a valid token: `auth` is the token, `actor` is who the history will name."""

    auth: ApiToken
    actor: Actor


class Bearer(HttpBearer):
    """Accepts a living token that has the operation's scope. Unknown: 401; known without the scope: 403."""

    def __init__(self, scope: str) -> None:
        if scope not in tokens.SCOPES:
            raise ValueError(f"unknown scope {scope}")
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        ip = client_ip(request)
        found: ApiToken | None = getattr(request, "found_token", None) or tokens.find(token, ip)
        if found is None:
            return None
        need(found, self.scope)
        request.actor = Actor(kind="api", id=found.pk, name=found.name, ip=ip)  # type: ignore[attr-defined]
        return found


def need(token: ApiToken, scope: str) -> None:
    """Raise NotAllowed("scope_missing") unless the key has the scope; for what only some requests to an operation need."""
    if scope not in token.scopes:
        raise NotAllowed("scope_missing", _("This key lacks the permission %(scope)s.") % {"scope": scope})
