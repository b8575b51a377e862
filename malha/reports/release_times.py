"""How long it takes from a payment until its payer browses again: the Painel's proof that releasing works."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import F

from malha.core import clock
from malha.dunning.models import Release

DAYS = 30


@dataclass(frozen=True, slots=True)
class ReleaseTimes:
    """Of the last thirty days. `median` and `worst` are None without a release; `waiting`: routers that have not obeyed yet."""

    count: int = 0
    median: timedelta | None = None
    worst: timedelta | None = None
    waiting: int = 0
    waiting_since: datetime | None = None


def release_times(now: datetime | None = None, *, days: int = DAYS) -> ReleaseTimes:
    """Two statements. A release that no router had to obey is not counted (`journeys.releases`)."""
    since = (now or clock.now()) - timedelta(days=days)
    obeyed = Release.objects.filter(released_at__gte=since, obeyed_at__gt=F("released_at")).order_by()
    times = [end - start for start, end in obeyed.values_list("released_at", "obeyed_at") if end is not None]
    waiting = list(Release.objects.filter(obeyed_at__isnull=True).order_by("released_at").values_list("released_at", flat=True))
    return ReleaseTimes(
        count=len(times),
        median=timedelta(seconds=median(time.total_seconds() for time in times)) if times else None,
        worst=max(times, default=None),
        waiting=len(waiting),
        waiting_since=waiting[0] if waiting else None,
    )
