"""The Painel as a page: every number leads to its list, and everybody sees what they may."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from malha.customers.models import CustomerGroup, VisibleGroup
from malha.staff import permissions
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import HTMX, log_in, text
from tests.reports_make import TODAY, due, forget, pay

pytestmark = pytest.mark.django_db
URL = "/painel/"


@pytest.fixture(autouse=True)
def anew():
    make.company()
    forget()


def some_life() -> None:
    make.access(make.contract(), plan=make.plan(price="200,00"))
    pay(due(4, "119,90"), "122,46")
    pay(due(-5, "100,00"), "130,00")
    due(20, "13,60")


def words(client: Client, url: str = URL) -> str:
    """The page's text, without tags and with plain spaces."""
    html = text(client, url).replace("\xa0", " ")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index('id="painel"') :]))


def test_the_first_page_is_the_painel():
    assert log_in().get("/").headers["Location"] == URL


def test_a_new_provider_is_told_what_to_do():
    page = text(log_in(), URL)

    assert "Nenhum cliente ainda" in page
    assert 'href="/clientes/novo/"' in page


def test_the_numbers_stand_on_the_page():
    some_life()

    page = words(log_in())

    assert "Terça-feira, 10 de março de 2026 · atualizado às 09:00" in page
    assert "Receita recorrente (MRR) R$ 200,00" in page
    assert "Recebido em março R$ 252,46" in page
    assert "Inadimplência 6,8% R$ 13,60" in page
    assert "Clientes ativos 1 +1 saldo do mês" in page
    assert "1 cliente com crédito sem uso R$ 30,00" in page


def test_nothing_to_do_says_so():
    make.customer()

    assert "Tudo em dia." in words(log_in())


def test_every_link_leads_to_a_page_that_this_person_may_open():
    some_life()
    for role in Role.values:
        client = log_in(role)
        page = text(client, URL)
        main = page[page.index('id="painel"') : page.index("</main>")]
        links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', main)}
        assert links
        for link in links:
            assert permissions.allows(role, str(permissions.declared(resolve(link.partition("?")[0]).func)))
            assert client.get(link).status_code == 200, (role, link)


@pytest.mark.parametrize("role", [Role.ATTENDANT, Role.TECHNICIAN, Role.SALES])
def test_who_may_see_no_money_sees_none(role):
    some_life()
    client = log_in(role)

    assert "R$" not in words(client)
    assert "R$" not in client.get(f"{URL}exportar/").getvalue().decode()
    assert "Recebido" not in words(client)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MANAGER, Role.FINANCE, Role.ACCOUNTANT])
def test_who_may_see_money_sees_it(role):
    some_life()

    assert "R$ 252,46" in words(log_in(role)).replace("R$ ", "R$ ")


def test_what_one_person_read_is_not_shown_to_another_with_fewer_groups():
    some_life()
    assert "R$ 252,46" in words(log_in())
    limited = make.user()
    VisibleGroup.objects.create(user=limited, group=CustomerGroup.objects.create(name="Centro"))

    assert "252,46" not in words(log_in(user=limited))


def test_numbers_are_a_minute_old_at_most_and_new_when_asked():
    some_life()
    client = log_in()
    words(client)
    pay(due(-5, "10,00"), "10,00")

    assert "252,46" in words(client)
    assert "262,46" in words(client, f"{URL}?agora=1")
    assert "262,46" in words(client)


def test_htmx_gets_the_part_alone():
    make.customer()

    part = log_in().get(URL, headers=HTMX).content.decode()

    assert part.startswith('<div id="painel">')


@pytest.mark.parametrize("span", ["hoje", "mes", "12-meses", "nada"])
def test_each_period(span):
    some_life()

    page = words(log_in(), f"{URL}?periodo={span}")

    assert "R$ 252,46" in page


def test_charts_have_their_numbers_as_tables():
    some_life()

    html = text(log_in(), URL)

    assert html.count('<svg class="chart') == 3
    for table in ("t-recebimentos", "t-movimento"):
        assert f'data-open="{table}"' in html
        assert f'<dialog class="dlg dlg-in-page" id="{table}"' in html
    assert 'href="/relatorios/inadimplencia/?faixa=16-30"' in html
    assert f"desde={TODAY:%d}%2F03%2F2026&amp;ate={TODAY:%d}%2F03%2F2026" in html


def test_the_numbers_as_a_file():
    some_life()

    lines = log_in().get(f"{URL}exportar/").getvalue().decode().removeprefix("\ufeff").splitlines()

    assert "Receita recorrente (MRR);;200,00" in lines
    assert "Recebido;10/03;252,46" in lines


def test_statements_of_a_kept_page():
    some_life()
    client = log_in()
    words(client)

    with CaptureQueriesContext(connection) as queries:
        client.get(URL)

    assert len(queries) <= 8
