"""Counts kept in memory are what the database says, whatever happened since."""

import random
from datetime import timedelta

import pytest
from django.db import transaction

from malha.contracts.models import Contract
from malha.contracts.services import contracts
from malha.core import clock, history
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.customers.services import customers
from malha.domain.states import Situation
from malha.journeys import blocking
from malha.reports import situation_snapshot
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(situation_snapshot, "_kept", None)


def counted():
    return situation_snapshot.current().counts()


def from_the_database():
    return situation_snapshot.read(None).counts()


def subscriber():
    return make.contract(make.customer(cpf_cnpj=""), plans=(make.plan(),))


def test_nothing_is_read_again_while_nothing_changes(django_assert_num_queries):
    subscriber()
    counted()

    with django_assert_num_queries(1):
        assert counted()[Situation.ACTIVE] == 1


def test_a_change_costs_a_few_statements_however_many_customers_there_are(django_assert_num_queries):
    for _ in range(5):
        agreed = subscriber()
    counted()
    blocking.block(contract=agreed, reason="teste", actor=SYSTEM)

    with django_assert_num_queries(4):
        assert counted()[Situation.BLOCKED] == 1


def test_every_kind_of_change_arrives():
    source = random.Random(7)
    agreed = [subscriber() for _ in range(6)]
    assert counted() == from_the_database()

    def leave(contract):
        contracts.cancel(contract=contract, on=make.TODAY, reason="mudança", note="", keeps_ip=False, actor=SYSTEM)

    def change(contract):
        contract.refresh_from_db()
        customer = contract.customer
        verbs = [
            lambda: blocking.block(contract=contract, reason="teste", actor=SYSTEM),
            lambda: blocking.release(contract=contract, actor=SYSTEM),
            lambda: leave(contract),
            lambda: make.contract(customer),
            lambda: customers.archive(customer=customer, reason="saiu", actor=SYSTEM),
            lambda: customers.reactivate(customer=customer, actor=SYSTEM),
            lambda: agreed.append(subscriber()),
            lambda: make.customer(cpf_cnpj=""),
        ]
        try:
            with transaction.atomic():
                source.choice(verbs)()
        except Exception as refusal:
            assert getattr(refusal, "code", ""), refusal

    for _ in range(60):
        change(source.choice(agreed))
        assert counted() == from_the_database()


def test_a_line_that_becomes_visible_late_is_not_missed():
    first, second = subscriber(), subscriber()
    last = HistoryEntry.objects.order_by("-pk").first()
    HistoryEntry.objects.filter(pk=last.pk).update(id=last.pk + 5)
    counted()
    Contract.objects.filter(pk=first.pk).update(standing="BLOCKED")
    entry = history.entry_for(first, "contract.standing_blocked", actor=SYSTEM, customer_id=first.customer_id)
    entry.pk = last.pk + 2  # a number given out before, a commit after
    entry.save(force_insert=True)
    assert counted()[Situation.BLOCKED] == 0  # nobody can know of it yet

    entry = history.entry_for(second, "customer.seen", actor=SYSTEM, customer_id=second.customer_id)
    entry.pk = last.pk + 6
    entry.save(force_insert=True)

    assert counted()[Situation.BLOCKED] == 1


def test_another_history_is_another_database():
    subscriber()
    counted()
    HistoryEntry.objects.update(at=clock.now() + timedelta(days=1))
    Contract.objects.update(standing="BLOCKED")

    assert counted()[Situation.BLOCKED] == 1


def test_without_any_history_everything_is_read():
    subscriber()
    HistoryEntry.objects.all().delete()
    counted()
    Contract.objects.update(standing="BLOCKED")

    assert counted()[Situation.BLOCKED] == 1


def test_some_customers_are_counted_like_everybody():
    blocked, _free = subscriber(), subscriber()
    Contract.objects.filter(pk=blocked.pk).update(standing="BLOCKED")
    bare = make.customer(cpf_cnpj="")

    found = situation_snapshot.current().counts_of(Customer.objects.values_list("pk", flat=True))

    assert found == from_the_database()
    assert (found[Situation.BLOCKED], found[Situation.INSTALLATION], found[None]) == (1, 1, 3)
    assert situation_snapshot.current().situation(bare.pk) is Situation.INSTALLATION
