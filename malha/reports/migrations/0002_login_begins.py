"""The beginning of a login, for texts too short for trigrams; PostgreSQL only, like 0001."""

from django.db import migrations


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE INDEX search_access_login_begins ON network_access (username varchar_pattern_ops)")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS search_access_login_begins")


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_search_indexes")]
    operations = [migrations.RunPython(create, drop)]
