"""Block, release, disconnect, cancel, archive, notes: each asks first, works without a script, and says what happened."""

import pytest

from malha.contracts.models import Contract, ContractState, Standing
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import Customer, Note
from malha.journeys import blocking
from malha.network.models import Access, RouterCommand, SyncState
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


QUESTIONS = ("bloquear", "desconectar", "cancelar", "alerta", "anotacoes/nova", "arquivar")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_a_page_without_a_script_and_a_dialog_with_one(customer, question):
    client = log_in()

    page = text(client, f"/clientes/{customer.number}/{question}/")
    part = text(client, f"/clientes/{customer.number}/{question}/", headers=HTMX)

    assert "<!doctype html>" in page
    assert part.lstrip().startswith("<dialog")
    assert "data-show" in part


def test_blocking_asks_the_reason_and_marks_every_access(customer, access):
    make.access(access.contract, username="rosa.loja")
    client = log_in(Role.FINANCE)
    path = f"/clientes/{customer.number}/bloquear/"

    assert "ficará sem internet agora" in text(client, path)
    refused = client.post(path, {"reason": "  "})
    assert refused.status_code == 422
    assert "Diga por que o contrato será bloqueado." in refused.content.decode()
    answer = client.post(path, {"reason": "Pedido do cliente"}, follow=True)

    assert "foi bloqueado" in answer.content.decode()
    assert Contract.objects.get().standing == Standing.BLOCKED
    assert set(Access.objects.values_list("sync_state", flat=True)) == {SyncState.MODIFIED}
    page = text(client, f"/clientes/{customer.number}/")
    assert f"/clientes/{customer.number}/liberar/" in page
    assert f"/clientes/{customer.number}/bloquear/" not in page


def test_htmx_is_sent_to_the_page_after_acting(customer):
    answer = log_in().post(f"/clientes/{customer.number}/bloquear/", {"reason": "x"}, headers=HTMX)

    assert answer.headers["HX-Redirect"] == f"/clientes/{customer.number}/"


def test_of_several_contracts_only_the_ticked_one_is_blocked(customer, access):
    other = make.access(make.contract(customer), username="rosa.loja").contract
    path = f"/clientes/{customer.number}/bloquear/"

    assert log_in().post(path, {"reason": "x"}).status_code == 422
    log_in().post(path, {"reason": "x", "which": [other.pk]})

    assert set(Contract.objects.filter(standing=Standing.BLOCKED)) == {other}


def test_somebody_elses_contract_cannot_be_blocked_from_here(customer):
    stranger = make.contract(make.customer(cpf_cnpj=""), plans=(make.plan(),))

    log_in().post(f"/clientes/{customer.number}/bloquear/", {"reason": "x", "which": [stranger.pk]})

    assert Contract.objects.get(pk=stranger.pk).standing == Standing.CLEAR


def test_releasing_needs_no_reason_and_a_second_click_says_so(customer, access):
    blocking.block(contract=access.contract, reason="x", actor=SYSTEM)
    client = log_in()
    path = f"/clientes/{customer.number}/liberar/"

    assert client.post(path, {}).status_code == 302
    again = client.post(path, {})

    assert Contract.objects.get().standing == Standing.CLEAR
    assert again.status_code == 422
    assert "Não há contrato bloqueado para liberar." in again.content.decode()


def test_disconnecting_asks_the_router_of_the_chosen_access(customer, access):
    make.access(access.contract, username="rosa.loja")
    client = log_in(Role.ATTENDANT)

    answer = client.post(f"/clientes/{customer.number}/desconectar/?acesso={access.pk}", {}, follow=True)

    assert "Desconexão pedida a" in answer.content.decode()
    assert [command.access_id for command in RouterCommand.objects.filter(verb="disconnect")] == [access.pk]


def test_cancelling_asks_the_reason_keeps_everything_and_may_keep_the_ip(customer, access):
    client = log_in()
    path = f"/clientes/{customer.number}/cancelar/"

    assert client.post(path, {"reason": ""}).status_code == 422
    answer = client.post(path, {"reason": "Mudou de cidade", "note": "Foi para o litoral", "keeps_ip": "on"}, follow=True)

    contract = Contract.objects.get()
    assert (contract.state, contract.cancel_reason, contract.keeps_ip) == (ContractState.CANCELLED, "Mudou de cidade", True)
    assert (Customer.objects.count(), Access.objects.count()) == (1, 1)
    assert "foi cancelado" in answer.content.decode()
    assert "Cancelado" in answer.content.decode()


def test_a_record_is_archived_only_when_nothing_runs_and_comes_back(customer):
    client = log_in()
    path = f"/clientes/{customer.number}/"

    assert client.post(f"{path}arquivar/", {"reason": ""}).status_code == 422
    client.post(f"{path}cancelar/", {"reason": "x"})
    assert client.post(f"{path}arquivar/", {"reason": "Repetido"}).status_code == 302
    assert Customer.objects.get().archived_at is not None
    assert client.post(f"{path}reativar/").status_code == 302
    assert Customer.objects.get().archived_at is None
    assert client.post(f"{path}reativar/").status_code == 422


def test_a_note_is_written_pinned_unpinned_and_hidden(customer):
    client = log_in(Role.TECHNICIAN)
    path = f"/clientes/{customer.number}/anotacoes/"

    assert client.post(f"{path}nova/", {"text": " "}).status_code == 422
    assert client.post(f"{path}nova/", {"text": "x" * 10_000}).status_code == 422
    client.post(f"{path}nova/", {"text": "Prefere WhatsApp", "is_pinned": "on"})
    client.post(f"{path}nova/", {"text": "Cachorro no quintal", "is_pinned": "on"})

    first, second = Note.objects.order_by("pk")
    assert (first.is_pinned, second.is_pinned) == (False, True)
    client.post(f"{path}{first.pk}/fixar/")
    assert set(Note.objects.filter(is_pinned=True)) == {first}
    client.post(f"{path}{first.pk}/fixar/")
    assert not Note.objects.filter(is_pinned=True).exists()
    client.post(f"{path}{first.pk}/remover/")
    assert client.post(f"{path}{first.pk}/remover/").status_code == 404
    assert Note.objects.get(pk=first.pk).removed_at is not None
    assert "Prefere WhatsApp" not in text(client, f"/clientes/{customer.number}/")
    assert {"note.added", "note.pinned", "note.unpinned", "note.removed"} <= set(verbs())


def test_a_note_of_somebody_else_is_removed_only_by_who_edits_records(customer):
    author = log_in()
    author.post(f"/clientes/{customer.number}/anotacoes/nova/", {"text": "x"})
    path = f"/clientes/{customer.number}/anotacoes/{Note.objects.get().pk}/remover/"

    assert log_in(Role.TECHNICIAN).post(path).status_code == 403
    assert log_in(Role.ATTENDANT).post(path).status_code == 302


def test_the_alert_is_set_changed_and_taken_away(customer):
    client = log_in(Role.SALES)
    path = f"/clientes/{customer.number}/alerta/"

    assert client.post(path, {"text": "x" * 301}).status_code == 422
    client.post(path, {"text": "Ligar só à noite"})
    assert Customer.objects.get().opening_alert == "Ligar só à noite"
    assert "Ligar só à noite" in text(client, path)
    client.post(path, {"text": ""})
    assert Customer.objects.get().opening_alert == ""
    assert HistoryEntry.objects.filter(verb="customer.changed").count() == 2


def test_what_a_role_may_not_do_is_absent_from_its_page(customer):
    page = text(log_in(Role.ACCOUNTANT), f"/clientes/{customer.number}/")

    for tail in ("editar", "bloquear", "desconectar", "cancelar", "contratos/novo", "planos-de-acesso/novo"):
        assert f"/clientes/{customer.number}/{tail}/" not in page
