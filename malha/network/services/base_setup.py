"""The base set-up of a router: lists, firewall rules, block profile and pool (network.md §5.3).

A person first sees the exact commands, then has them applied; what is applied is what was shown, or nothing.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from malha.core import history
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.network.base import TemporaryFailure
from malha.network.models import Router, RouterCommand
from malha.network.services import reconcile
from malha.network.services.asking import ask
from malha.network.services.reconcile import Bench
from malha.network.services.texts import readable
from malha.network.services.writing import send


def missing(bench: Bench) -> list[str]:
    """The commands that are missing on the router, as a person would type them."""
    return [bench.driver.render(operation) for operation in bench.connection.base_operations()]


def apply(bench: Bench, shown: Sequence[str]) -> tuple[str, str]:
    """Write the missing parts if they still are what was shown; answers outcome and words."""
    snapshot = reconcile.read(bench, [])
    operations = bench.connection.base_operations()
    if [bench.driver.render(operation) for operation in operations] != list(shown):
        raise BusinessError("changed", _("The router changed since the commands were shown. Look at them again."))
    if operations and not snapshot.owner:
        bench.connection.claim_owner()
    sent = send(bench.connection, operations, guard=bench.guard, limits=bench.limits)
    if sent.is_lost:
        raise TemporaryFailure("connection_lost", _("The connection to the router was cut."))
    left = bench.connection.base_operations()
    refused = [readable(outcome.words) for outcome in sent.refused]
    if left or refused:
        return "refusals", "; ".join(refused) or _("%(count)s commands are still missing.") % {"count": len(left)}
    return "ok", _("%(count)s commands applied.") % {"count": len(operations)}


@transaction.atomic
def ask_missing(*, router: Router, actor: Actor) -> RouterCommand:
    """Ask the lane what is missing; the answer stands in the command's `arguments["commands"]`."""
    return ask(router_id=router.pk, verb="base_read", actor=actor)


@transaction.atomic
def ask_apply(*, router: Router, shown: RouterCommand, actor: Actor) -> RouterCommand:
    """Have the commands of a finished `base_read` applied. Raises BusinessError if there is nothing to apply."""
    commands = shown.arguments.get("commands") or []
    if shown.router_id != router.pk or shown.verb != "base_read" or not commands:
        raise BusinessError("nothing_to_apply", _("There is nothing to apply. Read the router again."))
    command = ask(router_id=router.pk, verb="base_apply", arguments={"commands": commands}, actor=actor)
    history.record(router, "router.base_setup_asked", actor=actor, after={"commands": len(commands)})
    return command


def latest(router: Router) -> RouterCommand | None:
    """The last question about the base set-up, answered or under way."""
    return RouterCommand.objects.filter(router=router, verb__in=("base_read", "base_apply")).order_by("-id").first()
