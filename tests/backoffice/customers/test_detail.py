"""The customer page at the door: what it says, and that it costs a constant number of statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.customers.services import customers, notes
from malha.domain.money import Money
from malha.journeys import blocking, leaving
from malha.network.models import Access, Divergence, Router, RouterHealth, SyncState
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import HTMX, applied, log_in, text, verbs

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
MOST_OF_THE_SUMMARY = 32  # the régua and "por que bloqueado?" are judged anew each time, by the rule book that blocks
TABS = ("", "planos-de-acesso/", "contratos/", "arquivos/", "historico/")


@pytest.fixture
def access() -> Access:
    make.company()
    return make.access(username="rosa.duarte")


@pytest.fixture
def customer(access) -> Customer:
    return access.contract.customer


def test_the_head_says_who_and_how_they_stand(customer, access):
    applied(access, online_since=clock.now() - timedelta(days=2, hours=4), seen_ip="100.64.8.114")

    page = text(log_in(), f"/clientes/{customer.number}/")

    said = ("Rosa Maria Duarte", "Ativo", "Online há 2\u00a0d 4\u00a0h", "***.982.247-**", "(35) 98800-0204", "Vila Aurora, Monte Claro")
    for words in (*said, "https://wa.me/5535988000204", "igual ao roteador", "100.64.8.114"):
        assert words in page
    assert make.CPF not in page
    assert "52998224725" not in page


def test_the_facts_are_the_monthly_value_and_the_first_charge(customer, access):
    page = text(log_in(), f"/clientes/{customer.number}/")

    # Activated on 10 March, due day 20, in arrears: ten of the 28 days from 20 February on.
    assert "119,90" in page
    assert "1ª cobrança" in page
    assert "20/03" in page
    assert Money(11990).prorate_down(10, 28).format_brl() in page


def test_the_page_costs_the_same_with_one_plan_and_with_six(customer, access):
    applied(access)
    client = log_in()
    path = f"/clientes/{customer.number}/"
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    for index in range(5):
        make.access(make.contract(customer), username=f"rosa.{index}")
    with CaptureQueriesContext(connection) as six:
        page = client.get(path).content.decode()

    assert len(six) == len(one) <= MOST_OF_THE_SUMMARY
    assert page.count('class="meter"') == 6


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_stays_within_the_budget_of_statements_when_things_are_wrong(customer, access, tab):
    blocking.block(contract=access.contract, reason="Pedido da polícia", actor=SYSTEM)
    Access.objects.update(sync_state=SyncState.ERROR)
    client = log_in()
    client.get(f"/clientes/{customer.number}/{tab}")

    with CaptureQueriesContext(connection) as found:
        assert client.get(f"/clientes/{customer.number}/{tab}").status_code == 200

    assert len(found) <= (MOST_QUERIES if tab else MOST_OF_THE_SUMMARY)


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("role", Role.values)
def test_every_tab_of_a_bare_record_opens_for_everybody(role, tab):
    bare = make.customer(email="", cpf_cnpj="", phones=(), name="X" * 150)

    assert log_in(role).get(f"/clientes/{bare.number}/{tab}").status_code == 200


def test_a_number_that_does_not_exist_is_not_found(db):
    make.company()
    client = log_in()

    assert client.get("/clientes/424242/").status_code == 404
    assert client.get(f"/clientes/{10**30}/").status_code == 404


def test_the_whole_cpf_is_shown_on_request_and_the_look_is_recorded(customer):
    client = log_in(Role.ATTENDANT)
    path = f"/clientes/{customer.number}/documento/"

    assert client.get(path).status_code == 405
    whole, part = client.post(path), client.post(path, headers=HTMX)

    for answer in (whole, part):
        assert make.CPF in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
    assert verbs().count("customer.document_seen") == 2
    assert HistoryEntry.objects.filter(verb="customer.document_seen", customer_id=customer.pk).count() == 2


def test_the_cpf_stays_hidden_from_who_may_not_see_it(customer):
    technician = log_in(Role.TECHNICIAN)

    assert "Mostrar CPF completo" not in text(technician, f"/clientes/{customer.number}/")
    assert technician.post(f"/clientes/{customer.number}/documento/").status_code == 403
    assert "52998224725" not in text(technician, f"/clientes/{customer.number}/historico/")


def test_why_blocked_is_one_line_with_who_when_and_the_reason(customer, access):
    person = make.user(Role.FINANCE, name="Marina Rocha")
    blocking.block(contract=access.contract, reason="Pediu durante a viagem", actor=person.actor())

    page = text(log_in(), f"/clientes/{customer.number}/")

    assert "Por que bloqueado?" in page
    assert "Bloqueado por Marina Rocha, hoje, 09:00: Pediu durante a viagem. O roteador ainda não confirmou." in page
    applied(access)
    assert f"Confirmado por {access.router.name}: hoje, 09:00." in text(log_in(), f"/clientes/{customer.number}/")


@pytest.mark.parametrize(
    ("state", "health", "words"),
    [
        (SyncState.MODIFIED, RouterHealth.ONLINE, "na fila"),
        (SyncState.MODIFIED, RouterHealth.DEGRADED, "não está respondendo"),
        (SyncState.MODIFIED, RouterHealth.STOPPED, "está parado e espera por uma pessoa"),
        (SyncState.ERROR, RouterHealth.ONLINE, "“invalid profile”"),
    ],
)
def test_an_access_says_what_its_router_says(customer, access, state, health, words):
    Router.objects.update(health=health)
    Access.objects.update(sync_state=state, last_error="invalid profile")

    for tab in ("", "planos-de-acesso/"):
        page = text(log_in(), f"/clientes/{customer.number}/{tab}")
        assert words in page
        assert "igual ao roteador" not in page


def test_a_divergence_is_not_shown_as_equal(customer, access):
    applied(access)
    now = clock.now()
    Divergence.objects.create(router=access.router, access=access, kind="DIFFERENT", table="/ppp/secret", name="x", since=now, seen_at=now)

    page = text(log_in(), f"/clientes/{customer.number}/")

    assert "diferente no roteador" in page
    assert "igual ao roteador" not in page


def test_the_badge_asks_again_only_while_something_is_on_its_way(customer, access):
    client = log_in()
    path = f"/clientes/{customer.number}/planos-de-acesso/{access.pk}/situacao/"

    assert 'hx-trigger="every 2s"' in text(client, path)
    applied(access)
    done = text(client, path)
    assert "every 2s" not in done
    assert "igual ao roteador" in done
    assert client.get(f"/clientes/{make.customer().number}/planos-de-acesso/{access.pk}/situacao/").status_code == 404


def test_a_router_that_is_not_read_gives_no_data_and_never_a_false_offline(customer, access):
    applied(access, online_since=None)
    Router.objects.update(health=RouterHealth.DEGRADED)

    page = text(log_in(), f"/clientes/{customer.number}/")

    assert "Sem dados do roteador" in page
    assert "Offline" not in page


def test_the_alert_pops_up_on_opening_and_stays_in_sight_on_every_tab(customer):
    notes.set_alert(customer=customer, text="Cachorro bravo", actor=SYSTEM)
    client = log_in()

    assert "data-show" in text(client, f"/clientes/{customer.number}/")
    for tab in TABS:
        assert "Cachorro bravo" in text(client, f"/clientes/{customer.number}/{tab}")


def test_a_cancelled_customer_stays_readable_and_can_come_back(customer, access):
    leaving.cancel_customer(customer=customer, on=clock.today(), reason="Mudou de cidade", actor=SYSTEM)
    client = log_in()

    assert "Mudou de cidade" in text(client, f"/clientes/{customer.number}/contratos/")
    assert "Arquivar" in text(client, f"/clientes/{customer.number}/")
    customers.archive(customer=customer, reason="", actor=SYSTEM)
    page = text(client, f"/clientes/{customer.number}/")
    assert "Reativar" in page
    assert "/contratos/novo/" not in page


def test_the_history_goes_on_page_by_page(customer):
    for number in range(60):
        notes.add(customer=customer, text=f"nota {number}", actor=SYSTEM)
    client = log_in()

    first = text(client, f"/clientes/{customer.number}/historico/")
    oldest = HistoryEntry.objects.filter(customer_id=customer.pk).order_by("-pk")[49].pk

    assert f"before={oldest}" in first
    assert "cadastrou um cliente" in text(client, f"/clientes/{customer.number}/historico/?before={oldest}")
    assert client.get(f"/clientes/{customer.number}/historico/?before={'9' * 40}").status_code == 200
