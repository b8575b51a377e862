"""One box, every key by which staff know a customer."""

import pytest

from malha.customers.data import AddressData, PhoneData
from malha.customers.models import Customer
from malha.domain.billing import BillingMode
from malha.network.models import Access
from malha.reports import customer_search, global_search
from malha.reports.customer_criteria import Criteria, matching
from malha.reports.customer_directory import Listing
from malha.reports.customer_search import Key, meanings
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa():
    """Rosângela Toledo with two phones, a login of another spelling, an address seen and one fixed."""
    customer = make.customer(
        name="Rosângela Tôledo D'Ávila",
        cpf_cnpj="529.982.247-25",
        email="rosa@exemplo.com.br",
        phones=(PhoneData(number="(35) 98800-0204"), PhoneData(number="(35) 3300-0131")),
        address=AddressData(district="Centro", number="1", street="Rua A"),
    )
    plan = make.plan()
    access = make.access(of=make.contract(customer, plans=(plan,)), username="casa.azul7", plan=plan)
    Access.objects.filter(pk=access.pk).update(
        ipv4="203.0.113.18", seen_ip="100.64.8.114", mac="AA:BB:CC:DD:EE:01", seen_mac="AA:BB:CC:00:00:02", onu_serial="ALCLB1234567"
    )
    return customer


@pytest.fixture
def others():
    """Two people who must not be found by what belongs to Rosângela."""
    first = make.customer(name="Ana Prado", cpf_cnpj="", email="", phones=(PhoneData(number="(11) 97777-1111"),))
    second = make.customer(name="Mercado 2000 Ltda", cpf_cnpj="11.222.333/0001-81", person_type="COMPANY", email="", phones=())
    return first, second


@pytest.mark.parametrize(
    "text",
    [
        "rosa",
        "ROSÂNGELA",
        "angela tol",
        "toledo rosangela",
        "d'avila",
        "529.982.247-25",
        "52998224725",
        "529982",
        "529.982",
        "casa.azul7",
        "CASA.AZUL",
        "azul7",
        "casa.",
        "203.0.113.18",
        "100.64.8.114",
        "100.64.8",
        "100.64.",
        "aa-bb-cc-dd-ee-01",
        "aabb.ccdd.ee01",
        "AA:BB:CC:00:00:02",
        "aa:bb:cc:dd",
        "alclb1234567",
        "(35) 98800-0204",
        "035 98800 0204",
        "+55 35 98800-0204",
        "0204",
        "33000131",
        "rosa@exemplo",
    ],
)
def test_a_customer_is_found_by_every_key_in_any_spelling_and_nobody_else_is(rosa, others, text):
    assert list(customer_search.find(Customer.objects.all(), text)) == [rosa]
    hits = global_search.find(text, today=make.TODAY, mode=BillingMode.ARREARS, visible=())
    assert [hit.row.pk for hit in hits] == [rosa.pk]


def test_numbers_of_customer_and_contract_are_found_whole(rosa, others):
    number = str(rosa.number)

    assert rosa in customer_search.find(Customer.objects.all(), f"nº {number}")
    assert rosa in customer_search.find(Customer.objects.all(), str(rosa.contracts.get().number))
    assert list(customer_search.find(Customer.objects.all(), "99999")) == []


def test_letters_alone_are_a_name_and_a_login_that_is_spelt_just_so(rosa, others):
    plan = make.plan()
    make.access(of=make.contract(others[0], plans=(plan,)), username="rosa", plan=plan)

    assert set(customer_search.find(Customer.objects.all(), "rosa")) == {rosa, others[0]}


def test_letters_that_are_in_no_name_are_looked_for_in_logins(rosa, others):
    assert list(matching(Criteria(text="azul"))) == [rosa]
    assert Listing(Criteria(text="azul")).counts[None] == 1
    assert Listing(Criteria(text="zzz")).counts[None] == 0


def test_one_or_two_letters_are_the_beginning_of_a_word(rosa, others):
    assert list(customer_search.find(Customer.objects.all(), "to")) == [rosa]
    assert list(customer_search.find(Customer.objects.all(), "ro")) == [rosa]
    assert list(customer_search.find(Customer.objects.all(), "ng")) == []


def test_cnpj_is_found_with_letters_too(rosa):
    firm = make.customer(name="Padaria", cpf_cnpj="12.ABC.345/01DE-35", person_type="COMPANY")

    assert list(customer_search.find(Customer.objects.all(), "12.abc.345/01de-35")) == [firm]


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "_", "\\", "'; DROP TABLE", "x" * 10_000, "\x00", "💥", "1" * 500, "²²²", "::::", "....", "999.999"]
)
def test_no_text_breaks_the_search(rosa, text):
    list(customer_search.find(Customer.objects.all(), text))
    global_search.find(text, today=make.TODAY, mode=BillingMode.ARREARS, visible=())


def test_a_percent_sign_is_a_sign_like_any_other(rosa):
    assert list(customer_search.find(Customer.objects.all(), "%")) == []
    assert list(customer_search.find(Customer.objects.all(), "r_sa")) == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("rosa", {Key.NAME, Key.LOGIN}),
        ("rosa maria", {Key.NAME}),
        ("100.64.8.114", {Key.NAME, Key.LOGIN, Key.IP, Key.DOCUMENT, Key.PHONE}),
        ("482.310", {Key.NAME, Key.LOGIN, Key.DOCUMENT, Key.PHONE}),
        ("+55 35 98800-0204", {Key.NAME, Key.PHONE}),
        ("a@b", {Key.NAME, Key.LOGIN, Key.EMAIL}),
    ],
)
def test_the_shape_of_a_text_says_what_it_can_mean(text, keys):
    assert {meaning.key for meaning in meanings(text)} == keys


def test_search_puts_names_that_begin_with_the_text_first():
    for name in ("Ana Rosa", "Rosa Maria", "Bia Rosa", "Rosana"):
        make.customer(name=name, cpf_cnpj="")

    hits = global_search.find("rosa", today=make.TODAY, mode=BillingMode.ARREARS, visible=())

    assert [hit.row.name for hit in hits] == ["Rosa Maria", "Rosana", "Ana Rosa", "Bia Rosa"]


def test_search_finds_archived_customers_by_number():
    customer = make.customer()
    Customer.objects.filter(pk=customer.pk).update(archived_at=customer.created_at)

    hits = global_search.find("529.982.247-25", today=make.TODAY, mode=BillingMode.ARREARS, visible=())

    assert [hit.row.pk for hit in hits] == [customer.pk]
