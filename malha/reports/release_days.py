"""From a payment until its payer browses again, day by day: the series behind the two numbers of `release_times`."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import F, Q

from malha.core import clock
from malha.dunning.models import Release
from malha.reports.release_times import DAYS, ReleaseTimes


@dataclass(frozen=True, slots=True)
class ReleaseDays:
    """`times`: of the last thirty days. `days`: each of them with the median of its releases, None without one; the oldest first."""

    times: ReleaseTimes
    days: tuple[tuple[date, timedelta | None], ...]


def read(now: datetime, today: date) -> ReleaseDays:
    """One statement. A release that no router had to obey is not counted (`journeys.releases`)."""
    since = now - timedelta(days=DAYS)
    obeyed = Q(released_at__gte=since, obeyed_at__gt=F("released_at"))
    rows = Release.objects.filter(obeyed | Q(obeyed_at__isnull=True)).order_by("released_at").values_list("released_at", "obeyed_at")
    seconds: dict[date, list[float]] = defaultdict(list)
    waiting: list[datetime] = []
    for released_at, obeyed_at in rows:
        if obeyed_at is None:
            waiting.append(released_at)
        else:
            seconds[clock.local(released_at).date()].append((obeyed_at - released_at).total_seconds())
    every = [second for of_day in seconds.values() for second in of_day]
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    return ReleaseDays(
        ReleaseTimes(
            count=len(every),
            median=timedelta(seconds=median(every)) if every else None,
            worst=timedelta(seconds=max(every)) if every else None,
            waiting=len(waiting),
            waiting_since=waiting[0] if waiting else None,
        ),
        tuple((day, timedelta(seconds=median(seconds[day])) if day in seconds else None) for day in days),
    )
