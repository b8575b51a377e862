"""A key is put first, everything is brought under it, the old one may go."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from malha.core import crypto
from malha.core.key_rotation import encrypted_columns, rotate
from malha.network.models import Access
from tests import make

pytestmark = pytest.mark.django_db
OLD, NEW = "t1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=", "t2:MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI="


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM network_access ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_every_secret_comes_under_the_new_key_and_the_old_one_may_go(settings, monkeypatch):
    monkeypatch.setattr("malha.core.key_rotation.BATCH", 2)
    contract = make.contract()
    for n in range(5):
        make.access(contract, username=f"rosa.{n}", password=f"senha-{n}-longa")
    assert all(token.startswith("t1$") for token in stored())

    settings.ACCESS_KEYS = f"{NEW},{OLD}"
    changed = rotate()

    assert changed["network_access.password"] == 5
    assert rotate()["network_access.password"] == 0
    settings.ACCESS_KEYS = NEW
    assert [access.password for access in Access.objects.order_by("id")] == [f"senha-{n}-longa" for n in range(5)]


def test_a_missing_key_is_told_and_nothing_is_lost(settings):
    make.access(make.contract(), password="senha-longa")
    before = stored()
    settings.ACCESS_KEYS = NEW

    with pytest.raises(CommandError, match="t1"):
        call_command("rotate_keys")

    assert stored() == before


def test_every_encrypted_column_of_the_house_takes_part():
    columns = {f"{model._meta.label}.{field.name}" for model, field in encrypted_columns()}

    assert columns == {
        "network.Router.api_password",
        "network.Access.password",
        "backoffice.FormDraft.data",
        "gateways.GatewayAccount.settings",
        "gateways.GatewayAccount.webhook_secret",
    }


def test_the_key_that_encrypts_is_the_first(settings):
    settings.VAULT_KEYS = f"{NEW},{OLD}"

    assert crypto.seal("x").startswith("t2$")
