"""What a router already has becomes the register: each login a draft customer, or a link to the access it belongs to.

First `rehearse` says what would happen to every login; `import_logins` does it for the chosen ones. Nothing is written to the
router here: each login gets an `adopt` command, and the lane reads its password and puts our mark on it. Repeated, it makes
nothing twice.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.data import ContractData
from malha.contracts.models import Plan
from malha.contracts.services import contracts
from malha.core import history
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.core.rules import sentence
from malha.customers.data import CustomerData
from malha.customers.services import customers
from malha.domain import logins
from malha.domain.errors import RuleError
from malha.dunning.queries import standard_days
from malha.network.models import Access, Divergence, DivergenceKind, Router, RouterCommand
from malha.network.services import divergences
from malha.network.services.adoption import METHOD_OF_TABLE

TAG = "importado"
CREATE, LINK, WAITING, REFUSED, DONE = "create", "link", "waiting", "refused", "done"


@dataclass(frozen=True)
class ImportLine:
    """What happens, or happened, to one login of the router. `words` say why it is refused."""

    divergence_id: int
    table: str
    login: str
    profile: str
    comment: str
    action: str
    plan_id: int | None = None
    words: str = ""
    customer_id: int | None = None


def profiles(router: Router) -> list[tuple[str, int, Plan | None]]:
    """The profiles of the router's strangers, how many logins use each, and the plan that has the same profile name, if any."""
    counted: dict[str, int] = {}
    for row in _rows(router):
        if row.kind == DivergenceKind.STRANGER:
            name = str(row.fields.get("profile", ""))
            counted[name] = counted.get(name, 0) + 1
    plans = {plan.profile_name: plan for plan in Plan.objects.filter(profile_name__in=counted, archived_at__isnull=True)}
    return [(name, count, plans.get(name)) for name, count in sorted(counted.items(), key=lambda pair: -pair[1])]


def rehearse(*, router: Router, plans: Mapping[str, int] | None = None) -> list[ImportLine]:
    """Every login of the last audit that is not ours, with what an import would do. `plans`: plan by profile name."""
    rows = _rows(router)
    by_profile = {name: plan.pk for name, _count, plan in profiles(router) if plan is not None} | dict(plans or {})
    names = [row.name for row in rows]
    taken = {access.username: access for access in Access.objects.filter(username__in=names).select_related("router").defer("password")}
    waiting = {
        (arguments["table"], arguments["name"])
        for arguments in RouterCommand.objects.filter(router=router, verb="adopt", due_at__isnull=False).values_list("arguments", flat=True)
    }
    return [_line(row, by_profile, taken, waiting) for row in rows]


def import_logins(
    *, router: Router, ids: Collection[int], plans: Mapping[str, int], due_day: int, actor: Actor
) -> list[ImportLine]:
    """Do it for the chosen logins, each in a transaction of its own: one that is refused stops no other.

    A new customer has the router's comment as name, or the login, and the tag `importado`; the contract has no automatic block
    until somebody completed the record. It becomes active when the lane has linked the login.
    """
    wanted = set(ids)
    lines = [line for line in rehearse(router=router, plans=plans) if line.divergence_id in wanted]
    return [_import_one(line, due_day, actor) if line.action in (CREATE, LINK) else line for line in lines]


def _import_one(line: ImportLine, due_day: int, actor: Actor) -> ImportLine:
    try:
        with transaction.atomic():
            divergence = Divergence.objects.select_related("router", "access__contract").get(pk=line.divergence_id)
            if line.action == LINK:
                divergences.adopt(divergence=divergence, actor=actor)
                return replace(line, action=DONE, customer_id=divergence.access.contract.customer_id if divergence.access else None)
            return _make(line, divergence, due_day, actor)
    except BusinessError as error:
        return replace(line, action=REFUSED, words="; ".join(error.fields.values()) or error.message)
    except Divergence.DoesNotExist:
        return replace(line, action=REFUSED, words=_("This login is no longer on the router."))


def _make(line: ImportLine, divergence: Divergence, due_day: int, actor: Actor) -> ImportLine:
    plan = Plan.objects.get(pk=line.plan_id or 0)
    name = (line.comment or line.login)[:150]
    notes = _("Imported from %(router)s, login %(login)s. Complete the record.") % {"router": divergence.router, "login": line.login}
    customer = customers.create(data=CustomerData(name=name, notes=notes, tags=(TAG,)), actor=actor)
    terms = ContractData(due_day=due_day, auto_block=False, auto_notice=False)
    contract = contracts.create(customer=customer, data=terms, plans=(), standard_days=standard_days(), actor=actor)
    divergences.adopt(divergence=divergence, contract=contract, plan=plan, actor=actor)
    history.record(customer, "customer.imported", actor=actor, after={"login": line.login}, customer_id=customer.pk)
    return replace(line, action=DONE, customer_id=customer.pk)


def _rows(router: Router) -> list[Divergence]:
    kinds = (DivergenceKind.STRANGER, DivergenceKind.CONFLICT)
    rows = Divergence.objects.filter(router=router, kind__in=kinds, table__in=METHOD_OF_TABLE, ignored_at__isnull=True)
    return list(rows.order_by("name"))


def _line(
    row: Divergence, by_profile: Mapping[str, int], taken: Mapping[str, Access], waiting: Collection[tuple[str, str]]
) -> ImportLine:
    profile = str(row.fields.get("profile", ""))
    line = ImportLine(row.pk, row.table, row.name, profile, str(row.fields.get("comment", "")), CREATE, by_profile.get(profile))
    if (row.table, row.name) in waiting:
        return replace(line, action=WAITING, words=_("This login is already being linked."))
    if row.kind == DivergenceKind.CONFLICT:
        return replace(line, action=LINK)
    other = taken.get(row.name)
    if other is not None:
        words = _("The login %(name)s already belongs to an access on %(router)s.")
        return replace(line, action=REFUSED, words=words % {"name": row.name, "router": other.router})
    try:
        if logins.normalize_login(row.name) != row.name:
            words = _("Our logins have small letters without accents. Rename %(name)s on the router first.")
            return replace(line, action=REFUSED, words=words % {"name": row.name})
    except RuleError as error:
        return replace(line, action=REFUSED, words=sentence(error))
    if line.plan_id is None:
        words = _("No plan was chosen for the profile %(profile)s.")
        return replace(line, action=REFUSED, words=words % {"profile": profile or "—"})
    return line
