"""The due-date factor of a barcode and its restart of 2025-02-22 (payments.md §1.3, FEBRABAN)."""

from datetime import date, timedelta
from typing import Final

from malha.domain.errors import RuleError

BASE: Final = date(1997, 10, 7)
WITHOUT_DATE: Final = 0
"""The factor of a boleto without due date, contra-apresentação."""

_LAST: Final = 9999
_RESTARTS_AT: Final = 1000
_CYCLE: Final = _LAST - _RESTARTS_AT + 1
_DAYS_BACK: Final = 3000
_DAYS_AHEAD: Final = 5500


def due_factor(due_date: date | None) -> int:
    """The factor of a due date, 1 to 9999; 0 for none.

    9999 is 2025-02-21 and the day after it is 1000 again, as will be 2049-10-14. Raises RuleError
    ``due_date_before_factors`` for 1997-10-07 and earlier.
    """
    if due_date is None:
        return WITHOUT_DATE
    days = (due_date - BASE).days
    if days < 1:
        raise RuleError("due_date_before_factors")
    return days if days <= _LAST else _RESTARTS_AT + (days - _LAST - 1) % _CYCLE


def due_date_of(factor: int, today: date) -> date | None:
    """The due date a factor stands for when read on ``today``; None for 0.

    A factor returns every 9000 days, so the date meant is the one from 3000 days before today to 5500 after. Some factors have
    no date there (about 500 of the 9000, long past or far ahead): they are refused with RuleError ``due_factor_out_of_window``.
    Raises ``due_factor_invalid`` for what is not 0 to 9999.
    """
    if not 0 <= factor <= _LAST:
        raise RuleError("due_factor_invalid")
    if factor == WITHOUT_DATE:
        return None
    earliest = (today - BASE).days - _DAYS_BACK
    days = factor
    # Below the restart a factor was used once only, before July 2000.
    while days < earliest and factor >= _RESTARTS_AT:
        days += _CYCLE
    if not earliest <= days <= earliest + _DAYS_BACK + _DAYS_AHEAD:
        raise RuleError("due_factor_out_of_window", {"factor": factor})
    return BASE + timedelta(days=days)
