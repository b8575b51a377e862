"""How a wish that is not a state is written down for a router's lane."""

from collections.abc import Mapping
from typing import Any

from malha.core import clock
from malha.core.history import Actor
from malha.network.models import Access, RouterCommand


def ask(
    *, router_id: int, verb: str, arguments: Mapping[str, Any] | None = None, access: Access | None = None, actor: Actor
) -> RouterCommand:
    """Write a command in the caller's transaction; the lane sees it within half a second. Never put a password in `arguments`."""
    now = clock.now()
    return RouterCommand.objects.create(
        router_id=router_id,
        access=access,
        verb=verb,
        arguments=dict(arguments or {}),
        asked_at=now,
        asked_by=actor.name[:150],
        due_at=now,
    )
