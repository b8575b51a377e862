"""What the server says when a field is left: its hint, its error, the summary, who has the number already, the address of a CEP."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from malha.backoffice.customers import new_buttons
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import SYSTEM
from malha.customers.cep import CepAddress, LookUp, Outcome
from malha.customers.models import Customer
from malha.customers.services import customers
from malha.staff.models import User
from tests import make
from tests.backoffice.customers.new_page import URL, access, customer, error_of, errors, posted, value_of
from tests.customers.provider import serving

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.fixture
def ana(client: Client) -> User:
    make.company()
    user = make.user("MANAGER", username="ana", name="Ana Souza")
    client.force_login(user)
    return user


def left(client: Client, name: str, fields: dict[str, str]) -> str:
    answer = client.post(f"{URL}campo/?campo={name}", fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


# -- a field was left ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("customer-cpf_cnpj", "529.982.247-24", "Este CPF"),
        ("customer-cpf_cnpj", "111.111.111-11", "Este CPF"),
        ("customer-email", "rosa@", "Este e-mail"),
        ("customer-birth_date", "30/02/1990", "Este dia"),
        ("phones-0-number", "(20) 98800-0204", "O DDD 20"),
        ("address-cep", "3700", "O CEP tem 8"),
        ("address-number", "", "Obrigatório (ou S/N)"),
        ("contract-days_to_block", "3", "O bloqueio"),
        ("contract-discount", "-1", "Digite o desconto"),
        ("contract-minimum_term_months", "24", "A fidelidade"),
    ],
)
def test_a_wrong_field_is_told_what_to_do(client, ana, name, typed, sentence):
    answer = left(client, name, customer(**{name: typed}))

    assert error_of(answer, name) is not None
    assert (error_of(answer, name) or "").startswith(sentence)


def test_only_the_field_that_was_left_is_judged(client, ana):
    answer = left(client, "customer-name", {"customer-name": "Rosa Duarte", "customer-email": "rosa@"})

    assert not errors(answer)


def test_a_right_document_is_confirmed(client, ana):
    assert "CPF válido" in left(client, "customer-cpf_cnpj", customer())
    company = customer(**{"customer-person_type": "COMPANY", "customer-cpf_cnpj": "12.ABC.345/01DE-35"})
    assert "CNPJ válido" in left(client, "customer-cpf_cnpj", company)


def test_a_single_name_gets_a_hint_and_no_error(client, ana):
    answer = left(client, "customer-name", customer(**{"customer-name": "Rosa"}))

    assert "Só um nome?" in answer
    assert not errors(answer)
    assert client.post(URL, customer(**{"customer-name": "Rosa"})).status_code == 302


def test_a_strange_state_registration_warns_and_is_saved(client, ana):
    fields = customer(
        **{"customer-person_type": "COMPANY", "customer-cpf_cnpj": "11.222.333/0001-81", "customer-rg_ie": "123"},
    )

    assert "Não parece uma Inscrição Estadual de MG" in left(client, "customer-rg_ie", fields)
    assert client.post(URL, fields).status_code == 302
    assert Customer.objects.get().rg_ie == "123"


def test_a_login_is_free_or_taken(client, ana):
    taken = make.access(username="rosa.duarte", router=make.router("CCR Centro"))
    row = access(taken.router, taken.plan)

    assert "Este login já está em uso" in left(client, "accesses-0-username", {**customer(), **row})
    free = left(client, "accesses-0-username", {**customer(), **row, "accesses-0-username": "Rosa.D"})
    assert "Disponível em CCR Centro" in free


def test_router_and_plan_say_what_they_are(client, ana):
    row = access(make.access().router, make.plan(down=500_000, up=250_000))

    assert "1 acesso" in left(client, "accesses-0-router", {**customer(), **row})
    assert "↓ 500" in left(client, "accesses-0-plan", {**customer(), **row})


@pytest.mark.parametrize("name", ["", "nothing", "customer-password", "accesses-7-username", "<script>"])
def test_a_field_that_does_not_exist_is_refused(client, ana, name):
    assert client.post(f"{URL}campo/", customer(), query_params={"campo": name}).status_code == 400


def test_checking_a_page_of_five_accesses_costs_a_known_number_of_statements(client, ana):
    router, plan = make.router(), make.plan()
    fields = customer()
    for index in range(5):
        fields.update(access(router, plan, index))

    with CaptureQueriesContext(connection) as asked:
        left(client, "customer-name", fields)

    assert len(asked) <= 40, len(asked)


# -- the boxes beside the form ------------------------------------------------------------------------


def test_the_summary_is_the_worked_example_of_the_design(client, ana):
    with clock.frozen(NOON):
        fields = {**customer(**{"contract-discount": "10,00"}), **access(make.router(), make.plan("Fibra 500 Mega"))}
        box = " ".join(client.post(URL + "resumo/", fields).content.decode().replace("\xa0", " ").split())

    for words in ("Fibra 500 Mega", "R$ 119,90", "− R$ 10,00", "109,90", "20/12/2026", "R$ 95,24", "(26 dias)"):
        assert words in box
    for words in ("Vence em <b>20/12</b>", "pendência em <b>23/12</b>", "Bloqueio em <b>07/01/2027</b>", "18 dias depois, com 15 de aviso"):
        assert words in box


def test_own_days_move_the_dates(client, ana):
    with clock.frozen(NOON):
        fields = {**customer(**{"contract-days_to_pending": "5", "contract-days_to_block": "30"}), **access(make.router(), make.plan())}
        box = client.post(URL + "resumo/", fields).content.decode()

    assert "<b>25/12</b>" in box


def test_an_exempt_contract_is_never_late(client, ana):
    box = client.post(URL + "resumo/", customer(**{"contract-exempt": "on"})).content.decode()

    assert "Nunca é cobrado" in box


@pytest.mark.parametrize("day", ["", "32", "x", "-1"])
def test_a_summary_of_nonsense_is_quiet(client, ana, day):
    nonsense = {"contract-due_day": day, "contract-discount": "9" * 30, "contract-days_to_block": "0"}

    answer = client.post(URL + "resumo/", customer(**nonsense))

    assert answer.status_code == 200
    assert "Escolha o dia de vencimento" in answer.content.decode()


def test_the_bar_lists_what_is_missing(client, ana):
    bar = client.post(URL + "resumo/", {"customer-name": "", "contract-due_day": ""}).content.decode()

    assert "Faltam 2 campos:" in bar
    assert 'href="#id_customer-name"' in bar
    assert 'href="#id_contract-due_day"' in bar


# -- who has the number already -----------------------------------------------------------------------


def gone() -> Customer:
    rosa = make.customer(name="Rosa M. Duarte")
    contract = make.contract(rosa, (make.plan(),))
    Contract.objects.filter(pk=contract.pk).update(state="CANCELLED", cancelled_on=date(2025, 3, 12))
    customers.archive(customer=rosa, reason="mudou de cidade", actor=SYSTEM)
    return rosa


def test_a_number_that_is_known_warns_and_does_not_forbid(client, ana):
    make.customer(name="Rosa M. Duarte")

    answer = left(client, "customer-cpf_cnpj", customer())

    assert "Já existe um cadastro com este CPF:" in answer
    assert "Rosa M. Duarte" in answer
    assert client.post(URL, customer()).status_code == 302
    assert Customer.objects.count() == 2


def test_somebody_who_left_comes_back_with_these_data(client, ana):
    rosa = gone()
    told = left(client, "customer-cpf_cnpj", customer())
    assert "cancelado em 12/03/2025" in told
    assert f'value="record:{rosa.pk}"' in told

    chosen = client.post(URL, {**customer(), "do": f"record:{rosa.pk}"}).content.decode()
    assert value_of(chosen, "returning_id") == str(rosa.pk)
    client.post(URL, {**customer(), "returning_id": str(rosa.pk), **access(make.router(), make.plan())})

    rosa.refresh_from_db()
    assert (rosa.name, rosa.archived_at) == ("Rosa Maria Duarte", None)
    assert Customer.objects.count() == 1
    assert rosa.contracts.filter(state="ACTIVE").count() == 1


def test_making_a_new_record_after_all(client, ana):
    rosa = gone()

    page = client.post(URL, {**customer(), "returning_id": str(rosa.pk), "do": "record:"}).content.decode()

    assert value_of(page, "returning_id") is None


def test_a_salesperson_takes_no_record_of_somebody_else(client):
    rosa = gone()
    client.force_login(make.user("SALES"))

    assert "record:" not in left(client, "customer-cpf_cnpj", customer())
    page = posted(client, {**customer(), "returning_id": str(rosa.pk)})

    assert "Este cadastro é de outro vendedor" in page
    assert Customer.objects.get().name == "Rosa M. Duarte"


@pytest.mark.parametrize("number", ["999", "x", "9" * 40, "-1"])
def test_a_record_that_is_not_there_makes_no_error_page(client, ana, number):
    answer = client.post(URL, {**customer(), "returning_id": number})

    assert answer.status_code in (302, 422)


# -- CEP ----------------------------------------------------------------------------------------------

FOUND = {"logradouro": "Rua das Acácias", "bairro": "Vila Aurora", "localidade": "Monte Claro", "uf": "MG", "ibge": "3143302"}


def test_a_cep_gives_the_rest_of_the_address(client, ana, settings):
    with serving(FOUND) as url:
        settings.CEP_PROVIDER_URL = url
        answer = client.post(URL + "cep/", {"cep": "37000-120"}).json()

    assert answer["outcome"] == "FOUND"
    assert answer["fields"] == {"street": "Rua das Acácias", "district": "Vila Aurora", "city": "Monte Claro", "uf": "MG"}


def test_without_a_provider_one_types(client, ana, settings):
    settings.CEP_PROVIDER_URL = ""

    answer = client.post(URL + "cep/", {"cep": "37000120"}).json()

    assert (answer["outcome"], answer["sentence"], answer["fields"]) == ("UNAVAILABLE", "Digite o endereço.", {})
    assert client.post(URL, customer()).status_code == 302


def test_the_button_without_a_script_fills_what_is_empty_and_tints_it(client, ana, settings):
    typed = customer(**{"address-street": "Rua Nova", "address-district": "", "address-city": "", "address-uf": ""})

    with serving(FOUND) as url:
        settings.CEP_PROVIDER_URL = url
        page = client.post(URL, {**typed, "do": "cep"}).content.decode()

    assert (value_of(page, "address-street"), value_of(page, "address-city")) == ("Rua Nova", "Monte Claro")
    assert value_of(page, "address-found") == "district,city,uf"
    assert page.count("fauto") == 3


def test_the_code_of_the_city_is_kept_only_for_that_city(client, ana):
    client.post(URL, customer(**{"address-ibge": "3143302|Monte Claro|MG"}))
    client.post(URL, customer(**{"address-ibge": "3143302|Monte Claro|MG", "address-city": "Outra", "token": "m" * 32}))

    assert list(Customer.objects.order_by("id").values_list("address__ibge_code", flat=True)) == ["3143302", ""]


def test_the_door_has_a_sentence_for_every_end_of_a_look_up():
    for outcome in Outcome:
        assert new_buttons.hints.cep_sentence(LookUp(outcome, CepAddress("37000120")))
