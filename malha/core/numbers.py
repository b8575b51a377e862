"""Numbers that are never reused: one counter row per series, taken last, in a short lock (failure modes F7, F8)."""

from django.db import connection, transaction
from django.db.models import F

from malha.core.models import Counter


def take(series: str, count: int = 1) -> int:
    """The first of `count` consecutive new numbers of `series`. Must run inside the transaction that uses them.

    The counter row stays locked until that transaction ends, so take the number as late as possible.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("numbers.take must run inside a transaction")
    last = _advance(series, count)
    if last is None:
        Counter.objects.get_or_create(pk=series)
        last = _advance(series, count)
        assert last is not None
    return last - count + 1


def _advance(series: str, count: int) -> int | None:
    """The new last number of the series, None when there is no such row yet."""
    if not connection.features.can_return_columns_from_insert:  # SQLite before 3.35
        if not Counter.objects.filter(pk=series).update(last=F("last") + count):
            return None
        return Counter.objects.values_list("last", flat=True).get(pk=series)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_counter SET last = last + %s WHERE series = %s RETURNING last", [count, series])
        row = cursor.fetchone()
    return int(row[0]) if row else None
