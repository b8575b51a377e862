"""The drivers by key. One line per driver of ours; others join by an entry point of the group `malha.network.drivers`.

An entry point names a class or function that takes no argument and returns a `Driver`.
"""

from functools import cache
from importlib.metadata import entry_points
from typing import Final

from malha.network.base import Driver
from malha.network.drivers.mikrotik import MikrotikDriver

GROUP: Final = "malha.network.drivers"
OURS: Final = (MikrotikDriver,)


class UnknownDriver(LookupError):
    """No driver has this key: a plug was uninstalled while routers still use it."""


@cache
def drivers() -> dict[str, Driver]:
    """Every driver there is. Ours cannot be replaced by a plug of the same key."""
    found: dict[str, Driver] = {}
    for point in entry_points(group=GROUP):
        plug: Driver = point.load()()
        found[plug.key] = plug
    for make in OURS:
        ours: Driver = make()
        found[ours.key] = ours
    return found


def driver(key: str) -> Driver:
    """The driver of a router. Raises UnknownDriver."""
    try:
        return drivers()[key]
    except KeyError:
        raise UnknownDriver(key) from None


def choices() -> list[tuple[str, str]]:
    """Keys and labels for a form, in the order of their labels."""
    return sorted(((key, each.label) for key, each in drivers().items()), key=lambda pair: pair[1])
