"""Plano de contas: the tree of categories."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from malha.cashbook.data import CategoryData
from malha.cashbook.models import Category, Direction
from malha.core import clock, history
from malha.core.errors import StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.text import collapse_spaces

FIELDS = ("name", "kind", "parent_id", "code")
NAME_LIMIT, CODE_LIMIT = 80, 20
CODE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,4}", re.ASCII)


@transaction.atomic
def create(*, data: CategoryData, actor: Actor) -> Category:
    """A new line. Raises BusinessError("invalid")."""
    category = Category.objects.create(**_checked(data, None))
    history.record(category, "cash_category.created", actor=actor, after=history.snapshot(category, FIELDS))
    return category


@transaction.atomic
def change(*, category: Category, data: CategoryData, actor: Actor) -> Category:
    """Another name, code or place. What was entered under it stays. Raises BusinessError("invalid")."""
    locked = Category.objects.select_for_update().get(pk=category.pk)
    values = _checked(data, locked)
    before, after = history.changes(history.snapshot(locked, FIELDS), values)
    if after:
        Category.objects.filter(pk=locked.pk).update(updated_at=clock.now(), **values)
        history.record(locked, "cash_category.changed", actor=actor, before=before, after=after)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def set_active(*, category: Category, is_active: bool, actor: Actor) -> None:
    """Offer it for new entries, or not any more. Raises StateConflict("category_unchanged")."""
    if not Category.objects.filter(pk=category.pk, is_active=not is_active).update(is_active=is_active, updated_at=clock.now()):
        raise StateConflict("category_unchanged", _("This category was changed meanwhile. Reload the page."))
    history.record(category, "cash_category.changed", actor=actor, before={"is_active": not is_active}, after={"is_active": is_active})


@transaction.atomic
def create_standard(*, actor: Actor) -> int:
    """A plano de contas to begin with. Answers how many lines were made; none when there is one already."""
    if Category.objects.exists():
        return 0
    made = 0
    for kind, name, children in _standard():
        parent = create(data=CategoryData(name=name, kind=kind), actor=actor)
        for child in children:
            create(data=CategoryData(name=child, kind=kind, parent_id=parent.pk), actor=actor)
        made += 1 + len(children)
    return made


def _standard() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """What nearly every provider has."""
    return (
        (Direction.IN, _("Income"), (_("Monthly fees"), _("Installations"), _("Equipment sold"), _("Other income"))),
        (Direction.OUT, _("Network"), (_("Transit and links"), _("Poles and right of way"), _("Equipment and fibre"), _("Energy"))),
        (Direction.OUT, _("People"), (_("Salaries"), _("Charges on salaries"), _("Commissions"), _("Contractors"))),
        (Direction.OUT, _("Running costs"), (_("Rent"), _("Vehicles and fuel"), _("Software and accounting"), _("Bank fees"), _("Taxes"))),
        (Direction.OUT, _("Other expenses"), ()),
    )


def _checked(data: CategoryData, existing: Category | None) -> dict[str, object]:
    problems = Problems()
    name, code = collapse_spaces(data.name), data.code.strip()
    if not name:
        problems.add("name", _("Type the name of the category, for example Energy."))
    elif len(name) > NAME_LIMIT:
        problems.add("name", _("Use at most %(limit)s characters.") % {"limit": NAME_LIMIT})
    if data.kind not in Direction.values:
        problems.add("kind", _("Choose one of the options."))
    parent = _checked_parent(data, existing, problems)
    if code and (len(code) > CODE_LIMIT or not CODE.fullmatch(code)):
        problems.add("code", _("Use numbers with dots between them, for example 2.1."))
    elif code and Category.objects.filter(code=code).exclude(pk=existing.pk if existing else 0).exists():
        problems.add("code", _("Another category has this code."))
    if existing is not None and data.kind != existing.kind and (existing.children.exists() or existing.entries.exists()):
        problems.add("kind", _("Entries or other categories lie under it; its kind cannot change any more."))
    problems.raise_if_any()
    if not code:
        code = _next_code(parent) if existing is None or existing.parent_id != data.parent_id else existing.code
    return {"name": name, "kind": data.kind, "parent_id": parent.pk if parent else None, "code": code}


def _checked_parent(data: CategoryData, existing: Category | None, problems: Problems) -> Category | None:
    if data.parent_id is None:
        return None
    rows = {row.pk: row for row in Category.objects.all()}
    parent = rows.get(data.parent_id)
    if parent is None:
        problems.add("parent", _("Choose a category from the list."))
    elif parent.kind != data.kind:
        problems.add("parent", _("A category goes the way of the one above it. Choose another one."))
    above: Category | None = parent
    while above is not None and existing is not None:
        if above.pk == existing.pk:
            problems.add("parent", _("A category cannot lie under itself."))
            break
        above = rows.get(above.parent_id) if above.parent_id else None
    return parent


def _next_code(parent: Category | None) -> str:
    """The first free number under the parent."""
    taken = set(Category.objects.values_list("code", flat=True))
    start = f"{parent.code}." if parent else ""
    return next(code for code in (f"{start}{number}" for number in range(1, len(taken) + 2)) if code not in taken)
