"""A new installation in the browser: no login exists, and only the one-time link opens the page."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from malha.core.models import Company
from malha.journeys import first_setup
from malha.staff.models import User
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/primeiro-acesso/"
TYPED = {
    "legal_name": "Vale Fibra Ltda",
    "timezone": "America/Manaus",
    "name": "Marina Rocha",
    "username": "marina",
    "password": "serra do mar 1969",
}


@pytest.fixture(autouse=True)
def _own_data_dir(settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path


def link() -> str:
    return f"{PAGE}?codigo={first_setup.issue_code()}"


@pytest.mark.parametrize("path", ["/", "/clientes/", "/configuracoes/", "/perfil/"])
def test_before_the_set_up_every_page_leads_to_the_explanation(client, path):
    answer = client.get(path, follow=True)

    assert answer.redirect_chain[-1][0] == PAGE
    assert "bin/malha create_admin" in answer.content.decode()
    assert "password" not in answer.content.decode()


def test_a_wrong_code_shows_no_form(client):
    first_setup.issue_code()

    page = client.get(f"{PAGE}?codigo=errado").content.decode()

    assert "não vale mais" in page
    assert "<form" not in page
    assert client.post(f"{PAGE}?codigo=errado", TYPED).status_code == 200
    assert not User.objects.exists()


def test_the_link_makes_the_company_and_logs_the_administrator_in(client):
    path = link()
    assert "America/Manaus" in client.get(path).content.decode()

    answer = client.post(path, TYPED)

    assert answer.status_code == 302
    assert client.get("/perfil/").status_code == 200
    assert Company.objects.get().timezone == "America/Manaus"
    assert User.objects.get().role == "ADMIN"
    assert client.post(path, {**TYPED, "username": "outra"})["Location"] == "/entrar/"
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"password": "curta"}, "senha"),
        ({"legal_name": ""}, "obrigatório"),
        ({"username": "João"}, "sem acento"),
        ({"cnpj": "11.222.333/0001-80"}, "CNPJ"),
        ({"timezone": "Europe/Lisbon"}, ""),
        ({"name": "x" * 10_000}, ""),
    ],
)
def test_wrong_input_answers_422_and_writes_nothing(client, wrong, sentence):
    answer = client.post(link(), {**TYPED, **wrong})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "serra do mar" not in answer.content.decode()
    assert not User.objects.exists()
    assert not Company.objects.exists()


def test_the_command_prints_the_link_only_while_there_is_no_user():
    out = StringIO()
    call_command("create_admin", address="https://malha.exemplo.com.br/", stdout=out)
    assert out.getvalue().strip() == f"https://malha.exemplo.com.br{link()}"

    make.user()
    with pytest.raises(CommandError):
        call_command("create_admin", stdout=out)
