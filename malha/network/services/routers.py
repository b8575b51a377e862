"""Servidores: registered, changed, switched off, taken away; moving accesses from one to another.

Nothing here talks to a router. Whatever a change means for it is left as due rows, which its lane picks up.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain import ips, routers
from malha.network import registry
from malha.network.data import RouterData
from malha.network.models import Access, Divergence, Method, Router, RouterCommand, RouterHealth, SyncState, TlsMode
from malha.network.services import accesses, commands
from malha.network.services.asking import ask

FIELDS: Final = tuple(f.name for f in fields(RouterData) if f.name != "api_password")
NAMES: Final = ("pending_list", "blocked_list", "garden_list", "block_profile", "block_pool")
# A change of these means another way to the router: what went wrong before no longer counts.
OF_THE_CONNECTION: Final = frozenset(("host", "port", "fallback_host", "tls_mode", "api_username", "api_password"))
# A change of these means other objects on the router.
OF_THE_ENTRIES: Final = frozenset(
    ("pending_list", "blocked_list", "block_profile", "block_pool", "block_pool_ranges", "local_address", "disables_on_block")
)
LIMITS: Final = {"name": 60, "description": 150}
GONE: Final = (SyncState.REMOVING, SyncState.REMOVED)


def check(data: RouterData, *, ignoring: Router | None = None) -> RouterData:
    """The input normalised; BusinessError("invalid") with a sentence per field. `ignoring`: the router being changed."""
    problems = Problems()
    values: dict[str, object] = {"name": " ".join(data.name.split()), "description": data.description.strip()}
    others = Router.objects.exclude(pk=ignoring.pk) if ignoring else Router.objects.all()
    if not values["name"]:
        problems.add("name", _("Give the router a name, for example CCR Centro."))
    elif others.filter(name__iexact=str(values["name"])).exists():
        problems.add("name", _("Another router has this name. Choose another one."))
    for name, limit in LIMITS.items():
        if len(str(values[name])) > limit:
            problems.add(name, _("Use at most %(limit)s characters.") % {"limit": limit})
    _check_address(data, values, problems, others)
    _check_login(data, values, problems, ignoring)
    _check_choices(data, problems)
    _check_objects(data, values, problems, stored=ignoring)
    problems.raise_if_any()
    return replace(data, **values)  # type: ignore[arg-type]


def _check_address(data: RouterData, values: dict[str, object], problems: Problems, others: QuerySet[Router]) -> None:
    with problems.of("host"):
        values["host"] = routers.normalize_host(data.host)
    if data.fallback_host.strip():
        with problems.of("fallback_host"):
            values["fallback_host"] = routers.normalize_host(data.fallback_host)
    if not 1 <= data.port <= 65535:
        problems.add("port", _("Use a port from 1 to 65535. The API has 8729 with TLS and 8728 without."))
    elif "host" in values and others.filter(host=values["host"], port=data.port).exists():
        problems.add("host", _TAKEN["host"]())


def _check_login(data: RouterData, values: dict[str, object], problems: Problems, ignoring: Router | None) -> None:
    with problems.of("api_username"):
        values["api_username"] = routers.normalize_user(data.api_username)
    if data.api_password is None:
        if ignoring is None:
            problems.add("api_password", _("Type the password of the user on the router, or generate one."))
    elif not data.api_password or len(data.api_password) > 100 or not data.api_password.isprintable():
        problems.add("api_password", _("Use from 1 to 100 signs in the password."))


def _check_choices(data: RouterData, problems: Problems) -> None:
    if data.driver not in registry.drivers():
        problems.add("driver", _("Choose the kind of router."))
    if data.tls_mode not in TlsMode.values:
        problems.add("tls_mode", _("Choose how the connection is protected."))
    if not data.enabled_methods or not set(data.enabled_methods) <= set(Method.values):
        problems.add("enabled_methods", _("Tick at least one type of access."))
    if not 1 <= data.max_accesses <= 100_000:
        problems.add("max_accesses", _("Use a number from 1 to 100,000."))
    if not 0 <= data.kicks_per_second <= 1000:
        problems.add("kicks_per_second", _("Use a number from 0 (no limit) to 1,000."))


def free_block_ranges() -> str:
    """What a router that is not registered yet is proposed for its block pool."""
    return routers.free_block_ranges(Router.objects.values_list("block_pool_ranges", flat=True))


def _check_objects(data: RouterData, values: dict[str, object], problems: Problems, *, stored: Router | None) -> None:
    for name in NAMES:
        with problems.of(name):
            values[name] = routers.normalize_name(getattr(data, name))
    lists = [values.get(name) for name in ("pending_list", "blocked_list", "garden_list")]
    if len(set(lists)) < len(lists) and None not in lists:
        problems.add("pending_list", _("The three lists need different names."))
    with problems.of("block_pool_ranges"):
        typed = data.block_pool_ranges or (stored.block_pool_ranges if stored else free_block_ranges())
        values["block_pool_ranges"] = routers.normalize_ranges(typed)
    if len(str(values.get("block_pool_ranges", ""))) > 100:
        problems.add("block_pool_ranges", _("Use at most %(limit)s characters.") % {"limit": 100})
    for name in ("local_address", "notice_address"):
        if getattr(data, name).strip():
            with problems.of(name):
                values[name] = ips.normalize_ipv4(getattr(data, name))
    with problems.of("walled_garden"):
        values["walled_garden"] = routers.normalize_garden(data.walled_garden)


_TAKEN: Final = {"host": lambda: _("Another router is registered at this address and port.")}


@transaction.atomic
def register(*, data: RouterData, actor: Actor) -> Router:
    """A new router, to be read at once. That it does not answer is no reason to refuse it. Raises BusinessError("invalid")."""
    checked = check(data)
    router = Router(api_password=checked.api_password or "", due_at=clock.now(), **stored(checked))
    _save(router)
    history.record(router, "router.created", actor=actor, after=_facts(router))
    return router


@transaction.atomic
def change(*, router: Router, data: RouterData, actor: Actor) -> Router:
    """Change the registration. Another way to the router is tried at once; other names make its accesses due.

    Choosing another protection forgets the pinned certificate: it is a person who decided it (network.md §1.1).
    """
    locked = Router.objects.select_for_update(of=("self",)).get(pk=router.pk)
    checked = check(data, ignoring=locked)
    before = _facts(locked)
    has_new_password = checked.api_password is not None and checked.api_password != locked.api_password
    for name, value in stored(checked).items():
        setattr(locked, name, value)
    if has_new_password:
        locked.api_password = checked.api_password
    old, new = history.changes(before, _facts(locked))
    changed = set(new) | ({"api_password"} if has_new_password else set())
    if not changed:
        return locked
    if "tls_mode" in changed:
        locked.tls_pin = ""
    if changed & OF_THE_CONNECTION:
        locked.health, locked.health_words, locked.failures = RouterHealth.UNKNOWN, "", 0
        locked.retry_at, locked.last_error, locked.due_at = None, "", clock.now()
    locked.updated_at = clock.now()
    _save(locked)
    if changed & OF_THE_ENTRIES:
        accesses.want(Access.objects.filter(router=locked))
    if has_new_password:
        new["api_password"] = history.HIDDEN
    history.record(locked, "router.changed", actor=actor, before=old, after=new)
    return locked


@transaction.atomic
def deactivate(*, router: Router, reason: str = "", actor: Actor) -> None:
    """Nobody speaks to this router and no new access may choose it; what it has stays as it is. Raises StateConflict."""
    if not Router.objects.filter(pk=router.pk, is_active=True).update(is_active=False, updated_at=clock.now()):
        raise StateConflict("router_inactive", _("This router is already switched off."))
    history.record(router, "router.deactivated", actor=actor, reason=reason)


@transaction.atomic
def reactivate(*, router: Router, actor: Actor) -> None:
    """Use it again: it is read at once and gets everything that waited. Raises StateConflict."""
    changes = {"is_active": True, "health": RouterHealth.UNKNOWN, "health_words": "", "failures": 0, "retry_at": None, "last_error": ""}
    if not Router.objects.filter(pk=router.pk, is_active=False).update(due_at=clock.now(), updated_at=clock.now(), **changes):
        raise StateConflict("router_active", _("This router is already in use."))
    history.record(router, "router.reactivated", actor=actor)


@transaction.atomic
def remove(*, router: Router, reason: str = "", actor: Actor) -> None:
    """Take a router out of the register. Refused while it has accesses, or had some whose history needs it. Raises BusinessError."""
    living = Access.objects.filter(router=router).exclude(sync_state=SyncState.REMOVED).count()
    if living:
        sentence = ngettext(
            "%(router)s has %(n)s access. Move it to another router first.",
            "%(router)s has %(n)s accesses. Move them to another router first.",
            living,
        )
        raise BusinessError("router_has_accesses", sentence % {"router": router.name, "n": living})
    if Access.objects.filter(Q(router=router) | Q(previous_router=router)).exists():
        raise BusinessError("router_has_history", _("Accesses that were removed still belong to this router. Switch it off instead."))
    history.record(router, "router.removed", actor=actor, reason=reason, before=_facts(router))
    router.pools.all().delete()
    Router.objects.filter(pk=router.pk).delete()


@transaction.atomic
def move_accesses(*, source: Router, target: Router, ids: list[int] | None = None, reason: str = "", actor: Actor) -> int:
    """Move accesses to another router, all of them unless `ids` says which; answers how many. All or, with a sentence, none.

    The old router gets the command to take them off; a dead one keeps nobody from the new one. A constant number of statements.
    """
    if target.pk == source.pk or not Router.objects.filter(pk=target.pk, is_active=True).exists():
        raise BusinessError("invalid", _("Choose the router."), fields={"target": _("Choose another router, one that is in use.")})
    rows = Access.objects.filter(router=source).exclude(sync_state__in=GONE)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    moved = list(rows.select_for_update(of=("self",)).select_related("contract").defer("password"))
    if not moved:
        raise BusinessError("nothing_to_move", _("There is no access to move."))
    _refuse_what_cannot_move(moved, source, target)
    keys = [access.pk for access in moved]
    now = clock.now()
    for start in range(0, len(keys), 1000):
        part = Access.objects.filter(pk__in=keys[start : start + 1000])
        part.filter(Q(applied_version__gt=0) | ~Q(leased_by="")).update(previous_router=source)
        part.update(router=target, pushed_password="", applied_version=0, online_since=None, updated_at=now)
        accesses.want(part)
        Divergence.objects.filter(router=source, access__in=keys[start : start + 1000]).delete()
    history.record_all(
        history.entry_for(
            access, "access.changed", actor=actor, reason=reason, before={"router": source.name}, after={"router": target.name},
            customer_id=access.contract.customer_id,
        )
        for access in moved
    )  # fmt: skip
    return len(moved)


def _refuse_what_cannot_move(moved: list[Access], source: Router, target: Router) -> None:
    moving = next((access for access in moved if access.previous_router_id not in (None, target.pk)), None)
    if moving is not None:
        words = _("%(login)s is still being moved from its old router. Try again when it is done.")
        raise StateConflict("access_moving", words % {"login": moving.username})
    for access in moved:
        if access.method not in target.enabled_methods:
            words = _("%(login)s: %(router)s does not offer this type of access.")
            raise BusinessError("method", words % {"login": access.username, "router": target.name})
    fixed = {access.ipv4: access.username for access in moved if access.ipv4}
    taken = Access.objects.filter(router=target, ipv4__in=fixed).values_list("ipv4", flat=True).first() if fixed else None
    if taken is not None:
        words = _("%(login)s: the IP %(ip)s is already fixed for another access of %(router)s.")
        raise BusinessError("ipv4", words % {"login": fixed[taken], "ip": taken, "router": target.name})


@transaction.atomic
def read_now(*, router: Router, actor: Actor) -> None:
    """*Ler agora*: health, sessions and the whole comparison, as soon as the lane comes. Writes nothing to the router.

    A wish that is open is not repeated. Raises StateConflict for a router that is switched off or stopped.
    """
    refuse_silent(router)
    if not RouterCommand.objects.filter(router=router, verb="read", due_at__isnull=False).exists():
        commands.ask_reading(router=router, actor=actor)
    commands.ask_audit(router=router, actor=actor)


def refuse_silent(router: Router) -> None:
    """StateConflict if nobody would carry out what is asked of this router."""
    if not router.is_active:
        raise StateConflict("router_inactive", _("%(router)s is switched off. Put it into use first.") % {"router": router.name})
    if router.health == RouterHealth.STOPPED:
        raise StateConflict("router_stopped", _("%(router)s is stopped. Resume it first.") % {"router": router.name})


@transaction.atomic
def disconnect_login(*, router: Router, username: str, reason: str = "", actor: Actor) -> RouterCommand:
    """Drop the session of a login that belongs to no access of ours; its device dials again by itself."""
    refuse_silent(router)
    command = ask(router_id=router.pk, verb="disconnect", arguments={"username": username}, actor=actor)
    history.record(router, "router.login_disconnected", actor=actor, reason=reason, after={"login": username})
    return command


def stored(data: RouterData) -> dict[str, object]:
    """Checked input as columns of the router, without its password."""
    values: dict[str, object] = {name: getattr(data, name) for name in FIELDS}
    return values | {"enabled_methods": list(data.enabled_methods), "walled_garden": list(data.walled_garden)}


def _facts(router: Router) -> Mapping[str, object]:
    return history.snapshot(router, FIELDS)


def _save(router: Router) -> None:
    """Two people registered the same at once: the second one gets a sentence, not an error page."""
    try:
        with transaction.atomic():
            router.save()
    except IntegrityError as error:
        field = "name" if "name" in str(error) else "host"
        sentence = _("Another router has this name. Choose another one.") if field == "name" else _TAKEN["host"]()
        raise BusinessError("invalid", _("Check the marked fields."), fields={field: sentence}) from error
