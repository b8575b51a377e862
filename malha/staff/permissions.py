"""Who may do what: one table (domain.md §15), and the words with which a view says which line of it guards it.

Every view of the staff's door carries `@requires("<code>")`, or `PermissionMixin` with `permission = "<code>"`, or `@public`.
`StaffMiddleware` enforces what is declared and refuses what declares nothing, so a forgotten line locks a page instead of
opening it; tests/backoffice/test_permissions.py walks every URL with every role. How to: docs/howto/permissions.md.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from malha.staff.roles import Role


class Limit(StrEnum):
    """How far a permission reaches. ALL is the plain ✓; the views and services of the room narrow the others down."""

    ALL = "yes"
    OWN = "own"  # only what this person sold, was given, or has in their own till
    OPEN = "open"  # may open one, not work on it
    BASIC = "basic"  # numbers of customers and network, not of money
    MONEY = "money"  # numbers of money only
    CAPPED = "capped"  # up to the amount in the settings


_COLUMNS = (Role.ADMIN, Role.MANAGER, Role.FINANCE, Role.ATTENDANT, Role.TECHNICIAN, Role.SALES, Role.ACCOUNTANT)

_TABLE = """
permission               | admin manager finance attendant technician sales accountant
-------------------------|------------------------------------------------------------
home.view                | yes   yes     yes     yes       yes        yes   yes
profile.edit             | yes   yes     yes     yes       yes        yes   yes
customers.view           | yes   yes     yes     yes       yes        yes   yes
customers.edit           | yes   yes     yes     yes       -          own   -
customers.annotate       | yes   yes     yes     yes       yes        yes   -
customers.export         | yes   yes     yes     -         -          -     yes
customers.view_document  | yes   yes     yes     yes       -          own   yes
customers.view_password  | yes   yes     -       yes       yes        -     -
contracts.view           | yes   yes     yes     yes       yes        yes   yes
contracts.edit           | yes   yes     yes     yes       -          own   -
contracts.discount       | yes   yes     capped  -         -          -     -
contracts.price          | yes   yes     -       -         -          -     -
contracts.block          | yes   yes     yes     -         -          -     -
contracts.trust          | yes   yes     yes     yes       -          -     -
contracts.suspend        | yes   yes     -       yes       -          -     -
contracts.cancel         | yes   yes     -       yes       -          -     -
accesses.edit            | yes   yes     yes     yes       yes        own   -
accesses.disconnect      | yes   yes     -       yes       yes        -     -
charges.view             | yes   yes     yes     yes       -          -     yes
charges.edit             | yes   yes     yes     -         -          -     -
charges.waive            | yes   yes     capped  -         -          -     -
charges.receive          | yes   yes     yes     yes       -          -     -
charges.reverse          | yes   yes     yes     -         -          -     -
cashbook.view            | yes   yes     yes     own       -          -     -
cashbook.post            | yes   yes     yes     own       -          -     -
cashbook.manage          | yes   yes     yes     -         -          -     -
payables.manage          | yes   yes     yes     -         -          -     -
dunning.approve          | yes   yes     yes     -         -          -     -
dunning.notify           | yes   yes     yes     yes       -          -     -
tickets.work             | yes   yes     yes     yes       own        open  -
plans.view               | yes   yes     yes     yes       yes        yes   yes
plans.manage             | yes   yes     -       -         -          -     -
templates.view           | yes   yes     yes     yes       -          yes   yes
templates.manage         | yes   yes     -       -         -          -     -
routers.view             | yes   yes     -       yes       yes        -     -
routers.manage           | yes   yes     -       -         yes        -     -
divergences.manage       | yes   yes     -       -         yes        -     -
reports.view             | yes   yes     money   basic     own        own   money
history.view             | yes   yes     -       -         -          -     -
gateways.manage          | yes   -       -       -         -          -     -
settings.manage          | yes   -       -       -         -          -     -
users.manage             | yes   -       -       -         -          -     -
tokens.manage            | yes   -       -       -         -          -     -
"""


def _read(table: str) -> dict[str, dict[Role, Limit]]:
    rows = [line.partition("|") for line in table.strip().splitlines()[2:]]
    return {
        code.strip(): {role: Limit(word) for role, word in zip(_COLUMNS, words.split(), strict=True) if word != "-"}
        for code, _bar, words in rows
    }


PERMISSIONS: Mapping[str, Mapping[Role, Limit]] = _read(_TABLE)


def limit(role: str, code: str) -> Limit | None:
    """How far `role` may go with `code`; None means not at all. Raises KeyError for a code that is not in the table."""
    return PERMISSIONS[code].get(Role(role)) if role else None


def allows(role: str, code: str) -> bool:
    """May `role` do `code` at all, be it within a limit?"""
    return limit(role, code) is not None


PUBLIC = "public"
_View = TypeVar("_View", bound=Callable[..., Any])


def requires(code: str) -> Callable[[_View], _View]:
    """Declare the permission that guards a view. Put it outermost. A code that is not in the table fails at import."""
    if code not in PERMISSIONS:
        raise ValueError(f"{code!r} is not in the permission table of malha/staff/permissions.py")

    def declare(view: _View) -> _View:
        view.permission = code  # type: ignore[attr-defined]
        return view

    return declare


def public(view: _View) -> _View:
    """Declare that anybody may open a view, logged in or not."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


class PermissionMixin:
    """For class-based views: `permission = "customers.view"` in the class body (or PUBLIC)."""

    permission: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        code = cls.__dict__.get("permission")
        if code is not None and code != PUBLIC and code not in PERMISSIONS:
            raise ValueError(f"{cls.__name__}: {code!r} is not in the permission table of malha/staff/permissions.py")


def declared(callback: Callable[..., Any]) -> str | None:
    """The permission a URL's callback declares: a code, PUBLIC, or None when it was forgotten."""
    found = getattr(callback, "permission", None)
    if found is None:
        found = getattr(getattr(callback, "view_class", None), "permission", None)
    return found if isinstance(found, str) else None
