"""The MikroTik driver keeps the contract of all drivers on current RouterOS."""

from tests.network.drivers.simulated import MikrotikContract


class TestMikrotik(MikrotikContract):
    pass
