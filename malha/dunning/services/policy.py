"""Writing the standard configuration of pendência and bloqueio."""

from dataclasses import fields

from django.db import transaction
from django.utils.translation import gettext as _

from malha.core import clock, history
from malha.core.company import current
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.core.models import SizeClass
from malha.core.rules import Problems
from malha.domain import calendar
from malha.domain.errors import RuleError
from malha.domain.late import LEGAL_FLOOR_NOTICE_DAYS, check_late_days
from malha.dunning.data import PolicyData
from malha.dunning.models import DunningPolicy

FIELD_OF = {
    "days_to_pending_out_of_range": "days_to_pending",
    "days_to_block_out_of_range": "days_to_block",
    "block_not_after_pending": "days_to_block",
    "notice_below_legal_floor": "days_notice_to_block",
}
FIELDS = tuple(f.name for f in fields(PolicyData))
RANGES = {
    "release_grace_days": range(31),
    "trust_days": range(1, 31),
    "trust_uses": range(31),
    "trust_window_days": range(1, 366),
    "trust_max_debt_days": range(1, 1000),
    "silence_hours": range(1, 169),
}
TERMINATION = range(60, 1000)  # RGC: 60 days of suspension (regulation.md §1)


@transaction.atomic
def create_default(*, name: str, actor: Actor) -> DunningPolicy:
    """The standard of a new company, with the built-in days. Raises StateConflict when there is one."""
    if DunningPolicy.objects.filter(is_default=True).exists():
        raise StateConflict("has_default_policy", _("There is a standard configuration already."))
    policy = DunningPolicy.objects.create(name=name, is_default=True)
    history.record(policy, "dunning_policy.created", actor=actor, after=history.snapshot(policy, FIELDS))
    return policy


def data_of(policy: DunningPolicy) -> PolicyData:
    """The stored standard in the shape that `change` takes."""
    return PolicyData(**{name: getattr(policy, name) for name in FIELDS})


@transaction.atomic
def change(*, policy: DunningPolicy, data: PolicyData, reason: str = "", actor: Actor) -> DunningPolicy:
    """Set the standard. It holds at once wherever a contract leaves its own empty, and from the next run on.

    Between the notice and the block lie at least 15 days; only a MICRO provider may go lower, and says why (domain.md §11). A block
    that starts on a Friday or at the weekend asks for a reason too (Lei 14.015/2020). Raises BusinessError("invalid").
    """
    locked = DunningPolicy.objects.select_for_update().get(pk=policy.pk)
    problems = Problems()
    _check_days(data, locked, reason, problems)
    _check_ranges(data, problems)
    days = sorted(set(data.allowed_weekdays))
    if not days or not set(days) <= set(range(7)):
        problems.add("allowed_weekdays", _("Choose at least one day of the week."))
    elif not set(days) <= calendar.MONDAY_TO_THURSDAY | set(locked.allowed_weekdays) and not reason.strip():
        problems.add("reason", _("A block that starts on a Friday or at the weekend may break Lei 14.015/2020: say why, it is recorded."))
    problems.raise_if_any()
    new = {**{name: getattr(data, name) for name in FIELDS}, "allowed_weekdays": days}
    before, after = history.changes(history.snapshot(locked, FIELDS), new)
    if after:
        for name, value in new.items():
            setattr(locked, name, value)
        locked.updated_at = clock.now()
        locked.save(update_fields=[*new, "updated_at"])
        history.record(locked, "dunning_policy.changed", actor=actor, reason=reason.strip(), before=before, after=after)
    return locked


def _check_days(data: PolicyData, stored: DunningPolicy, reason: str, problems: Problems) -> None:
    """The ladder itself: its order, and the room that the law asks for. What stands already was explained when it was set."""
    may_go_lower = current().size_class == SizeClass.MICRO
    notice = data.days_notice_to_block
    try:
        check_late_days(data.days_to_pending, data.days_to_block, notice, is_floor_unlocked=may_go_lower)
    except RuleError as error:
        with problems.of(FIELD_OF.get(error.code, "days_to_block")):
            raise
    reduce_after = data.days_to_reduce
    if reduce_after is not None and not data.days_to_pending < reduce_after < data.days_to_block:
        problems.add("days_to_reduce", _("The reduced speed comes after the notice and before the block."))
    # The day counts themselves must leave the room that the law asks for, else the page would promise dates that never come.
    between = min(notice, data.days_to_block - data.days_to_pending)
    if between >= LEGAL_FLOOR_NOTICE_DAYS or problems.fields:
        return
    floor = {"floor": LEGAL_FLOOR_NOTICE_DAYS}
    if not may_go_lower:
        field = "days_notice_to_block" if notice < LEGAL_FLOOR_NOTICE_DAYS else "days_to_block"
        problems.add(field, _("The law asks for at least %(floor)s days between the notice and the block.") % floor)
    elif not reason.strip() and between < min(stored.days_notice_to_block, stored.days_to_block - stored.days_to_pending):
        problems.add("reason", _("Less than %(floor)s days: say why, it is recorded.") % floor)


def _check_ranges(data: PolicyData, problems: Problems) -> None:
    for name, allowed in RANGES.items():
        if getattr(data, name) not in allowed:
            problems.add(name, _("Use from %(min)s to %(max)s.") % {"min": allowed.start, "max": allowed.stop - 1})
    if data.termination_after_days not in TERMINATION:
        problems.add(
            "termination_after_days",
            _("The law asks for at least %(floor)s days of block before a termination.") % {"floor": TERMINATION.start},
        )
    if data.minimum_debt.is_negative:
        problems.add("minimum_debt", _("Type zero or more."))
