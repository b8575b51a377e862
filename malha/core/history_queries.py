"""Reading the history. Pages go by number of entry, not by offset, so that the thousandth page costs what the first does."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from malha.core.models import HistoryEntry

PER_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class HistoryFilter:
    """What to show; empty means all. `until` is not included. `before` is the number of an entry: only older ones."""

    actor: str = ""  # "user:7", "system:"
    object_kind: str = ""
    object_id: int | None = None
    customer_id: int | None = None
    verb: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def entries(wanted: HistoryFilter) -> QuerySet[HistoryEntry]:
    """The entries, the latest first. `text` looks into names of objects and people, and into reasons."""
    found = HistoryEntry.objects.order_by("-pk")
    if wanted.actor:
        kind, _colon, number = wanted.actor.partition(":")
        found = found.filter(actor_kind=kind, actor_id=int(number) if number.isdecimal() else None)
    if wanted.object_kind:
        found = found.filter(object_kind=wanted.object_kind)
    if wanted.object_id is not None:
        found = found.filter(object_id=wanted.object_id)
    if wanted.customer_id is not None:
        found = found.filter(customer_id=wanted.customer_id)
    if wanted.verb:
        found = found.filter(verb=wanted.verb)
    if wanted.text:
        found = found.filter(
            Q(object_label__icontains=wanted.text) | Q(actor_name__icontains=wanted.text) | Q(reason__icontains=wanted.text)
        )
    if wanted.since is not None:
        found = found.filter(at__gte=wanted.since)
    if wanted.until is not None:
        found = found.filter(at__lt=wanted.until)
    return found.filter(pk__lt=wanted.before) if wanted.before else found


def page(wanted: HistoryFilter, size: int = PER_PAGE) -> tuple[list[HistoryEntry], int | None]:
    """One page and the number from which the next one goes on; None when there is no older entry."""
    found = list(entries(wanted)[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None
