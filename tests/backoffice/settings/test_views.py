"""The pages of Configurações."""

from datetime import date

import pytest

from malha.contracts.models import CollectionMethod
from malha.core.models import Company, Holiday
from malha.customers.models import CustomerGroup
from tests import make

pytestmark = pytest.mark.django_db
BASE = "/configuracoes/"
COMPANY = {
    "block": "company",
    "legal_name": "Vale Fibra Ltda",
    "size_class": "MICRO",
    "tax_regime": "1",
    "timezone": "America/Manaus",
    "cnpj": "11.222.333/0001-81",
    "phone": "(35) 3222-1000",
}


@pytest.fixture(autouse=True)
def _admin(client):
    make.company()
    client.force_login(make.user("ADMIN"))


def test_the_index_leads_to_every_subject(client):
    page = client.get(BASE).content.decode()

    for path in ("empresa", "padroes-de-cobranca", "feriados", "grupos", "formas-de-pagamento", "usuarios"):
        assert f'href="{BASE}{path}/"' in page


def test_the_company_is_saved_block_by_block(client):
    assert client.post(f"{BASE}empresa/", COMPANY).status_code == 302
    billing = {"block": "billing", "offered_due_days": "10 5, 20", "days_ahead": "15", "billing_mode": "ADVANCE"}
    assert client.post(f"{BASE}empresa/", billing).status_code == 302
    registration = {"block": "registration", "required_customer_fields": ["cpf_cnpj"], "show_access_passwords": "on"}
    assert client.post(f"{BASE}empresa/", registration).status_code == 302

    company = Company.objects.get()
    assert (company.timezone, company.cnpj, company.phone) == ("America/Manaus", "11222333000181", "+553532221000")
    assert (company.offered_due_days, company.days_ahead, company.billing_mode) == ([5, 10, 20], 15, "ADVANCE")
    assert (company.required_customer_fields, company.show_access_passwords) == (["cpf_cnpj"], True)


@pytest.mark.parametrize(
    "wrong",
    [
        {**COMPANY, "cnpj": "11.222.333/0001-80"},
        {**COMPANY, "legal_name": "x" * 10_000},
        {**COMPANY, "timezone": "Mars/Olympus"},
        {"block": "billing", "offered_due_days": "32", "days_ahead": "10", "billing_mode": "ARREARS"},
        {"block": "billing", "offered_due_days": "dez", "days_ahead": "10", "billing_mode": "ARREARS"},
        {"block": "billing", "offered_due_days": "10", "days_ahead": "4", "billing_mode": "ARREARS"},
        {"block": "registration", "required_customer_fields": ["alma"]},
    ],
)
def test_wrong_input_answers_422_and_changes_nothing(client, wrong):
    before = Company.objects.values().get()

    answer = client.post(f"{BASE}empresa/", wrong)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode() or "group-bad" in answer.content.decode()
    assert Company.objects.values().get() == before


def test_an_unknown_block_is_a_404(client):
    assert client.post(f"{BASE}empresa/", {"block": "senha"}).status_code == 404


def test_holidays_are_added_and_removed(client):
    path = f"{BASE}feriados/"
    client.post(path, {"action": "create", "new-date": "06/08/2026", "new-name": "Aniversário da cidade"})
    holiday = Holiday.objects.get()
    assert holiday.date == date(2026, 8, 6)

    assert client.post(path, {"action": "create", "new-date": "07/09/2026", "new-name": "Independência"}).status_code == 422
    client.post(path, {"action": "remove", "pk": holiday.pk})
    assert not Holiday.objects.exists()


def test_groups_are_added_renamed_and_removed_unless_in_use(client):
    path = f"{BASE}grupos/"
    client.post(path, {"action": "create", "new-name": "Condomínios"})
    group = CustomerGroup.objects.get()
    client.post(path, {"action": "rename", "pk": group.pk, f"row{group.pk}-name": "Prédios"})
    group.refresh_from_db()
    assert group.name == "Prédios"

    assert client.post(path, {"action": "create", "new-name": "prédios"}).status_code == 422
    make.customer(group_id=group.pk)
    client.post(path, {"action": "remove", "pk": group.pk})
    assert CustomerGroup.objects.exists()


def test_one_form_of_payment_is_always_the_standard(client):
    path = f"{BASE}formas-de-pagamento/"
    client.post(path, {"action": "create", "new-name": "Dinheiro na loja"})
    informal, cash = CollectionMethod.objects.order_by("pk")

    client.post(path, {"action": "deactivate", "pk": informal.pk})
    informal.refresh_from_db()
    assert informal.is_active
    client.post(path, {"action": "make_default", "pk": cash.pk})
    client.post(path, {"action": "deactivate", "pk": informal.pk})

    assert list(CollectionMethod.objects.filter(is_default=True)) == [cash]
    informal.refresh_from_db()
    assert not informal.is_active


@pytest.mark.parametrize("data", [{}, {"action": "erase"}, {"action": "remove", "pk": "999999"}, {"action": "remove", "pk": "x"}])
def test_a_strange_button_is_a_404(client, data):
    assert client.post(f"{BASE}grupos/", data).status_code == 404
