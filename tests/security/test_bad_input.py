"""Everything that issue 2 lists as wrong, through each door: the page of the seed and the API say no, say why, and make nothing."""

from typing import Any

import pytest
from django.test import Client

from malha.contracts.models import Contract
from malha.customers.models import Customer
from malha.network.models import Access
from tests import make
from tests.api.conftest import Program, sign_up_body
from tests.backoffice.customers import new_page

pytestmark = pytest.mark.django_db

Nested = dict[str, Any]
# What is wrong -> (fields of the page, fields of the API, where the page says it, where the API says it)
WRONG: dict[str, tuple[Nested, Nested, str, str]] = {
    "CPF with wrong digits": (
        {"customer-cpf_cnpj": "529.982.247-24"}, {"customer": {"cpf_cnpj": "529.982.247-24"}}, "customer-cpf_cnpj", "customer.cpf_cnpj",
    ),
    "CPF of one digit": (
        {"customer-cpf_cnpj": "111.111.111-11"}, {"customer": {"cpf_cnpj": "111.111.111-11"}}, "customer-cpf_cnpj", "customer.cpf_cnpj",
    ),
    "CNPJ with wrong digits": (
        {"customer-cpf_cnpj": "12.ABC.345/01DE-36", "customer-person_type": "COMPANY"},
        {"customer": {"cpf_cnpj": "12.ABC.345/01DE-36", "person_type": "COMPANY"}}, "customer-cpf_cnpj", "customer.cpf_cnpj",
    ),
    "CPF of a company": (
        {"customer-cpf_cnpj": make.CPF, "customer-person_type": "COMPANY"},
        {"customer": {"cpf_cnpj": make.CPF, "person_type": "COMPANY"}}, "customer-cpf_cnpj", "customer.cpf_cnpj",
    ),
    "30 February": (
        {"customer-birth_date": "30/02/1990"}, {"customer": {"birth_date": "1990-02-30"}}, "customer-birth_date", "customer.birth_date",
    ),
    "born tomorrow": (
        {"customer-birth_date": "01/01/2999"}, {"customer": {"birth_date": "2999-01-01"}}, "customer-birth_date", "customer.birth_date",
    ),
    "day 32": ({"contract-due_day": "32"}, {"due_day": 32}, "contract-due_day", "contract.due_day"),
    "day 0": ({"contract-due_day": "0"}, {"due_day": 0}, "contract-due_day", "contract.due_day"),
    "negative discount": (
        {"contract-discount": "-1,00"}, {"contract": {"discount": "-1.00"}}, "contract-discount", "contract.discount",
    ),
    "negative surcharge": (
        {"contract-surcharge": "-0,01"}, {"contract": {"surcharge": "-0.01"}}, "contract-surcharge", "contract.surcharge",
    ),
    "block before the notice": (
        {"contract-days_to_pending": "30", "contract-days_to_block": "20"},
        {"contract": {"days_to_pending": 30, "days_to_block": 20}}, "contract-days_to_block", "contract.days_to_block",
    ),
    "name of 10,000 characters": ({"customer-name": "á" * 10_000}, {"name": "á" * 10_000}, "customer-name", "customer.name"),
    "no name": ({"customer-name": "  "}, {"name": "  "}, "customer-name", "customer.name"),
    "login of 10,000 characters": (
        {"accesses-0-username": "a" * 10_000}, {"login": "a" * 10_000}, "accesses-0-username", "accesses.0.username",
    ),
    "login with a slash": ({"accesses-0-username": "rosa/duarte"}, {"login": "rosa/duarte"}, "accesses-0-username", "accesses.0.username"),
    "password with an accent": (
        {"accesses-0-password": "açaí-com-leite"}, {"password": "açaí-com-leite"}, "accesses-0-password", "accesses.0.password",
    ),
    "login taken": ({"accesses-0-username": "jose.ja"}, {"login": "jose.ja"}, "accesses-0-username", "accesses.0.username"),
    "login taken, in capitals": ({"accesses-0-username": "JOSE.JA"}, {"login": "JOSE.JA"}, "accesses-0-username", "accesses.0.username"),
    "login taken, with accents": ({"accesses-0-username": "José.Já"}, {"login": "José.Já"}, "accesses-0-username", "accesses.0.username"),
    "login taken, in other letters": (
        {"accesses-0-username": "ｊｏｓｅ.ja"}, {"login": "ｊｏｓｅ.ja"}, "accesses-0-username", "accesses.0.username",
    ),
    "plan that is none": ({"accesses-0-plan": "987654"}, {"plan": 987654}, "accesses-0-plan", "plan"),
    "router that is none": ({"accesses-0-router": "987654"}, {"router": 987654}, "accesses-0-router", "router"),
    "form of payment that is none": (
        {"contract-collection_method": "987654"}, {"contract": {"collection_method_id": 987654}}, "contract-collection_method",
        "contract.collection_method_id",
    ),
    "template that is none": (
        {"contract-template": "987654"}, {"contract": {"template_id": 987654}}, "contract-template", "contract.template_id",
    ),
}  # fmt: skip


@pytest.fixture
def ground() -> None:
    make.company()
    make.access(make.contract(make.customer(name="José Já", cpf_cnpj="")), username="jose.ja")


def nothing_was_made() -> bool:
    return (Customer.objects.count(), Contract.objects.count(), Access.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("wrong", WRONG)
def test_the_page_says_no_at_its_field_keeps_what_was_typed_and_makes_nothing(wrong: str, ground: None, client: Client) -> None:
    client.force_login(make.user())
    changes, _body, field, _name = WRONG[wrong]
    fields = {**new_page.customer(**{"customer-notes": "Portão azul"}), **new_page.access(make.router(), make.plan()), **changes}

    page = new_page.posted(client, fields)

    assert field in new_page.errors(page)
    assert new_page.value_of(page, "customer-notes") == "Portão azul"
    assert nothing_was_made()


@pytest.mark.parametrize("wrong", WRONG)
def test_the_api_says_no_at_its_field_and_makes_nothing(wrong: str, ground: None) -> None:
    _changes, body, _field, name = WRONG[wrong]

    answer = Program().post("/sign-ups", sign_up_body(**body))

    assert answer.status_code == 422
    assert name in answer.json()["fields"], answer.json()
    assert nothing_was_made()


def test_day_31_is_a_day_through_both_doors(ground: None, client: Client) -> None:
    client.force_login(make.user())

    assert client.post(new_page.URL, new_page.customer(**{"contract-due_day": "31"})).status_code == 302
    assert Program().post("/sign-ups", sign_up_body(due_day=31)).status_code == 201

    assert list(Contract.objects.order_by("pk").values_list("due_day", flat=True)) == [20, 31, 31]


def test_an_archived_plan_a_router_out_of_use_and_a_method_it_lacks_are_refused_through_both_doors(ground: None, client: Client) -> None:
    client.force_login(make.user())
    program = Program()
    gone, off, pppoe = make.plan(archived_at=make.company().created_at), make.router(is_active=False), make.router()
    plan, router = make.plan(), make.router()

    for fields, body, where in (
        (new_page.access(router, gone), {"plan_id": gone.pk, "router_id": router.pk}, "plan"),
        (new_page.access(off, plan), {"plan_id": plan.pk, "router_id": off.pk}, "router"),
        (new_page.access(pppoe, plan, method="HOTSPOT"), {"plan_id": plan.pk, "router_id": pppoe.pk, "method": "HOTSPOT"}, "method"),
    ):
        page = new_page.posted(client, {**new_page.customer(), **fields})
        assert new_page.errors(page) == {f"accesses-0-{where}"}

        extra = {"username": "outra", "password": make.PASSWORD, **body}
        answer = program.post("/sign-ups", sign_up_body(accesses=[extra]))
        name = where if where == "method" else f"{where}_id"
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [f"accesses.1.{name}"])

    assert nothing_was_made()


def test_an_access_added_or_changed_later_obeys_the_same_rules(ground: None, client: Client) -> None:
    program = Program()
    access = Access.objects.get()
    other = make.access(make.contract(make.customer(name="Outra", cpf_cnpj="")), username="outra")
    extra = {"contract_id": access.contract_id, "password": make.PASSWORD, "router_id": access.router_id, "plan_id": access.plan_id}

    for login in ("Jose.JA", "JOSÉ.já"):
        assert "username" in program.post("/accesses", {**extra, "username": login}).json()["fields"]
        assert "username" in program.call("PATCH", f"/accesses/{other.pk}", {"username": login}).json()["fields"]
    assert "method" in program.call("PATCH", f"/accesses/{other.pk}", {"method": "HOTSPOT"}).json()["fields"]
    assert Access.objects.get(pk=other.pk).username == "outra"
