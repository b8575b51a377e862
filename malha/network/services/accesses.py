"""The seed's plano de acesso: made, changed, disconnected, taken off. The router itself is the worker's business.

Whoever changes what a router must know calls `want` in the same transaction: the row becomes due and the lane of its router
picks it up. Nothing here talks to the outside.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import NoReturn

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from malha.contracts.models import Contract, ContractState, Plan
from malha.contracts.services import contracts
from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain import ips, logins
from malha.network.data import AccessData
from malha.network.models import Access, Router, RouterCommand, SyncState

PLAIN = tuple(f.name for f in fields(AccessData) if f.name not in {"router_id", "plan_id", "ipv4", "password"})
# Only what a registration looks at: these rows are wide, and hundreds of registrations may come in a minute.
_ROUTERS = Router.objects.filter(is_active=True).order_by().only("id", "name", "enabled_methods")
_PLANS = Plan.objects.filter(archived_at__isnull=True).order_by().only("id", "name", "price", "charge_text")
LIMITS = {"profile_override": 60, "equipment": 80, "onu_serial": 40, "notes": 150}


@dataclass(frozen=True)
class CheckedAccess:
    """Checked input with its router and plan."""

    data: AccessData
    router: Router
    plan: Plan


def check(data: AccessData, *, ignoring: Access | None = None) -> CheckedAccess:
    """The input normalised, with its router and plan; BusinessError("invalid") with sentences per field.

    `ignoring`: the access being changed, whose own login and address are not taken by somebody else.
    """
    problems = Problems()
    values: dict[str, object] = {"ipv4": "", "ipv6_prefix": "", "mac": ""}
    with problems.of("username"):
        values["username"] = logins.normalize_login(data.username)
        _refuse_taken_login(str(values["username"]), problems, ignoring)
    with problems.of("password"):
        values["password"] = logins.check_access_password(data.password)
    router = next(iter(_ROUTERS.filter(pk=data.router_id)), None) if data.router_id else None
    if router is None:
        problems.add("router_id", _("Choose the router."))
    plan = next(iter(_PLANS.filter(pk=data.plan_id)), None) if data.plan_id else None
    if plan is None and ignoring is not None and data.plan_id == ignoring.plan_id:
        plan = ignoring.plan  # an archived plan stays with who has it
    if plan is None:
        problems.add("plan_id", _("Choose the plan."))
    if router is not None and data.method not in router.enabled_methods:
        problems.add("method", _("%(router)s does not offer this type of access.") % {"router": router.name})
    _check_addresses(data, values, router, problems, ignoring)
    for name, limit in LIMITS.items():
        if len(getattr(data, name)) > limit:
            problems.add(name, _("Use at most %(limit)s characters.") % {"limit": limit})
    problems.raise_if_any()
    assert router is not None and plan is not None
    return CheckedAccess(data=replace(data, **values), router=router, plan=plan)  # type: ignore[arg-type]


@transaction.atomic
def create(*, contract: Contract, data: AccessData, actor: Actor, priced: bool = True) -> Access:
    """A new access, due on its router at once. `priced`: its plan becomes an item of the contract (domain.md §4).

    Raises BusinessError, also when the login was taken by somebody else a moment ago.
    """
    if contract.state == ContractState.CANCELLED:
        raise StateConflict("contract_cancelled", _("This contract is cancelled and cannot get a new access."))
    return add(contract=contract, checked=check(data), actor=actor, priced=priced)


def add(*, contract: Contract, checked: CheckedAccess, actor: Actor, priced: bool = True) -> Access:
    """`create` for a journey that has just called `check` and runs a transaction of its own. The same BusinessError."""
    access = Access(
        contract=contract,
        router=checked.router,
        plan=checked.plan,
        password=checked.data.password,
        ipv4=checked.data.ipv4 or None,
        due_at=clock.now(),
        **{name: getattr(checked.data, name) for name in PLAIN},
    )
    with _login_taken_is_an_answer():
        access.save(force_insert=True)
    if priced:
        _price_new_plan(contract, checked.plan, actor)
    history.record(access, "access.created", actor=actor, after=_facts(access), customer_id=contract.customer_id)
    return access


@transaction.atomic
def change(*, access: Access, data: AccessData, actor: Actor) -> Access:
    """Change login, password, plan, router or any other field; the router follows by itself.

    A changed plan swaps the contract's item from today; a changed router leaves a note of the old one, which is cleaned first.
    """
    locked = Access.objects.select_for_update(of=("self",)).select_related("contract", "plan", "router").get(pk=access.pk)
    if locked.sync_state in (SyncState.REMOVING, SyncState.REMOVED):
        raise StateConflict("access_removed", _("This access was removed and cannot be changed."))
    checked = check(data, ignoring=locked)
    if checked.router.pk != locked.router_id and locked.previous_router_id not in (None, checked.router.pk):
        raise StateConflict("access_moving", _("This access is still being moved from its old router. Try again when it is done."))
    before = _facts(locked)
    password_changed = checked.data.password != locked.password
    old_plan, old_router = locked.plan, locked.router
    for name in PLAIN:
        setattr(locked, name, getattr(checked.data, name))
    locked.password, locked.ipv4 = checked.data.password, checked.data.ipv4 or None
    locked.router, locked.plan = checked.router, checked.plan
    if old_router.pk != locked.router_id:
        locked.previous_router = old_router if locked.applied_version or locked.leased_by else None
        locked.pushed_password, locked.applied_version = "", 0
    changed_before, changed_after = history.changes(before, _facts(locked))
    if not changed_after and not password_changed:
        return locked
    locked.updated_at = clock.now()
    with _login_taken_is_an_answer():
        locked.save()
    if old_plan.pk != locked.plan_id:
        contracts.swap_plan_item(contract=locked.contract, old=old_plan, new=locked.plan, on=clock.today())
    want(Access.objects.filter(pk=locked.pk))
    if password_changed:
        changed_after["password"] = history.HIDDEN
    history.record(
        locked, "access.changed", actor=actor, before=changed_before, after=changed_after, customer_id=locked.contract.customer_id
    )
    locked.refresh_from_db()
    return locked


@transaction.atomic
def remove(*, access: Access, reason: str, actor: Actor) -> None:
    """Take an access off its router and off the contract's price. The row stays, with its history."""
    changed = Access.objects.filter(pk=access.pk).exclude(sync_state__in=(SyncState.REMOVING, SyncState.REMOVED)).update(
        sync_state=SyncState.REMOVING, due_at=clock.now(), wanted_version=F("wanted_version") + 1, updated_at=clock.now()
    )
    if not changed:
        raise StateConflict("access_removed", _("This access is already being removed."))
    contracts.end_plan_item(contract=access.contract, plan=access.plan, on=clock.today())
    history.record(access, "access.removed", actor=actor, reason=reason, customer_id=access.contract.customer_id)


@transaction.atomic
def disconnect(*, access: Access, reason: str, actor: Actor) -> RouterCommand:
    """Ask the router to drop the session now; the device dials again by itself."""
    command = RouterCommand.objects.create(
        router_id=access.router_id,
        access=access,
        verb="disconnect",
        arguments={"username": access.username},
        asked_at=clock.now(),
        asked_by=actor.name[:150],
        due_at=clock.now(),
    )
    history.record(access, "access.disconnect_asked", actor=actor, reason=reason, customer_id=access.contract.customer_id)
    return command


@transaction.atomic
def reveal_password(*, access: Access, actor: Actor) -> str:
    """The access password, and a line in the history that it was seen. The door has checked the permission."""
    history.record(access, "access.password_seen", actor=actor, customer_id=access.contract.customer_id)
    password: str = access.password
    return password


def data_of(access: Access) -> AccessData:
    """The stored access in the shape that `change` takes, password included."""
    plain = {name: getattr(access, name) for name in PLAIN}
    return AccessData(password=access.password, router_id=access.router_id, plan_id=access.plan_id, ipv4=access.ipv4 or "", **plain)


def want(rows: models.QuerySet[Access], *, kick: bool = False) -> int:
    """Make accesses due on their routers, in the caller's transaction: a newer wish replaces an unfulfilled older one.

    `kick`: drop the session even if nothing on the router differs.
    """
    changes: dict[str, object] = {"wants_kick": True} if kick else {}
    return rows.exclude(sync_state__in=(SyncState.REMOVING, SyncState.REMOVED)).update(
        sync_state=SyncState.MODIFIED,
        wanted_version=F("wanted_version") + 1,
        due_at=clock.now(),
        attempts=0,
        updated_at=clock.now(),
        **changes,
    )


def want_all_of(contracts_: Iterable[Contract]) -> int:
    """All accesses of these contracts are due, as after a change of state or standing."""
    return want(Access.objects.filter(contract__in=list(contracts_)))


def is_login_free(username: str, *, ignoring: Access | None = None) -> bool:
    """Whether nobody in the company has this (normalised) login."""
    others = Access.objects.filter(username=username)
    return not (others.exclude(pk=ignoring.pk) if ignoring else others).exists()


def refuse_login() -> NoReturn:
    """Raise the answer for a login that is taken."""
    sentence = _TAKEN["username"]()
    raise BusinessError("invalid", sentence, fields={"username": sentence})


@contextmanager
def _login_taken_is_an_answer() -> Iterator[None]:
    """Two people typed the same login at once: the second one gets a sentence, not an error page."""
    try:
        with transaction.atomic(savepoint=False):  # nothing is done after it: the answer undoes the whole transaction
            yield
    except IntegrityError as error:
        field = "ipv4" if "ipv4" in str(error) else "username"
        raise BusinessError("invalid", _("Check the marked fields."), fields={field: _TAKEN[field]()}) from error


_TAKEN = {
    "username": lambda: _("This login is taken. Choose another one."),
    "ipv4": lambda: _("This IP is already fixed for another access of this router."),
}


def _refuse_taken_login(username: str, problems: Problems, ignoring: Access | None) -> None:
    if not is_login_free(username, ignoring=ignoring):
        problems.add("username", _TAKEN["username"]())


def _check_addresses(
    data: AccessData, values: dict[str, object], router: Router | None, problems: Problems, ignoring: Access | None
) -> None:
    if data.ipv4.strip():
        with problems.of("ipv4"):
            address = values["ipv4"] = ips.normalize_ipv4(data.ipv4)
            taken = Access.objects.filter(router=router, ipv4=address)
            if (taken.exclude(pk=ignoring.pk) if ignoring else taken).exists():
                problems.add("ipv4", _TAKEN["ipv4"]())
    if data.ipv6_prefix.strip():
        with problems.of("ipv6_prefix"):
            values["ipv6_prefix"] = ips.normalize_prefix(data.ipv6_prefix)
    if data.mac.strip():
        with problems.of("mac"):
            values["mac"] = ips.normalize_mac(data.mac)
    elif data.lock_mac:
        problems.add("mac", _("Type the MAC to lock the access to it."))


def _price_new_plan(contract: Contract, plan: Plan, actor: Actor) -> None:
    contracts.add_plan_items(contract=contract, plans=[plan], starts_on=clock.today())
    if contract.state == ContractState.DRAFT and contract.waiting_for == "PLAN":
        contracts.activate(contract=contract, on=clock.today(), actor=actor)
        contract.refresh_from_db()


def _facts(access: Access) -> dict[str, object]:
    facts: dict[str, object] = {name: getattr(access, name) for name in PLAIN}
    facts.update(ipv4=access.ipv4 or "", router=access.router.name, plan=access.plan.name)
    return {name: value for name, value in facts.items() if value not in ("", None, False)}
