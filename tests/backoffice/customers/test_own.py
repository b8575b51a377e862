"""A salesperson sees every customer and changes only those they sold (domain.md §15), at every address of a customer."""

import pytest

from malha.customers.models import Customer
from malha.customers.services import notes
from malha.network.models import Access
from malha.staff.permissions import Limit, limit
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import log_in
from tests.backoffice.walk import Place, places

pytestmark = pytest.mark.django_db
ONE = "clientes/<int:number>/"
OF_ONE = [place for place in places() if place.route.startswith(ONE)]
OWN = [place for place in OF_ONE if limit(Role.SALES, place.code or "home.view") is Limit.OWN]
SEEN = [place for place in OF_ONE if place.code in ("customers.view", "contracts.view") and "pk" not in place.route]


@pytest.fixture
def access() -> Access:
    make.company()
    return make.access()


def path(place: Place, access: Access) -> str:
    contract = access.contract
    key = contract.number if "contratos/" in place.route else access.pk
    return place.path(number=str(contract.customer.number), pk=str(key))


def test_the_addresses_that_change_a_customer_are_all_here():
    tails = {place.route.removeprefix(ONE) for place in OWN}

    assert {"editar/", "arquivar/", "contratos/novo/", "contratos/<int:pk>/editar/", "planos-de-acesso/<int:pk>/senha/"} <= tails
    assert len(OWN) >= 13


@pytest.mark.parametrize("place", OWN, ids=str)
@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_elses_customer_is_refused_and_ones_own_is_not(access, place, method):
    seller = make.user(Role.SALES)
    send = getattr(log_in(user=seller), method)

    assert send(path(place, access)).status_code == 403
    Customer.objects.update(seller=make.user(Role.SALES))
    assert send(path(place, access)).status_code == 403
    Customer.objects.update(seller=seller)
    assert send(path(place, access)).status_code != 403


@pytest.mark.parametrize("place", SEEN, ids=str)
def test_somebody_elses_customer_is_seen(access, place):
    assert log_in(Role.SALES).get(path(place, access)).status_code == 200


def test_a_salesperson_removes_others_notes_only_on_own_customers(access):
    seller, customer = make.user(Role.SALES), access.contract.customer
    note = notes.add(customer=customer, text="x", is_pinned=False, actor=make.user().actor())
    target = f"/clientes/{customer.number}/anotacoes/{note.pk}/remover/"
    client = log_in(user=seller)

    assert client.post(target).status_code == 403
    Customer.objects.update(seller=seller)
    assert client.post(target).status_code == 302


def test_another_due_day_for_somebody_elses_customers_is_refused(access):
    customer = access.contract.customer
    sent = {"id": [customer.pk], "due_day": "5"}

    assert log_in(Role.SALES).post("/clientes/vencimento/", sent).status_code == 403
    assert customer.contracts.get().due_day == 20
