"""The new-customer page as it is opened: the seed's order, its words, and what it costs."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from malha.staff.models import User
from tests import make

pytestmark = pytest.mark.django_db
URL = "/clientes/novo/"


@pytest.fixture
def ana(client: Client) -> User:
    make.company()
    user = make.user("MANAGER", username="ana", name="Ana Souza")
    client.force_login(user)
    return user


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_everything_stands_in_the_order_of_the_seed(client, ana):
    page = client.get(URL).content.decode()

    names = ["customer-name", "customer-email", "customer-person_type", "customer-rg_ie", "customer-cpf_cnpj", "customer-birth_date"]
    names += ["phones-0-number", "address-cep", "address-street", "contract-due_day", "contract-collection_method"]
    names += ["contract-template", "contract-discount", "contract-surcharge", "contract-days_to_pending", "contract-days_to_block"]
    places = [page.index(f'name="{name}"') for name in names]
    assert places == sorted(places)
    assert page.index('id="s5"') > places[-1]


@pytest.mark.parametrize(
    "label",
    [
        *("Nome", "Tipo de pessoa", "Física", "Jurídica", "CPF", "RG", "Data de nascimento", "E-mail", "Telefones", "Endereço"),
        *("Dia de vencimento", "Formas de pagamento", "Informal", "Modelo de contrato", "Desconto", "Acréscimo"),
        *("Dias para pendência", "Dias para bloqueio", "Planos de acesso", "Novo plano de acesso", "Cadastrar", "Resumo", "Se atrasar"),
    ],
)
def test_the_words_are_those_that_staff_know(client, ana, label):
    assert label in words(client.get(URL).content.decode())


def test_only_name_and_due_day_are_marked_as_required(client, ana):
    page = client.get(URL).content.decode()

    assert re.findall(r'class="form-label req" for="id_([^"]+)"', page) == ["customer-name", "contract-due_day"]


def test_the_standard_days_stand_behind_the_empty_fields(client, ana):
    page = client.get(URL).content.decode()

    assert 'placeholder="3 (padrão)"' in page
    assert 'placeholder="18 (padrão)"' in page


def test_a_name_from_the_search_is_filled_in(client, ana):
    assert 'value="Rosa &lt;Duarte&gt;"' in client.get(URL, {"nome": "Rosa <Duarte>"}).content.decode()


def test_opening_costs_at_most_fifteen_statements(client, ana):
    for _n in range(3):
        make.access()
    client.get(URL)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(URL).status_code == 200

    assert len(asked) <= 15, [query["sql"][:90] for query in asked]


@pytest.mark.parametrize(("role", "status"), [("TECHNICIAN", 403), ("ACCOUNTANT", 403), ("ATTENDANT", 200), ("SALES", 200)])
def test_who_may_edit_customers_may_open_it(client, role, status):
    make.company()
    client.force_login(make.user(role))

    assert client.get(URL).status_code == status
    for path in ("resumo/", "campo/?campo=customer-name", "rascunho/", "cep/"):
        assert client.post(URL + path, {"customer-name": "Rosa"}).status_code == status
