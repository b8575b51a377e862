"""Contratos parados: what the billing run left to a person."""

from collections.abc import Sequence

from django.db.models import QuerySet

from malha.billing.models import ParkedContract
from malha.customers import queries as customers


def contracts(*, visible: Sequence[int]) -> QuerySet[ParkedContract]:
    """Those that nobody decided about yet, the longest waiting first."""
    found = ParkedContract.objects.filter(resolved_at__isnull=True).select_related("contract__customer")
    if visible:
        found = found.filter(contract__customer__in=customers.within(visible))
    return found.order_by("parked_at", "pk")
