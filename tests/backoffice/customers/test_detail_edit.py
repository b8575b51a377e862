"""Editar cadastro: the same fields, the same rules, nothing lost."""

import pytest

from malha.core.models import HistoryEntry
from malha.customers.models import Customer, PersonType
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import log_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    return make.customer(tags=("vip",), notes="Nota antiga")


def form(customer: Customer, **values) -> dict[str, object]:
    """The fields as the page shows them."""
    fields = {
        "customer-name": customer.name,
        "customer-person_type": "INDIVIDUAL",
        "customer-cpf_cnpj": make.CPF,
        "customer-email": customer.email,
        "customer-notes": customer.notes,
        "customer-wants_email": "on",
        "customer-wants_sms": "on",
        "customer-wants_whatsapp": "on",
        "phones-TOTAL_FORMS": "1",
        "phones-INITIAL_FORMS": "0",
        "phones-0-number": "(35) 98800-0204",
        "phones-0-has_whatsapp": "on",
        "phones-0-wants_messages": "on",
        "address-cep": "37000-120",
        "address-street": "Rua das Acácias",
        "address-number": "312",
        "address-district": "Vila Aurora",
        "address-city": "Monte Claro",
        "address-uf": "MG",
        "address-zone": "URBAN",
    }
    return {**fields, **values}


def path(customer: Customer) -> str:
    return f"/clientes/{customer.number}/editar/"


def test_the_page_shows_what_is_stored(customer):
    page = text(log_in(), path(customer))

    for words in ("Rosa Maria Duarte", make.CPF, "(35) 98800-0204", "37000-120", "Rua das Acácias", "Nota antiga"):
        assert words in page


def test_saving_unchanged_changes_nothing(customer):
    before = HistoryEntry.objects.count()

    assert log_in().post(path(customer), form(customer)).status_code == 302
    assert HistoryEntry.objects.count() == before


def test_a_change_is_saved_and_the_rest_stays(customer):
    changed = {"customer-email": "ROSA@exemplo.com.br", "address-number": "S/N"}
    answer = log_in().post(path(customer), form(customer, **changed), follow=True)

    customer.refresh_from_db()
    assert "Cadastro salvo." in answer.content.decode()
    assert (customer.email, customer.address.number, customer.tags) == ("rosa@exemplo.com.br", "S/N", ["vip"])
    entry = HistoryEntry.objects.get(verb="customer.changed")
    assert set(entry.after) == {"email", "address.number"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"customer-name": ""}, "Digite o nome"),
        ({"customer-name": "x" * 10_000}, "150 caracteres"),
        ({"customer-cpf_cnpj": "111.111.111-11"}, "repete"),
        ({"customer-cpf_cnpj": "123.456.789-00"}, "não é válido"),
        ({"customer-birth_date": "31/02/2000"}, "não existe"),
        ({"customer-birth_date": "01/01/2999"}, "ano"),
        ({"customer-email": "rosa@"}, "e-mail"),
        ({"phones-0-number": "123"}, "telefone"),
        ({"address-cep": "1"}, "CEP"),
        ({"address-number": ""}, "S/N"),
        ({"customer-group": "99999"}, "grupo"),
    ],
)
def test_what_is_wrong_is_told_with_422_and_nothing_typed_is_lost(customer, change, sentence):
    answer = log_in().post(path(customer), form(customer, **{"customer-source": "Indicação do vizinho", **change}))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Indicação do vizinho" in page
    assert Customer.objects.get().source == ""


def test_everything_wrong_is_told_at_once(customer):
    wrong = {"customer-name": "", "customer-cpf_cnpj": "123.456.789-00", "address-number": ""}

    page = log_in().post(path(customer), form(customer, **wrong)).content.decode()

    for sentence in ("Digite o nome", "não é válido", "Obrigatório (ou S/N)"):
        assert sentence in page


def test_phones_are_added_and_removed_without_a_script(customer):
    client = log_in()

    more = client.post(path(customer), form(customer, do="add-phone", **{"customer-name": "Nome digitado"})).content.decode()
    assert 'name="phones-1-number"' in more
    assert "Nome digitado" in more
    two = {"phones-TOTAL_FORMS": "2", "phones-1-number": "(35) 3322-1100", "phones-1-owner": "Mãe"}
    fewer = client.post(path(customer), form(customer, do="remove-phone:0", **two)).content.decode()
    assert "(35) 3322-1100" in fewer
    assert "98800-0204" not in fewer
    client.post(path(customer), form(customer, **two))
    assert [contact.number for contact in customer.contacts.all()] == ["+5535988000204", "+553533221100"]


def test_a_company_is_warned_about_its_state_registration_and_saved_all_the_same(customer):
    values = {"customer-person_type": "COMPANY", "customer-cpf_cnpj": "11.222.333/0001-81", "customer-rg_ie": "123"}

    assert log_in().post(path(customer), form(customer, **values)).status_code == 302
    customer.refresh_from_db()
    assert customer.person_type == PersonType.COMPANY
    page = text(log_in(), path(customer))
    assert "Não parece uma Inscrição Estadual de MG" in page
    assert "Razão social" in page


def test_a_salesperson_cannot_hand_a_customer_to_somebody_else(customer):
    seller, other = make.user(Role.SALES), make.user(Role.SALES)
    Customer.objects.update(seller=seller)
    client = log_in(user=seller)

    assert 'name="customer-seller"' not in text(client, path(customer))
    client.post(path(customer), form(customer, **{"customer-seller": str(other.pk), "customer-source": "feira"}))

    customer.refresh_from_db()
    assert (customer.seller, customer.source) == (seller, "feira")


def test_a_salesperson_who_left_stays_the_one_who_sold_it(customer):
    seller = make.user(Role.SALES, is_active=False)
    Customer.objects.update(seller=seller)
    client = log_in()

    assert f'value="{seller.pk}" selected' in text(client, path(customer))
    client.post(path(customer), form(customer, **{"customer-seller": str(seller.pk)}))
    assert Customer.objects.get().seller == seller
