"""Numbers that are never reused: one counter row per series, taken last, in a short lock (failure modes F7, F8)."""

from django.db import transaction
from django.db.models import F

from malha.core.models import Counter


def take(series: str, count: int = 1) -> int:
    """The first of `count` consecutive new numbers of `series`. Must run inside the transaction that uses them.

    The counter row stays locked until that transaction ends, so take the number as late as possible.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("numbers.take must run inside a transaction")
    if not Counter.objects.filter(pk=series).update(last=F("last") + count):
        Counter.objects.get_or_create(pk=series)
        Counter.objects.filter(pk=series).update(last=F("last") + count)
    last: int = Counter.objects.values_list("last", flat=True).get(pk=series)
    return last - count + 1
