"""The log of changes: one call in the same transaction as the change itself (house.md §4)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from malha.core import clock
from malha.core.models import HistoryEntry
from malha.domain.money import Money

# Names that never enter the log, whatever a caller passes.
SECRET_NAMES = frozenset({"password", "api_password", "radius_secret", "token", "wifi_password", "settings"})
HIDDEN = "•••"
_waiting: ContextVar[list[HistoryEntry] | None] = ContextVar("history_waiting", default=None)


@dataclass(frozen=True)
class Actor:
    """Who does it. `kind`: user, api, portal, system, worker."""

    kind: str
    id: int | None
    name: str
    ip: str | None = None


SYSTEM = Actor(kind="system", id=None, name="Malha")


def record(
    target: models.Model,
    verb: str,
    *,
    actor: Actor,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    customer_id: int | None = None,
) -> HistoryEntry:
    """Write one entry about `target`.

    `verb` is a dotted English word of the room, `customer.created`. `customer_id` puts the entry on that customer's page.
    Values of secret names are replaced before they are stored.
    """
    entry = entry_for(target, verb, actor=actor, reason=reason, before=before, after=after, customer_id=customer_id)
    waiting = _waiting.get()
    if waiting is None:
        entry.save(force_insert=True)
    else:
        waiting.append(entry)
    return entry


@contextmanager
def together() -> Iterator[None]:
    """What is recorded inside is written in one statement at the end, in the same transaction; nothing if it fails."""
    waiting: list[HistoryEntry] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    record_all(waiting)


def entry_for(
    target: models.Model,
    verb: str,
    *,
    actor: Actor,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    customer_id: int | None = None,
) -> HistoryEntry:
    """The unsaved entry, for runs that write thousands with `record_all`."""
    return HistoryEntry(
        at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name[:150],
        ip=actor.ip,
        verb=verb,
        object_kind=target._meta.label_lower,
        object_id=target.pk,
        object_label=str(target)[:200],
        customer_id=customer_id,
        reason=reason,
        before=_plain(before or {}),
        after=_plain(after or {}),
    )


def record_all(entries: Iterable[HistoryEntry]) -> None:
    """Write many entries in a constant number of statements."""
    HistoryEntry.objects.bulk_create(entries, batch_size=1000)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs, as the (before, after) pair that `record` takes."""
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return {key: before.get(key) for key in keys}, {key: after.get(key) for key in keys}


def snapshot(target: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The named fields of a row as plain values."""
    return {name: getattr(target, name) for name in names}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_plain_value(name): HIDDEN if name in SECRET_NAMES else _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            return value.replace("\x00", "")  # PostgreSQL keeps no such sign in JSON
        case Money():
            return value.as_json()
        case date() | datetime():
            return value.isoformat()
        case Decimal():
            return str(value)
        case models.Model():
            return str(value)
        case dict():
            return _plain(value)
        case list() | tuple() | set():
            return [_plain_value(item) for item in value]
        case _:
            return str(value)
