"""Pages, counts and filters of the customer list."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db.models import F

from malha.contracts.models import Contract
from malha.contracts.services import contracts
from malha.core import clock, history
from malha.core.history import SYSTEM
from malha.customers.data import AddressData
from malha.customers.models import Customer
from malha.customers.services import groups
from malha.domain.billing import BillingMode
from malha.domain.money import Money
from malha.domain.states import Situation
from malha.network.models import Access
from malha.reports import customer_directory as directory
from malha.reports import situation_snapshot
from malha.reports.customer_criteria import Connection, Criteria, Order
from malha.reports.customer_rows import ChargeKind
from tests import make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch):
    cache.clear()
    monkeypatch.setattr(situation_snapshot, "_kept", None)


def page(number=1, **criteria):
    return directory.Listing(Criteria(**criteria)).page(number, today=TODAY, mode=BillingMode.ARREARS)


def names(**criteria):
    return [row.name for row in page(**criteria).rows]


def subscriber(name, *, router=None, plan=None, district="Centro", due_day=20, **contract):
    """A customer with one active contract and one access."""
    plan = plan or make.plan()
    customer = make.customer(name=name, cpf_cnpj="", address=AddressData(district=district, street="Rua A", number="1"))
    agreed = make.contract(customer, plans=(plan,), due_day=due_day, **contract)
    Access.objects.create(
        contract=agreed, router=router or make.router(), plan=plan, username=f"login.{agreed.pk}", password="x", sync_state="applied"
    )
    return customer


def block(customer):
    Contract.objects.filter(customer=customer).update(standing="BLOCKED")


def test_a_line_says_who_where_how_much_and_when():
    router = make.router("CCR Serra", health="ONLINE")
    subscriber("Rosa Duarte", router=router, plan=make.plan("Fibra 500", price="119,90"), district="Vila Aurora", due_day=20)
    Access.objects.update(online_since=clock.now(), seen_ip="100.64.8.114")

    (row,) = page().rows

    assert (row.name, row.district, row.situation, row.due_days) == ("Rosa Duarte", "Vila Aurora", Situation.ACTIVE, (20,))
    assert (row.access.plan, row.access.router, row.access.ip) == ("Fibra 500", "CCR Serra", "100.64.8.114")
    assert (row.access.connection, row.access.sync, row.more) == (Connection.ONLINE, "", 0)
    assert (row.charge.kind, row.charge.amount, row.charge.on) == (ChargeKind.FIRST, Money(11990), date(2026, 3, 20))


def test_the_due_date_is_the_next_one_once_the_first_has_gone_by():
    subscriber("Rosa", due_day=5)
    Contract.objects.update(activated_on=date(2025, 1, 7))

    (row,) = page().rows

    assert (row.charge.kind, row.charge.on) == (ChargeKind.NEXT, date(2026, 4, 5))


def test_the_amount_is_what_the_living_contracts_cost_together():
    customer = subscriber("Rosa", plan=make.plan(price="100,00"), discount=Money(1000))
    make.contract(customer, plans=(make.plan(price="50,00"),), surcharge=Money(500), due_day=5)

    (row,) = page().rows

    assert row.charge.amount == Money(9000 + 5500)
    assert row.due_days == (5, 20)


def test_a_discount_that_has_ended_counts_no_more():
    subscriber("Rosa", plan=make.plan(price="100,00"), discount=Money(1000), discount_until=TODAY - timedelta(days=1))

    assert page().rows[0].charge.amount == Money(10000)


def test_a_customer_who_left_shows_since_when_and_no_connection():
    subscriber("Rosa")
    contracts.cancel(contract=Contract.objects.get(), on=TODAY, reason="mudança", note="", keeps_ip=False, actor=SYSTEM)
    Access.objects.update(sync_state="removed")

    (row,) = page().rows

    assert (row.situation, row.charge.kind, row.charge.on) == (Situation.CANCELLED, ChargeKind.ENDED, TODAY)
    assert (row.access.connection, row.access.ip) == (None, "")


def test_an_exempt_contract_shows_no_amount():
    subscriber("Rosa", exempt=True)

    assert (page().rows[0].charge.kind, page().rows[0].charge.amount) == (ChargeKind.EXEMPT, None)


def test_six_plans_show_the_first_and_how_many_more():
    customer = subscriber("Condomínio")
    agreed = customer.contracts.get()
    for n in range(5):
        Access.objects.create(contract=agreed, router=make.router(), plan=make.plan(), username=f"ap{n}", password="x")

    assert page().rows[0].more == 5


def test_nothing_lies_about_a_router_that_does_not_answer():
    subscriber("Rosa", router=make.router(health="DEGRADED"))
    Access.objects.update(online_since=clock.now(), seen_ip="100.64.8.114", sync_state="modified")

    cell = page().rows[0].access

    assert (cell.connection, cell.sync) == (Connection.NO_DATA, "modified")


def test_filters_of_one_access_are_asked_of_the_same_access():
    serra, vila = make.router("Serra", health="ONLINE"), make.router("Vila", health="ONLINE")
    fast, slow = make.plan("Rápido"), make.plan("Lento")
    customer = subscriber("Rosa", router=serra, plan=fast)
    Access.objects.create(contract=customer.contracts.get(), router=vila, plan=slow, username="outro", password="x")

    assert names(routers=(serra.pk,), plans=(fast.pk,)) == ["Rosa"]
    assert names(routers=(serra.pk,), plans=(slow.pk,)) == []
    assert names(routers=(serra.pk, vila.pk)) == ["Rosa"]


def test_each_filter_narrows_the_list():
    router = make.router(health="ONLINE")
    rosa = subscriber("Rosa", router=router, district="Vila Aurora", due_day=5)
    subscriber("Bia", district="Centro", due_day=20)
    group = groups.create(name="Condomínios", actor=SYSTEM)
    other = make.collection_method(name="Carnê", is_default=False)
    Contract.objects.filter(customer=rosa).update(collection_method=other)
    Customer.objects.filter(pk=rosa.pk).update(group=group, created_at=F("created_at") - timedelta(days=40))
    Access.objects.filter(router=router).update(online_since=clock.now())

    asked = [
        {"districts": ("Vila Aurora",)},
        {"due_days": (5,)},
        {"methods": (other.pk,)},
        {"groups": (group.pk,)},
        {"connections": (Connection.ONLINE,)},
        {"until": TODAY - timedelta(days=39)},
    ]
    for criteria in asked:
        assert names(**criteria) == ["Rosa"], criteria
    assert names(connections=(Connection.NO_DATA,)) == ["Bia"]
    assert names(since=TODAY) == ["Bia"]
    assert names(districts=("Vila Aurora", "Centro"), due_days=(20,)) == ["Bia"]


def test_counts_follow_the_filters_and_the_tab_does_not_change_them():
    block(subscriber("Rosa Silva"))
    subscriber("Bia Silva")
    subscriber("Caio Prado")

    counted = directory.Listing(Criteria(text="silva", situation=Situation.BLOCKED)).counts

    assert (counted[None], counted[Situation.ACTIVE], counted[Situation.BLOCKED]) == (2, 1, 1)
    assert names(text="silva", situation=Situation.BLOCKED) == ["Rosa Silva"]


def test_counts_are_kept_until_something_changes(django_assert_num_queries):
    customer = subscriber("Rosa")
    assert directory.Listing(Criteria()).counts[Situation.ACTIVE] == 1

    with django_assert_num_queries(1):
        assert directory.Listing(Criteria()).counts[Situation.ACTIVE] == 1
    block(customer)
    history.record(customer, "contract.standing_blocked", actor=SYSTEM)

    assert directory.Listing(Criteria()).counts[Situation.BLOCKED] == 1


def test_every_order_lists_everybody_once_over_its_pages(monkeypatch):
    monkeypatch.setattr(directory, "PER_PAGE", 2)
    for n, name in enumerate(("Bia", "Ana", "Caio", "Bia", "Davi")):
        subscriber(name, district=("B", "A")[n % 2], due_day=(5, 20)[n % 2])

    for order in Order:
        for descending in (False, True):
            seen = [row.pk for n in (1, 2, 3) for row in page(n, order=order, descending=descending).rows]
            assert len(seen) == len(set(seen)) == 5, (order, descending)
    assert names(order=Order.NAME)[:2] == ["Ana", "Bia"]


@pytest.mark.parametrize("few", [0, 1000])
def test_tabs_hold_exactly_their_customers_on_every_page(monkeypatch, few):
    monkeypatch.setattr(directory, "PER_PAGE", 2)
    monkeypatch.setattr(directory, "FEW", few)
    for n in range(7):
        customer = subscriber(f"Cliente {n}")
        if n in (0, 1, 4):
            block(customer)

    def listed(**criteria):
        return [row.name for n in (1, 2, 3) for row in page(n, **criteria).rows]

    assert listed(situation=Situation.ACTIVE)[:4] == ["Cliente 2", "Cliente 3", "Cliente 5", "Cliente 6"]
    assert listed(situation=Situation.ACTIVE, descending=True)[:4] == ["Cliente 6", "Cliente 5", "Cliente 3", "Cliente 2"]
    assert listed(situation=Situation.BLOCKED)[:3] == ["Cliente 0", "Cliente 1", "Cliente 4"]
    assert listed(situation=Situation.ACTIVE, text="cliente")[:4] == ["Cliente 2", "Cliente 3", "Cliente 5", "Cliente 6"]
    assert listed(situation=Situation.BLOCKED, text="cliente", order=Order.DUE_DAY)[:3] == ["Cliente 0", "Cliente 1", "Cliente 4"]


def test_a_page_that_does_not_exist_shows_the_nearest():
    subscriber("Rosa")

    assert [page(n).number for n in (-3, 0, 1, 300)] == [1, 1, 1, 1]
    assert page(situation=Situation.TRUST).rows == []


def test_a_page_costs_the_same_however_many_lines_it_has(django_assert_num_queries):
    router, plan = make.router(), make.plan()
    for n in range(3):
        subscriber(f"Rosa {n}", router=router, plan=plan)
    page()

    with django_assert_num_queries(5):  # mark, keys, customers, contracts, accesses
        assert len(page().rows) == 3


def test_every_row_reads_all_pages_in_order():
    for name in ("Bia", "Ana", "Caio"):
        subscriber(name)

    found = directory.every_row(Criteria(), today=TODAY, mode=BillingMode.ARREARS)

    assert [row.name for row in found] == ["Ana", "Bia", "Caio"]
