"""CADASTRAR: what is made, what is refused, and that nothing typed is lost."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.contrib.messages import get_messages
from django.db import connections
from django.test import Client

from malha.contracts.models import Contract
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.network.models import Access, Router
from malha.staff.models import User
from tests import make
from tests.backoffice.customers.new_page import URL, access, customer, error_of, errors, posted, value_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client: Client) -> User:
    make.company()
    user = make.user("MANAGER", username="ana", name="Ana Souza")
    client.force_login(user)
    return user


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_minimum_of_the_seed_makes_a_customer_whose_login_is_on_its_way(client, ana):
    router, plan = make.router("CCR Centro"), make.plan()

    answer = client.post(URL, {"customer-name": "Rosa", "contract-due_day": "20", **access(router, plan)})

    assert answer.status_code == 302
    made = Access.objects.get()
    assert (made.username, made.password, made.router, made.plan) == ("rosa.duarte", make.PASSWORD, router, plan)
    assert made.contract.customer.name == "Rosa"
    assert made.due_at is not None
    assert said(answer) == ["Cliente cadastrado.", "O acesso rosa.duarte está sendo criado no roteador CCR Centro."]


def test_everything_that_was_typed_is_stored(client, ana):
    router, plan, template = make.router(), make.plan(), make.template()
    more = {
        "contract-template": str(template.pk),
        "contract-discount": "10,00",
        "contract-surcharge": "2.5",
        "contract-days_to_pending": "5",
        "contract-days_to_block": "30",
        "contract-minimum_term_months": "12",
        "contract-minimum_term_benefit": "1.200,00",
        "contract-has_service_address": "on",
        "service_address-street": "Estrada da Serra",
        "service_address-number": "S/N",
        "customer-notes": "Portão azul",
        "phones-1-number": "35 3222-1111",
        "accesses-0-mac": "00-00-5e-00-53-2a",
        "accesses-0-lock_mac": "on",
        "accesses-0-ipv4": "100.64.8.21",
    }

    client.post(URL, {**customer(), **access(router, plan), **more})

    made = Customer.objects.select_related("address").get()
    assert (made.name, made.cpf_cnpj, made.email) == ("Rosa Maria Duarte", "52998224725", "rosa.duarte@exemplo.com.br")
    assert (made.birth_date, made.notes) == (date(1978, 3, 14), "Portão azul")
    assert [(phone.number, phone.is_main, phone.has_whatsapp) for phone in made.contacts.all()] == [
        ("+5535988000204", True, True),
        ("+553532221111", False, False),
    ]
    assert (made.address.cep, made.address.street, made.address.number) == ("37000120", "Rua das Acácias", "312")
    contract = Contract.objects.select_related("service_address").get()
    assert (contract.due_day, contract.template, contract.collection_method.name) == (20, template, "Informal")
    assert (contract.discount, contract.surcharge) == (Money(1000), Money(250))
    assert (contract.days_to_pending, contract.days_to_block) == (5, 30)
    assert (contract.minimum_term_months, contract.minimum_term_benefit) == (12, Money(120000))
    assert str(contract.service_address) == "Estrada da Serra, S/N"
    assert (contract.auto_block, contract.auto_notice) == (True, True)
    stored = Access.objects.get()
    assert (stored.mac, stored.lock_mac, stored.ipv4) == ("00:00:5E:00:53:2A", True, "100.64.8.21")


def test_without_an_access_the_customer_is_saved_and_the_contract_waits(client, ana):
    assert client.post(URL, customer()).status_code == 302

    assert Contract.objects.get().waiting_for == "PLAN"


def test_an_access_that_was_opened_and_left_empty_does_not_count(client, ana):
    empty = {f"accesses-0-{name}": "" for name in ("username", "password", "router", "plan")}

    assert client.post(URL, {**customer(), **empty}).status_code == 302
    assert not Access.objects.exists()


def test_cadastrar_in_the_dialog_insists_on_its_access(client, ana):
    empty = {f"accesses-0-{name}": "" for name in ("username", "password", "router", "plan")}

    page = posted(client, {**customer(), **empty, "do": "save-access:0"})

    assert errors(page) == {f"accesses-0-{name}" for name in ("username", "password", "router", "plan")}
    assert "data-show" in page
    assert not Customer.objects.exists()


def test_cadastrar_in_the_dialog_saves_the_whole_customer(client, ana):
    fields = {**customer(), **access(make.router(), make.plan()), "do": "save-access:0"}

    assert client.post(URL, fields).status_code == 302
    assert Access.objects.get().contract.customer.name == "Rosa Maria Duarte"


def test_a_router_that_does_not_answer_queues_the_access_and_says_so(client, ana):
    router = make.router("CCR Serra")
    Router.objects.filter(pk=router.pk).update(health="DEGRADED")

    answer = client.post(URL, {**customer(), **access(router, make.plan())})

    assert answer.status_code == 302
    assert said(answer)[1].startswith("Não deu para falar com o CCR Serra.")
    assert Access.objects.get().due_at is not None


def test_cadastrar_e_criar_outro_comes_back_to_an_empty_page(client, ana):
    answer = client.post(URL, {**customer(), "do": "save-another"})

    assert answer["Location"] == URL
    page = client.get(URL).content.decode()
    assert "Ver Rosa Maria Duarte" in page
    assert not value_of(page, "customer-name")


def test_every_mistake_is_told_at_once_at_its_field_and_nothing_typed_is_lost(client, ana):
    typed = customer(
        **{
            "customer-name": "",
            "customer-cpf_cnpj": "111.111.111-11",
            "customer-birth_date": "31/02/1990",
            "customer-email": "rosa@",
            "phones-0-number": "123",
            "address-number": "",
            "contract-due_day": "32",
            "contract-discount": "-5",
            "contract-days_to_pending": "20",
            "accesses-0-username": "rosa duarte!",
            "accesses-0-password": "x",
            "accesses-0-router": "",
            "accesses-0-plan": "999",
        }
    )

    page = posted(client, typed)

    wrong = {name for name, value in typed.items() if name in errors(page)}
    assert wrong == {
        *("customer-name", "customer-cpf_cnpj", "customer-birth_date", "customer-email", "phones-0-number", "address-number"),
        *("contract-due_day", "contract-discount", "contract-days_to_pending"),
        *("accesses-0-username", "accesses-0-password", "accesses-0-router", "accesses-0-plan"),
    }
    texts = ("customer-cpf_cnpj", "customer-birth_date", "phones-0-number", "address-street", "contract-discount", "accesses-0-username")
    assert {name: value_of(page, name) for name in texts} == {name: typed[name] for name in texts}
    assert 'href="#id_customer-name"' in page
    assert page.count("autofocus") == 1
    assert not Customer.objects.exists()


def test_a_name_of_ten_thousand_characters_is_refused_with_a_sentence_and_kept(client, ana):
    page = posted(client, customer(**{"customer-name": "á" * 10_000}))

    assert (error_of(page, "customer-name") or "").startswith("Use no máximo 150 caracteres")
    assert value_of(page, "customer-name") == "á" * 10_000


def test_script_tags_are_text(client, ana):
    page = posted(client, customer(**{"customer-name": "<script>alert(1)</script>", "customer-email": "x"}))

    assert "<script>alert" not in page
    assert value_of(page, "customer-name") == "<script>alert(1)</script>"


def test_null_characters_are_refused_with_a_sentence(client, ana):
    assert error_of(posted(client, customer(**{"customer-rg_ie": "MG\x001"})), "customer-rg_ie")


def test_day_31_is_offered_and_kept(client, ana):
    client.post(URL, customer(**{"contract-due_day": "31"}))

    assert Contract.objects.get().due_day == 31


@pytest.mark.parametrize("login", ["rosa.duarte", "ROSA.DUARTE", "rósa.duarte"])
def test_a_login_that_is_taken_is_told_at_its_field(client, ana, login):
    taken = make.access(username="rosa.duarte")

    page = posted(client, {**customer(), **access(taken.router, taken.plan, username=login)})

    assert error_of(page, "accesses-0-username") == "Este login já está em uso. Escolha outro."


def test_a_method_that_the_router_does_not_offer_is_told_at_its_field(client, ana):
    fields = access(make.router("CCR Serra"), make.plan(), method="HOTSPOT")

    assert "CCR Serra" in (error_of(posted(client, {**customer(), **fields}), "accesses-0-method") or "")


def test_too_many_rows_are_refused_not_cut(client, ana):
    phones = {f"phones-{n}-number": f"(35) 98800-0{n:03}" for n in range(12)}

    page = posted(client, {**customer(), **phones})

    assert "Linhas demais" in page


def test_the_same_form_sent_twice_makes_one_customer(client, ana):
    fields = {**customer(), **access(make.router(), make.plan())}

    first, second = client.post(URL, fields), client.post(URL, fields)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Customer.objects.count() == 1


def test_a_form_refused_once_is_accepted_when_it_is_right(client, ana):
    page = posted(client, customer(**{"customer-email": "x"}))

    token = value_of(page, "token")
    assert client.post(URL, customer(token=token)).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_the_same_moment_makes_one_customer(client):
    make.company()
    client.force_login(make.user("MANAGER"))
    fields = {**customer(), **access(make.router(), make.plan())}
    start, answers = Barrier(2), []

    def send() -> None:
        other = Client()
        other.cookies = client.cookies
        start.wait()
        answers.append(other.post(URL, fields))
        connections.close_all()

    threads = [Thread(target=send) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Customer.objects.count() == 1


def test_a_salesperson_registers_customers_of_their_own(client):
    make.company()
    vera, other = make.user("SALES"), make.user("MANAGER")
    client.force_login(vera)

    client.post(URL, customer(**{"customer-seller": str(other.pk)}))

    assert Customer.objects.get().seller == vera
    assert Contract.objects.get().seller == vera


@pytest.mark.parametrize(
    ("role", "kept", "exempt"),
    [("MANAGER", True, True), ("FINANCE", True, False), ("ATTENDANT", False, False), ("SALES", False, False)],
)
def test_who_may_not_give_a_discount_gives_none(client, role, kept, exempt):
    make.company()
    client.force_login(make.user(role))
    fields = customer(**{"contract-discount": "10,00", "contract-exempt": "on", "contract-surcharge": "1,00"})

    client.post(URL, fields)

    contract = Contract.objects.get()
    assert (contract.discount, contract.exempt) == (Money(1000) if kept else Money(0), exempt)
    assert contract.surcharge == Money(100)


def test_the_reason_stands_beside_a_field_that_may_not_be_filled(client):
    make.company()
    client.force_login(make.user("ATTENDANT"))

    page = client.get(URL).content.decode()

    assert "Seu perfil não concede isto. Peça a um gerente." in page
    assert page.count(" disabled") == 3
