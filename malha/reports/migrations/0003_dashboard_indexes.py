"""Indexes from which the dashboard reads its sums without touching the rows, on PostgreSQL only (see 0001)."""

from django.db import migrations

INDEXES = {
    "dashboard_charge_due": "billing_charge (due_date) INCLUDE (state, total)",
    "dashboard_payment_day": "billing_payment (paid_on) INCLUDE (kind, value, reverses_id)",
    "dashboard_activated": "contracts_contract (activated_on) WHERE activated_on IS NOT NULL",
    "dashboard_cancelled": "contracts_contract (cancelled_on) INCLUDE (activated_on) WHERE cancelled_on IS NOT NULL",
    "dashboard_billed_until": (
        "contracts_contract (id) INCLUDE (due_day, billed_until, billing_starts_on, ends_on, auto_renew) WHERE state = 'ACTIVE'"
    ),
    "dashboard_not_simple": "contracts_contract (id) WHERE state <> 'ACTIVE' OR exempt OR NOT auto_renew OR discount > 0 OR surcharge > 0",
    "dashboard_notice_waits": "dunning_notice (charge_id, pendency_id) WHERE delivered_on IS NULL",
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, target in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {target}")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_login_begins"),
        ("billing", "0001_initial"),
        ("contracts", "0003_pauses_and_late_terms"),
        ("dunning", "0002_pendencies"),
    ]
    operations = [migrations.RunPython(create, drop)]
