"""MikroTik RouterOS over its API. README.md says what it writes and why."""

from malha.network.drivers.mikrotik.driver import MikrotikDriver

__all__ = ["MikrotikDriver"]
