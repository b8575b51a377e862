"""Making, changing and archiving plans."""

import re
from dataclasses import fields, replace
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.data import PlanData
from malha.contracts.models import Contract, ContractItem, ContractState, Plan, PlanKind
from malha.core import clock, history
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.text import collapse_spaces, search_key

_ONE_DAY = timedelta(days=1)
FIELDS = tuple(f.name for f in fields(PlanData))
# Fields that a router must know: a change of one of them makes the plan's accesses due.
ON_THE_ROUTER = frozenset(
    {
        "profile_name",
        "download_kbps",
        "upload_kbps",
        "burst_download_kbps",
        "burst_upload_kbps",
        "burst_threshold_percent",
        "burst_seconds",
        "priority",
        "guaranteed_percent",
        "reduced_percent",
        "pool_v4",
        "pool_v6",
        "address_list",
    }
)
LIMITS = {
    "name": 80,
    "pool_v4": 40,
    "pool_v6": 40,
    "address_list": 40,
    "offer_code": 40,
    "charge_text": 100,
    "technology": 25,
    "medium": 15,
}
PROFILE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MAX_KBPS = 100_000_000


def profile_name_for(name: str) -> str:
    """A name that every router accepts: `malha-` and the plan's name in small letters, digits and hyphens."""
    slug = re.sub(r"[^a-z0-9]+", "-", search_key(name)).strip("-")
    return f"malha-{slug}"[:40].rstrip("-")


def check(data: PlanData, *, ignoring: Plan | None = None) -> PlanData:
    """The plan normalised; BusinessError("invalid") with sentences per field."""
    problems = Problems()
    values = {name: collapse_spaces(getattr(data, name)) for name in LIMITS}
    for name, limit in LIMITS.items():
        if len(values[name]) > limit:
            problems.add(name, _("Use at most %(limit)s characters.") % {"limit": limit})
    if not values["name"]:
        problems.add("name", _("Type the name of the plan, for example Fibra 500 Mega."))
    profile = data.profile_name.strip().lower() or profile_name_for(values["name"])
    if not PROFILE.fullmatch(profile):
        problems.add("profile_name", _("Use only letters, digits and hyphens, at most 40."))
    others = Plan.objects.exclude(pk=ignoring.pk) if ignoring else Plan.objects.all()
    if others.filter(name__iexact=values["name"]).exists():
        problems.add("name", _("There is a plan with this name. Choose another one."))
    if others.filter(profile_name=profile).exists():
        problems.add("profile_name", _("Another plan uses this profile. Choose another one."))
    if ignoring is not None and profile != ignoring.profile_name and ignoring.accesses.exists():
        problems.add("profile_name", _("Accesses use this profile already; it cannot change any more."))
    _check_numbers(data, problems)
    problems.raise_if_any()
    return replace(data, profile_name=profile, **values)  # type: ignore[arg-type]


@transaction.atomic
def create(*, data: PlanData, actor: Actor) -> Plan:
    """A new plan. Raises BusinessError("invalid")."""
    data = check(data)
    plan = Plan.objects.create(**_columns(data))
    history.record(plan, "plan.created", actor=actor, after=history.snapshot(plan, FIELDS))
    return plan


@transaction.atomic
def update(*, plan: Plan, data: PlanData, actor: Actor) -> frozenset[str]:
    """Change a plan; the names of the fields that changed. Prices of existing contracts stay as they are (`reprice`)."""
    locked = Plan.objects.select_for_update().get(pk=plan.pk)
    data = check(data, ignoring=locked)
    before, after = history.changes(history.snapshot(locked, FIELDS), {name: getattr(data, name) for name in FIELDS})
    if after:
        Plan.objects.filter(pk=locked.pk).update(updated_at=clock.now(), **_columns(data))
        history.record(locked, "plan.changed", actor=actor, before=before, after=after)
    return frozenset(after)


@transaction.atomic
def reprice(*, plan: Plan, reason: str, actor: Actor) -> int:
    """Give the plan's present price, from today on, to all living contracts that have it, each with its line in the history.

    Days before today keep their price. Returns how many contracts changed. Constant number of statements per thousand.
    """
    today = clock.today()
    rows = ContractItem.objects.filter(plan=plan, ends_on__isnull=True).exclude(amount=plan.price.cents)
    rows = rows.exclude(contract__state=ContractState.CANCELLED)
    touched = {row.contract_id: row.amount for row in rows}
    fresh = [
        ContractItem(
            contract_id=row.contract_id, kind=row.kind, plan_id=row.plan_id, description=row.description, amount=plan.price,
            quantity=row.quantity, starts_on=today,
        )
        for row in rows
        if row.starts_on < today
    ]  # fmt: skip
    rows.filter(starts_on__gte=today).update(amount=plan.price.cents)
    rows.filter(starts_on__lt=today).update(ends_on=today - _ONE_DAY)
    ContractItem.objects.bulk_create(fresh, batch_size=1000)
    contracts = Contract.objects.filter(pk__in=touched).only("pk", "number", "customer_id")
    history.record_all(
        history.entry_for(
            contract,
            "contract.repriced",
            actor=actor,
            reason=reason,
            before={"amount": touched[contract.pk]},
            after={"amount": plan.price, "plan": plan.name},
            customer_id=contract.customer_id,
        )
        for contract in contracts
    )
    return len(touched)


@transaction.atomic
def archive(*, plan: Plan, actor: Actor) -> None:
    """Offer the plan no more; who has it keeps it."""
    if not Plan.objects.filter(pk=plan.pk, archived_at__isnull=True).update(archived_at=clock.now(), updated_at=clock.now()):
        raise StateConflict("plan_archived", _("This plan is archived already."))
    history.record(plan, "plan.archived", actor=actor)


@transaction.atomic
def restore(*, plan: Plan, actor: Actor) -> None:
    """Offer an archived plan again."""
    if not Plan.objects.filter(pk=plan.pk, archived_at__isnull=False).update(archived_at=None, updated_at=clock.now()):
        raise StateConflict("plan_not_archived", _("This plan is not archived."))
    history.record(plan, "plan.restored", actor=actor)


def data_of(plan: Plan) -> PlanData:
    """The stored plan in the shape that `update` takes."""
    return PlanData(**{name: getattr(plan, name) for name in FIELDS})


def _check_numbers(data: PlanData, problems: Problems) -> None:
    if data.price.is_negative:
        problems.add("price", _("The price cannot be negative."))
    if data.sva_price.is_negative or data.sva_price > data.price:
        problems.add("sva_price", _("The value-added part lies between zero and the price."))
    for name in ("download_kbps", "upload_kbps"):
        if not 1 <= getattr(data, name) <= MAX_KBPS:
            problems.add(name, _("Type the speed in Mega, for example 500."))
    for name in ("reduced_percent", "guaranteed_percent", "burst_threshold_percent"):
        value = getattr(data, name)
        if value is not None and not 1 <= value <= 99:
            problems.add(name, _("Use from 1 to 99 percent, or leave it empty."))
    if not 1 <= data.priority <= 8:
        problems.add("priority", _("The priority goes from 1 (first) to 8."))
    burst = (data.burst_download_kbps, data.burst_upload_kbps, data.burst_threshold_percent, data.burst_seconds)
    if any(burst) and not all(burst):
        problems.add("burst_seconds", _("The burst needs all four: download, upload, threshold and seconds."))
    if data.kind not in PlanKind.values:
        problems.add("kind", _("Choose one of the options."))


def _columns(data: PlanData) -> dict[str, object]:
    return {**{name: getattr(data, name) for name in FIELDS}, "scm_price": data.price - data.sva_price}
