"""The few numbers that stand around every page: in the menu and in the top bar. Cheap on purpose: one statement each."""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import Count, Q

from malha.customers.models import Customer
from malha.network.models import Router, RouterHealth
from malha.reports import receiving

CUSTOMER_COUNT_SECONDS = 60


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


def customer_count() -> int:
    """Customers that are not archived, at most a minute old: counting 100,000 rows on every page would cost more than the page."""
    return int(cache.get_or_set("shell.customers", _count_customers, CUSTOMER_COUNT_SECONDS) or 0)


def overdue_count(today: date) -> int:
    """Charges that are late, at most a minute old."""
    return int(cache.get_or_set(f"shell.overdue.{today}", lambda: receiving.overdue_count(today), CUSTOMER_COUNT_SECONDS) or 0)


def _count_customers() -> int:
    return Customer.objects.filter(archived_at=None).count()
