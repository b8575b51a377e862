"""The dunning decision: how a contract is to be treated today, why, and what comes next if nobody pays.

One pure function of facts, used by the daily run, by every payment, by the rehearsal page and by the drawing of the régua, so that
they cannot disagree. Sources: domain.md §11, regulation.md §1 (RGC, Res. Anatel 765/2023, arts. 70-78; Lei 14.015/2020).

Each charge has a ladder of its own: notice some days after the due date, block when both the days after the due date and the days
after its *delivered* notice have passed. The contract is treated as its worst charge says. A charge that is contested, or covered
by a trust release, does not count.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from malha.domain.calendar import MONDAY_TO_THURSDAY, NO_HOLIDAYS, is_cut_allowed, next_cut_day
from malha.domain.late import (
    DEFAULT_DAYS_NOTICE_TO_BLOCK,
    DEFAULT_DAYS_TO_BLOCK,
    DEFAULT_DAYS_TO_PENDING,
    block_after_notice,
    effective_due,
)
from malha.domain.money import ZERO, Money
from malha.domain.states import Standing, StandingCause

DEFAULT_TERMINATION_AFTER_DAYS: Final = 60
_ONE_DAY: Final = timedelta(days=1)


class Why(StrEnum):
    """The one cause of a decision; a door has a sentence for each."""

    NOTHING_OWED = "NOTHING_OWED"
    NOT_LATE_YET = "NOT_LATE_YET"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    CONTESTED = "CONTESTED"
    TRUSTED = "TRUSTED"
    NOTICE_OFF = "NOTICE_OFF"
    LATE = "LATE"
    NO_NOTICE = "NO_NOTICE"
    NEVER_BLOCK = "NEVER_BLOCK"
    AUTO_BLOCK_OFF = "AUTO_BLOCK_OFF"
    HELD = "HELD"
    GRACE = "GRACE"
    NOT_A_CUT_DAY = "NOT_A_CUT_DAY"
    WAITS_FOR_APPROVAL = "WAITS_FOR_APPROVAL"
    PAST_REDUCE_DATE = "PAST_REDUCE_DATE"
    PAST_BLOCK_DATE = "PAST_BLOCK_DATE"
    BY_HAND = "BY_HAND"


@dataclass(frozen=True, slots=True)
class Debt:
    """An open charge. ``outstanding``: what is left of it without fine and interest.

    ``notified_on``: the day on which a notice that names it was delivered; a notice that was only sent is none.
    """

    key: int
    due_date: date
    outstanding: Money
    notified_on: date | None = None
    is_contested: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The company's policy. ``days_to_reduce`` None: there is no reduced step. ``holidays``: the local ones."""

    days_notice_to_block: int = DEFAULT_DAYS_NOTICE_TO_BLOCK
    days_to_reduce: int | None = None
    minimum_debt: Money = ZERO
    is_automatic: bool = True
    allowed_weekdays: Set[int] = MONDAY_TO_THURSDAY
    holidays: Set[date] = NO_HOLIDAYS
    termination_after_days: int = DEFAULT_TERMINATION_AFTER_DAYS


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of one contract. Dates named ``until`` are the last day on which they hold.

    ``held_until``: no block until then, asked for by a person. ``grace_until``: a person released it. ``is_approved``: a person
    approved this block (policy *sugerir e aprovar*). ``blocked_on``: since when the policy keeps it blocked.
    """

    standing: Standing = Standing.CLEAR
    cause: StandingCause = StandingCause.POLICY
    debts: tuple[Debt, ...] = ()
    days_to_pending: int = DEFAULT_DAYS_TO_PENDING
    days_to_block: int = DEFAULT_DAYS_TO_BLOCK
    auto_notice: bool = True
    auto_block: bool = True
    never_block: bool = False
    not_notified_until: date | None = None
    held_until: date | None = None
    grace_until: date | None = None
    trusted_until: date | None = None
    is_approved: bool = False
    blocked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """The predicted days if nothing is paid; None where the step will not come."""

    pending_on: date | None = None
    block_on: date | None = None
    terminate_on: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """How the contract is to be treated today.

    ``debt``: the charge that decides. ``to_notify``: charges whose notice is due and not delivered. ``may_terminate``: long enough
    blocked to be put on the list of proposals; never automatic.
    """

    standing: Standing
    why: Why
    debt: int | None = None
    to_notify: tuple[int, ...] = ()
    may_terminate: bool = False
    ahead: Ahead = Ahead()


def decide(situation: Situation, rules: Rules, today: date) -> Decision:
    """The decision of ``today``. Asking again with its outcome in place gives the same answer (failure-modes.md F26)."""
    debts = sorted((d for d in situation.debts if d.outstanding > ZERO and not d.is_contested), key=lambda d: (d.due_date, d.key))
    late = [debt for debt in debts if pending_date(debt.due_date, situation.days_to_pending, rules.holidays) <= today]
    ahead = _ahead(situation, rules, debts, today)
    if situation.cause is StandingCause.MANUAL and situation.standing in (Standing.REDUCED, Standing.BLOCKED):
        return Decision(situation.standing, Why.BY_HAND, ahead=ahead)
    calm = _why_calm(situation, rules, debts, late, today)
    if calm is not None:
        return Decision(Standing.CLEAR, calm, debts[0].key if debts else None, ahead=ahead)
    may_notify = situation.auto_notice and not _holds(situation.not_notified_until, today)
    to_notify = tuple(debt.key for debt in late if debt.notified_on is None) if may_notify else ()
    step, why, debt = _hardest(situation, rules, late, today)
    if step is Standing.PENDING and not may_notify and all(one.notified_on is None for one in late):
        return Decision(Standing.CLEAR, Why.NOTICE_OFF, debt.key, ahead=ahead)
    return Decision(step, why, debt.key, to_notify, may_terminate=_may_terminate(situation, rules, step, today), ahead=ahead)


def _why_calm(situation: Situation, rules: Rules, debts: list[Debt], late: list[Debt], today: date) -> Why | None:
    if not debts:
        contested = any(debt.is_contested and debt.outstanding > ZERO for debt in situation.debts)
        return Why.CONTESTED if contested else Why.NOTHING_OWED
    if _holds(situation.trusted_until, today):
        return Why.TRUSTED
    if not late:
        return Why.NOT_LATE_YET
    if Money.total(debt.outstanding for debt in late) < rules.minimum_debt:
        return Why.BELOW_MINIMUM
    return None


def _hardest(situation: Situation, rules: Rules, late: list[Debt], today: date) -> tuple[Standing, Why, Debt]:
    """The step that the worst late charge asks for, softened by whatever protects the contract."""
    to_block = [debt for debt in late if _is_block_due(situation, rules, debt, today)]
    if to_block:
        shield = _shield(situation, rules, today)
        if shield is None:
            return Standing.BLOCKED, Why.PAST_BLOCK_DATE, to_block[0]
        step, _, debt = _softer(situation, rules, late, today)
        return step, shield, to_block[0] if step is Standing.PENDING else debt
    return _softer(situation, rules, late, today)


def _softer(situation: Situation, rules: Rules, late: list[Debt], today: date) -> tuple[Standing, Why, Debt]:
    if rules.days_to_reduce is not None and not situation.never_block:
        reduce_after = timedelta(days=rules.days_to_reduce)
        for debt in late:
            if debt.notified_on is not None and debt.due_date + reduce_after <= today:
                return Standing.REDUCED, Why.PAST_REDUCE_DATE, debt
    past = timedelta(days=situation.days_to_block)
    unnoticed = next((debt for debt in late if debt.notified_on is None and debt.due_date + past <= today), None)
    return (Standing.PENDING, Why.NO_NOTICE, unnoticed) if unnoticed else (Standing.PENDING, Why.LATE, late[0])


def _is_block_due(situation: Situation, rules: Rules, debt: Debt, today: date) -> bool:
    if debt.notified_on is None:
        return False
    return block_after_notice(debt.due_date, debt.notified_on, situation.days_to_block, rules.days_notice_to_block) <= today


def _shield(situation: Situation, rules: Rules, today: date) -> Why | None:
    """Why a block that is due does not happen today. One that stands already needs no cut day and no second approval."""
    if situation.never_block:
        return Why.NEVER_BLOCK
    if not situation.auto_block:
        return Why.AUTO_BLOCK_OFF
    if _holds(situation.held_until, today):
        return Why.HELD
    if _holds(situation.grace_until, today):
        return Why.GRACE
    if situation.standing is Standing.BLOCKED:
        return None
    if not is_cut_allowed(today, rules.holidays, rules.allowed_weekdays):
        return Why.NOT_A_CUT_DAY
    return None if rules.is_automatic or situation.is_approved else Why.WAITS_FOR_APPROVAL


def _ahead(situation: Situation, rules: Rules, debts: list[Debt], today: date) -> Ahead:
    """The predicted days, from the oldest charge on, as if a missing notice is delivered as soon as it may be."""
    if not debts:
        return Ahead()
    pending_on = pending_date(debts[0].due_date, situation.days_to_pending, rules.holidays)
    if situation.standing is Standing.BLOCKED and situation.blocked_on is not None:
        block_on: date | None = situation.blocked_on
    elif situation.never_block or not situation.auto_block:
        block_on = None
    else:
        block_on = min(_block_date(situation, rules, debt, today) for debt in debts)
    terminate_on = block_on + timedelta(days=rules.termination_after_days) if block_on else None
    return Ahead(pending_on, block_on, terminate_on)


def _block_date(situation: Situation, rules: Rules, debt: Debt, today: date) -> date:
    notice = debt.notified_on
    if notice is None:
        notice = max(pending_date(debt.due_date, situation.days_to_pending, rules.holidays), today)
    day = block_after_notice(debt.due_date, notice, situation.days_to_block, rules.days_notice_to_block)
    for until in (situation.held_until, situation.grace_until, situation.trusted_until):
        if until is not None:
            day = max(day, until + _ONE_DAY)
    return next_cut_day(max(day, today), rules.holidays, rules.allowed_weekdays)


def _may_terminate(situation: Situation, rules: Rules, step: Standing, today: date) -> bool:
    if step is not Standing.BLOCKED or situation.blocked_on is None:
        return False
    return situation.blocked_on + timedelta(days=rules.termination_after_days) <= today


def pending_date(due_date: date, days_to_pending: int, holidays: Set[date] = NO_HOLIDAYS) -> date:
    """The day of the notice: some days after the nominal due date, never before the effective one."""
    return max(due_date + timedelta(days=days_to_pending), effective_due(due_date, holidays))


def _holds(until: date | None, today: date) -> bool:
    return until is not None and today <= until
