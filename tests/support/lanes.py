"""A router in the register that is a simulated router of its own, and the lane that serves it, without threads."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from malha.network.base import Driver
from malha.network.drivers.mikrotik.dial import Deadlines
from malha.network.drivers.mikrotik.driver import MikrotikDriver
from malha.network.models import Access, Router
from malha.network.services import invariants
from malha.network.services.writing import DEFAULT_LIMITS, Limits
from malha.worker.lanes import Lane
from tests import make
from tests.support.router_process import RouterProcess

SHORT = Deadlines(connect=1.0, login=1.0, silence=0.6, full_read=0.6)
SECRET = "/ppp/secret"
PROFILE = "/ppp/profile"
ACTIVE = "/ppp/active"


def registered(process: RouterProcess, **values: Any) -> Router:
    """The register's row for a simulated router."""
    make.company()
    values = {"host": process.host, "port": process.port, "api_username": process.user, "api_password": process.password, **values}
    return make.router(**values)


def patient(_key: str) -> Driver:
    """The real driver with the deadlines of the product."""
    return MikrotikDriver()


def impatient(_key: str) -> Driver:
    """The real driver, with deadlines short enough for a test of silence."""
    return MikrotikDriver(deadlines=SHORT)


Serve = Callable[..., Lane]


@pytest.fixture
def process() -> Iterator[RouterProcess]:
    """A simulated router, empty and healthy."""
    with RouterProcess() as started:
        yield started


@pytest.fixture
def router(process: RouterProcess, db: None) -> Router:
    """Its row in the register."""
    return registered(process)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Makes lanes, `serve(router).round()`; all of them hang up when the test is over."""
    made: list[Lane] = []

    def serve(router: Router, worker: str = "w1", *, is_impatient: bool = False, **limits: Any) -> Lane:
        chosen: Limits = replace(DEFAULT_LIMITS, **limits)
        made.append(Lane(router.pk, worker, driver_of=impatient if is_impatient else patient, limits=chosen))
        return made[-1]

    yield serve
    for lane in made:
        lane.hang_up()


def subscribers(router: Router, count: int, **values: Any) -> list[Access]:
    """Due accesses of one contract on one plan, `cliente.0001` and so on."""
    plan = values.pop("plan", None) or make.plan()
    contract = make.contract(plans=(plan,))
    start = Access.objects.count() + 1
    return [
        make.access(contract, router=router, plan=plan, username=f"cliente.{start + n:04}", password=f"senha-{start + n:04}", **values)
        for n in range(count)
    ]


def fresh(access: Access) -> Access:
    """The row as it is now."""
    return Access.objects.get(pk=access.pk)


def settled(router: Router) -> None:
    """What must be true after every story: the register holds together and the router is as it says."""
    assert invariants.broken() == []
    router = Router.objects.get(pk=router.pk)
    assert invariants.router_differs(router=router, driver=patient(router.driver)) == []
