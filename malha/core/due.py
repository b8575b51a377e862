"""Rows are the queue: a row that wants something from the outside world *is* the job (house.md §4).

Three verbs: `claim` takes rows that are due under a lease, `done` takes the wish off a row, `retry_later` puts it back with
a back-off. A worker that is killed loses only its lease: when it has run out another takes the row. Many workers share one
PostgreSQL (`FOR UPDATE SKIP LOCKED`); on SQLite the same code runs, its writers being one at a time anyway.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import F, Q

from malha.core import clock

BACKOFF = (5, 15, 60, 300, 600)  # seconds; the last one repeats


class DueRow(models.Model):
    """Mixin. `due_at` NULL means: nothing wanted. `lease_until` in the future means: somebody is on it."""

    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=64, blank=True, default="")
    last_error = models.TextField(blank=True, default="")

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=DueRow)


def due(model: type[Row], *, at: datetime | None = None) -> models.QuerySet[Row]:
    """Rows that want something now and that nobody holds."""
    at = at or clock.now()
    rows: models.QuerySet[Row] = model._default_manager.filter(due_at__lte=at)
    return rows.filter(Q(lease_until__isnull=True) | Q(lease_until__lte=at))


def claim(rows: models.QuerySet[Row], *, worker: str, seconds: int, limit: int = 1000) -> list[Row]:
    """Take at most `limit` of the due `rows` for `seconds`. Two workers never get the same row."""
    until = clock.now() + timedelta(seconds=seconds)
    model = rows.model
    with transaction.atomic():
        wanted = rows.order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            wanted = wanted.select_for_update(skip_locked=True, of=("self",))
        keys = list(wanted.values_list("pk", flat=True)[:limit])
        model._default_manager.filter(pk__in=keys).update(
            lease_until=until, leased_by=worker, attempts=F("attempts") + 1
        )
    return list(model._default_manager.filter(pk__in=keys, leased_by=worker))


def done(rows: models.QuerySet[Row], **changes: Any) -> int:
    """The wish is fulfilled: nothing is due, the lease is off. `changes` are set in the same statement."""
    return rows.update(due_at=None, lease_until=None, leased_by="", attempts=0, last_error="", **changes)


def retry_later(rows: models.QuerySet[Row], *, error: str, attempts: int, **changes: Any) -> int:
    """Give the rows back, due again after a back-off with jitter, with the words of the refusal."""
    return rows.update(
        due_at=clock.now() + backoff(attempts), lease_until=None, leased_by="", last_error=error[:2000], **changes
    )


def backoff(attempts: int, *, steps: Sequence[int] = BACKOFF) -> timedelta:
    """How long to wait after the n-th failed attempt: growing, bounded, spread by ± 20 % so that rows do not march in step."""
    base = steps[min(max(attempts, 1), len(steps)) - 1]
    return timedelta(seconds=base * random.uniform(0.8, 1.2))
