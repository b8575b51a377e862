"""The pages of the plans, at the door."""

import pytest
from django.test import Client

from malha.contracts.models import Plan
from malha.domain.money import Money
from malha.network.models import Access
from tests import make

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Fibra 500 Mega",
    "price": "119,90",
    "download_kbps": "500",
    "upload_kbps": "250",
    "kind": "INTERNET",
    "priority": "8",
    "medium": "fibra",
    "technology": "FTTH",
}


@pytest.fixture
def client():
    make.company()
    client = Client()
    client.force_login(make.user())
    return client


def test_a_plan_is_made_with_speeds_in_mega_and_a_profile_of_its_own(client):
    answer = client.post("/planos/novo/", FORM, follow=True)

    plan = Plan.objects.get()
    assert (plan.price, plan.download_kbps, plan.upload_kbps) == (Money(11990), 500_000, 250_000)
    assert plan.profile_name == "malha-fibra-500-mega"
    assert "Fibra 500 Mega" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Digite o nome do plano"),
        ({"name": "x" * 10_000}, "80 caracteres"),
        ({"price": "abc"}, "1.234,56"),
        ({"price": "-1,00"}, "R$"),
        ({"download_kbps": "0"}, "Mega"),
        ({"profile_name": "com espaço"}, "hífens"),
    ],
)
def test_what_is_wrong_is_told_with_422_and_nothing_typed_is_lost(client, change, sentence):
    answer = client.post("/planos/novo/", {**FORM, "description": "Texto longo digitado", **change})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Texto longo digitado" in page
    assert not Plan.objects.exists()


def test_editing_shows_what_is_stored_and_sends_the_accesses_to_the_router(client):
    client.post("/planos/novo/", FORM)
    plan = Plan.objects.get()
    make.access(plan=plan)
    Access.objects.update(sync_state="applied", due_at=None)

    page = client.get(f"/planos/{plan.pk}/").content.decode()
    client.post(f"/planos/{plan.pk}/", {**FORM, "download_kbps": "512,5"})

    assert 'value="500"' in page and 'value="119,90"' in page
    plan.refresh_from_db()
    assert plan.download_kbps == 512_500
    assert Access.objects.get().sync_state == "modified"


def test_an_archived_plan_leaves_the_list_and_comes_back(client):
    client.post("/planos/novo/", FORM)
    plan = Plan.objects.get()

    client.post(f"/planos/{plan.pk}/arquivar/")
    assert "Fibra 500 Mega" not in client.get("/planos/?q=fibra").content.decode().split('id="lista"')[1]
    assert "Fibra 500 Mega" in client.get("/planos/?arquivados=1").content.decode()
    client.post(f"/planos/{plan.pk}/reativar/")

    plan.refresh_from_db()
    assert plan.archived_at is None


def test_the_list_is_searched_sorted_and_takes_a_constant_number_of_statements(client, django_assert_max_num_queries):
    for n in range(60):
        make.plan(name=f"Plano {n:02}", price=f"{n + 10},00")

    with django_assert_max_num_queries(15):
        page = client.get("/planos/?order=-price").content.decode()

    assert page.index("Plano 59") < page.index("Plano 58")
    assert "Plano 07" in client.get("/planos/?q=07").content.decode()
    assert client.get("/planos/?order=password%27;drop").status_code == 200


def test_without_plans_the_page_says_what_to_do(client):
    assert "Crie um plano" in client.get("/planos/").content.decode()
