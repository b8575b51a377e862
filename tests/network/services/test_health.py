"""The breaker and the connection test of the registration page."""

from dataclasses import replace

import pytest

from malha.core.history import SYSTEM
from malha.network.base import PermanentFailure, TemporaryFailure
from malha.network.models import Router, RouterHealth
from malha.network.services import facts, health
from tests.support.lanes import Serve, impatient, patient, registered, subscribers
from tests.support.router_process import RouterProcess

pytestmark = pytest.mark.django_db


def test_back_off_grows_to_ten_minutes_with_jitter(router: Router) -> None:
    waits: list[float] = []
    for _ in range(8):
        health.failed(router.pk, TemporaryFailure("unreachable", "nobody"))
        router.refresh_from_db()
        assert router.retry_at is not None
        waits.append((router.retry_at - health.clock.now()).total_seconds())

    assert 3 < waits[0] < 7 and 450 < waits[-1] < 721
    assert router.health == RouterHealth.DEGRADED


def test_permanent_failure_stops_until_somebody_resumes(router: Router) -> None:
    health.failed(router.pk, PermanentFailure("login_refused", "invalid user name or password (6)"))
    router.refresh_from_db()
    assert router.health == RouterHealth.STOPPED and router.retry_at is None

    health.resume(router=router, actor=SYSTEM)
    router.refresh_from_db()
    assert router.health == RouterHealth.UNKNOWN and router.due_at is not None


def test_connection_test_says_what_it_found_and_writes_nothing(process: RouterProcess, router: Router) -> None:
    result = health.test_connection(facts.target(router), driver=patient("mikrotik"))

    assert result.ok and result.health is not None and "7.19" in result.words
    assert process.counters()["writes"] == 0


@pytest.mark.parametrize(
    ("changes", "code"), [({"password": "errada"}, "login_refused"), ({"port": 1}, "unreachable")]
)
def test_connection_test_says_what_is_wrong(changes: dict[str, object], code: str, router: Router) -> None:
    result = health.test_connection(replace(facts.target(router), **changes), driver=impatient("mikrotik"))  # type: ignore[arg-type]

    assert not result.ok and result.code == code and result.words


def test_connection_test_of_another_installations_router(process: RouterProcess, router: Router) -> None:
    process.add("/ip/firewall/address-list", list="malha-livre", address="192.0.2.1", comment="malha:base:owner deadbeef")

    result = health.test_connection(facts.target(router), driver=patient("mikrotik"))

    assert not result.ok and result.owner_is_foreign and "deadbeef" in result.words


def test_certificate_is_pinned_on_first_use_and_a_changed_one_stops_the_lane(serve: Serve) -> None:
    with RouterProcess() as process:
        router = registered(process, port=process.tls_port, tls_mode="PINNED")
        subscribers(router, 1)
        serve(router).round()
        router.refresh_from_db()
        assert router.tls_pin == process.fingerprint.replace(":", "").lower()

    with RouterProcess() as impostor:
        Router.objects.filter(pk=router.pk).update(port=impostor.tls_port, due_at=health.clock.now())
        subscribers(router, 1)
        serve(router).round()
        router.refresh_from_db()
        assert router.health == RouterHealth.STOPPED and router.last_error == "certificate_changed"

        health.resume(router=router, actor=SYSTEM, accept_certificate=True)
        serve(router).round()
        router.refresh_from_db()
        assert router.tls_pin == impostor.fingerprint.replace(":", "").lower()
