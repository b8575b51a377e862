"""Every URL × every role × nobody, as the table of malha/staff/permissions.py says (domain.md §15, failure mode F64)."""

import pytest
from django.test import Client

from malha.staff import permissions
from malha.staff.permissions import PUBLIC
from malha.staff.roles import Role
from tests import make
from tests.backoffice.walk import Place, places

ALL = places()


@pytest.fixture
def client_of(db):
    make.company()

    def logged_in(role: str, **options: bool) -> Client:
        user = make.user(role)
        client = Client(**options)
        answer = client.post("/entrar/", {"username": user.username, "password": make.STAFF_PASSWORD})
        assert answer.status_code == 302 or options
        return client

    return logged_in


def asks_for_login(answer) -> bool:
    return answer.status_code in (302, 307) and answer["Location"].startswith(("/entrar/?next=", "/entrar/?retomar="))


def test_there_are_urls_to_walk():
    assert len(ALL) > 20


@pytest.mark.parametrize("place", ALL, ids=str)
def test_every_url_declares_who_may_open_it(place: Place):
    assert place.code is not None, f"{place.name} ({place.route}): put @requires(...) or @public on the view"
    assert place.code == PUBLIC or place.code in permissions.PERMISSIONS


def test_only_the_door_itself_is_public():
    # Longer only on purpose: what stands here anybody on the network can open.
    assert {place.name for place in ALL if place.code == PUBLIC} == {"staff:login", "staff:logout", "staff:first_setup"}


@pytest.mark.parametrize("role", Role.values)
def test_each_role_opens_what_the_table_says_and_nothing_else(role, client_of):
    client = client_of(role)
    wrong = []
    for place in ALL:
        if place.code == PUBLIC:
            continue
        is_allowed = permissions.allows(role, str(place.code))
        for send in (client.get, client.post):
            answer = send(place.path())
            is_open = answer.status_code != 403 and not asks_for_login(answer)
            if is_open != is_allowed:
                wrong.append(f"{place.name} {send.__name__}: {answer.status_code}, table says {is_allowed}")
    assert not wrong


def test_nobody_opens_nothing(db):
    make.company()
    make.user()
    client = Client()
    wrong = []
    for place in ALL:
        if place.code == PUBLIC:
            continue
        path = place.path()
        if not asks_for_login(client.get(path)):
            wrong.append(f"{place.name}: GET")
        if not asks_for_login(client.post(path)):
            wrong.append(f"{place.name}: POST")
        if client.get(path, headers={"HX-Request": "true"}).status_code != 401:
            wrong.append(f"{place.name}: fragment")
    assert not wrong


def test_every_form_needs_its_token(db):
    make.company()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.user())

    assert [place.name for place in ALL if client.post(place.path()).status_code != 403] == []


def test_a_view_that_declares_nothing_stays_shut(client_of, settings):
    settings.ROOT_URLCONF = "tests.backoffice.urls_forgotten"
    client = Client()
    client.force_login(make.user(Role.ADMIN))

    assert client.get("/esquecida/").status_code == 403
