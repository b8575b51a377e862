"""Pools of IPv4 addresses that we keep on a router, for plans that name one."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from malha.core import history
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain import routers
from malha.network.models import Access, AddressPool, Router, SyncState
from malha.network.services import accesses


@transaction.atomic
def add(*, router: Router, name: str, ranges: str, actor: Actor) -> AddressPool:
    """A pool in the register; it goes to the router with the next access that does. Raises BusinessError("invalid")."""
    problems = Problems()
    values = {"name": name, "ranges": ranges}
    with problems.of("name"):
        values["name"] = routers.normalize_name(name)
        if AddressPool.objects.filter(router=router, name=values["name"]).exists() or values["name"] == router.block_pool:
            problems.add("name", _("This router has a pool of this name already."))
    with problems.of("ranges"):
        values["ranges"] = routers.normalize_ranges(ranges)
        if len(values["ranges"]) > 200:
            problems.add("ranges", _("Use at most %(limit)s characters.") % {"limit": 200})
    problems.raise_if_any()
    pool = AddressPool.objects.create(router=router, **values)
    history.record(router, "router.pool_added", actor=actor, after=values)
    # Any access brings the pools along, so one is enough to have it written now.
    first = _on_the_router(router).values_list("pk", flat=True)[:1]
    accesses.want(Access.objects.filter(pk__in=list(first)))
    return pool


@transaction.atomic
def forget(*, pool: AddressPool, actor: Actor) -> None:
    """Keep the pool no longer. On the router it stays: nothing is deleted there by itself. Raises BusinessError if a plan needs it."""
    in_use = _on_the_router(pool.router).filter(plan__pool_v4=pool.name).select_related("plan").first()
    if in_use is not None:
        raise BusinessError("pool_in_use", _("The plan %(plan)s takes its addresses from this pool.") % {"plan": in_use.plan})
    history.record(pool.router, "router.pool_forgotten", actor=actor, before={"name": pool.name, "ranges": pool.ranges})
    pool.delete()


def _on_the_router(router: Router) -> QuerySet[Access]:
    return Access.objects.filter(router=router).exclude(sync_state__in=(SyncState.REMOVING, SyncState.REMOVED)).order_by("pk")
