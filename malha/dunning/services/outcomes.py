"""Writing what was decided, for a thousand contracts in a constant number of statements, in the caller's transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from malha.contracts.models import Contract, ContractState, PauseKind, Standing, StandingCause
from malha.contracts.services import pauses
from malha.core import clock, history
from malha.core.history import Actor
from malha.core.models import HistoryEntry
from malha.core.sql import Among
from malha.domain.dunning import Decision, Why
from malha.domain.states import Standing as Now
from malha.dunning.facts import Known
from malha.dunning.models import DunningRun, Notice, NoticeKind, Pendency, PendencyStep, StepKind, TrustRelease

_STEP_OF = {Now.PENDING: StepKind.PENDING, Now.REDUCED: StepKind.REDUCED, Now.BLOCKED: StepKind.BLOCKED, Now.CLEAR: StepKind.RELEASED}
_OVER = frozenset({Why.NOTHING_OWED, Why.NOT_LATE_YET, Why.BELOW_MINIMUM, Why.CONTESTED, Why.NOTICE_OFF})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One contract, what was known and what was decided."""

    known: Known
    decision: Decision

    @property
    def moves(self) -> bool:
        """The standing, or its cause as the screen shows it, changes."""
        contract = self.known.contract
        return contract.standing != self.decision.standing or contract.standing_cause != self.cause

    @property
    def cause(self) -> str:
        """Who keeps the standing there, for the column of the contract."""
        if self.decision.why is Why.BY_HAND:
            return StandingCause.MANUAL
        if self.decision.why is Why.TRUSTED:
            return StandingCause.TRUST
        return StandingCause.NONE if self.decision.standing is Now.CLEAR else StandingCause.POLICY

    @property
    def until(self) -> date | None:
        """Until when, for the column of the contract."""
        return self.known.situation.trusted_until if self.decision.why is Why.TRUSTED else None


@dataclass
class Written:
    """Which contracts changed how."""

    moved: list[int] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    blocked: list[int] = field(default_factory=list)
    noticed: int = 0


def write(*, outcomes: Collection[Outcome], today: date, run: DunningRun | None, actor: Actor, reason: str = "") -> Written:
    """Standing, pauses, pendencies, notices, steps and history. The caller makes the accesses due.

    A contract that somebody else moved meanwhile is left alone: the change is conditional on what was read.
    """
    written = Written()
    pendencies = _open_pendencies(outcomes, today)
    written.noticed = _want_notices(outcomes, pendencies, today)
    moved = _move([outcome for outcome in outcomes if outcome.moves])
    written.moved = [outcome.known.contract.pk for outcome in moved]
    written.blocked = [outcome.known.contract.pk for outcome in moved if _became(outcome, Now.BLOCKED)]
    written.released = [outcome.known.contract.pk for outcome in moved if _left_block(outcome)]
    pauses.begin(written.blocked, kind=PauseKind.BLOCKED, on=today)
    pauses.end(written.released, kind=PauseKind.BLOCKED, on=today)
    _steps(moved, pendencies, today, run, actor, reason)
    _close(outcomes, today)
    history.record_all(_entry(outcome, actor, reason) for outcome in moved if outcome.known.contract.standing != outcome.decision.standing)
    return written


def _became(outcome: Outcome, standing: Now) -> bool:
    return outcome.decision.standing is standing and outcome.known.contract.standing != standing


def _left_block(outcome: Outcome) -> bool:
    return outcome.known.contract.standing == Standing.BLOCKED and outcome.decision.standing is not Now.BLOCKED


def _open_pendencies(outcomes: Iterable[Outcome], today: date) -> dict[int, Pendency]:
    """The open pendency of each contract; a new one for each that is pending or worse by the policy."""
    found = {one.known.contract.pk: one.known.pendency for one in outcomes if one.known.pendency is not None}
    new = [
        Pendency(contract=one.known.contract, opened_on=today)
        for one in outcomes
        if one.known.pendency is None and one.decision.standing is not Now.CLEAR and one.decision.why is not Why.BY_HAND
    ]
    Pendency.objects.bulk_create(new)
    return {**found, **{row.contract_id: row for row in new}}


def _want_notices(outcomes: Iterable[Outcome], pendencies: dict[int, Pendency], today: date) -> int:
    rows = [
        Notice(pendency=pendencies[one.known.contract.pk], charge_id=key, wanted_on=today)
        for one in outcomes
        for key in one.decision.to_notify
        if one.known.contract.pk in pendencies
    ]
    if not rows:
        return 0
    known = {row.charge_id: row for row in Notice.objects.filter(Among("charge", (row.charge_id for row in rows)), kind=NoticeKind.DEBT)}
    fresh = [row for row in rows if row.charge_id not in known]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    _carry_over([(known[row.charge_id], row) for row in rows if row.charge_id in known])
    return len(fresh)


def _carry_over(pairs: Iterable[tuple[Notice, Notice]]) -> None:
    """What was never delivered in a pendency that closed waits in the new one: a contested charge that is owed after all."""
    moved = []
    for old, wanted in pairs:
        if old.delivered_on is None and old.pendency_id != wanted.pendency_id:
            old.pendency_id = wanted.pendency_id
            moved.append(old)
    Notice.objects.bulk_update(moved, ["pendency"])


def _move(outcomes: list[Outcome]) -> list[Outcome]:
    """One conditional update per kind of move. Answers those that moved."""
    groups: dict[tuple[str, str, str, str, date | None], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        contract = one.known.contract
        groups[contract.standing, contract.standing_cause, one.decision.standing, one.cause, one.until].append(one)
    moved: list[Outcome] = []
    for (old, old_cause, new, cause, until), group in groups.items():
        keys = [one.known.contract.pk for one in group]
        rows = Contract.objects.filter(Among("pk", keys), standing=old, standing_cause=old_cause, state=ContractState.ACTIVE)
        count = rows.update(standing=new, standing_cause=cause, standing_until=until, updated_at=clock.now())
        if count == len(keys):
            moved += group
        else:
            there = set(Contract.objects.filter(Among("pk", keys), standing=new, standing_cause=cause).values_list("pk", flat=True))
            moved += [one for one in group if one.known.contract.pk in there]
    return moved


def _steps(
    moved: Iterable[Outcome], pendencies: dict[int, Pendency], today: date, run: DunningRun | None, actor: Actor, reason: str
) -> None:
    PendencyStep.objects.bulk_create(
        PendencyStep(
            pendency=pendencies[one.known.contract.pk],
            kind=StepKind.TRUSTED if one.decision.why is Why.TRUSTED else _STEP_OF[one.decision.standing],
            on=today,
            at=clock.now(),
            why=one.decision.why,
            charge_id=one.decision.debt,
            run=run,
            words=reason[:200],
            actor_name=actor.name[:150],
        )
        for one in moved
        if one.known.contract.pk in pendencies
    )


def _close(outcomes: Iterable[Outcome], today: date) -> None:
    """A delinquency is over when nothing is late any more; the trust that was given ends with it, or with its day."""
    over = [one for one in outcomes if one.decision.why in _OVER]
    Pendency.objects.filter(pk__in=[one.known.pendency.pk for one in over if one.known.pendency]).update(closed_on=today)
    ended = [
        one.known.trust.pk
        for one in outcomes
        if one.known.trust is not None and (one.decision.why in _OVER or one.known.trust.until < today)
    ]
    TrustRelease.objects.filter(pk__in=ended).update(ended_on=today)


def _entry(outcome: Outcome, actor: Actor, reason: str) -> HistoryEntry:
    contract = outcome.known.contract
    return history.entry_for(
        contract,
        f"contract.standing_{outcome.decision.standing.lower()}",
        actor=actor,
        reason=reason,
        before={"standing": contract.standing},
        after={"standing": outcome.decision.standing, "why": outcome.decision.why},
        customer_id=contract.customer_id,
    )
