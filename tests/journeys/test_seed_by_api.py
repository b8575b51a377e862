"""The seed article by API, from the request to a subscriber who browses: walk 1 of the house on the real wire.

What stands on the router is looked at through an independent connection, not through the product's own client.
"""

import json
from datetime import timedelta

import pytest
from django.test import Client

from malha.core import clock
from malha.core.history import SYSTEM
from malha.network.models import Access
from malha.staff import tokens
from tests import make
from tests.support.lanes import process, registered, serve
from tests.support.raw_router_client import RawClient

__all__ = ["process", "serve"]
pytestmark = pytest.mark.django_db(transaction=True)
PAGE_OF_BLOCK = "malha-bloqueado"


@pytest.fixture
def call():
    """Speaks JSON with a key that may do everything."""
    make.company()
    _token, secret = tokens.create(name="Site", scopes=tokens.SCOPES, by=make.user(), actor=SYSTEM)
    client = Client()

    def send(method, path, body=None):
        answer = client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code < 300, answer.content
        return answer.json()

    return send


def secret_on(process, name):
    """The secret as an outsider with his own connection sees it."""
    with RawClient(process.port) as outsider:
        outsider.login(process.user, process.password)
        rows = outsider.rows("/ppp/secret/print", f"?name={name}")
    return rows[0] if rows else None


def dials(process, name, password):
    """A customer's device dials in: what it gets, or the refusal."""
    return process.control("ppp-connect", name=name, password=password)


def test_from_one_request_to_a_subscriber_who_browses_is_blocked_released_and_leaves(process, serve, call):
    router = registered(process, name="CCR Centro")
    plan = make.plan(name="Fibra 500 Mega", down=500_000, up=250_000)
    lane = serve(router)

    # Nome, Dia de vencimento, LOGIN, SENHA, SERVIDOR, PLANO → CADASTRAR
    done = call(
        "POST",
        "/sign-ups",
        {
            "name": "Rosa Maria Duarte",
            "due_day": 20,
            "login": "rosa.duarte",
            "password": make.PASSWORD,
            "router": "CCR Centro",
            "plan": plan.name,
        },
    )
    access, contract = done["accesses"][0], done["contract"]
    assert access["sync_state"] == "modified"
    assert secret_on(process, "rosa.duarte") is None

    lane.round()

    assert call("GET", f"/accesses/{access['id']}")["sync_state"] == "applied"
    entry = secret_on(process, "rosa.duarte")
    assert (entry["profile"], entry["service"], entry["comment"]) == (plan.profile_name, "pppoe", f"malha:access:{access['id']}")
    dials(process, "rosa.duarte", make.PASSWORD)
    assert [row["name"] for row in process.dump("/ppp/active")] == ["rosa.duarte"]
    assert [row["max-limit"] for row in process.dump("/queue/simple")] == ["250000000/500000000"]

    call("POST", f"/contracts/{contract['id']}/block", {"reason": "Pedido do titular"})
    lane.round()
    assert secret_on(process, "rosa.duarte")["profile"] == PAGE_OF_BLOCK
    assert process.dump("/ppp/active") == []

    call("POST", f"/contracts/{contract['id']}/release")
    lane.round()
    assert secret_on(process, "rosa.duarte")["profile"] == plan.profile_name

    call("POST", f"/contracts/{contract['id']}/cancel", {"reason": "Mudança"})
    lane.round()
    assert secret_on(process, "rosa.duarte") is None
    assert Access.objects.get().sync_state == "removed"


def test_a_router_that_is_down_delays_nothing_but_itself_and_gets_everything_when_it_returns(process, serve, call):
    router = registered(process, name="CCR Serra")
    plan = make.plan()
    process.stop()
    done = call(
        "POST",
        "/sign-ups",
        {"name": "Ana Lima", "due_day": 5, "login": "ana.lima", "password": make.PASSWORD, "router": router.pk, "plan": plan.pk},
    )
    lane = serve(router)
    lane.round()
    shown = call("GET", f"/accesses/{done['accesses'][0]['id']}")
    assert (shown["sync_state"], shown["applied_at"]) == ("modified", None)

    process.start()
    with clock.frozen(clock.now() + timedelta(minutes=15)):  # longer than the longest back-off
        lane.round()

    assert secret_on(process, "ana.lima") is not None
    assert call("GET", f"/accesses/{done['accesses'][0]['id']}")["sync_state"] == "applied"
