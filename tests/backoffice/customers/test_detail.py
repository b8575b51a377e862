"""The customer page at the door: what it says, and that it costs a constant number of statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import Company, HistoryEntry
from malha.customers.models import Customer
from malha.customers.services import notes
from malha.journeys import blocking
from malha.network.models import Access, Divergence, Router, RouterHealth, SyncState
from malha.staff.roles import Role
from tests import make

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


def log_in(role: str = Role.ADMIN, **values) -> Client:
    client = Client()
    client.force_login(make.user(role, **values))
    return client


def applied(access: Access, **values) -> None:
    """As after a pass of the lane over its router."""
    Router.objects.update(health=RouterHealth.ONLINE)
    values = {"sync_state": SyncState.APPLIED, "due_at": None, "applied_at": clock.now(), "applied_version": 1, **values}
    Access.objects.filter(pk=access.pk).update(**values)


@pytest.fixture
def access() -> Access:
    make.company()
    return make.access(username="rosa.duarte")


@pytest.fixture
def customer(access) -> Customer:
    return access.contract.customer


def text(client: Client, path: str, **kwargs) -> str:
    return client.get(path, **kwargs).content.decode()


def test_the_head_says_who_and_how_they_stand(customer, access):
    applied(access, online_since=clock.now() - timedelta(days=2, hours=4), seen_ip="100.64.8.114")

    page = text(log_in(), f"/clientes/{customer.number}/")

    for words in (
        "Rosa Maria Duarte",
        "Ativo",
        "Online há 2\u00a0d 4\u00a0h",
        "***.982.247-**",
        "(35) 98800-0204",
        "Vila Aurora, Monte Claro",
    ):
        assert words in page
    assert "https://wa.me/5535988000204" in page
    assert "igual ao roteador" in page
    assert "100.64.8.114" in page
    assert make.CPF not in page
    assert "52998224725" not in page


def test_the_page_costs_the_same_with_one_plan_and_with_six(customer, access):
    applied(access)
    client = log_in()
    path = f"/clientes/{customer.number}/"
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(path)
    for index in range(5):
        make.access(make.contract(customer), username=f"rosa.{index}")
    with CaptureQueriesContext(connection) as six:
        page = client.get(path).content.decode()

    assert len(six) == len(one) <= MOST_QUERIES
    assert page.count('class="meter"') == 6


@pytest.mark.parametrize("tab", ["", "planos-de-acesso/", "contratos/", "arquivos/", "historico/"])
def test_every_tab_stays_within_the_budget_of_statements(customer, access, tab):
    blocking.block(contract=access.contract, reason="Pedido da polícia", actor=SYSTEM)
    client = log_in()
    client.get(f"/clientes/{customer.number}/{tab}")

    with CaptureQueriesContext(connection) as found:
        assert client.get(f"/clientes/{customer.number}/{tab}").status_code == 200

    assert len(found) <= MOST_QUERIES
