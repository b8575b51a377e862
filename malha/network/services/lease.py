"""Who may speak to a router now: one worker at a time, so that two never write the same one (failure mode F39)."""

from datetime import timedelta

from django.db.models import Q

from malha.core import clock
from malha.network.models import Router

SECONDS = 30


class LeaseLost(Exception):
    """Another worker has the router: stop before the next write. What is unfinished stays due and is theirs."""


def take(router_id: int, *, worker: str, seconds: int = SECONDS) -> bool:
    """Take the router for `seconds`, or renew what we hold. False: somebody else has it."""
    now = clock.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now) | Q(leased_by=worker)
    until = now + timedelta(seconds=seconds)
    return bool(Router.objects.filter(free, pk=router_id).update(lease_until=until, leased_by=worker))


def renew(router_ids: list[int], *, worker: str, seconds: int = SECONDS) -> int:
    """Keep the leases of routers that are being worked on; called by the heart of the worker while its lanes are busy."""
    until = clock.now() + timedelta(seconds=seconds)
    return Router.objects.filter(pk__in=router_ids, leased_by=worker).update(lease_until=until)


def guard(router_id: int, *, worker: str, seconds: int = SECONDS) -> None:
    """Called before every write to the router. Raises LeaseLost if the lease is no longer ours."""
    if not renew([router_id], worker=worker, seconds=seconds):
        raise LeaseLost(f"router {router_id}")


def release(router_id: int, *, worker: str) -> None:
    """Give the router back."""
    Router.objects.filter(pk=router_id, leased_by=worker).update(lease_until=None, leased_by="")
