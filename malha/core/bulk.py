"""Writing rows by the hundred thousand: what `bulk_create` does, without a model instance and its checks for every row.

For the daily runs only, whose rows come from our own computation. The database's own constraints hold as always.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models

from malha.domain.money import Money


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[int]:
    """Insert `rows`, whose values stand in the order of `names`; answers the new keys in the order of the rows.

    Every column without a default in the database must be named: the defaults of the model are not applied. A foreign key is named
    by its column (`charge_id`). Money is written in cents. PostgreSQL gets them by COPY, under keys taken from the sequence first; what it
    refuses is Django's error there too (an IntegrityError, an OperationalError), as everywhere else.
    """
    if not rows:
        return []
    if connection.vendor != "postgresql":
        made = model._default_manager.bulk_create((model(**dict(zip(names, row, strict=True))) for row in rows), batch_size=500)
        return [row.pk for row in made]
    quote, table = connection.ops.quote_name, model._meta.db_table
    columns = ", ".join(quote(name) for name in ("id", *names))
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, len(rows)])
        keys = [int(key) for (key,) in cursor.fetchall()]
        with cursor.copy(f"COPY {quote(table)} ({columns}) FROM STDIN") as copy:
            for key, row in zip(keys, rows, strict=True):
                copy.write_row((key, *[_PLAIN[type(value)](value) if type(value) in _PLAIN else value for value in row]))
    return keys


# What COPY gets in another form than the model: cents, and JSON as text.
_PLAIN: dict[type, Callable[[Any], Any]] = {Money: lambda money: money.cents, dict: json.dumps, list: json.dumps}
