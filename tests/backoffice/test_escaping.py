"""`<script>` in every text field of every table, on every page (failure mode F63)."""

import itertools

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.utils import DataError, IntegrityError
from django.test import Client

from malha.core import company_services
from malha.core.fields import EncryptedField
from malha.core.history import SYSTEM
from malha.core.models import Company, Holiday
from malha.customers.models import CustomerGroup
from malha.staff.models import LoginAttempt
from tests import make
from tests.backoffice.walk import places

EVIL = "\"'><script>alert(1)</script>"
# Words that the program compares or computes with; people never type them.
KEPT = {"password", "username", "role", "timezone", "session_key", "installation_id", "uf", "adapter", "theme", "host", "tls_mode"}


def poison() -> None:
    """Write the text into every text column that has room for it and no list of choices."""
    for model in apps.get_models():
        if not model.__module__.startswith("malha."):
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(field, EncryptedField)
            if not is_text or field.choices or field.name in KEPT or (field.max_length or 999) < len(EVIL) or field.primary_key:
                continue
            for row in list(model._default_manager.all()[:20]):
                text = f"{EVIL}{row.pk}"[: field.max_length or 999]
                try:
                    with transaction.atomic():
                        model._default_manager.filter(pk=row.pk).update(**{field.attname: text})
                except (IntegrityError, DataError):
                    continue


@pytest.fixture
def world(db) -> Client:
    """One of everything, as far as builders and services go, then poisoned."""
    make.company()
    company_services.update(data=company_services.data_of(Company.objects.get()), actor=SYSTEM)
    admin = make.user("ADMIN", username="chefe")
    make.user("SALES")
    group = CustomerGroup.objects.create(name="Grupo")
    make.access()
    make.template()
    make.customer(cpf_cnpj="", group_id=group.pk, notes="x", opening_alert="x", tags=("x",))
    Holiday.objects.create(date="2026-08-06", name="Cidade")
    LoginAttempt.objects.create(at=make_moment(), username=EVIL[:60], ip=None, succeeded=False)
    poison()
    client = Client(raise_request_exception=True)
    client.post("/entrar/", {"username": admin.username, "password": make.STAFF_PASSWORD})
    return client


def make_moment():
    return Company.objects.get().created_at


def numbers() -> list[str]:
    """Keys and numbers that occur, to fill the parameters of URLs with."""
    found: set[int] = {1, 2}
    for model in apps.get_models():
        if model.__module__.startswith("malha.") and isinstance(model._meta.pk, models.BigAutoField):
            found.update(model._default_manager.values_list("pk", flat=True)[:3])
    return [str(number) for number in sorted(found)][:8]


def test_nothing_that_was_typed_becomes_markup(world):
    seen, broken = 0, []
    for place in places():
        options = [{}]
        if place.has_parameters:
            options = [dict.fromkeys(("pk", "number", "id", "customer_id", "session_id"), number) for number in numbers()]
        for values in options:
            answer = world.get(place.path(**values))
            if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
                continue
            seen += 1
            if "<script>alert" in answer.content.decode():
                broken.append(f"{place.name} {values}")
    assert not broken
    assert seen > 12


def test_the_pages_do_show_the_text_escaped(world):
    shown = set()
    for place in places():
        answer = world.get(place.path())
        if not answer.streaming and "&lt;script&gt;alert(1)" in answer.content.decode(errors="replace"):
            shown.add(place.name)

    assert {"backoffice:users", "backoffice:settings_groups", "backoffice:settings_company", "staff:profile"} <= shown


def test_names_repeat_safely_in_queries(world):
    for text in itertools.islice(("'", '"', "%", "_", "\\", "';--", "<", "\u0000"), 8):
        for path in ("/configuracoes/usuarios/", "/historico/", "/historico/entradas/"):
            assert world.get(path, {"q": text}).status_code in (200, 422)
