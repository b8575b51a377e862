"""After a day at work: no secret in the database, the logs, the history, any page, any answer of the API (failure mode F65, F66)."""

import logging
import re
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from malha.backoffice.models import FormDraft
from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import Company, HistoryEntry
from malha.network.models import Access, Divergence, Router
from malha.network.services import commands
from tests import make
from tests.api.conftest import Program, sign_up_body
from tests.backoffice.customers import new_page
from tests.backoffice.routers.test_pages import FORM as ROUTER_FORM
from tests.backoffice.walk import places
from tests.security.openapi import operations
from tests.security.world import World, body_of, everything
from tests.support.lanes import SECRET, Serve, process, serve
from tests.support.router_process import RouterProcess

__all__ = ["process", "serve"]
pytestmark = pytest.mark.django_db

BY_PAGE, CHANGED, BY_API, DRAFTED = "senha-da-rosa-1", "senha-da-rosa-2", "senha-do-jose-3", "senha-da-ana-4"
OF_ROUTER, FOREIGN, WRONG = "chave-do-roteador-5", "senha-forasteira-6", "senha-errada-7"


def stored() -> Iterator[str]:
    """Every value of every row of every table, and what is folded up in sessions."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                yield f"{table}: {row!r}"
    for session in Session.objects.all():
        yield f"session: {session.get_decoded()!r}"


def holding(texts: Iterator[str], secrets: set[str]) -> list[str]:
    return [text[:200] for text in texts if any(secret in text for secret in secrets)]


class Day:
    """What staff, programs and workers do on a day with secrets in it."""

    def __init__(self, world: World, process: RouterProcess, serve: Serve) -> None:
        self.world, self.process, self.serve = world, process, serve
        self.secrets = {BY_PAGE, CHANGED, BY_API, DRAFTED, OF_ROUTER, FOREIGN, WRONG, make.STAFF_PASSWORD}
        self.client = Client()
        self.program = Program()
        self.secrets.add(self.program.secret)

    def live(self) -> None:
        assert self.client.post("/entrar/", {"username": "chefe", "password": WRONG}).status_code == 422
        assert self.client.post("/entrar/", {"username": "chefe", "password": make.STAFF_PASSWORD}).status_code == 302
        self.router = self.register()
        self.customers()
        self.people()
        self.work()

    def register(self) -> Router:
        where = {"host": self.process.host, "port": str(self.process.port), "api_username": self.process.user, "tls_mode": "PLAIN"}
        assert self.client.post("/servidores/novo/", {**ROUTER_FORM, **where, "api_password": OF_ROUTER}).status_code == 302
        return Router.objects.get(name=ROUTER_FORM["name"])

    def customers(self) -> None:
        plan = make.plan()
        fields = {**new_page.customer(), **new_page.access(self.router, plan, username="rosa", password=BY_PAGE)}
        assert self.client.post(new_page.URL, {**fields, "contract-due_day": "99"}).status_code == 422
        assert self.client.post(new_page.URL, fields).status_code == 302
        rosa = Access.objects.get(username="rosa")
        number = rosa.contract.customer.number
        answer = self.client.post(f"/clientes/{number}/planos-de-acesso/{rosa.pk}/senha/", {"password": CHANGED})
        assert answer.status_code == 302
        body = sign_up_body(login="jose", password=BY_API, router=self.router.pk, plan=plan.pk)
        assert self.program.post("/sign-ups", body, **{"Idempotency-Key": "a"}).status_code == 201
        assert self.program.post("/sign-ups", {**body, "due_day": 99}, **{"Idempotency-Key": "b"}).status_code == 422
        draft = {**new_page.customer(token="d" * 32), **new_page.access(self.router, plan, username="ana", password=DRAFTED)}
        assert self.client.post("/clientes/novo/rascunho/", draft).status_code == 200
        assert FormDraft.objects.exists()

    def people(self) -> None:
        new = {"name": "Zeca Lima", "username": "zeca.lima", "role": "SALES", "session_minutes": "30"}
        page = self.client.post("/configuracoes/usuarios/novo/", new).content.decode()
        self.secrets.update(re.findall(r'id="senha">([^<]+)<', page))
        page = self.client.post("/configuracoes/chaves/nova/", {"name": "Página", "scopes": "customers:read"}).content.decode()
        self.secrets.update(re.findall(r"mlh_[\w-]{40,}", page))
        assert len(self.secrets) == 11

    def work(self) -> None:
        self.process.add(SECRET, name="forasteiro", password=FOREIGN, profile="default")
        lane = self.serve(self.router)
        self.process.fault(trap_every=2, trap_message="failure: no", only="/ppp/secret/add")
        lane.round()
        self.process.fault(trap_every=0)
        Access.objects.filter(due_at__isnull=False).update(due_at="2000-01-01T00:00:00Z")
        lane.round()
        commands.ask_audit(router=self.router, actor=SYSTEM)
        lane.round()


@pytest.fixture
def day(db: None, serve: Serve, caplog: pytest.LogCaptureFixture) -> Iterator[Day]:
    caplog.set_level(logging.DEBUG)
    with RouterProcess(password=OF_ROUTER) as started:
        lived = Day(everything(), started, serve)
        lived.live()
        yield lived


def test_no_secret_is_readable_where_it_should_not_be(day: Day, caplog: pytest.LogCaptureFixture) -> None:
    # The day happened: both logins stand on the router, and the stranger was found.
    names = {row["name"]: row.get("password") for row in day.process.dump(SECRET)}
    assert names == {"rosa": CHANGED, "jose": BY_API, "forasteiro": FOREIGN}
    assert Divergence.objects.filter(name="forasteiro").exists()
    assert HistoryEntry.objects.filter(verb="access.changed").exists()

    assert holding(stored(), day.secrets) == []
    assert holding(iter(caplog.text.splitlines()), day.secrets) == []


def test_no_page_shows_a_secret_that_was_not_asked_for(day: Day) -> None:
    rosa = Access.objects.get(username="rosa")
    number = rosa.contract.customer.number
    # Their own draft is given back to its author; nobody else.
    other = Client()
    other.force_login(make.user())
    own = {"access": {"number": number, "pk": rosa.pk}, "customer": {"number": number}, "router": {"pk": day.router.pk, "pool": 0}}
    shown = []
    for place in places():
        for keys in ({**day.world.keys}, {**day.world.keys, **own}):
            answer = other.get(World(day.world.admin, keys, day.world.queries).path(place))
            shown += [f"{place.name}: {text}" for text in holding(iter(body_of(answer).decode(errors="replace").splitlines()), day.secrets)]

    assert shown == []


def test_no_answer_of_the_api_but_one_has_a_secret(day: Day) -> None:
    access = Access.objects.get(username="rosa")
    ids = {
        "customer_id": access.contract.customer_id,
        "contract_id": access.contract_id,
        "access_id": access.pk,
        "plan_id": access.plan_id,
        "router_id": access.router_id,
        **_money(day.program, access.contract.customer_id),
    }
    shown = set()
    for operation in operations():
        if operation.method == "GET":
            path = operation.path.format(**ids)
            answer = day.program.get(path)
            assert answer.status_code == 200, path
            if holding(iter([answer.content.decode()]), day.secrets):
                shown.add(operation.path)

    assert shown == {"/accesses/{access_id}/password"}


def _money(program: Program, customer_id: int) -> dict[str, int]:
    """A booklet, of which one instalment is paid and one became an agreement."""
    today = clock.today().isoformat()
    body = {"customer_id": customer_id, "description": "Roteador", "amount": "90.00", "due_date": today, "installments": 3}
    booklet = program.post("/booklets", body).json()
    keys = [row["id"] for row in booklet["charges"]]
    again = {"customer_id": customer_id, "charge_ids": keys[1:2], "first_due": today, "installments": 2}
    return {
        "booklet_id": booklet["id"],
        "charge_id": keys[0],
        "payment_id": program.post(f"/charges/{keys[0]}/settle", {"form": "CASH"}).json()["id"],
        "agreement_id": program.post("/agreements", again).json()["id"],
    }


def test_a_revealed_password_is_not_kept_by_the_browser(day: Day) -> None:
    access = Access.objects.get(username="rosa")
    path = f"/clientes/{access.contract.customer.number}/planos-de-acesso/{access.pk}/mostrar-senha/"

    assert day.client.post(path).status_code == 403  # unless the company allows it at all
    Company.objects.update(show_access_passwords=True)
    answer = day.client.post(path)

    assert CHANGED in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert HistoryEntry.objects.filter(verb="access.password_seen", customer_id=access.contract.customer_id).exists()
