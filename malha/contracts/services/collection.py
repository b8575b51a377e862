"""Formas de pagamento: the list a contract chooses from. Integrated ones come with the gateways room."""

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.models import CollectionMethod
from malha.core import history
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.late_fees import LateFeeRates
from malha.domain.text import collapse_spaces

MANUAL = "manual"


@transaction.atomic
def create(*, name: str, actor: Actor) -> CollectionMethod:
    """A new informal form of payment; the first one becomes the default. Raises BusinessError("invalid")."""
    name = _checked(name, None)
    is_first = not CollectionMethod.objects.filter(is_default=True).exists()
    method = CollectionMethod.objects.create(name=name, adapter=MANUAL, is_default=is_first)
    history.record(method, "collection_method.created", actor=actor, after={"name": name, "is_default": is_first})
    return method


@transaction.atomic
def rename(*, method: CollectionMethod, name: str, actor: Actor) -> CollectionMethod:
    """Give it another name. Raises BusinessError("invalid")."""
    locked = CollectionMethod.objects.select_for_update().get(pk=method.pk)
    before = locked.name
    locked.name = _checked(name, locked)
    if locked.name != before:
        locked.save(update_fields=["name"])
        history.record(locked, "collection_method.changed", actor=actor, before={"name": before}, after={"name": locked.name})
    return locked


@transaction.atomic
def make_default(*, method: CollectionMethod, actor: Actor) -> None:
    """What a new contract proposes. Raises BusinessError("method_inactive")."""
    locked = CollectionMethod.objects.select_for_update().get(pk=method.pk)
    if not locked.is_active:
        raise BusinessError("method_inactive", _("Activate this form of payment before making it the standard."))
    if locked.is_default:
        return
    CollectionMethod.objects.filter(is_default=True).update(is_default=False)
    CollectionMethod.objects.filter(pk=locked.pk).update(is_default=True)
    history.record(locked, "collection_method.changed", actor=actor, before={"is_default": False}, after={"is_default": True})


@transaction.atomic
def set_active(*, method: CollectionMethod, is_active: bool, actor: Actor) -> None:
    """Offer it to new contracts, or not any more; contracts that have it keep it. Raises BusinessError("method_is_default")."""
    locked = CollectionMethod.objects.select_for_update().get(pk=method.pk)
    if locked.is_default and not is_active:
        raise BusinessError("method_is_default", _("This is the standard form of payment. Choose another standard first."))
    if locked.is_active == is_active:
        return
    CollectionMethod.objects.filter(pk=locked.pk).update(is_active=is_active)
    history.record(locked, "collection_method.changed", actor=actor, before={"is_active": locked.is_active}, after={"is_active": is_active})


@transaction.atomic
def change_terms(*, method: CollectionMethod, fine_basis_points: int, interest_basis_points: int, actor: Actor) -> CollectionMethod:
    """Late fine and monthly interest of charges issued from now on; what was issued keeps its own. 200 is 2 %, 100 is 1 % a month.

    Raises BusinessError("invalid") above what the law allows (CDC, art. 52 §1).
    """
    problems = Problems()
    with problems.of("fine_basis_points"):
        LateFeeRates(fine=fine_basis_points)
    with problems.of("interest_basis_points"):
        LateFeeRates(monthly_interest=interest_basis_points)
    problems.raise_if_any()
    locked = CollectionMethod.objects.select_for_update().get(pk=method.pk)
    new = {"fine_basis_points": fine_basis_points, "interest_basis_points": interest_basis_points}
    before, after = history.changes(history.snapshot(locked, new), new)
    if after:
        for name, value in new.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(new))
        history.record(locked, "collection_method.changed", actor=actor, before=before, after=after)
    return locked


def _checked(name: str, existing: CollectionMethod | None) -> str:
    name = collapse_spaces(name)
    problem = ""
    if not name:
        problem = _("Type the name of the form of payment.")
    elif len(name) > 60:
        problem = _("Use at most %(limit)s characters.") % {"limit": 60}
    elif CollectionMethod.objects.filter(name__iexact=name).exclude(pk=existing.pk if existing else 0).exists():
        problem = _("There is a form of payment with this name already.")
    if problem:
        raise BusinessError("invalid", _("Check the marked fields."), fields={"name": problem})
    return name
