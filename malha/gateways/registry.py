"""The adapters by key. One line per adapter of ours; others join by an entry point of the group `malha.gateways.adapters`.

An entry point names a class or function that takes no argument and returns an `Adapter`.
"""

from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from typing import Final

from malha.gateways.adapters.asaas.gateway import AsaasAdapter
from malha.gateways.adapters.bacen_pix.gateway import BacenPixAdapter
from malha.gateways.adapters.efi.gateway import EfiAdapter
from malha.gateways.adapters.inter.gateway import InterAdapter
from malha.gateways.adapters.sandbox.gateway import SandboxAdapter
from malha.gateways.base import Adapter

GROUP: Final = "malha.gateways.adapters"
OURS: Final[tuple[Callable[[], Adapter], ...]] = (
    AsaasAdapter,
    BacenPixAdapter,
    EfiAdapter,
    InterAdapter,
    SandboxAdapter,
)  # fmt: skip


class UnknownAdapter(LookupError):
    """No adapter has this key: a plug was uninstalled while accounts still use it."""


@cache
def adapters() -> dict[str, Adapter]:
    """Every adapter there is. Ours cannot be replaced by a plug of the same key."""
    found: dict[str, Adapter] = {}
    for point in entry_points(group=GROUP):
        plug: Adapter = point.load()()
        found[plug.key] = plug
    for make in OURS:
        ours = make()
        found[ours.key] = ours
    return found


def adapter(key: str) -> Adapter:
    """The adapter of an account. Raises UnknownAdapter."""
    try:
        return adapters()[key]
    except KeyError:
        raise UnknownAdapter(key) from None


def choices() -> list[tuple[str, str]]:
    """Keys and labels for a form, in the order of their labels."""
    return sorted(((key, each.label) for key, each in adapters().items()), key=lambda pair: pair[1])
