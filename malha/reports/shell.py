"""The few numbers that stand around every page: in the menu and in the top bar. Cheap on purpose: one statement each."""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import Count, F, Func, IntegerField, Max, Q, Subquery

from malha.customers.models import Customer
from malha.network.models import Router, RouterHealth
from malha.reports import receiving

COUNT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class NetworkSigns:
    """How the routers are: how many there are and answer, live sessions as last read, fields that differ and nobody ignored."""

    routers: int
    online: int
    sessions: int
    divergences: int


def network_signs() -> NetworkSigns:
    """Read from what the lanes wrote; no router is asked."""
    open_divergences = Count("divergences", filter=Q(divergences__ignored_at=None))
    rows = Router.objects.filter(is_active=True).annotate(found=open_divergences).values_list("health", "session_count", "found")
    routers = list(rows)
    return NetworkSigns(
        routers=len(routers),
        online=sum(health == RouterHealth.ONLINE for health, _, _ in routers),
        sessions=sum(sessions or 0 for _, sessions, _ in routers),
        divergences=sum(found for _, _, found in routers),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """Customers that are not archived, and charges that are late."""

    customers: int
    overdue: int


def counts(today: date) -> Counts:
    """At most a minute old: counting 100,000 rows on every page would cost more than the page. One statement for both."""
    return cache.get_or_set(f"shell.counts:{today}", lambda: _count(today), COUNT_SECONDS) or Counts(0, 0)


def _count(today: date) -> Counts:
    # COUNT as a plain function, so that the inner question has no groups and is asked once.
    late = receiving.overdue(today).annotate(n=Func(F("pk"), function="COUNT", output_field=IntegerField())).values("n")
    found = Customer.objects.filter(archived_at=None).annotate(late=Subquery(late)).aggregate(customers=Count("pk"), overdue=Max("late"))
    return Counts(found["customers"], found["overdue"] or 0)
