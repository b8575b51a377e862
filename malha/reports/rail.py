"""The régua of a contract: what happened to its oldest open charge, where it stands today, and what comes if nobody pays.

The past is read from rows, the future is `domain.dunning.decide`'s own prediction: the drawing cannot promise what the run does not do.
"""

from collections.abc import Collection, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from malha.billing.models import Charge
from malha.contracts.models import Contract
from malha.domain.dunning import Decision, Rules, decide
from malha.domain.late import late_dates
from malha.domain.money import Money
from malha.domain.states import Standing
from malha.dunning import facts
from malha.dunning.data import PolicyData
from malha.dunning.facts import Known
from malha.dunning.models import DunningPolicy, Notice, NoticeKind, PendencyStep, StepKind, TrustRelease
from malha.dunning.queries import default_policy


class Point(StrEnum):
    """The steps of the drawing, in its order. A reminder before the due date comes with the channels."""

    ISSUED = "ISSUED"
    DUE = "DUE"
    PENDING = "PENDING"
    REDUCED = "REDUCED"
    BLOCKED = "BLOCKED"
    TERMINATION = "TERMINATION"


@dataclass(frozen=True, slots=True)
class Step:
    """One point. `on` None: it will not come. `is_past`: it happened. `at`, `channel`: of the delivered notice, `channel` in words.

    `is_undelivered`: the notice is due and nobody has seen it yet.
    """

    point: Point
    on: date | None
    is_past: bool = False
    at: datetime | None = None
    channel: str = ""
    is_undelivered: bool = False


@dataclass(frozen=True, slots=True)
class Rail:
    """The drawing of one contract. `charge` None: nothing is open."""

    contract: Contract
    known: Known
    decision: Decision
    today: date
    charge: Charge | None = None
    steps: tuple[Step, ...] = ()
    outstanding: Money = Money(0)

    @property
    def current(self) -> Point | None:
        """The last point that was reached."""
        return next((step.point for step in reversed(self.steps) if step.is_past), None)

    @property
    def next(self) -> Step | None:
        """What comes next if nobody pays: the first point ahead that has a day."""
        return next((step for step in self.steps if not step.is_past and step.on is not None), None)

    @property
    def held_until(self) -> date | None:
        """Held out by a person, today or later."""
        until = self.known.situation.held_until
        return until if until is not None and until >= self.today else None

    @property
    def trust(self) -> TrustRelease | None:
        """The trust release or promise that runs."""
        return self.known.trust


def rails(contracts: Collection[Contract], today: date, policy: DunningPolicy | None = None) -> list[Rail]:
    """The régua of each contract in their order, in a constant number of statements."""
    if not contracts:
        return []
    policy = policy or default_policy()
    rules = facts.rules(policy)
    found = [(known, decide(known.situation, rules, today)) for known in facts.read(contracts, policy)]
    keys = {key for known, decision in found if (key := _debt(known, decision)) is not None}
    if not keys:
        return [Rail(known.contract, known, decision, today) for known, decision in found]
    charges = {row.pk: row for row in Charge.objects.filter(pk__in=keys)}
    notices = {row.charge_id: row for row in Notice.objects.filter(charge__in=keys, kind=NoticeKind.DEBT)}
    reduced = _reduced_on([known.pendency.pk for known, _decision in found if known.pendency]) if rules.days_to_reduce else {}
    drawn = []
    for known, decision in found:
        key = _debt(known, decision)
        charge = charges.get(key) if key is not None else None
        if charge is None:
            drawn.append(Rail(known.contract, known, decision, today))
            continue
        reduced_on = reduced.get(known.pendency.pk) if known.pendency else None
        steps = _steps(known, decision, rules, charge, notices.get(charge.pk), reduced_on, today)
        left = next((debt.outstanding for debt in known.situation.debts if debt.key == charge.pk), Money(0))
        drawn.append(Rail(known.contract, known, decision, today, charge, steps, left))
    return drawn


def example(data: PolicyData, due_date: date, *, days_ahead: int, holidays: Set[date]) -> tuple[Step, ...]:
    """The drawing of a standard, for a charge due on that day. Raises RuleError where the days make no sense."""
    dates = late_dates(
        due_date,
        data.days_to_pending,
        data.days_to_block,
        data.days_notice_to_block,
        holidays,
        allowed_weekdays=frozenset(data.allowed_weekdays),
        is_floor_unlocked=True,
    )
    steps = [Step(Point.ISSUED, due_date - timedelta(days=days_ahead)), Step(Point.DUE, due_date), Step(Point.PENDING, dates.pending_on)]
    if data.days_to_reduce is not None:
        steps.append(Step(Point.REDUCED, max(due_date + timedelta(days=data.days_to_reduce), dates.pending_on)))
    steps.append(Step(Point.BLOCKED, dates.block_on))
    steps.append(Step(Point.TERMINATION, dates.block_on + timedelta(days=data.termination_after_days)))
    return tuple(steps)


def _debt(known: Known, decision: Decision) -> int | None:
    """The charge that the drawing is about: the one that decides, else the oldest open one."""
    if decision.debt is not None:
        return decision.debt
    debts = sorted(known.situation.debts, key=lambda debt: (debt.due_date, debt.key))
    return debts[0].key if debts else None


def _reduced_on(pendencies: Collection[int]) -> dict[int, date]:
    rows = PendencyStep.objects.filter(pendency__in=pendencies, kind=StepKind.REDUCED).order_by("pk")
    return dict(rows.values_list("pendency_id", "on"))


def _steps(
    known: Known, decision: Decision, rules: Rules, charge: Charge, notice: Notice | None, reduced_on: date | None, today: date
) -> tuple[Step, ...]:
    standing, ahead = known.situation.standing, decision.ahead
    steps = [Step(Point.ISSUED, charge.issued_on, is_past=charge.issued_on <= today)]
    steps.append(Step(Point.DUE, charge.due_date, is_past=charge.due_date < today))
    steps.append(_pending(notice, ahead.pending_on, today))
    if rules.days_to_reduce is not None:
        is_past = standing in (Standing.REDUCED, Standing.BLOCKED) and reduced_on is not None
        after = None if known.situation.never_block else _later(charge.due_date, rules.days_to_reduce, today)
        steps.append(Step(Point.REDUCED, reduced_on if is_past else after, is_past=is_past))
    steps.append(Step(Point.BLOCKED, ahead.block_on, is_past=standing is Standing.BLOCKED))
    steps.append(Step(Point.TERMINATION, ahead.terminate_on))
    return tuple(steps)


def _pending(notice: Notice | None, predicted: date | None, today: date) -> Step:
    if notice is None:
        return Step(Point.PENDING, predicted)
    if notice.delivered_on is None:
        return Step(Point.PENDING, notice.wanted_on, is_past=True, is_undelivered=True)
    channel = str(notice.get_channel_display())
    return Step(Point.PENDING, notice.delivered_on, is_past=notice.delivered_on <= today, at=notice.delivered_at, channel=channel)


def _later(due_date: date, days: int, today: date) -> date:
    return max(due_date + timedelta(days=days), today)
