"""The verbs of the Divergências page: apply, accept, ignore, link. What is written to a router is queued, logged and read again."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.models import Contract, ContractState, Plan, Standing
from malha.core import clock, history
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.core.rules import sentence
from malha.domain import logins
from malha.domain.errors import RuleError
from malha.network.data import AccessData
from malha.network.models import Access, Divergence, DivergenceKind, RouterCommand
from malha.network.services import accesses
from malha.network.services.adoption import METHOD_OF_TABLE
from malha.network.services.asking import ask

APPLICABLE = (DivergenceKind.DIFFERENT, DivergenceKind.MISSING)
# Fields that the register can take from a router: see `_values`.
ACCEPTABLE = frozenset(("remote-address", "address", "caller-id", "mac-address", "remote-ipv6-prefix", "name", "profile"))
OUR_PREFIX = "malha-"
OF_HISTORY = ("table", "name", "field", "wanted", "found")


@dataclass(frozen=True)
class Preview:
    """What will be sent, as a person would type it, and whose session will be dropped. Both from the audit's own comparison."""

    commands: tuple[str, ...]
    kicks: tuple[str, ...]


def preview(ids: Collection[int]) -> Preview:
    """The exact commands of these divergences; strangers and conflicts have none."""
    rows = Divergence.objects.filter(pk__in=ids, kind__in=APPLICABLE)
    commands = dict.fromkeys(row.fields["command"] for row in rows if row.fields.get("command"))
    kicks = dict.fromkeys(row.name for row in rows if row.fields.get("kicks"))
    return Preview(tuple(commands), tuple(kicks))


def is_removal(row: Divergence) -> bool:
    """Whether applying means to delete an entry of ours that nobody should have any more."""
    return row.kind == DivergenceKind.DIFFERENT and not row.field


@transaction.atomic
def apply_to_router(*, ids: Collection[int], actor: Actor, removes: bool = False) -> list[RouterCommand]:
    """*Aplicar no roteador*: one repair per router, of exactly these fields. Raises BusinessError for what cannot be applied.

    `removes`: the person ticked that entries may be deleted from the router; without it what would be deleted is refused.
    """
    rows = _found(ids)
    if not removes and any(is_removal(row) for row in rows):
        raise BusinessError("removal_unconfirmed", _("Tick that these logins may be removed from the router, or leave them out."))
    if any(row.kind not in APPLICABLE for row in rows):
        words = _("A login that is only on the router cannot be applied. Link it to a customer, or ignore it.")
        raise BusinessError("not_applicable", words)
    keys: dict[int, list[list[str]]] = defaultdict(list)
    for row in rows:
        keys[row.router_id].append([row.table, row.name, row.field])
        _log(row, "divergence.apply_asked", actor)
    return [ask(router_id=router_id, verb="repair", arguments={"keys": chosen}, actor=actor) for router_id, chosen in keys.items()]


@transaction.atomic
def accept_from_router(*, ids: Collection[int], actor: Actor) -> list[Access]:
    """*Aceitar do roteador*: the register takes the router's value. All of them or, with a sentence, none.

    Only what a field of the access can hold: plan (by its profile), the operator's own profile, fixed IP, IPv6 prefix, MAC, login.
    """
    by_access: dict[int, list[Divergence]] = defaultdict(list)
    for row in _found(ids):
        if row.access_id is None or row.kind != DivergenceKind.DIFFERENT:
            raise _refusal(row)
        by_access[row.access_id].append(row)
    changed: list[Access] = []
    for access_id, group in by_access.items():
        access = Access.objects.select_related("contract", "plan").get(pk=access_id)
        if access.contract.state != ContractState.ACTIVE or access.contract.standing != Standing.CLEAR:
            raise BusinessError(
                "not_clear", _("The contract of %(login)s is not clear. Release it instead of accepting this.") % {"login": access.username}
            )
        values: dict[str, Any] = {}
        for row in group:
            values |= _values(row)
            _log(row, "divergence.accepted", actor)
        changed.append(accesses.change(access=access, data=_data_of(access, values), actor=actor))
    Divergence.objects.filter(pk__in=list(ids)).delete()
    return changed


@transaction.atomic
def ignore(*, ids: Collection[int], actor: Actor) -> None:
    """*Ignorar*: neither listed nor repaired until one of the two values changes."""
    for row in _found(ids):
        _log(row, "divergence.ignored", actor)
    Divergence.objects.filter(pk__in=list(ids), ignored_at__isnull=True).update(ignored_at=clock.now())


@transaction.atomic
def unignore(*, ids: Collection[int], actor: Actor) -> None:
    """List and repair them again."""
    for row in _found(ids):
        _log(row, "divergence.unignored", actor)
    Divergence.objects.filter(pk__in=list(ids)).update(ignored_at=None)


@transaction.atomic
def adopt(*, divergence: Divergence, contract: Contract | None = None, plan: Plan | None = None, actor: Actor) -> RouterCommand:
    """*Vincular*: a stranger becomes an access of `contract` on `plan`, with the password it has on the router.

    For a conflict (an access of ours finds its name taken) the entry becomes that access; contract and plan are not needed and
    our password is written. Raises BusinessError.
    """
    if divergence.table not in METHOD_OF_TABLE or divergence.kind not in (DivergenceKind.STRANGER, DivergenceKind.CONFLICT):
        raise BusinessError("not_adoptable", _("Only a login that is not ours can be linked."))
    if is_adoption_under_way(divergence):
        raise BusinessError("adoption_under_way", _("This login is already being linked."))
    if divergence.kind == DivergenceKind.CONFLICT:
        arguments: dict[str, Any] = {"table": divergence.table, "name": divergence.name}
    else:
        check_adoptable(divergence)
        if contract is None or plan is None:
            raise BusinessError("contract_and_plan", _("Choose the contract and the plan."))
        if contract.state == ContractState.CANCELLED or (contract.state == ContractState.DRAFT and contract.waiting_for != "PLAN"):
            raise BusinessError("contract_not_active", _("Activate the contract first: a draft has no login on the router."))
        arguments = {"table": divergence.table, "name": divergence.name, "contract_id": contract.pk, "plan_id": plan.pk}
    customer_id = contract.customer_id if contract else None
    _log(divergence, "divergence.adopted", actor, customer_id=customer_id)
    return ask(router_id=divergence.router_id, verb="adopt", arguments=arguments, access=divergence.access, actor=actor)


def check_adoptable(divergence: Divergence) -> None:
    """Whether a stranger's name can be a login of ours as it stands. Raises BusinessError: a rename would lock the customer out."""
    try:
        if logins.normalize_login(divergence.name) != divergence.name:
            words = _("Our logins have small letters without accents. Rename %(name)s on the router first.")
            raise BusinessError("login_spelling", words % {"name": divergence.name})
    except RuleError as error:
        raise BusinessError(error.code, sentence(error)) from error
    other = Access.objects.filter(username=divergence.name).select_related("router").first()
    if other is not None:
        words = _("The login %(name)s already belongs to an access on %(router)s.")
        raise BusinessError("login_taken", words % {"name": other.username, "router": other.router})


def is_adoption_under_way(divergence: Divergence) -> bool:
    """Whether an `adopt` command for this entry waits on its router."""
    waiting = RouterCommand.objects.filter(router_id=divergence.router_id, verb="adopt", due_at__isnull=False)
    key = (divergence.table, divergence.name)
    return any((row["table"], row["name"]) == key for row in waiting.values_list("arguments", flat=True))


def _found(ids: Collection[int]) -> Sequence[Divergence]:
    rows = list(Divergence.objects.filter(pk__in=list(ids)).select_related("router", "access__contract"))
    if not rows or len(rows) != len(set(ids)):
        raise BusinessError("divergence_gone", _("Some of these are solved already. Look at the page again."))
    return rows


def _values(row: Divergence) -> dict[str, Any]:
    """The fields of an access that the router's value means."""
    match row.field:
        case "remote-address" | "address":
            return {"ipv4": row.found}
        case "caller-id" | "mac-address":
            return {"mac": row.found, "lock_mac": bool(row.found)}
        case "remote-ipv6-prefix":
            return {"ipv6_prefix": row.found}
        case "name":
            return {"username": row.found}
        case "profile" if row.found:
            plan = Plan.objects.filter(profile_name=row.found, archived_at__isnull=True).first()
            if plan is not None:
                return {"plan_id": plan.pk, "profile_override": ""}
            if not row.found.startswith(OUR_PREFIX):
                return {"profile_override": row.found}
    raise _refusal(row)


def _refusal(row: Divergence) -> BusinessError:
    match row.field:
        case "disabled":
            words = _("%(name)s: to switch a login off, block or suspend its contract.")
        case "profile":
            words = _("%(name)s: no plan uses the profile %(found)s.")
        case _ if row.kind == DivergenceKind.MISSING:
            words = _("%(name)s is missing on the router. Apply it, or remove the access from the contract.")
        case _:
            words = _("%(name)s: the register has no place for this value. Apply it to the router, or ignore it.")
    return BusinessError("cannot_accept", words % {"name": row.name, "found": row.found})


def _data_of(access: Access, values: dict[str, Any]) -> AccessData:
    current: dict[str, Any] = {name: getattr(access, name) for name in accesses.PLAIN}
    current |= {"password": access.password, "router_id": access.router_id, "plan_id": access.plan_id, "ipv4": access.ipv4 or ""}
    return AccessData(**(current | values))


def _log(row: Divergence, verb: str, actor: Actor, customer_id: int | None = None) -> None:
    if row.access is not None:
        customer_id = row.access.contract.customer_id
    after = {name: getattr(row, name) for name in OF_HISTORY}
    history.record(row.access or row.router, verb, actor=actor, after=after, customer_id=customer_id)
