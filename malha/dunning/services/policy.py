"""Writing the standard configuration of pendência and bloqueio."""

from django.db import transaction
from django.utils.translation import gettext as _

from malha.core import history
from malha.core.company import current
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.core.models import SizeClass
from malha.core.rules import Problems
from malha.domain.errors import RuleError
from malha.domain.late import LEGAL_FLOOR_NOTICE_DAYS, check_late_days
from malha.dunning.models import DunningPolicy

FIELD_OF = {
    "days_to_pending_out_of_range": "days_to_pending",
    "days_to_block_out_of_range": "days_to_block",
    "block_not_after_pending": "days_to_block",
    "notice_below_legal_floor": "days_notice_to_block",
}
FIELDS = ("days_to_pending", "days_to_block", "days_notice_to_block")


@transaction.atomic
def create_default(*, name: str, actor: Actor) -> DunningPolicy:
    """The standard of a new company, with the built-in days. Raises StateConflict when there is one."""
    if DunningPolicy.objects.filter(is_default=True).exists():
        raise StateConflict("has_default_policy", _("There is a standard configuration already."))
    policy = DunningPolicy.objects.create(name=name, is_default=True)
    history.record(policy, "dunning_policy.created", actor=actor, after=history.snapshot(policy, FIELDS))
    return policy


@transaction.atomic
def change_days(
    *, policy: DunningPolicy, days_to_pending: int, days_to_block: int, days_notice_to_block: int, reason: str = "", actor: Actor
) -> DunningPolicy:
    """Set the standard days. They hold at once wherever a contract leaves its own empty.

    Between the notice and the block lie at least 15 days; only a MICRO provider may go lower, and says why (domain.md §11).
    Raises BusinessError("invalid").
    """
    locked = DunningPolicy.objects.select_for_update().get(pk=policy.pk)
    may_go_lower = current().size_class == SizeClass.MICRO
    problems = Problems()
    try:
        check_late_days(days_to_pending, days_to_block, days_notice_to_block, is_floor_unlocked=may_go_lower)
    except RuleError as error:
        with problems.of(FIELD_OF.get(error.code, "days_to_block")):
            raise
    # The day counts themselves must leave the room that the law asks for, else the page would promise dates that never come.
    between = min(days_notice_to_block, days_to_block - days_to_pending)
    if between < LEGAL_FLOOR_NOTICE_DAYS and not problems.fields:
        field = "days_notice_to_block" if days_notice_to_block < LEGAL_FLOOR_NOTICE_DAYS else "days_to_block"
        if not may_go_lower:
            problems.add(
                field, _("The law asks for at least %(floor)s days between the notice and the block.") % {"floor": LEGAL_FLOOR_NOTICE_DAYS}
            )
        elif not reason.strip():
            problems.add("reason", _("Less than %(floor)s days: say why, it is recorded.") % {"floor": LEGAL_FLOOR_NOTICE_DAYS})
    problems.raise_if_any()
    new = {"days_to_pending": days_to_pending, "days_to_block": days_to_block, "days_notice_to_block": days_notice_to_block}
    before, after = history.changes(history.snapshot(locked, FIELDS), new)
    if after:
        for name, value in new.items():
            setattr(locked, name, value)
        locked.save(update_fields=[*new, "updated_at"])
        history.record(locked, "dunning_policy.changed", actor=actor, reason=reason.strip(), before=before, after=after)
    return locked
