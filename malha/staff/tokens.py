"""Bearer tokens: made once, shown once, stored as a hash (failure mode F66)."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.staff.models import ApiToken, User

PREFIX = "mlh_"
SCOPES = {
    "customers:read": gettext_lazy("Read customers"),
    "customers:write": gettext_lazy("Register and change customers"),
    "contracts:read": gettext_lazy("Read contracts"),
    "contracts:write": gettext_lazy("Change, block, release, suspend and cancel contracts"),
    "accesses:read": gettext_lazy("Read accesses"),
    "accesses:write": gettext_lazy("Create, change and disconnect accesses"),
    "accesses:password": gettext_lazy("Read access passwords, one at a time"),
    "charges:read": gettext_lazy("Read charges, booklets, agreements and what will be charged"),
    "charges:write": gettext_lazy("Make, change and cancel charges, booklets and agreements"),
    "charges:waive": gettext_lazy("Let fine and interest go"),
    "payments:read": gettext_lazy("Read payments"),
    "payments:write": gettext_lazy("Receive and reverse payments"),
    "dunning:read": gettext_lazy("Read who would be warned, blocked and released"),
    "dunning:write": gettext_lazy("Record that a notice was delivered"),
    "plans:read": gettext_lazy("Read plans"),
    "plans:write": gettext_lazy("Create and change plans"),
    "routers:read": gettext_lazy("Read routers"),
    "sign-ups:write": gettext_lazy("Sign customers up in one call"),
}
_SEEN_EVERY = timedelta(minutes=1)


@transaction.atomic
def create(
    *, name: str, scopes: Iterable[str], by: User, allowed_ips: Iterable[str] = (), expires_at: datetime | None = None, actor: Actor
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is not stored and cannot be shown again. Raises BusinessError("invalid")."""
    scopes, allowed_ips = sorted(set(scopes)), [text.strip() for text in allowed_ips if text.strip()]
    problems: dict[str, str] = {}
    if not name.strip():
        problems["name"] = _("Give the key a name that tells who uses it.")
    if not scopes or not set(scopes) <= SCOPES.keys():
        problems["scopes"] = _("Choose at least one permission from the list.")
    for text in allowed_ips:
        try:
            ip_network(text, strict=False)
        except ValueError:
            problems["allowed_ips"] = _("%(text)s is not an address or network. Example: 203.0.113.7 or 203.0.113.0/24.") % {"text": text}
    if problems:
        raise BusinessError("invalid", _("Check the marked fields."), fields=problems)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name.strip()[:60],
        prefix=secret[len(PREFIX) : len(PREFIX) + 8],
        digest=digest_of(secret),
        scopes=scopes,
        allowed_ips=allowed_ips,
        created_by=by,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    history.record(token, "token.created", actor=actor, after={"name": token.name, "scopes": scopes, "allowed_ips": allowed_ips})
    return token, secret


@transaction.atomic
def revoke(*, token: ApiToken, actor: Actor) -> None:
    """The token opens nothing from now on. Raises StateConflict if it was revoked already."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=clock.now()):
        raise StateConflict("token_revoked", _("This key was revoked already."))
    history.record(token, "token.revoked", actor=actor)


def digest_of(secret: str) -> str:
    """What is stored. The secret has 256 random bits, so a plain hash is enough and one indexed look-up finds it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(secret: str, ip: str | None) -> ApiToken | None:
    """The living token of this secret for a caller at `ip`, or None."""
    token = ApiToken.objects.filter(digest=digest_of(secret), revoked_at__isnull=True, created_by__is_active=True).first()
    now = clock.now()
    if token is None or (token.expires_at is not None and token.expires_at <= now) or not _may_come_from(token, ip):
        return None
    if token.last_used_at is None or now - token.last_used_at > _SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _may_come_from(token: ApiToken, ip: str | None) -> bool:
    if not token.allowed_ips:
        return True
    return ip is not None and any(ip_address(ip) in ip_network(text, strict=False) for text in token.allowed_ips)
