"""Annotations on the customer page, and the alert that pops up when the record is opened."""

from django.db import transaction
from django.utils.translation import gettext as _

from malha.core import clock, history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.customers.models import Customer, Note
from malha.domain.text import collapse_spaces

MAX_TEXT = 5_000
MAX_ALERT = 300


@transaction.atomic
def add(*, customer: Customer, text: str, is_pinned: bool = False, actor: Actor) -> Note:
    """Write an annotation; pinned, it takes the place of the one that was. Raises BusinessError("invalid")."""
    text = text.strip()
    if not text:
        _refuse("text", _("Write the annotation."))
    if len(text) > MAX_TEXT:
        _refuse("text", _("Use at most %(limit)s characters; this has %(count)s.") % {"limit": MAX_TEXT, "count": len(text)})
    if is_pinned:
        _unpin(customer.pk)
    note = Note.objects.create(
        customer=customer,
        text=text,
        is_pinned=is_pinned,
        written_at=clock.now(),
        written_by_id=actor.id if actor.kind == "user" else None,
    )
    history.record(note, "note.added", actor=actor, after={"text": text, "is_pinned": is_pinned}, customer_id=customer.pk)
    return note


@transaction.atomic
def pin(*, note: Note, is_pinned: bool, actor: Actor) -> None:
    """Keep one annotation in sight, or let it go back among the others. Raises StateConflict when it was removed."""
    if is_pinned:
        _unpin(note.customer_id)
    if not Note.objects.filter(pk=note.pk, removed_at__isnull=True).update(is_pinned=is_pinned):
        raise StateConflict("note_removed", _("This annotation was removed meanwhile."))
    verb = "note.pinned" if is_pinned else "note.unpinned"
    history.record(note, verb, actor=actor, customer_id=note.customer_id)


@transaction.atomic
def remove(*, note: Note, actor: Actor) -> None:
    """Hide an annotation; the row stays, and so does its text in the history. Raises StateConflict when it was removed before."""
    if not Note.objects.filter(pk=note.pk, removed_at__isnull=True).update(removed_at=clock.now(), is_pinned=False):
        raise StateConflict("note_removed", _("This annotation was removed meanwhile."))
    history.record(note, "note.removed", actor=actor, before={"text": note.text}, customer_id=note.customer_id)


@transaction.atomic
def set_alert(*, customer: Customer, text: str, actor: Actor) -> None:
    """Change what pops up when the record is opened; empty takes it away. Raises BusinessError("invalid")."""
    text = collapse_spaces(text)
    if len(text) > MAX_ALERT:
        _refuse("text", _("Use at most %(limit)s characters; this has %(count)s.") % {"limit": MAX_ALERT, "count": len(text)})
    locked = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if locked.opening_alert == text:
        return
    Customer.objects.filter(pk=locked.pk).update(opening_alert=text, updated_at=clock.now())
    before, after = {"opening_alert": locked.opening_alert}, {"opening_alert": text}
    history.record(locked, "customer.changed", actor=actor, before=before, after=after, customer_id=locked.pk)


def _unpin(customer_id: int) -> None:
    Note.objects.filter(customer=customer_id, is_pinned=True).update(is_pinned=False)


def _refuse(field: str, sentence: str) -> None:
    raise BusinessError("invalid", sentence, fields={field: sentence})
