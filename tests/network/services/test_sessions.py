"""The five-minute reading."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.core import clock
from malha.domain.access.types import Method
from malha.network import queries
from malha.network.base import Health, LiveSession
from malha.network.models import Access, Router, Session
from malha.network.services import sessions
from tests import make
from tests.support.lanes import Serve, fresh, subscribers
from tests.support.router_process import RouterProcess

pytestmark = pytest.mark.django_db
WELL = Health(identity="CCR", version="7.19.4", board="CCR2004", cpu_percent=3, uptime_seconds=900, latency_ms=2)


def due(router: Router) -> None:
    Router.objects.filter(pk=router.pk).update(due_at=clock.now())


def test_reading_fills_sessions_accesses_and_health(process: RouterProcess, router: Router, serve: Serve) -> None:
    rosa, joao = make.access(router=router, username="rosa"), make.access(router=router, username="joao")
    served = serve(router)
    served.round()
    process.control("ppp-connect", name="rosa", password=make.PASSWORD)
    due(router)

    served.round()

    session = Session.objects.get()
    rosa, joao = fresh(rosa), fresh(joao)
    assert session.access == rosa and rosa.seen_ip == session.address and rosa.last_online_at is not None
    assert rosa.online_since is not None and joao.online_since is None
    router.refresh_from_db()
    assert router.health == "ONLINE" and router.version.startswith("7.19") and router.session_count == 1
    assert router.due_at is not None and router.due_at > clock.now() + timedelta(seconds=200)


def test_who_left_is_offline_after_the_next_reading(process: RouterProcess, router: Router, serve: Serve) -> None:
    rosa = make.access(router=router, username="rosa")
    served = serve(router)
    served.round()
    process.control("ppp-connect", name="rosa", password=make.PASSWORD)
    due(router)
    served.round()
    seen = fresh(rosa).last_online_at
    process.control("ppp-disconnect", name="rosa")
    due(router)

    served.round()

    rosa = fresh(rosa)
    assert rosa.online_since is None and rosa.last_online_at == seen and rosa.seen_ip is not None
    assert not Session.objects.exists()


def live(count: int) -> list[LiveSession]:
    return [
        LiveSession(Method.PPPOE, f"*{n}", f"cliente.{n:04}", f"100.64.{n // 250}.{n % 250 + 1}", "00:00:5E:00:53:2A", 60 + n)
        for n in range(1, count + 1)
    ]


def test_reading_costs_a_handful_of_statements_for_any_number(router: Router) -> None:
    subscribers(router, 300)
    counts: list[int] = []
    for count in (10, 300):
        Session.objects.all().delete()
        with CaptureQueriesContext(connection, ) as captured:
            sessions.store(router=router, live=live(count), health=WELL, at=clock.now())
        counts.append(len(captured))

    assert max(counts) <= 14  # SQLite takes few values a statement
    assert queries.network_state().sessions == 300


def test_strange_bytes_and_addresses_do_not_stop_the_reading(router: Router) -> None:
    odd = LiveSession(Method.PPPOE, "*1", "jo\udce3o\x00", "sem endereço", "", None)

    sessions.store(router=router, live=[odd], health=WELL, at=clock.now())

    session = Session.objects.get()
    assert session.username.startswith("joão") and session.address is None and session.started_at is None


def test_after_a_change_the_router_is_read_again_within_seconds(process: RouterProcess, router: Router, serve: Serve) -> None:
    lane = serve(router)
    make.access(router=router, username="rosa.duarte")
    lane.round()
    process.control("ppp-connect", name="rosa.duarte", password=make.PASSWORD)

    with clock.frozen(clock.now() + timedelta(seconds=10)):
        lane.round()

    assert Access.objects.get().online_since is not None
