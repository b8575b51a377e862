"""Groups of customers, and to which of them somebody's view is limited."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from malha.core import history
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.customers.models import CustomerGroup, VisibleGroup
from malha.domain.text import collapse_spaces
from malha.staff.models import User


@transaction.atomic
def create(*, name: str, actor: Actor) -> CustomerGroup:
    """A new group. Raises BusinessError("invalid")."""
    group = CustomerGroup.objects.create(name=_checked(name, None))
    history.record(group, "customer_group.created", actor=actor, after={"name": group.name})
    return group


@transaction.atomic
def rename(*, group: CustomerGroup, name: str, actor: Actor) -> CustomerGroup:
    """Give a group another name. Raises BusinessError("invalid")."""
    locked = CustomerGroup.objects.select_for_update().get(pk=group.pk)
    before = locked.name
    locked.name = _checked(name, locked)
    if locked.name != before:
        locked.save(update_fields=["name"])
        history.record(locked, "customer_group.renamed", actor=actor, before={"name": before}, after={"name": locked.name})
    return locked


@transaction.atomic
def remove(*, group: CustomerGroup, actor: Actor) -> None:
    """Remove an empty group that limits nobody's view. Raises BusinessError("group_in_use")."""
    if VisibleGroup.objects.filter(group=group).exists():
        raise BusinessError("group_in_use", _("What some users see is limited to this group. Change it in their registration first."))
    history.record(group, "customer_group.removed", actor=actor, before={"name": group.name})
    try:
        with transaction.atomic():
            group.delete()
    except ProtectedError as error:
        raise BusinessError("group_in_use", _("Customers belong to this group. Move them to another one first.")) from error


@transaction.atomic
def limit_view(*, user: User, groups: Collection[int], actor: Actor) -> None:
    """Let `user` see only the customers of these groups; none means all customers. Raises BusinessError("invalid")."""
    User.objects.select_for_update().get(pk=user.pk)
    chosen = {group.pk: group.name for group in CustomerGroup.objects.filter(pk__in=groups)}
    if len(chosen) != len(set(groups)):
        raise BusinessError("invalid", _("Check the marked fields."), fields={"customer_groups": _("Choose the groups from the list.")})
    kept = {row.group_id: row.group.name for row in VisibleGroup.objects.filter(user=user).select_related("group")}
    if kept.keys() == chosen.keys():
        return
    VisibleGroup.objects.filter(user=user).exclude(group__in=chosen).delete()
    VisibleGroup.objects.bulk_create(VisibleGroup(user=user, group_id=pk) for pk in chosen if pk not in kept)
    before, after = {"customer_groups": sorted(kept.values())}, {"customer_groups": sorted(chosen.values())}
    history.record(user, "user.changed", actor=actor, before=before, after=after)


def _checked(name: str, existing: CustomerGroup | None) -> str:
    name = collapse_spaces(name)
    problem = ""
    if not name:
        problem = _("Type the name of the group.")
    elif len(name) > 60:
        problem = _("Use at most %(limit)s characters.") % {"limit": 60}
    elif CustomerGroup.objects.filter(name__iexact=name).exclude(pk=existing.pk if existing else 0).exists():
        problem = _("There is a group with this name already.")
    if problem:
        raise BusinessError("invalid", _("Check the marked fields."), fields={"name": problem})
    return name
