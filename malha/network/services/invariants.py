"""What must be true of routers and accesses at any time. `bin/malha doctor` and the tests run the same list."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db.models import Count, F, Q

from malha.core import clock
from malha.core.invariants import Broken
from malha.network.base import Driver
from malha.network.models import Access, Router, RouterCommand, RouterHealth, Session, SyncState
from malha.network.services import facts, reconcile
from malha.network.services.reconcile import Bench

LONG_WAIT = timedelta(minutes=15)


def applied_means_read_back() -> Iterator[Broken]:
    """An access says "on the router" only for the version that was read back, and then wants nothing."""
    wrong = Access.objects.filter(sync_state=SyncState.APPLIED).filter(
        ~Q(applied_version=F("wanted_version")) | Q(due_at__isnull=False) | Q(applied_at__isnull=True)
    )
    for access in wrong.defer("password")[:100]:
        yield Broken("applied_means_read_back", access.username)


def changed_means_due() -> Iterator[Broken]:
    """What is queued, failed or being removed is due, except a draft, which waits for its activation."""
    waiting = (SyncState.MODIFIED, SyncState.ERROR, SyncState.REMOVING)
    wrong = Access.objects.filter(sync_state__in=waiting, due_at__isnull=True).exclude(contract__state="DRAFT")
    for access in wrong.defer("password")[:100]:
        yield Broken("changed_means_due", access.username)


def reachable_router_leaves_nothing_waiting() -> Iterator[Broken]:
    """On a router that answers, nothing new waits longer than a quarter of an hour."""
    wrong = Access.objects.filter(
        router__health=RouterHealth.ONLINE, router__is_active=True, due_at__lte=clock.now() - LONG_WAIT, attempts=0
    )
    for access in wrong.defer("password").select_related("router")[:100]:
        yield Broken("reachable_router_leaves_nothing_waiting", f"{access.username} @ {access.router}")


def command_is_open_or_finished() -> Iterator[Broken]:
    """A command is either due or finished with an outcome, never both, never neither."""
    is_open, has_end, has_outcome = Q(due_at__isnull=False), Q(finished_at__isnull=False), ~Q(outcome="")
    wrong = RouterCommand.objects.exclude(is_open & ~has_end).exclude(~is_open & has_end & has_outcome)
    for command in wrong[:100]:
        yield Broken("command_is_open_or_finished", f"{command.verb} {command.pk}")


def session_belongs_to_its_router() -> Iterator[Broken]:
    """A session's access is an access of the same router."""
    for session in Session.objects.filter(access__isnull=False).exclude(access__router=F("router"))[:100]:
        # A moved access may have a session on its old router until the next reading.
        if clock.now() - session.read_at > LONG_WAIT:
            yield Broken("session_belongs_to_its_router", session.username)


def router_is_not_too_full() -> Iterator[Broken]:
    """The maximum of accesses is a warning to people, told here."""
    living = Count("accesses", filter=~Q(accesses__sync_state=SyncState.REMOVED))
    for router in Router.objects.annotate(n=living).filter(n__gt=F("max_accesses")).defer("api_password"):
        yield Broken("router_is_not_too_full", router.name)


CHECKS: tuple[Callable[[], Iterator[Broken]], ...] = (
    applied_means_read_back,
    changed_means_due,
    reachable_router_leaves_nothing_waiting,
    command_is_open_or_finished,
    session_belongs_to_its_router,
    router_is_not_too_full,
)


def broken() -> list[Broken]:
    """Everything in the register that should not be so."""
    return [found for check in CHECKS for found in check()]


def router_differs(*, router: Router, driver: Driver) -> list[Broken]:
    """Router entries = desired entries, read over a connection of its own; what is queued, ignored or failed does not count.

    Raises the driver's failures.
    """
    target = facts.target(router)
    connection = driver.connect(target)
    try:
        bench = Bench(router, driver, connection, target.facts, target.installation_id, guard=lambda: None)
        wishes = facts.wishes(Access.objects.filter(router=router, due_at__isnull=True))
        plan = reconcile.compare(bench, reconcile.read(bench), wishes)
        mine = {wish.facts.id for wish in wishes}
        return [
            Broken("router_is_as_desired", f"{driver.render(operation)} @ {router.name}")
            for operation in plan.diff.operations
            if operation.access_id in mine
        ]
    finally:
        connection.close()

