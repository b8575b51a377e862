"""What a person does about the daily run: hold somebody out of it, approve the blocks it proposes, undo the last one.

Each of them changes a fact and asks for the decision anew (`delinquency.reassess`), so that the page, the run and the contract agree.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from malha.contracts.models import Contract, ContractState, Standing, StandingCause
from malha.contracts.services import holds
from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.dunning.models import DunningRun, Pendency, PendencyStep, StepKind
from malha.dunning.queries import default_policy
from malha.journeys import delinquency

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Approved:
    """How many blocks were approved, and how many of them happened at once because their day had come."""

    approved: int
    blocked: int


@transaction.atomic
def hold_out(*, contract_ids: Collection[int], until: date, reason: str, actor: Actor) -> int:
    """*Segurar até*: no block by the policy until the evening of that day. Who is blocked by it already is released until then.

    Answers how many contracts changed. Raises what `contracts.services.holds.hold` raises.
    """
    held = holds.hold(contract_ids=contract_ids, until=until, reason=reason, actor=actor)
    _decide_anew(held, reason=reason.strip(), actor=actor)
    return len(held)


@transaction.atomic
def let_go(*, contract_ids: Collection[int], reason: str = "", actor: Actor) -> int:
    """Take holds back: the policy counts again from today. Answers how many contracts had one."""
    freed = holds.end(contract_ids=contract_ids, reason=reason, actor=actor)
    _decide_anew(freed, reason=reason.strip(), actor=actor)
    return len(freed)


@transaction.atomic
def approve(*, contract_ids: Collection[int], user_id: int | None = None, actor: Actor) -> Approved:
    """*Aprovar bloqueios*, where the policy suggests and a person approves. Who is due for it today is blocked now, as a run of its
    own that can be undone; the others on their day.

    Raises BusinessError("policy_is_automatic") where nothing waits for approval by the policy.
    """
    if default_policy().is_automatic:
        raise BusinessError("policy_is_automatic", _("Blocks happen by themselves here: nothing waits for an approval."))
    _lock(contract_ids)
    waiting = Pendency.objects.filter(contract__in=contract_ids, closed_on__isnull=True, approved_at__isnull=True)
    rows = waiting.filter(contract__state=ContractState.ACTIVE).exclude(contract__standing=Standing.BLOCKED)
    found = list(rows.select_related("contract").order_by("contract_id"))
    Pendency.objects.filter(pk__in=[row.pk for row in found]).update(approved_at=clock.now(), approved_by_id=user_id)
    history.record_all(
        history.entry_for(row.contract, "dunning.approved", actor=actor, customer_id=row.contract.customer_id) for row in found
    )
    run = DunningRun.objects.create(local_date=clock.today(), started_at=clock.now())
    for keys in _batches([row.contract_id for row in found]):
        run.looked_at += len(keys)
        run.blocked += len(delinquency.reassess(contract_ids=keys, run=run, actor=actor).blocked)
    run.finished_at = clock.now()
    if run.steps.exists():
        run.save(update_fields=["finished_at", "looked_at", "blocked"])
    else:
        run.delete()
    return Approved(len(found), run.blocked)


def last_run(today: date) -> DunningRun | None:
    """The run that *Desfazer a última rodada* means: of today, the last one that blocked somebody. It may be undone already."""
    blocks = PendencyStep.objects.filter(run=OuterRef("pk"), kind=StepKind.BLOCKED)
    return DunningRun.objects.filter(Exists(blocks), local_date=today).order_by("-pk").first()


@transaction.atomic
def undo_run(*, run: DunningRun, actor: Actor) -> int:
    """Everybody whom this run of today blocked and whom the policy still blocks goes back, and is held until tomorrow.

    Answers how many. Raises StateConflict("run_undone") the second time, StateConflict("run_of_another_day") after midnight.
    """
    locked = DunningRun.objects.select_for_update().get(pk=run.pk)
    today = clock.today()
    if locked.undone_at is not None:
        when = f"{clock.local(locked.undone_at):%H:%M}"
        raise StateConflict("run_undone", _("This run was undone already, at %(when)s.") % {"when": when})
    if locked.local_date != today:
        raise StateConflict("run_of_another_day", _("Only a run of today can be undone. Release the customers one by one."))
    steps = PendencyStep.objects.filter(run=locked, kind=StepKind.BLOCKED).order_by().values("pendency__contract")
    rows = Contract.objects.filter(pk__in=steps, state=ContractState.ACTIVE, standing=Standing.BLOCKED)
    keys = list(rows.filter(standing_cause=StandingCause.POLICY).order_by("pk").values_list("pk", flat=True))
    tomorrow = today + timedelta(days=1)
    reason = _("The run of %(day)s was undone.") % {"day": f"{locked.local_date:%d/%m/%Y}"}
    _lock(keys)
    for batch in _batches(keys):
        shorter = Contract.objects.filter(pk__in=batch).filter(Q(do_not_block_until__isnull=True) | Q(do_not_block_until__lt=tomorrow))
        holds.hold(contract_ids=list(shorter.values_list("pk", flat=True)), until=tomorrow, reason=reason, actor=actor)
        Pendency.objects.filter(contract__in=batch, closed_on__isnull=True).update(approved_at=None, approved_by=None)
    DunningRun.objects.filter(pk=locked.pk).update(undone_at=clock.now())
    history.record(locked, "dunning_run.undone", actor=actor, after={"count": len(keys)})
    _decide_anew(keys, reason=reason, actor=actor)
    return len(keys)


def _decide_anew(contract_ids: Sequence[int], *, reason: str, actor: Actor) -> None:
    for keys in _batches(contract_ids):
        delinquency.reassess(contract_ids=keys, reason=reason, actor=actor)


def _lock(contract_ids: Collection[int]) -> None:
    """Contracts first and in the order of their keys, as the daily run does, so that nobody waits in a ring."""
    list(Contract.objects.filter(pk__in=contract_ids).select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
