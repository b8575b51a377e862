"""The simulated router as the far side of the contract, and the contract as every version of RouterOS must keep it."""

from collections.abc import Iterator
from typing import Any

import pytest

from malha.domain.access import Method
from malha.network.drivers.mikrotik import MikrotikDriver
from tests.network.drivers.conftest import target_of
from tests.network.drivers.contract import DriverContract, Rig
from tests.support.router_process import RouterProcess

LOGINS = {Method.PPPOE: "/ppp/secret", Method.HOTSPOT: "/ip/hotspot/user"}
WATCHED = (
    "/ppp/secret", "/ip/hotspot/user", "/ppp/profile", "/ip/hotspot/user/profile", "/ip/pool", "/ip/firewall/address-list",
    "/ip/firewall/filter", "/ip/firewall/nat",
)  # fmt: skip


class SimulatedPeer:
    """A simulated router through its control channel."""

    def __init__(self, process: RouterProcess) -> None:
        self.process = process

    def login(self, method: Method, name: str) -> dict[str, str] | None:
        return self.process.row(LOGINS[method], name=name)

    def foreign(self) -> dict[str, list[dict[str, Any]]]:
        """Rows without our mark; of the tables without comments, those without our prefix."""
        return {
            table: [
                row
                for row in self.process.dump(table)
                if not row.get("comment", "").startswith("malha:") and not (table.endswith("profile") and row["name"].startswith("malha-"))
            ]
            for table in WATCHED
        }

    def add_stranger(self, method: Method, name: str) -> None:
        self.process.add(LOGINS[method], name=name, password="by-hand", comment="Jo\udce3o")

    def dial(self, method: Method, name: str, password: str) -> None:
        verb = "ppp-connect" if method is Method.PPPOE else "hotspot-login"
        self.process.control(verb, name=name, password=password)

    def is_online(self, method: Method, name: str) -> bool:
        sessions = self.process.control("sessions")["ppp" if method is Method.PPPOE else "hotspot"]
        return any(session["name"] == name for session in sessions)

    def writes(self) -> int:
        return int(self.process.counters()["writes"])


class MikrotikContract(DriverContract):
    methods = (Method.PPPOE, Method.HOTSPOT)

    @pytest.fixture
    def rig(self, peer: RouterProcess) -> Iterator[Rig]:
        yield Rig(MikrotikDriver(), target_of(peer), SimulatedPeer(peer))
