"""The demo provider: believable, the same every time, made once."""

import json
from datetime import date

import pytest
from django.db.models import Count

from malha.core.models import HistoryEntry
from malha.customers.models import Attachment, Customer, Note
from malha.domain import documents
from malha.network.models import Access, Router
from malha.staff.models import User
from malha.worker.demo import provider
from malha.worker.demo.people import people

ROUTERS = [
    provider.DemoRouter(name=name, host="127.0.0.1", port=port, username="malha", password="x")
    for name, port in (("CCR Centro", 20101), ("CCR Serra", 20102), ("CHR Vila", 20103))
]


@pytest.fixture(autouse=True)
def _disk(settings, tmp_path):
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}}}


def test_the_people_are_the_same_every_time_and_valid():
    first = people(300, today=date(2026, 11, 24), due_days=[5, 10])
    again = people(300, today=date(2026, 11, 24), due_days=[5, 10])

    assert first == again
    assert len({person.login for person in first}) == 300
    assert all(documents.is_valid_document(person.customer.cpf_cnpj) for person in first)
    assert all(person.since < date(2026, 11, 24) for person in first)
    assert max(len(person.customer.name) for person in first) > 80
    assert any(not person.customer.email for person in first)


@pytest.mark.django_db
def test_the_demo_is_made_once_and_follows_moved_ports(tmp_path):
    credentials = tmp_path / "credentials.json"
    provider.build(routers=ROUTERS, credentials=credentials, count=60)
    made = Customer.objects.count(), Access.objects.count(), User.objects.count()

    moved = [provider.DemoRouter("CCR Centro", "127.0.0.1", 20199, "malha", "x"), *ROUTERS[1:]]
    provider.build(routers=moved, credentials=credentials, count=60)

    assert (Customer.objects.count(), Access.objects.count(), User.objects.count()) == made == (60, made[1], 4)
    assert Router.objects.get(name="CCR Centro").port == 20199


@pytest.mark.django_db
def test_the_demo_has_what_a_provider_has_and_people_who_did_it(tmp_path):
    provider.build(routers=ROUTERS, credentials=tmp_path / "credentials.json", count=240)

    assert list(Router.objects.order_by("id").values_list("name", flat=True)) == ["CCR Centro", "CCR Serra", "CHR Vila"]
    assert max(Customer.objects.annotate(n=Count("contracts__accesses")).values_list("n", flat=True)) == 6
    assert Access.objects.filter(method="HOTSPOT").count() == 1
    assert Note.objects.filter(is_pinned=True).exists() and Note.objects.filter(is_pinned=False).exists()
    assert Customer.objects.exclude(opening_alert="").count() == 2
    assert Attachment.objects.count() > 2
    signed_up = HistoryEntry.objects.filter(verb="customer.created").values_list("actor_name", flat=True)
    assert set(signed_up) == {"Helena Prado", "Joana Batista", "Marina Rocha"}


@pytest.mark.django_db
def test_the_passwords_of_the_demo_are_generated_and_open_the_door(tmp_path):
    credentials = tmp_path / "credentials.json"
    provider.build(routers=ROUTERS, credentials=credentials, count=1)

    rows = json.loads(credentials.read_text(encoding="utf-8"))
    assert len({row["password"] for row in rows}) == len(rows) == 4
    for row in rows:
        assert User.objects.get(username=row["username"]).check_password(row["password"])
