"""The component page: there for who builds pages, absent in production."""

import pytest
from django.test import Client, override_settings

from malha.backoffice.ui_catalogue.views import PAGES
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    make.company()
    client = Client()
    client.force_login(make.user())
    return client


@override_settings(ROOT_URLCONF="tests.backoffice.urls_with_components")
def test_every_page_of_components_is_drawn(client):
    index = client.get("/_ui/").content.decode()

    for name, heading in PAGES.items():
        assert f"/_ui/{name}/" in index
        answer = client.get(f"/_ui/{name}/")
        assert answer.status_code == 200
        assert heading in answer.content.decode()
    assert client.get("/_ui/nada/").status_code == 404


def test_it_is_absent_without_debug(client):
    assert client.get("/_ui/").status_code == 404
