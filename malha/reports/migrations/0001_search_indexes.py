"""Indexes that searching over several rooms needs, on PostgreSQL only.

They stand here and not in the models, because they are no part of the meaning of a table and SQLite has nothing like them: there
a provider's few thousand rows are read through in a millisecond or two. Making the extension needs no superuser since
PostgreSQL 13, owning the database is enough.
"""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

# Any part of a text: groups of three letters.
TRIGRAMS = {
    "search_customer_name": "customers_customer (search_name)",
    "search_contact_number": "customers_contact (number)",
    "search_access_login": "network_access (username)",
}
# The beginning of a text, whatever the language of the database sorts by.
PREFIXES = {
    "search_customer_name_begins": "customers_customer (search_name varchar_pattern_ops)",
    "search_customer_document": "customers_customer (cpf_cnpj varchar_pattern_ops)",
    "search_customer_email": "customers_customer (email varchar_pattern_ops)",
    "search_access_mac": "network_access (mac varchar_pattern_ops)",
    "search_access_seen_mac": "network_access (seen_mac varchar_pattern_ops)",
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, target in TRIGRAMS.items():
        table, column = target.removesuffix(")").split(" (")
        schema_editor.execute(f"CREATE INDEX {name} ON {table} USING gin ({column} gin_trgm_ops)")
    for name, target in PREFIXES.items():
        schema_editor.execute(f"CREATE INDEX {name} ON {target}")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for name in (*TRIGRAMS, *PREFIXES):
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_directory_index"),
        ("contracts", "0002_situation_indexes"),
        ("network", "0001_initial"),
    ]
    operations = [
        TrigramExtension(),
        migrations.RunPython(create, drop),
    ]
