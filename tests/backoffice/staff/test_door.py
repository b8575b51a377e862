"""The login page, its dialog, and a form that was half filled when the session ended."""

import html
import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from malha.core import clock
from malha.staff import services
from malha.staff.models import LoginAttempt, User, UserSession
from tests import make

pytestmark = pytest.mark.django_db
LOGIN = "/entrar/"
NOON = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


@pytest.fixture
def ana() -> User:
    make.company()
    return make.user("ATTENDANT", username="ana", name="Ana Souza")


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.frozen(NOON):
        yield


def log_in(client: Client, **fields: str):
    return client.post(LOGIN, {"username": "ana", "password": make.STAFF_PASSWORD, **fields})


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def test_login_leads_to_where_one_wanted_to_go(client, ana):
    asked = client.get("/perfil/")
    assert (asked.status_code, asked["Location"]) == (302, "/entrar/?next=%2Fperfil%2F")

    page = client.get(asked["Location"]).content.decode()
    answer = log_in(client, next=hidden(page, "next"))

    assert (answer.status_code, answer["Location"]) == (302, "/perfil/")
    assert client.get("/perfil/").status_code == 200


@pytest.mark.parametrize("target", ["https://malvado.example/", "//malvado.example/", "javascript:alert(1)", "perfil"])
def test_login_leads_nowhere_else(client, ana, target):
    assert log_in(client, next=target)["Location"] == reverse("backoffice:home")


def test_a_wrong_password_answers_422_with_a_sentence_and_keeps_the_login(client, ana):
    answer = log_in(client, password="errada")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ana"' in page
    assert "errada" not in page
    assert "Login ou senha" in page


def test_the_throttle_says_when_to_try_again(client, ana):
    for _try in range(5):
        log_in(client, password="errada")

    answer = log_in(client)

    assert answer.status_code == 422
    assert "12:01" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_logging_in_changes_the_session_key(client, ana):
    client.get(LOGIN)
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key

    log_in(client)

    assert client.session.session_key != before
    assert UserSession.objects.get().session_key == client.session.session_key


def test_logging_out_needs_a_post_and_ends_the_session(client, ana):
    log_in(client)
    assert client.get("/sair/").status_code == 405

    answer = client.post("/sair/")

    assert answer["Location"] == LOGIN
    assert [str(message) for message in get_messages(answer.wsgi_request)]
    assert not UserSession.objects.exists()
    assert client.get("/perfil/").status_code == 302


@pytest.mark.parametrize("path", ["/entrar/", "/sair/", "/primeiro-acesso/"])
def test_forms_at_the_door_need_their_token(ana, path):
    assert Client(enforce_csrf_checks=True).post(path, {"username": "ana", "password": make.STAFF_PASSWORD}).status_code == 403


def test_an_idle_session_ends_after_the_persons_minutes(client, ana):
    log_in(client)

    with clock.frozen(NOON + timedelta(minutes=29)):
        assert client.get("/perfil/").status_code == 200
    with clock.frozen(NOON + timedelta(minutes=29 + 31)):
        assert client.get("/perfil/").status_code == 302
    assert not UserSession.objects.exists()


def test_one_minute_of_clicks_is_one_write(client, ana, django_assert_num_queries):
    log_in(client)
    client.get("/perfil/")

    with clock.frozen(NOON + timedelta(seconds=59)):
        client.post("/perfil/tema/", {"theme": "dark"}, headers={"HX-Request": "true"})
    assert UserSession.objects.get().seen_at == pytest.approx(NOON, abs=timedelta(seconds=5))
    with clock.frozen(NOON + timedelta(seconds=61)):
        client.get("/perfil/")
    assert UserSession.objects.get().seen_at > NOON + timedelta(seconds=60)


def test_a_session_ended_from_elsewhere_is_over(client, ana):
    log_in(client)
    services.end_all_sessions(user=ana, actor=ana.actor())

    assert client.get("/perfil/").status_code == 302


def test_a_deactivated_user_is_out_at_the_next_click(client, ana):
    log_in(client)
    services.deactivate(user=ana, reason="", actor=make.user().actor())

    assert client.get("/perfil/").status_code == 302


def test_when_the_allowed_hours_are_over_the_session_is_over(client):
    make.company()
    make.user("ATTENDANT", username="ana", allowed_from=time(8), allowed_until=time(12, 10))
    log_in(client)

    assert client.get("/perfil/").status_code == 200
    with clock.frozen(NOON + timedelta(minutes=11)):
        assert client.get("/perfil/").status_code == 302
        assert "08:00" in log_in(client).content.decode()


def test_a_script_is_asked_for_the_dialog_and_the_page_stays(client, ana):
    answer = client.post("/perfil/tema/", {"theme": "dark"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["X-Login-Dialog"]) == (401, "/entrar/?dialogo=1")
    assert "HX-Redirect" not in answer

    fragment = client.get(answer["X-Login-Dialog"]).content.decode()
    assert "<html" not in fragment
    assert 'action="/entrar/?dialogo=1"' in fragment
    wrong = client.post("/entrar/?dialogo=1", {"username": "ana", "password": "errada"})
    assert wrong.status_code == 422
    assert "<html" not in wrong.content.decode()
    right = client.post("/entrar/?dialogo=1", {"username": "ana", "password": make.STAFF_PASSWORD})
    assert (right.status_code, right.content) == (204, b"")
    assert right["X-CSRFToken"]
    assert client.post("/perfil/tema/", {"theme": "dark"}, headers={"HX-Request": "true"}).status_code == 204


def test_a_half_filled_form_survives_the_login_without_javascript(client, ana):
    typed = {"name": 'Ana "Souza" <b>', "email": "nova@exemplo.com.br", "theme": "dark", "csrfmiddlewaretoken": "velho"}
    sent = client.post("/perfil/", typed)
    assert (sent.status_code, sent["Location"]) == (307, "/entrar/?retomar=%2Fperfil%2F")

    page = client.post(sent["Location"], typed)  # what a browser does with 307
    assert page.status_code == 401
    assert "nova@exemplo.com.br" not in page.content.decode()
    resumed = log_in(client, kept=hidden(page.content.decode(), "kept")).content.decode()

    assert '<form method="post" action="/perfil/">' in resumed
    again = {name: hidden(resumed, name) for name in ("name", "email", "theme")}
    assert again["name"] == typed["name"]
    assert client.post("/perfil/", again).status_code == 302
    ana.refresh_from_db()
    assert (ana.name, ana.email) == (typed["name"], typed["email"])


@pytest.mark.parametrize("target", ["https://malvado.example/", "//malvado.example/"])
def test_a_kept_form_is_never_sent_elsewhere(client, ana, target):
    page = client.post(f"/entrar/?retomar={target}", {"name": "x"}).content.decode()

    assert re.search(r'<input[^>]* name="kept"(?![^>]*value)', page)


def test_an_altered_kept_form_is_ignored(client, ana):
    assert log_in(client, kept="v1$AAAA").status_code == 302


def test_a_one_time_password_must_be_changed_before_anything_else(client):
    make.company()
    make.user("MANAGER", username="ana", must_change_password=True)
    log_in(client)

    assert client.get("/perfil/")["Location"] == "/perfil/senha/"
    assert client.get("/perfil/", headers={"HX-Request": "true"})["HX-Redirect"] == "/perfil/senha/"
    answer = client.post("/perfil/senha/", {"old": make.STAFF_PASSWORD, "new": "serra do mar 1969"})

    assert answer.status_code == 302
    assert client.get("/perfil/").status_code == 200
    assert UserSession.objects.count() == 1


def test_each_try_is_recorded_with_its_address(client, ana):
    log_in(client, password="errada")
    log_in(client)

    assert list(LoginAttempt.objects.order_by("id").values_list("username", "ip", "succeeded")) == [
        ("ana", "127.0.0.1", False),
        ("ana", "127.0.0.1", True),
    ]


def test_behind_a_proxy_only_the_last_address_counts(client, ana, settings):
    settings.BEHIND_PROXY = True
    client.post(LOGIN, {"username": "ana", "password": "errada"}, headers={"X-Forwarded-For": "203.0.113.66, 198.51.100.9"})

    assert LoginAttempt.objects.get().ip == "198.51.100.9"


@pytest.mark.parametrize("username", ["x" * 10_000, "nul\x00byte", "<script>alert(1)</script>", "' OR 1=1 --"])
def test_strange_logins_are_refused_politely(client, ana, username):
    answer = client.post(LOGIN, {"username": username, "password": "x"})

    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
