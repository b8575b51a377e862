"""Closing the day of an account."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from malha.cashbook import queries
from malha.cashbook.models import CashAccount, Closing
from malha.cashbook.services import posting
from malha.core import clock, history
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.money import Money
from malha.domain.text import collapse_spaces

NOTE_LIMIT = 200
FIELDS = ("opening", "incoming", "outgoing", "balance", "counted", "difference")


@transaction.atomic
def close(*, account: CashAccount, day: date, counted: Money, note: str = "", actor: Actor) -> Closing:
    """Freeze the day and everything before it. What was counted may differ from the book; the difference is kept and shown.

    Raises BusinessError("invalid") and StateConflict("day_closed").
    """
    problems = Problems()
    note = collapse_spaces(note)
    if len(note) > NOTE_LIMIT:
        problems.add("note", _("Use at most %(limit)s characters.") % {"limit": NOTE_LIMIT})
    posting.check_day(day, "date", problems)
    problems.raise_if_any()
    locked = posting.lock({account.pk})[account.pk]
    closed = posting.closed_until(locked)
    if closed is not None and day <= closed:
        sentence = _("%(account)s is closed already, up to %(day)s.") % {"account": locked, "day": f"{closed:%d/%m/%Y}"}
        raise StateConflict("day_closed", sentence)
    sheet = queries.sheet([locked.pk], since=day, until=day)
    closing = Closing.objects.create(
        account=locked,
        date=day,
        opening=sheet.opening,
        incoming=sheet.incoming,
        outgoing=sheet.outgoing,
        balance=sheet.balance,
        counted=counted,
        difference=counted - sheet.balance,
        note=note,
        closed_by_id=posting.person(actor=actor),
        at=clock.now(),
    )
    history.record(closing, "cash_day.closed", actor=actor, reason=note, after=history.snapshot(closing, FIELDS))
    return closing
