"""The same on RouterOS 6.40: the old login, the old words, no `!empty`."""

from tests.network.drivers.simulated import MikrotikContract

ROUTER_OPTIONS = {"version": "6.40.9"}


class TestOldMikrotik(MikrotikContract):
    pass
