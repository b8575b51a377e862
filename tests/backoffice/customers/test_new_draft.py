"""Nothing is lost: the draft on the server, and a session that ends while the form is half filled."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from malha.backoffice.customers import draft
from malha.backoffice.models import FormDraft
from malha.core import clock
from malha.customers.models import Customer
from malha.staff.models import User
from tests import make
from tests.backoffice.customers.new_page import URL, access, customer, errors, posted, value_of

pytestmark = pytest.mark.django_db
DRAFT = URL + "rascunho/"


@pytest.fixture
def ana(client: Client) -> User:
    make.company()
    user = make.user("MANAGER", username="ana", name="Ana Souza")
    client.force_login(user)
    return user


def test_what_is_typed_is_kept_and_comes_back(client, ana):
    fields = {**customer(**{"customer-name": ""}), **access(make.router(), make.plan())}

    said = client.post(DRAFT, fields).content.decode()
    page = client.get(URL).content.decode()

    assert "Rascunho salvo às 09:00" in said
    assert 'value="discard"' in page
    names = ("token", "customer-email", "address-street", "accesses-0-username", "accesses-0-password")
    assert {name: value_of(page, name) for name in names} == {name: fields[name] for name in names}
    assert not errors(page)


def test_a_draft_is_unreadable_in_the_database(client, ana):
    client.post(DRAFT, customer(**{"accesses-0-password": "segredo-99"}))

    with connection.cursor() as cursor:
        cursor.execute("select data from backoffice_formdraft")
        stored = cursor.fetchone()[0]
    assert "Rosa" not in stored
    assert "segredo-99" not in stored


def test_nobody_else_sees_a_draft(client, ana):
    client.post(DRAFT, customer())
    other = Client()
    other.force_login(make.user("ADMIN"))

    assert "Rosa" not in other.get(URL).content.decode()


def test_a_draft_is_kept_for_thirty_days(client, ana):
    client.post(DRAFT, customer())

    with clock.frozen(clock.now() + timedelta(days=29)):
        assert draft.load(ana) is not None
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert draft.load(ana) is None


def test_discarding_gives_an_empty_page(client, ana):
    client.post(DRAFT, customer())

    answer = client.post(URL, {"do": "discard"})

    assert answer["Location"] == URL
    assert not FormDraft.objects.exists()
    assert value_of(client.get(URL).content.decode(), "token") != customer()["token"]


def test_a_saved_customer_leaves_no_draft_behind_even_when_the_last_keystroke_comes_late(client, ana):
    client.post(DRAFT, customer())
    client.post(URL, customer())
    assert not FormDraft.objects.exists()

    late = client.post(DRAFT, customer())

    assert late.status_code == 204
    assert not FormDraft.objects.exists()


def test_a_refused_form_is_kept_as_a_draft_too(client, ana):
    posted(client, customer(**{"customer-email": "rosa@"}))

    assert value_of(client.get(URL).content.decode(), "customer-email") == "rosa@"


def test_a_draft_whose_key_is_gone_is_forgotten(client, ana, settings):
    client.post(DRAFT, customer())
    settings.VAULT_KEYS = "t2:MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI="

    assert client.get(URL).status_code == 200
    assert not FormDraft.objects.exists()


def test_a_draft_larger_than_any_form_is_not_kept(client, ana):
    assert client.post(DRAFT, customer(**{"customer-notes": "x" * 600_000})).status_code == 204


def test_when_the_session_has_ended_the_open_page_asks_to_log_in_and_the_draft_survives(client, ana):
    client.post(DRAFT, customer())
    client.logout()

    for path in (DRAFT, URL + "campo/?campo=customer-name", URL + "resumo/"):
        answer = client.post(path, customer(), headers={"HX-Request": "true"})
        assert (answer.status_code, answer["X-Login-Dialog"]) == (401, "/entrar/?dialogo=1")
    client.force_login(ana)
    assert value_of(client.get(URL).content.decode(), "customer-name") == "Rosa Maria Duarte"


def test_a_form_sent_after_the_session_has_ended_is_handed_back_after_the_login(client, ana):
    fields = {**customer(), **access(make.router(), make.plan())}
    client.logout()

    sent = client.post(URL, fields)
    assert sent.status_code == 307
    login = client.post(sent["Location"], fields).content.decode()
    back = client.post(
        "/entrar/", {"username": "ana", "password": make.STAFF_PASSWORD, "kept": value_of(login, "kept"), "next": value_of(login, "next")}
    ).content.decode()

    assert not Customer.objects.exists()
    names = ("customer-name", "address-street", "accesses-0-username")
    assert {name: value_of(back, name) for name in names} == {name: fields[name] for name in names}
