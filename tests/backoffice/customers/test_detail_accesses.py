"""Planos de acesso of a customer, at the door."""

import pytest

from malha.contracts.models import Contract, ContractItem, ContractState
from malha.core.models import Company, HistoryEntry
from malha.customers.models import Customer
from malha.network.models import Access, RouterHealth, SyncState
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import HTMX, applied, log_in, text, verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def access() -> Access:
    make.company()
    made = make.access(username="rosa.duarte")
    applied(made)
    return made


@pytest.fixture
def customer(access) -> Customer:
    return access.contract.customer


def form(access: Access, **values) -> dict[str, object]:
    return {"username": access.username, "password": "", "router": access.router_id, "plan": access.plan_id, "method": "PPPOE", **values}


def path(access: Access, tail: str = "editar/") -> str:
    return f"/clientes/{access.contract.customer.number}/planos-de-acesso/{access.pk}/{tail}"


def test_editing_never_shows_the_password_and_keeps_it_when_left_empty(access):
    client = log_in()

    assert make.PASSWORD not in text(client, path(access))
    assert client.post(path(access), form(access, equipment="ONU da sala")).status_code == 302

    access.refresh_from_db()
    assert (access.password, access.equipment) == (make.PASSWORD, "ONU da sala")
    assert access.sync_state == SyncState.MODIFIED


def test_a_new_plan_changes_router_and_price(access):
    other = make.plan(price="199,90")

    log_in().post(path(access), form(access, plan=other.pk))

    running = ContractItem.objects.filter(ends_on__isnull=True)
    assert [item.plan_id for item in running] == [other.pk]


def test_an_archived_plan_stays_with_who_has_it(access):
    from_now = access.plan
    type(from_now).objects.filter(pk=from_now.pk).update(archived_at=make.company().created_at)

    assert log_in().post(path(access), form(access, equipment="x")).status_code == 302


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"username": ""}, "Digite um login"),
        ({"username": "rosa#1"}, "Use só letras"),
        ({"username": "ROSA.LOJA"}, "Este login já está em uso"),
        ({"ipv4": "300.1.1.1"}, "Isto não é um endereço IPv4"),
        ({"mac": "zz"}, "MAC tem 12"),
        ({"lock_mac": "on"}, "Digite o MAC"),
        ({"router": "999999"}, "Escolha o servidor"),
        ({"password": "ã"}, "senha"),
    ],
)
def test_what_is_wrong_is_told_with_422_and_nothing_is_lost(access, change, sentence):
    make.access(access.contract, username="rosa.loja")

    answer = log_in().post(path(access), form(access, equipment="ONU digitada", **change))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "ONU digitada" in page
    assert Access.objects.get(pk=access.pk).equipment == ""


def test_a_new_access_is_suggested_made_priced_and_queued(customer, access):
    client = log_in()
    new = f"/clientes/{customer.number}/planos-de-acesso/novo/"

    assert "rosa.duarte" in text(client, new)
    values = {"username": "rosa.loja", "password": "x7kq-29pm", "router": access.router_id, "plan": access.plan_id}
    answer = client.post(new, {**values, "method": "PPPOE", "contract": access.contract_id}, follow=True)

    made = Access.objects.get(username="rosa.loja")
    assert "Está a caminho de" in answer.content.decode()
    assert (made.contract, made.sync_state) == (access.contract, SyncState.MODIFIED)
    assert ContractItem.objects.filter(contract=access.contract).count() == 2
    assert client.post(new, {**values, "contract": access.contract_id}).status_code == 422


def test_a_router_that_is_down_does_not_stop_the_registration(customer, access):
    type(access.router).objects.update(health=RouterHealth.DEGRADED)
    values = {"username": "rosa.loja", "password": "x7kq-29pm", "router": access.router_id, "plan": access.plan_id}

    answer = log_in().post(f"/clientes/{customer.number}/planos-de-acesso/novo/", {**values, "contract": access.contract_id}, follow=True)

    assert "não está respondendo" in answer.content.decode()
    assert "na fila" in answer.content.decode()


def test_the_first_access_of_a_draft_activates_it(db):
    make.company()
    contract = make.contract()
    plan, router = make.plan(), make.router()
    values = {"username": "novo", "password": "x7kq-29pm", "router": router.pk, "plan": plan.pk, "contract": contract.pk}

    log_in().post(f"/clientes/{contract.customer.number}/planos-de-acesso/novo/", values)

    assert Contract.objects.get().state == ContractState.ACTIVE


def test_without_a_contract_the_way_leads_to_one(db):
    bare = make.customer()

    answer = log_in().get(f"/clientes/{bare.number}/planos-de-acesso/novo/")

    assert answer.headers["Location"] == f"/clientes/{bare.number}/contratos/novo/"


def test_somebody_elses_contract_gets_no_access_from_here(customer, access):
    other = make.contract(make.customer(cpf_cnpj=""), plans=(make.plan(),))
    values = {"username": "x.y", "password": "x7kq-29pm", "router": access.router_id, "plan": access.plan_id, "contract": other.pk}

    assert log_in().post(f"/clientes/{customer.number}/planos-de-acesso/novo/", values).status_code == 422
    assert log_in().get(f"/clientes/{other.customer.number}/planos-de-acesso/{access.pk}/editar/").status_code == 404


def test_changing_the_password_alone(access):
    client = log_in(Role.TECHNICIAN)

    assert client.post(path(access, "senha/"), {"password": ""}).status_code == 422
    assert client.post(path(access, "senha/"), {"password": "nova-senha-9"}).status_code == 302

    access.refresh_from_db()
    assert (access.password, access.sync_state) == ("nova-senha-9", SyncState.MODIFIED)
    assert "nova-senha-9" not in str(list(HistoryEntry.objects.values()))


def test_showing_the_password_needs_the_company_the_permission_and_is_recorded(access):
    show = path(access, "mostrar-senha/")

    assert log_in().post(show).status_code == 403
    assert "mostrar-senha" not in text(log_in(), f"/clientes/{access.contract.customer.number}/planos-de-acesso/")
    Company.objects.update(show_access_passwords=True)
    assert log_in(Role.FINANCE).post(show).status_code == 403
    assert log_in().get(show).status_code == 405
    whole, part = log_in().post(show), log_in(Role.TECHNICIAN).post(show, headers=HTMX)

    for answer in (whole, part):
        assert make.PASSWORD in answer.content.decode()
        assert answer.headers["Cache-Control"] == "no-store"
    assert verbs().count("access.password_seen") == 2
    assert make.PASSWORD not in str(list(HistoryEntry.objects.values()))


def test_removing_takes_it_off_router_and_price_and_keeps_the_row(customer, access):
    client = log_in()

    answer = client.post(path(access, "remover/"), {"reason": "Mudou de ponto"}, follow=True)

    assert Access.objects.get().sync_state == SyncState.REMOVING
    assert not ContractItem.objects.filter(ends_on__isnull=True).exists()
    assert "1 acesso removido" in answer.content.decode()
    assert client.post(path(access, "remover/"), {"reason": "x"}).status_code == 422
    assert client.post(path(access), form(access)).status_code == 422


def test_an_error_says_what_the_router_said_and_what_to_do(customer, access):
    Access.objects.update(sync_state=SyncState.ERROR, last_error="failure: already have such name")

    page = text(log_in(), f"/clientes/{customer.number}/planos-de-acesso/")

    assert "failure: already have such name" in page
    assert "Corrija o acesso e salve" in page
    assert "Editar o acesso" in page
