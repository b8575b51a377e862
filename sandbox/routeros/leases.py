"""DHCP: a device asks for an address and gets what its lease says at that moment."""

from typing import TYPE_CHECKING

from sandbox.routeros.errors import text
from sandbox.routeros.online import Online, Refused

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.table import Row


class Binding(Online):
    """A device that holds an address."""

    __slots__ = ("lease", "mac")
    lease: "Row"
    mac: bytes


class DhcpSessions:
    """Devices with addresses. An edit of a lease acts at the next `bind`, as on a router at the next renewal."""

    def __init__(self, router: "Router") -> None:
        self.router = router
        self.by_mac: dict[bytes, Binding] = {}

    def bind(self, mac: bytes, server: bytes | None = None) -> Binding:
        """Ask for an address, or renew. Raises Refused with the reason."""
        router, mac = self.router, mac.upper()
        leases = router.tables["/ip/dhcp-server/lease"]
        server = server if server is not None else self._first_server()
        self.release(mac)
        lease = next((row for row in leases if _matches(row, mac, server)), None)
        if lease is not None and lease.values.get(b"block-access") == b"true":
            raise Refused("access is blocked")
        if lease is None:
            address = self._from_pool(server)
            lease = leases.add({b"address": address, b"mac-address": mac, b"server": server}, dynamic=True)
        address = lease.values[b"address"]
        pool = router.tables["/ip/pool"].find(address)
        if pool is not None:
            address = router.ppp.pools.take(pool) or address
        rate_limit = lease.values.get(b"rate-limit", b"") if not lease.dynamic else b""
        binding = Binding(mac, address, router.now(), router.traffic.meter(mac, rate_limit))
        binding.mac, binding.lease = mac, lease
        leases.touch(lease, status=b"bound", active_address=address, active_mac_address=mac, active_server=server, last_seen=b"0s")
        lists = lease.values.get(b"address-lists", b"")
        binding.bring_limits(router, b"dhcp-ds<" + mac + b">", address, rate_limit, lists)
        binding.facts = {"rate_limit": text(rate_limit), "address_list": text(lists)}
        self.by_mac[mac] = binding
        return binding

    def release(self, mac: bytes) -> None:
        """The device is gone."""
        binding = self.by_mac.pop(mac.upper(), None)
        if binding is None:
            return
        binding.leave(self.router)
        leases = self.router.tables["/ip/dhcp-server/lease"]
        lease = binding.lease
        if lease.dynamic:
            self.router.ppp.pools.release(binding.address)
            leases.drop(lease)
        else:
            leases.touch(lease, status=b"waiting")

    def power_off(self) -> None:
        """Leases are forgotten; static ones stay, waiting."""
        for mac in list(self.by_mac):
            self.release(mac)

    def _first_server(self) -> bytes:
        first = next(iter(self.router.tables["/ip/dhcp-server"]), None)
        return first.values[b"name"] if first is not None else b"all"

    def _from_pool(self, server: bytes) -> bytes:
        row = self.router.tables["/ip/dhcp-server"].find(server)
        pool_name = row.values[b"address-pool"] if row is not None else b"static-only"
        pool = self.router.tables["/ip/pool"].find(pool_name)
        address = self.router.ppp.pools.take(pool) if pool is not None else None
        if address is None:
            raise Refused("no address to give")
        return address


def _matches(row: "Row", mac: bytes, server: bytes) -> bool:
    values = row.values
    return values[b"mac-address"] == mac and values[b"disabled"] == b"false" and values[b"server"] in (b"all", server)


def lease_removed(router: "Router", row: "Row") -> None:
    """A lease that is deleted takes its binding with it."""
    for mac, binding in list(router.dhcp.by_mac.items()):
        if binding.lease is row:
            del router.dhcp.by_mac[mac]
            binding.leave(router)
