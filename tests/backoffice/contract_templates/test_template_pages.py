"""The pages of the contract templates, at the door."""

import pytest
from django.test import Client

from malha.contracts.models import ContractTemplate
from tests import make

pytestmark = pytest.mark.django_db
FORM = {"name": "Residencial", "kind": "CONTRACT", "code": "R1", "body": "<p>Contrato de {{cliente_nome}}</p>"}


@pytest.fixture
def client():
    make.company()
    client = Client()
    client.force_login(make.user())
    return client


def created(client):
    client.post("/modelos-de-contrato/novo/", FORM)
    return ContractTemplate.objects.get(name=FORM["name"])


def test_the_first_template_is_the_default(client):
    assert created(client).is_default
    assert "Residencial" in client.get("/modelos-de-contrato/").content.decode()


def test_an_unknown_placeholder_is_told_and_the_text_is_kept(client):
    answer = client.post("/modelos-de-contrato/novo/", {**FORM, "body": "<p>Meu texto {{cliente_apelido}}</p>"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "cliente_apelido" in page and "Meu texto" in page


def test_the_preview_is_filled_with_believable_values(client):
    answer = client.post("/modelos-de-contrato/previa/", FORM)

    assert answer.status_code == 200
    assert "Contrato de Rosa Maria Duarte" in answer.content.decode()
    assert client.post("/modelos-de-contrato/previa/", {**FORM, "body": "{{x}}"}).status_code == 422


def test_the_preview_runs_no_script(client):
    page = client.post("/modelos-de-contrato/previa/", {**FORM, "body": "<p>a</p><script>alert(1)</script>"}).content.decode()

    assert "<script" not in page


def test_versions_stay_readable(client):
    template = created(client)
    client.post(f"/modelos-de-contrato/{template.pk}/", {**FORM, "body": "<p>Novo texto</p>"})

    assert "Novo texto" in client.get(f"/modelos-de-contrato/{template.pk}/versoes/2/").content.decode()
    assert "Contrato de Rosa" in client.get(f"/modelos-de-contrato/{template.pk}/versoes/1/").content.decode()
    assert client.get(f"/modelos-de-contrato/{template.pk}/versoes/9/").status_code == 404


def test_another_default_is_chosen_and_the_old_one_may_go(client):
    first = created(client)
    client.post("/modelos-de-contrato/novo/", {**FORM, "name": "Empresas"})
    second = ContractTemplate.objects.get(name="Empresas")

    client.post(f"/modelos-de-contrato/{first.pk}/desativar/")
    assert ContractTemplate.objects.get(pk=first.pk).is_active
    client.post(f"/modelos-de-contrato/{second.pk}/padrao/")
    client.post(f"/modelos-de-contrato/{first.pk}/desativar/")

    assert not ContractTemplate.objects.get(pk=first.pk).is_active
