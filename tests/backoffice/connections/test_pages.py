"""Conexões at the door."""

import pytest
from django.test import Client

from malha.core import clock
from malha.core.models import HistoryEntry
from malha.network.models import Router, RouterCommand, Session
from malha.staff.roles import Role
from tests import make


@pytest.fixture
def client(db: None) -> Client:
    """Logged in as an attendant."""
    make.company()
    client = Client()
    client.force_login(make.user(Role.ATTENDANT))
    return client


@pytest.fixture
def router(db: None) -> Router:
    """With a customer's session and a stranger's."""
    router = make.router("CCR Serra", session_count=2, last_seen_at=clock.now())
    access = make.access(router=router, username="rosa.duarte")
    now = clock.now()
    values = {"router": router, "method": "PPPOE", "read_at": now, "started_at": now}
    Session.objects.create(username="rosa.duarte", access=access, address="100.64.8.21", mac="00:00:5E:00:53:2A", **values)
    Session.objects.create(username="teste-antena", address="100.64.8.22", **values)
    return router


def test_who_is_connected_with_customer_address_and_when_it_was_read(client: Client, router: Router) -> None:
    page = client.get("/conexoes/").content.decode()

    texts = ("rosa.duarte", "Rosa Maria Duarte", "100.64.8.21", "00:00:5E:00:53:2A", "CCR Serra", "sem cliente")
    assert [text for text in texts if text not in page] == []
    assert "hoje, 09:00" in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("q=100.64.8.22", "teste-antena", "rosa.duarte"),
        ("q=00:00:5e", "rosa.duarte", "teste-antena"),
        ("sem-cliente=1", "teste-antena", "rosa.duarte"),
        ("servidor=999", "rosa.duarte", "não existe"),
        ("servidor=abc", "rosa.duarte", "não existe"),
    ],
)
def test_filters(client: Client, router: Router, query: str, shown: str, hidden: str) -> None:
    page = client.get(f"/conexoes/?{query}").content.decode().split('id="lista"')[1]

    assert shown in page and hidden not in page


def test_the_filter_by_router_leaves_the_others_out(client: Client, router: Router) -> None:
    other = make.router()

    assert "rosa.duarte" in client.get(f"/conexoes/?servidor={router.pk}").content.decode()
    assert "Nenhuma sessão com este filtro" in client.get(f"/conexoes/?servidor={other.pk}").content.decode()


def test_without_sessions_the_page_says_so(client: Client) -> None:
    assert "Nenhuma sessão ativa lida" in client.get("/conexoes/").content.decode()


def test_disconnecting_names_the_effect_and_records_the_reason(client: Client, router: Router) -> None:
    path = f"/conexoes/desconectar/?servidor={router.pk}&login=rosa.duarte"

    asked = client.get(path).content.decode()
    dialog = client.get(path, headers={"HX-Request": "true"}).content.decode()
    answer = client.post(path, {"reason": "trocou o roteador"})

    assert "<b>Rosa Maria Duarte</b> fica sem internet" in asked and "<b>Rosa Maria Duarte</b> fica sem internet" in dialog
    assert "<html" not in dialog
    assert answer.status_code == 302
    assert RouterCommand.objects.get().arguments == {"username": "rosa.duarte"}
    assert HistoryEntry.objects.get(verb="access.disconnect_asked").reason == "trocou o roteador"


def test_a_stranger_is_disconnected_in_the_routers_history(client: Client, router: Router) -> None:
    client.post(f"/conexoes/desconectar/?servidor={router.pk}&login=teste-antena", {})

    assert RouterCommand.objects.get().arguments == {"username": "teste-antena"}
    assert HistoryEntry.objects.get(verb="router.login_disconnected").object_id == router.pk


def test_disconnecting_on_a_stopped_router_is_refused_and_keeps_the_reason(client: Client, router: Router) -> None:
    Router.objects.update(health="STOPPED")

    answer = client.post(f"/conexoes/desconectar/?servidor={router.pk}&login=rosa.duarte", {"reason": "trocou o roteador"})

    assert answer.status_code == 422
    assert "está parado" in answer.content.decode() and "trocou o roteador" in answer.content.decode()


@pytest.mark.parametrize("query", ["", "servidor=1", "servidor=x&login=rosa", "servidor=99999999999999999999&login=rosa"])
def test_a_session_that_is_over_is_not_found(client: Client, router: Router, query: str) -> None:
    assert client.get(f"/conexoes/desconectar/?{query}").status_code == 404


def test_who_may_not_disconnect_sees_no_button(client: Client, router: Router) -> None:
    client.force_login(make.user(Role.FINANCE))
    assert client.post(f"/conexoes/desconectar/?servidor={router.pk}&login=rosa.duarte").status_code == 403
