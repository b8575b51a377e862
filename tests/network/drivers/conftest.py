"""A simulated router, a target that leads to it, and a connection, for the tests of the drivers."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from malha.domain.access import Method
from malha.network.base import Target
from malha.network.drivers.mikrotik import MikrotikDriver
from malha.network.drivers.mikrotik.connection import MikrotikConnection
from malha.network.drivers.mikrotik.dial import Deadlines
from tests.support.router_process import RouterProcess

INSTALLATION = "aabbccdd"
BOTH = (Method.PPPOE, Method.HOTSPOT)
IMPATIENT = Deadlines(connect=2.0, login=1.2, silence=1.0, full_read=1.0)

Connect = Callable[..., MikrotikConnection]


def target_of(peer: RouterProcess, **values: Any) -> Target:
    """Where a simulated router is: TLS, the certificate not pinned yet."""
    target = Target(1, "torre", peer.host, peer.tls_port, peer.user, peer.password, installation_id=INSTALLATION, methods=BOTH)
    return replace(target, **values)


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest) -> Iterator[RouterProcess]:
    """One process for the tests of a module, started with the module's ROUTER_OPTIONS."""
    options: dict[str, Any] = getattr(request.module, "ROUTER_OPTIONS", {})
    with RouterProcess(login=["reader:look:read,api,test"], **options) as process:
        yield process


@pytest.fixture
def peer(running: RouterProcess) -> Iterator[RouterProcess]:
    """The router, working and empty."""
    running.control("clear-faults")
    _empty(running)
    running.control("reset-counters")
    yield running


@pytest.fixture
def connect(peer: RouterProcess) -> Iterator[Connect]:
    """Connect to the router; closed after the test."""
    opened: list[MikrotikConnection] = []

    def open_one(*, deadlines: Deadlines | None = None, **values: Any) -> MikrotikConnection:
        driver = MikrotikDriver() if deadlines is None else MikrotikDriver(deadlines=deadlines)
        connection = driver.connect(target_of(peer, **values))
        opened.append(connection)
        return connection

    yield open_one
    for connection in opened:
        connection.close()


@pytest.fixture
def connection(connect: Connect) -> MikrotikConnection:
    return connect()


def _empty(peer: RouterProcess) -> None:
    for table in (
        "/ppp/active", "/ip/hotspot/active", "/ip/hotspot/cookie", "/ip/hotspot/host", "/ppp/secret", "/ip/hotspot/user", "/ppp/profile",
        "/ip/hotspot/user/profile", "/ip/pool", "/ip/firewall/address-list", "/ip/firewall/nat", "/ip/firewall/filter",
        "/ipv6/firewall/filter", "/interface/list",
    ):  # fmt: skip
        for row in peer.dump(table):
            if row.get("dynamic") != "true" and not row.get("name", "").startswith(("default", "all", "none", "dynamic", "static")):
                peer.control("remove", table=table, id=row[".id"])
