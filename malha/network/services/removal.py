"""Taking a moved access off its old router."""

from django.utils.translation import gettext as _

from malha.core.errors import BusinessError
from malha.domain.access.types import Verb
from malha.network.base import TemporaryFailure
from malha.network.models import Access, RouterCommand
from malha.network.services import facts, reconcile
from malha.network.services.reconcile import Bench
from malha.network.services.texts import readable
from malha.network.services.writing import send


def clean_up(bench: Bench, command: RouterCommand) -> str:
    """Remove the access's own marked entries from this router and drop its session; answers what was done.

    An access that came back meanwhile is left alone. Raises BusinessError with the router's words if it refuses.
    """
    rows = Access.objects.filter(pk=command.access_id or 0).exclude(router_id=bench.router.pk)
    wishes = facts.wishes(rows, is_removing=True)
    if not wishes:
        return _("The access is on this router again; nothing was removed.")
    names = [str(name) for name in command.arguments.get("names", [])] or list(wishes[0].names)
    plan = reconcile.compare(bench, reconcile.read(bench, None if command.arguments.get("is_doubtful") else names), wishes)
    operations = [each for each in plan.diff.operations if each.access_id == command.access_id and each.verb is Verb.REMOVE]
    sent = send(bench.connection, operations, guard=bench.guard, limits=bench.limits)
    if sent.is_lost:
        raise TemporaryFailure("connection_lost", _("The connection to the router was cut."))
    if sent.refused:
        raise BusinessError("refused", readable(sent.refused[0].words))
    bench.connection.kick([operation.name for operation in operations] or names, per_second=0)
    return _("Removed from this router.") if operations else _("There was nothing of it on this router.")
