"""Keys of programs, at the door."""

import re

import pytest
from django.test import Client

from malha.staff.models import ApiToken
from tests import make

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Site",
    "scopes": ["customers:read", "sign-ups:write"],
    "allowed_ips": "203.0.113.7, 10.0.0.0/8",
    "expires_on": "31/12/2026",
}


@pytest.fixture
def client():
    make.company()
    client = Client()
    client.force_login(make.user())
    return client


def test_the_secret_is_shown_once_and_works(client):
    page = client.post("/configuracoes/chaves/nova/", {**FORM, "allowed_ips": ""}).content.decode()
    secret = re.search(r"mlh_[\w-]{40,}", page)[0]

    answer = Client().get("/api/v1/customers", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 200
    assert secret not in client.get("/configuracoes/chaves/").content.decode()


def test_what_is_wrong_is_told_with_422(client):
    answer = client.post("/configuracoes/chaves/nova/", {"name": "Meu site", "allowed_ips": "abc"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "pelo menos uma permissão" in page and "Meu site" in page
    assert client.post("/configuracoes/chaves/nova/", {**FORM, "allowed_ips": "abc"}).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_revoked_key_is_listed_and_opens_nothing(client):
    client.post("/configuracoes/chaves/nova/", FORM)
    token = ApiToken.objects.get()

    client.post(f"/configuracoes/chaves/{token.pk}/revogar/")
    client.post(f"/configuracoes/chaves/{token.pk}/revogar/")

    assert ApiToken.objects.get().revoked_at is not None
    assert "Revogada" in client.get("/configuracoes/chaves/").content.decode()
