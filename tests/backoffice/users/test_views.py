"""Administration of users."""

import re

import pytest

from malha.core.models import HistoryEntry
from malha.staff.models import User, UserSession
from tests import make

pytestmark = pytest.mark.django_db
BASE = "/configuracoes/usuarios/"
NEW = {"name": "Bruno Lima", "username": "bruno", "role": "TECHNICIAN", "session_minutes": "30"}


@pytest.fixture
def admin(client) -> User:
    make.company()
    user = make.user("ADMIN", username="chefe", name="Chefe")
    client.force_login(user)
    return user


def test_a_new_user_gets_a_password_that_is_shown_once(client, admin):
    answer = client.post(f"{BASE}novo/", NEW)

    page = answer.content.decode()
    shown = re.search(r'id="senha">([a-z2-9-]{19})<', page)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert shown
    assert User.objects.get(username="bruno").check_password(shown[1])
    assert shown[1] not in client.get(BASE).content.decode()
    assert shown[1] not in str(list(HistoryEntry.objects.values()))


def test_wrong_input_answers_422_and_keeps_what_was_typed(client, admin):
    answer = client.post(f"{BASE}novo/", {**NEW, "username": "João da Silva", "expires_on": "31/02/2027"})

    assert answer.status_code == 422
    assert "João da Silva" in answer.content.decode()
    assert not User.objects.filter(name="Bruno Lima").exists()


def test_editing_changes_data_and_role_but_not_the_login(client, admin):
    person = make.user("SALES", username="ana")

    answer = client.post(
        f"{BASE}{person.pk}/", {**NEW, "username": "outra", "role": "FINANCE", "allowed_from": "08:00", "allowed_until": "18:00"}
    )

    person.refresh_from_db()
    assert answer.status_code == 302
    assert (person.username, person.name, person.role, str(person.allowed_from)) == ("ana", "Bruno Lima", "FINANCE", "08:00:00")


def test_deactivating_ends_the_sessions_and_reactivating_lets_in_again(client, admin, django_user_model):
    person = make.user("SALES", username="ana")
    other = type(client)()
    other.post("/entrar/", {"username": "ana", "password": make.STAFF_PASSWORD})

    client.post(f"{BASE}{person.pk}/desativar/", {"reason": "saiu"})

    assert not UserSession.objects.filter(user=person).exists()
    assert other.get("/perfil/").status_code == 302
    assert HistoryEntry.objects.get(verb="user.deactivated").reason == "saiu"
    client.post(f"{BASE}{person.pk}/reativar/")
    person.refresh_from_db()
    assert person.is_active


def test_the_last_administrator_stays(client, admin):
    page = client.post(f"{BASE}{admin.pk}/", {**NEW, "role": "SALES"})
    assert page.status_code == 422

    client.post(f"{BASE}{admin.pk}/desativar/")
    admin.refresh_from_db()
    assert admin.is_active


def test_a_new_password_for_somebody_is_shown_once_and_must_be_changed(client, admin):
    person = make.user("SALES", username="ana")

    page = client.post(f"{BASE}{person.pk}/senha/").content.decode()

    person.refresh_from_db()
    shown = re.search(r'id="senha">([a-z2-9-]{19})<', page)
    assert shown
    assert person.check_password(shown[1])
    assert person.must_change_password


def test_the_list_filters_and_answers_htmx_with_its_part(client, admin, django_assert_max_num_queries):
    make.user("SALES", name="Ana Souza")
    for _more in range(20):
        make.user("TECHNICIAN")

    with django_assert_max_num_queries(15):
        assert "Ana Souza" in client.get(BASE).content.decode()
    part = client.get(BASE, {"q": "souza"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Ana Souza" in part
    assert "chefe" not in part


@pytest.mark.parametrize("path", ["999999/", "999999/senha/", "999999/desativar/", "999999/reativar/", "999999/sessoes/encerrar/"])
def test_a_number_nobody_has_is_a_404(client, admin, path):
    assert client.post(f"{BASE}{path}").status_code == 404
