"""One's own data, look, password and sessions."""

import pytest
from django.test import Client

from malha.staff.models import User, UserSession
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/perfil/"


@pytest.fixture
def ana(client) -> User:
    make.company()
    user = make.user("ATTENDANT", username="ana", name="Ana Souza")
    client.post("/entrar/", {"username": "ana", "password": make.STAFF_PASSWORD})
    return user


def other_browser() -> Client:
    client = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/133.0"})
    client.post("/entrar/", {"username": "ana", "password": make.STAFF_PASSWORD})
    return client


def test_the_profile_is_saved_without_touching_the_role(client, ana):
    answer = client.post(PAGE, {"name": "Ana Lima", "email": "", "theme": "dark", "role": "ADMIN", "username": "chefe"})

    ana.refresh_from_db()
    assert answer.status_code == 302
    assert (ana.name, ana.theme, ana.has_single_key_shortcuts, ana.role, ana.username) == ("Ana Lima", "dark", False, "ATTENDANT", "ana")
    assert 'data-bs-theme="dark"' in client.get(PAGE).content.decode()


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "x" * 10_000}, {"email": "ana@"}, {"theme": "rosa"}])
def test_wrong_input_answers_422(client, ana, wrong):
    assert client.post(PAGE, {"name": "Ana", "theme": "dark", **wrong}).status_code == 422


def test_the_theme_button_works_with_and_without_javascript(client, ana):
    assert client.post(f"{PAGE}tema/", {"theme": "dark"}, headers={"HX-Request": "true"}).status_code == 204
    answer = client.post(f"{PAGE}tema/", {"theme": "light", "next": "/configuracoes/"})
    assert answer["Location"] == "/configuracoes/"
    assert client.post(f"{PAGE}tema/", {"theme": "light", "next": "https://malvado.example/"})["Location"] == PAGE
    assert client.post(f"{PAGE}tema/", {"theme": "rosa"}).status_code == 422


def test_a_forgotten_browser_is_ended_from_here(client, ana):
    other = other_browser()
    page = client.get(PAGE).content.decode()
    assert "Firefox · Windows" in page
    session = UserSession.objects.get(user_agent__contains="Firefox")

    client.post(f"{PAGE}sessoes/{session.pk}/encerrar/")

    assert other.get(PAGE).status_code == 302
    assert client.get(PAGE).status_code == 200


def test_all_others_are_ended_at_once(client, ana):
    others = [other_browser(), other_browser()]

    client.post(f"{PAGE}sessoes/encerrar/")

    assert [other.get(PAGE).status_code for other in others] == [302, 302]
    assert client.get(PAGE).status_code == 200


def test_nobody_ends_the_session_of_somebody_else(client, ana):
    make.user("SALES", username="bruno")
    bruno = Client()
    bruno.post("/entrar/", {"username": "bruno", "password": make.STAFF_PASSWORD})
    session = UserSession.objects.get(user__username="bruno")

    client.post(f"{PAGE}sessoes/{session.pk}/encerrar/")

    assert bruno.get(PAGE).status_code == 200


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(client, ana):
    other = other_browser()

    assert client.post(f"{PAGE}senha/", {"old": "errada", "new": "serra do mar 1969"}).status_code == 422
    assert client.post(f"{PAGE}senha/", {"old": make.STAFF_PASSWORD, "new": "serra do mar 1969"}).status_code == 302

    assert client.get(PAGE).status_code == 200
    assert other.get(PAGE).status_code == 302
