"""The demo provider: believable, the same every time, made once."""

import json
from datetime import date, datetime

import pytest
from django.db import connection, transaction
from django.db.models import Count

from malha.billing.models import Charge, ParkedContract, Payment
from malha.cashbook.models import CashEntry, Payable, Transfer
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.models import HistoryEntry
from malha.customers.models import Attachment, Customer, Note
from malha.domain import documents
from malha.dunning.models import Notice, NoticeView, Release, TrustRelease
from malha.journeys import termination
from malha.network.models import Access, Router, SyncState
from malha.reports.release_times import release_times
from malha.staff.models import User
from malha.worker import invariants, schedule
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
    provider.build(routers=ROUTERS, credentials=credentials, count=60, months=1)
    made = Customer.objects.count(), Access.objects.count(), User.objects.count()

    moved = [provider.DemoRouter("CCR Centro", "127.0.0.1", 20199, "malha", "x"), *ROUTERS[1:]]
    provider.build(routers=moved, credentials=credentials, count=60, months=1)

    assert (Customer.objects.count(), Access.objects.count(), User.objects.count()) == made == (60, made[1], 4)
    assert Router.objects.get(name="CCR Centro").port == 20199


@pytest.mark.django_db
def test_the_demo_has_what_a_provider_has_and_people_who_did_it(tmp_path):
    provider.build(routers=ROUTERS, credentials=tmp_path / "credentials.json", count=240, months=1)

    assert list(Router.objects.order_by("id").values_list("name", flat=True)) == ["CCR Centro", "CCR Serra", "CHR Vila"]
    assert max(Customer.objects.annotate(n=Count("contracts__accesses")).values_list("n", flat=True)) == 6
    assert Access.objects.filter(method="HOTSPOT").count() == 1
    assert set(HistoryEntry.objects.filter(verb="company.demo_made").values_list("after__customers", flat=True)) == {240}
    assert Note.objects.filter(is_pinned=True).exists() and Note.objects.filter(is_pinned=False).exists()
    assert Customer.objects.exclude(opening_alert="").count() == 2
    assert Attachment.objects.count() > 2
    signed_up = HistoryEntry.objects.filter(verb="customer.created").values_list("actor_name", flat=True)
    assert set(signed_up) == {"Helena Prado", "Joana Batista", "Marina Rocha"}


@pytest.mark.django_db
def test_the_passwords_of_the_demo_are_generated_and_open_the_door(tmp_path):
    credentials = tmp_path / "credentials.json"
    provider.build(routers=ROUTERS, credentials=credentials, count=1, months=1)

    rows = json.loads(credentials.read_text(encoding="utf-8"))
    assert len({row["password"] for row in rows}) == len(rows) == 4
    for row in rows:
        assert User.objects.get(username=row["username"]).check_password(row["password"])


def ledger() -> list[object]:
    """What was charged, what came in, who is how; to the minute."""
    payments = Payment.objects.order_by("number").values_list("number", "value", "paid_on", "form", "received_at")
    return [
        *Charge.objects.order_by("number").values_list("number", "kind", "due_date", "issued_on", "total", "state", "paid_on"),
        *((*row, at.replace(second=0, microsecond=0)) for *row, at in payments),
        *Contract.objects.order_by("number").values_list("number", "state", "standing", "standing_cause", "billed_until"),
        *Notice.objects.order_by("charge__number").values_list("charge__number", "delivered_on", "channel"),
    ]


@pytest.mark.django_db
@pytest.mark.slow
def test_the_life_is_the_same_every_time(tmp_path):
    made = []
    for _time in range(2):
        with transaction.atomic():
            provider.build(routers=ROUTERS, credentials=tmp_path / "credentials.json", count=50, months=3)
            made.append(ledger())
            transaction.set_rollback(True)

    assert len(made[0]) > 200
    # Keys differ from one database to the next; what people see does not.
    assert made[0] == made[1]


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="thousands of small statements; once, on the demo's own kind of database")
def test_the_life_is_plausible_and_everything_holds(tmp_path):
    provider.build(routers=ROUTERS, credentials=tmp_path / "credentials.json", count=300, months=6)
    today = clock.today()

    assert invariants.broken() == []
    active = Contract.objects.filter(state="ACTIVE")
    late = active.filter(charges__state="OPEN", charges__due_date__lt=today).distinct().count()
    blocked = active.filter(standing="BLOCKED")
    assert 0.03 <= late / active.count() <= 0.08
    assert 0.01 <= blocked.count() / active.count() <= 0.04
    # All that the issue asks for is there to be seen.
    assert blocked.filter(standing_cause="POLICY").count() >= 4 and blocked.filter(standing_cause="MANUAL").exists()
    assert active.filter(standing_cause="TRUST").count() == TrustRelease.objects.filter(ended_on__isnull=True).count() >= 1
    assert active.filter(standing="PENDING").exists() and termination.proposals(today).exists()
    assert Contract.objects.filter(state="SUSPENDED").exists() and Contract.objects.filter(state="CANCELLED").exists()
    assert Charge.objects.filter(booklet__isnull=False).exists() and Charge.objects.filter(agreement__isnull=False).exists()
    assert HistoryEntry.objects.filter(verb="access.changed").exists()
    assert not ParkedContract.objects.exists()
    forms = dict(Payment.objects.order_by().values_list("form").annotate(n=Count("pk")))
    assert forms["PIX"] > forms["CASH"] > forms["CARD"] > 0
    paid = Payment.objects.filter(kind="RECEIVED")
    assert paid.filter(allocations__fine__gt=0).exists() and paid.filter(allocations__interest__gt=0).exists()
    assert set(Notice.objects.exclude(channel="").values_list("channel", flat=True)) >= {"PAGE"} and NoticeView.objects.exists()
    assert CashEntry.objects.count() >= Payment.objects.count() and Transfer.objects.exists()
    assert Payable.objects.filter(state="PAID").exists() and Payable.objects.filter(state="OPEN").exists()


@pytest.mark.django_db
@pytest.mark.slow
def test_the_routers_are_told_once_and_nothing_lies_in_the_future(tmp_path):
    provider.build(routers=ROUTERS, credentials=tmp_path / "credentials.json", count=80, months=4)

    living = Access.objects.exclude(sync_state__in=(SyncState.REMOVING, SyncState.REMOVED))
    assert set(living.values_list("sync_state", "wanted_version", "wants_kick")) == {("modified", 1, False)}
    assert len(set(living.values_list("due_at", flat=True))) == 1
    assert not HistoryEntry.objects.filter(at__gt=clock.now()).exists()
    assert not Payment.objects.filter(received_at__gt=clock.now()).exists()
    assert not Release.objects.filter(obeyed_at__isnull=True).exists()
    assert release_times().waiting == 0
    # What was lived is not lived again by the worker that starts now.
    before = ledger()
    assert schedule.run_due(worker="w1") == []
    schedule.bill(clock.today())
    schedule.assess(clock.today())
    assert ledger() == before


@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["2026-03-10T04:30:00+00:00", "2027-01-01T13:00:00+00:00", "2028-02-29T23:30:00+00:00"])
def test_it_may_be_made_at_any_hour_of_any_day(tmp_path, moment):
    with clock.frozen(datetime.fromisoformat(moment)):
        provider.build(routers=ROUTERS, credentials=tmp_path / "credentials.json", count=25, months=2)

        assert invariants.broken() == []
        assert not Payment.objects.filter(received_at__gt=clock.now()).exists()
