"""The frame around every page: menu, counters, lamps, and the pages for when the answer is no."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from malha.backoffice import errors, menu
from malha.backoffice.context import Shell, shell
from malha.core.models import Company
from malha.network.models import Router, RouterHealth
from malha.staff.models import User
from malha.staff.permissions import PERMISSIONS
from malha.staff.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def frame(role: Role | None = Role.ADMIN, path: str = "/") -> Shell:
    request = RequestFactory().get(path)
    request.user = User(pk=1, name="Marina Rocha", username="marina", role=role) if role else AnonymousUser()
    request.company = Company(trade_name="Vale Fibra", city="Monte Claro", uf="MG")  # type: ignore[attr-defined]
    return shell(request)["shell"]


def labels(found: list[menu.Line]) -> list[str]:
    return [str(line.label) for line in found if line.label]


def test_every_entry_of_the_menu_is_guarded_by_a_permission_that_exists() -> None:
    assert {entry.permission for group in menu.MENU for entry in group.entries} <= set(PERMISSIONS)


def test_the_menu_shows_only_pages_that_exist_and_may_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"backoffice:customers": "/clientes/", "backoffice:routers": "/servidores/"}
    monkeypatch.setattr(menu, "url_of", lambda name: pages.get(name, ""))

    everything = menu.lines("/clientes/7/", lambda code: True, lambda name: 3)
    few = menu.lines("/", lambda code: code == "customers.view", lambda name: 3)

    assert labels(everything) == ["Clientes", "Servidores"]
    assert [str(line.heading) for line in everything if line.heading] == ["Rede"]
    assert [line.is_current for line in everything if line.label] == [True, False]
    assert labels(few) == ["Clientes"]


def test_nobody_logged_in_gets_no_menu_and_costs_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        visitor = frame(None)

        assert visitor.menu == []
        assert visitor.health == []
        assert not visitor.search_url and not visitor.new_customer_url
        assert visitor.company_name == "Vale Fibra"


def test_the_frame_costs_at_most_two_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    Router.objects.create(name="CCR Centro", host="192.0.2.1", health=RouterHealth.ONLINE)

    with django_assert_max_num_queries(2):
        drawn = frame()
        assert drawn.health
        assert drawn.menu is not None


@pytest.mark.parametrize(
    ("states", "tone"),
    [(["ONLINE", "ONLINE"], "ok"), (["ONLINE", "DEGRADED"], "warn"), (["DEGRADED", "STOPPED"], "bad")],
)
def test_the_lamp_of_the_network_tells_how_many_routers_answer(states: list[str], tone: str) -> None:
    for number, health in enumerate(states):
        Router.objects.create(name=f"R{number}", host=f"192.0.2.{number}", health=health)

    lamp = frame().health[0]

    assert lamp.tone == tone
    assert lamp.text == f"Rede: {states.count('ONLINE')} de 2"


def test_lamps_are_off_without_routers_and_for_whoever_may_not_see_them() -> None:
    assert frame().health == []

    Router.objects.create(name="CCR Centro", host="192.0.2.1")

    assert frame(Role.SALES).health == []


def test_the_page_for_a_broken_server_needs_neither_database_nor_person(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        response = errors.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "Algo falhou do nosso lado" in response.content.decode()


def test_an_address_that_does_not_exist_says_what_to_do(client: Client) -> None:
    response = client.get("/nao-existe/")

    assert response.status_code == 404
    assert "Esta página não existe" in response.content.decode()


def test_a_form_that_grew_old_says_what_to_do() -> None:
    response = Client(enforce_csrf_checks=True).post("/entrar/", {"username": "x"})

    assert response.status_code == 403
    assert "Este formulário ficou velho" in response.content.decode()


def test_the_frame_works_without_javascript() -> None:
    html = render_to_string("ui/base.html", {"shell": frame(), "user": frame().user}, RequestFactory().get("/"))

    assert 'href="#conteudo"' in html
    assert 'href="#menu"' in html
    assert 'action="/perfil/tema/"' in html
