"""Grupos de clientes visíveis: who is outside them is on no page, in no count and in no file."""

import csv
import io
import re

import pytest
from django.core.cache import cache
from django.test import Client

from malha.contracts.models import Contract
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import Customer, CustomerGroup
from malha.customers.services import groups
from malha.network.models import Access
from malha.reports import situation_snapshot
from malha.staff.models import User
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers import new_page
from tests.backoffice.customers.one import log_in, text
from tests.backoffice.walk import places

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch):
    cache.clear()
    monkeypatch.setattr(situation_snapshot, "_kept", None)


@pytest.fixture
def north() -> CustomerGroup:
    make.company()
    return groups.create(name="Norte", actor=SYSTEM)


@pytest.fixture
def rosa(north) -> Customer:
    """Of the group, active."""
    return subscriber("Rosa Duarte", group_id=north.pk)


@pytest.fixture
def bia(north) -> Customer:
    """Of another group, active."""
    return subscriber(
        "Bia Duarte", group_id=groups.create(name="Sul", actor=SYSTEM).pk, cpf_cnpj="11.222.333/0001-81", person_type="COMPANY"
    )


@pytest.fixture
def person(north) -> User:
    user = make.user(Role.MANAGER)
    groups.limit_view(user=user, groups=[north.pk], actor=SYSTEM)
    return user


@pytest.fixture
def limited(person) -> Client:
    return log_in(user=person)


def subscriber(name: str, **values) -> Customer:
    customer = make.customer(name=name, **{"cpf_cnpj": "", **values})
    plan, router = make.plan(), make.router()
    contract = make.contract(customer, plans=(plan,))
    Access.objects.create(contract=contract, router=router, plan=plan, username=name.lower().replace(" ", "."), password="x")
    return customer


def names(page: str) -> list[str]:
    return re.findall(r'<a class="nm" href="[^"]*">([^<]*)</a>', page)


def counts(page: str) -> list[str]:
    return re.findall(r'class="c">(\d+)<', page)[:2]


def test_list_tabs_and_search_hold_only_the_groups(limited, rosa, bia):
    subscriber("Caio Duarte")

    page = text(limited, "/clientes/")
    assert (names(page), counts(page)) == (["Rosa Duarte"], ["1", "1"])
    assert names(text(limited, "/clientes/?q=duarte&aba=ativos")) == ["Rosa Duarte"]
    assert names(text(limited, f"/clientes/?grupo={bia.group_id}")) == []


def test_counts_kept_for_one_are_not_shown_to_another(limited, rosa, bia):
    assert counts(text(log_in(), "/clientes/?q=duarte")) == ["2", "2"]
    assert counts(text(limited, "/clientes/?q=duarte")) == ["1", "1"]
    assert counts(text(log_in(), "/clientes/?q=duarte")) == ["2", "2"]


def test_another_choice_of_groups_holds_at_once(limited, person, rosa, bia):
    assert counts(text(limited, "/clientes/")) == ["1", "1"]
    groups.limit_view(user=person, groups=[rosa.group_id, bia.group_id], actor=SYSTEM)
    assert counts(text(limited, "/clientes/")) == ["2", "2"]
    groups.limit_view(user=person, groups=[], actor=SYSTEM)
    subscriber("Caio Duarte")
    assert counts(text(limited, "/clientes/")) == ["3", "3"]


@pytest.mark.parametrize("asked", ["duarte", "bia.duarte", "11.222.333/0001-81", "{number}", "98800"])
def test_the_global_search_finds_nobody_outside_the_groups(limited, rosa, bia, asked):
    where = next(place for place in places() if place.name.endswith(":search")).path()
    asked = asked.format(number=bia.number)

    assert "Bia" in text(log_in(), f"{where}?q={asked}").replace("<mark>", "").replace("</mark>", "")
    assert f"/clientes/{bia.number}/" not in text(limited, f"{where}?q={asked}")


@pytest.mark.parametrize("place", [place for place in places() if place.route.startswith("clientes/<int:number>/")], ids=str)
def test_a_customer_outside_the_groups_is_not_there(limited, bia, place):
    contract = bia.contracts.get()
    key = contract.number if "contratos/" in place.route else Access.objects.get(contract=contract).pk
    path = place.path(number=str(bia.number), pk=str(key))

    answers = {getattr(limited, method)(path).status_code for method in ("get", "post")}

    assert answers <= {404, 405} and 404 in answers


def test_a_customer_of_the_group_opens(limited, rosa):
    assert limited.get(f"/clientes/{rosa.number}/").status_code == 200


def test_the_export_holds_only_the_groups(limited, rosa, bia):
    def exported(answer) -> list[str]:
        content = b"".join(answer.streaming_content).decode()
        return [row[1] for row in csv.reader(io.StringIO(content), delimiter=";")][1:]

    assert exported(limited.get("/clientes/exportar/")) == ["Rosa Duarte"]
    assert exported(limited.post("/clientes/exportar/", {"id": [rosa.pk, bia.pk]})) == ["Rosa Duarte"]
    assert exported(limited.post("/clientes/exportar/", {"all": "1", "query": ""})) == ["Rosa Duarte"]


@pytest.mark.parametrize("all_of_them", [True, False])
def test_what_is_done_to_many_reaches_only_the_groups(limited, rosa, bia, all_of_them):
    chosen = {"all": "1", "query": ""} if all_of_them else {"id": [rosa.pk, bia.pk]}

    limited.post("/clientes/vencimento/", {**chosen, "due_day": "5"})

    assert (rosa.contracts.get().due_day, bia.contracts.get().due_day) == (5, 20)


def test_a_new_customer_is_put_into_a_group_that_the_person_sees(limited, north, bia):
    page = text(limited, "/clientes/novo/")
    assert f'<option value="{north.pk}" selected>Norte' in page and "Sul" not in page

    limited.post(new_page.URL, new_page.customer())
    limited.post(new_page.URL, new_page.customer(**{"customer-group": str(bia.group_id)}))
    assert Customer.objects.count() == 1
    limited.post(new_page.URL, new_page.customer(**{"customer-group": str(north.pk)}))
    assert Customer.objects.exclude(pk=bia.pk).get().group == north


def test_a_record_outside_the_groups_is_neither_named_nor_taken(limited, north, bia):
    Contract.objects.update(state="CANCELLED", cancelled_on=make.TODAY)
    fields = new_page.customer(
        **{"customer-group": str(north.pk), "customer-person_type": "COMPANY", "customer-cpf_cnpj": "11.222.333/0001-81"}
    )

    answer = limited.post("/clientes/novo/campo/?campo=customer-cpf_cnpj", fields)
    assert answer.status_code == 200 and "Bia" not in answer.content.decode()
    page = new_page.posted(limited, {**fields, "returning_id": str(bia.pk)})
    assert "não foi encontrado" in page and "Bia" not in page
    bia.refresh_from_db()
    assert bia.name == "Bia Duarte"


def test_the_groups_are_chosen_in_the_registration_of_the_user(north):
    admin, person = log_in(), make.user(Role.ATTENDANT)
    path = f"/configuracoes/usuarios/{person.pk}/"
    sent = {"name": "Ana", "role": "ATTENDANT", "session_minutes": "30"}

    assert admin.post(path, {**sent, "customer_groups": [north.pk]}).status_code == 302
    assert re.search(rf'name="customer_groups" value="{north.pk}"[^>]*checked', text(admin, path))
    entry = HistoryEntry.objects.latest("pk")
    assert (entry.verb, entry.before, entry.after) == ("user.changed", {"customer_groups": []}, {"customer_groups": ["Norte"]})
    assert admin.post(path, {**sent, "customer_groups": ["999"]}).status_code == 422
    assert admin.post(path, sent).status_code == 302
    assert not re.search(r'name="customer_groups"[^>]*checked', text(admin, path))


def test_a_new_user_is_limited_from_the_first_day(north, rosa, bia):
    sent = {"name": "Ana", "username": "ana", "role": "ATTENDANT", "session_minutes": "30", "customer_groups": [north.pk]}
    log_in().post("/configuracoes/usuarios/novo/", sent)
    ana = User.objects.get(username="ana")
    User.objects.filter(pk=ana.pk).update(must_change_password=False)

    assert names(text(log_in(user=ana), "/clientes/")) == ["Rosa Duarte"]


def test_a_group_that_limits_somebody_is_not_removed(limited, north):
    admin = log_in()

    answer = admin.post("/configuracoes/grupos/", {"action": "remove", "pk": str(north.pk)}, follow=True)

    assert CustomerGroup.objects.filter(pk=north.pk).exists()
    assert "limitado a este grupo" in answer.content.decode()


def test_who_sees_everybody_pays_one_statement(rosa, django_assert_max_num_queries):
    client = log_in()
    client.get("/clientes/")
    with django_assert_max_num_queries(12):
        client.get("/clientes/")
