"""When a customer who does not pay gets a notice, and when the connection is blocked.

The dates behind the "Se atrasar" box and, later, the dunning decision. Sources: domain.md §11 and
regulation.md §1 (RGC, Res. Anatel 765/2023: first cut 15 days after the notice).
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from malha.domain.calendar import (
    MONDAY_TO_THURSDAY,
    NO_HOLIDAYS,
    next_business_day,
    next_cut_day,
)
from malha.domain.errors import RuleError

DEFAULT_DAYS_TO_PENDING: Final = 3
DEFAULT_DAYS_TO_BLOCK: Final = 18
DEFAULT_DAYS_NOTICE_TO_BLOCK: Final = 15
LEGAL_FLOOR_NOTICE_DAYS: Final = 15
"""Days between notice and first cut that only a MICRO provider may lower, with a reason."""
MAX_DAYS: Final = 999


@dataclass(frozen=True, slots=True)
class LateDates:
    """What happens when a charge stays unpaid.

    ``due`` is printed on the bill, ``effective_due`` the business day it is payable until without
    charges. ``nominal_block_on`` is what the day counts say; ``block_on`` the first day from there
    on which a block may start. Both are kept, so that a page can say why the date moved.
    """

    due: date
    effective_due: date
    pending_on: date
    nominal_block_on: date
    block_on: date

    @property
    def is_block_moved(self) -> bool:
        """True when a weekend, holiday, eve or Friday moved the block forward."""
        return self.block_on != self.nominal_block_on


def check_late_days(
    days_to_pending: int,
    days_to_block: int,
    days_notice_to_block: int = DEFAULT_DAYS_NOTICE_TO_BLOCK,
    *,
    is_floor_unlocked: bool = False,
) -> None:
    """Refuse day counts that make no sense or break the law.

    Raises RuleError ``days_to_pending_out_of_range`` (1 to 999), ``days_to_block_out_of_range``,
    ``block_not_after_pending`` (the block must come later than the notice), or
    ``notice_below_legal_floor`` (params: floor) unless ``is_floor_unlocked``.
    """
    if not 1 <= days_to_pending <= MAX_DAYS:
        raise RuleError("days_to_pending_out_of_range", {"min": 1, "max": MAX_DAYS})
    if not 1 <= days_to_block <= MAX_DAYS:
        raise RuleError("days_to_block_out_of_range", {"min": 1, "max": MAX_DAYS})
    if days_to_block <= days_to_pending:
        raise RuleError("block_not_after_pending", {"pending": days_to_pending})
    floor = 1 if is_floor_unlocked else LEGAL_FLOOR_NOTICE_DAYS
    if not floor <= days_notice_to_block <= MAX_DAYS:
        raise RuleError("notice_below_legal_floor", {"floor": floor})


def effective_due(due_date: date, local_holidays: Set[date] = NO_HOLIDAYS) -> date:
    """The day until which a charge is payable without fine, interest or notice.

    The nominal date, or the next business day (Lei 7.089/1983; Código Civil, art. 132 §1).
    """
    return next_business_day(due_date, local_holidays)


def block_after_notice(
    due_date: date,
    notice_on: date,
    days_to_block: int,
    days_notice_to_block: int = DEFAULT_DAYS_NOTICE_TO_BLOCK,
) -> date:
    """The nominal block date: the later of due + days to block and delivered notice + its days.

    Calendar days, the first not counted. Sources differ on where the 15 days start, so the later
    of the two is taken (domain.md §11).
    """
    by_due = due_date + timedelta(days=days_to_block)
    by_notice = notice_on + timedelta(days=days_notice_to_block)
    return max(by_due, by_notice)


def late_dates(
    due_date: date,
    days_to_pending: int = DEFAULT_DAYS_TO_PENDING,
    days_to_block: int = DEFAULT_DAYS_TO_BLOCK,
    days_notice_to_block: int = DEFAULT_DAYS_NOTICE_TO_BLOCK,
    holidays: Set[date] = NO_HOLIDAYS,
    *,
    allowed_weekdays: Set[int] = MONDAY_TO_THURSDAY,
    is_floor_unlocked: bool = False,
) -> LateDates:
    """The dates of notice and block for a charge due on ``due_date``, if it stays unpaid.

    The notice comes ``days_to_pending`` after the nominal due date and never before the effective
    one. The block is predicted as if the notice is delivered on its day; without a delivered
    notice there is no block. ``holidays`` are the local ones; national ones are built in.

    Worked example (design/novo-cliente.html): due Sunday 2026-12-20, 3 and 18 days, 15 of notice:
    payable until Monday 21, notice on 23 Dec, block on Thursday 2027-01-07 (20 Dec + 18 and
    23 Dec + 15 are the same day, and it is a day on which a block may start).
    Raises the errors of ``check_late_days`` and of ``calendar.next_cut_day``.
    """
    check_late_days(
        days_to_pending, days_to_block, days_notice_to_block, is_floor_unlocked=is_floor_unlocked
    )
    payable_until = effective_due(due_date, holidays)
    pending_on = max(due_date + timedelta(days=days_to_pending), payable_until)
    nominal = block_after_notice(due_date, pending_on, days_to_block, days_notice_to_block)
    return LateDates(
        due=due_date,
        effective_due=payable_until,
        pending_on=pending_on,
        nominal_block_on=nominal,
        block_on=next_cut_day(nominal, holidays, allowed_weekdays),
    )
