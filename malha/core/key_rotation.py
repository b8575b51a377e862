"""Re-encrypting what is stored under an old key, so that the old key can be dropped (network.md §9.3)."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models, transaction

from malha.core import crypto
from malha.core.fields import EncryptedField

BATCH = 500


def encrypted_columns() -> Iterator[tuple[type[models.Model], EncryptedField]]:
    """Every column that holds secrets, in the order of the tables."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedField):
                yield model, field


def rotate() -> dict[str, int]:
    """Bring every secret under the first key of its ring; how many changed, by `table.column`.

    Short transactions of a few hundred rows, so nobody waits long; interrupted, it goes on where it stopped when called again.
    A row that somebody changes meanwhile keeps the newer value. Raises UnreadableSecret when a key is missing from a ring.
    """
    return {f"{model._meta.db_table}.{field.column}": _rotate_column(model, field) for model, field in encrypted_columns()}


def _rotate_column(model: type[models.Model], field: EncryptedField) -> int:
    names = (model._meta.db_table, str(field.column), str(model._meta.pk.column))
    table, column, key = (connection.ops.quote_name(name) for name in names)
    first = crypto.first_key_id(field.ring)
    # Only names of our own columns are put into the text; every value is a parameter.
    where = f"{key} > %s AND {column} <> '' AND {column} NOT LIKE %s"
    select = f"SELECT {key}, {column} FROM {table} WHERE {where} ORDER BY {key} LIMIT {BATCH}"  # noqa: S608
    update = f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"  # noqa: S608
    changed, last = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(select, [last, f"{first}$%"])
            rows = cursor.fetchall()
            for row_id, stored in rows:
                fresh = crypto.seal(crypto.reveal(stored, ring=field.ring), ring=field.ring)
                cursor.execute(update, [fresh, row_id, stored])
                changed += cursor.rowcount
        if len(rows) < BATCH:
            return changed
        last = rows[-1][0]
