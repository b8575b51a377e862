"""A divergence in the words of the page: which field, what is right, what stands there now, and what can be done about it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.domain.access.normalise import flag
from malha.network.models import Divergence, DivergenceKind
from malha.network.services import divergences
from malha.network.services.adoption import METHOD_OF_TABLE

FIELDS: Mapping[str, str | Promise] = {
    "": gettext_lazy("Access"),
    "address": gettext_lazy("Fixed IP"),
    "address-list": gettext_lazy("List"),
    "caller-id": "MAC",
    "comment": gettext_lazy("Mark"),
    "dhcpv6-pd-pool": gettext_lazy("IPv6 pool"),
    "disabled": gettext_lazy("Situation"),
    "interface-list": gettext_lazy("Interface list"),
    "local-address": gettext_lazy("Local address"),
    "mac-address": "MAC",
    "name": gettext_lazy("Login"),
    "password": gettext_lazy("Password"),
    "profile": gettext_lazy("Profile"),
    "ranges": gettext_lazy("Ranges"),
    "rate-limit": gettext_lazy("Speed"),
    "remote-address": gettext_lazy("Fixed IP"),
    "remote-ipv6-prefix": gettext_lazy("IPv6 prefix"),
    "service": gettext_lazy("Service"),
    "shared-users": gettext_lazy("Simultaneous sessions"),
}
TABLES: Mapping[str, str | Promise] = {
    "ip/hotspot/user": "Hotspot",
    "ip/hotspot/user/profile": gettext_lazy("Hotspot profile"),
    "ip/pool": gettext_lazy("Pool of addresses"),
    "ppp/profile": gettext_lazy("PPPoE profile"),
    "ppp/secret": "PPPoE",
}
IN_PROFILES: Mapping[str, str | Promise] = {"remote-address": gettext_lazy("Pool of addresses")}


@dataclass(frozen=True, slots=True)
class Side:
    """What stands on one side. `is_absent`: nothing stands there, the text says so in grey."""

    text: str
    is_absent: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A divergence as a row of the table."""

    row: Divergence
    field: str
    wanted: Side
    found: Side
    note: str
    is_being_applied: bool
    is_adopted: bool
    is_selected: bool

    @property
    def customer(self) -> "object | None":
        """Whose access it is; None for a stranger, a profile or a pool."""
        return self.row.access.contract.customer if self.row.access else None

    @property
    def table(self) -> str:
        """The kind of object, for rows that belong to no customer."""
        return str(TABLES.get(self.row.table, self.row.table))

    @property
    def is_stranger(self) -> bool:
        return self.row.kind == DivergenceKind.STRANGER

    @property
    def may_apply(self) -> bool:
        return self.row.kind in divergences.APPLICABLE

    @property
    def may_accept(self) -> bool:
        """Whether the register has a place for the router's value."""
        return self.row.kind == DivergenceKind.DIFFERENT and self.row.access_id is not None and self.row.field in divergences.ACCEPTABLE

    @property
    def may_link(self) -> bool:
        return self.row.kind in (DivergenceKind.STRANGER, DivergenceKind.CONFLICT) and self.row.table in METHOD_OF_TABLE


def lines(
    rows: Iterable[Divergence],
    *,
    applying: Collection[tuple[int, str, str, str]] = (),
    adopting: Collection[tuple[int, str, str]] = (),
    selected: Collection[int] = (),
) -> list[Line]:
    """The rows in words. `applying` and `adopting`: keys of what is on its way; `selected`: primary keys to show ticked."""
    return [
        Line(
            row=row,
            field=field_label(row),
            wanted=_wanted(row),
            found=_found(row),
            note=_note(row),
            is_being_applied=(row.router_id, row.table, row.name, row.field) in applying,
            is_adopted=(row.router_id, row.table, row.name) in adopting,
            is_selected=row.pk in selected,
        )
        for row in rows
    ]


def field_label(row: Divergence) -> str:
    """`Perfil`, `IP fixo`, `Situação`; what nobody named is shown as the router calls it."""
    if row.kind in (DivergenceKind.STRANGER, DivergenceKind.CONFLICT) or (not row.field and row.access_id):
        return str(FIELDS[""])
    if not row.field:
        return _("Entry")
    if row.table.endswith("profile") and row.field in IN_PROFILES:
        return str(IN_PROFILES[row.field])
    return str(FIELDS.get(row.field, row.field))


def _wanted(row: Divergence) -> Side:
    if row.kind == DivergenceKind.STRANGER or divergences.is_removal(row):
        return Side(_("does not exist"), is_absent=True)
    if row.kind == DivergenceKind.REPEATED:
        return Side(_("only once"), is_absent=True)
    if row.kind == DivergenceKind.CONFLICT or not row.field:
        return Side(_entry(row, row.access.plan.profile_name if row.access else ""))
    return _value(row.field, row.wanted)


def _found(row: Divergence) -> Side:
    if row.kind == DivergenceKind.MISSING:
        return Side(_("does not exist"), is_absent=True)
    if row.kind in (DivergenceKind.STRANGER, DivergenceKind.CONFLICT):
        return Side(_entry(row, str(row.fields.get("profile", ""))))
    if row.kind == DivergenceKind.REPEATED:
        return Side(row.found)
    if divergences.is_removal(row):
        return Side(_entry(row, ""))
    return _value(row.field, row.found)


def _entry(row: Divergence, profile: str) -> str:
    parts = [str(TABLES.get(row.table, row.table)), profile]
    return " · ".join(part for part in parts if part)


def _value(field: str, value: str) -> Side:
    if field == "disabled":
        return Side(_("switched off") if flag(value) == "true" else _("released"))
    if field == "password":
        return Side(_("not shown"), is_absent=True)
    return Side(value) if value else Side(_("empty"), is_absent=True)


def _note(row: Divergence) -> str:
    """What a person must understand before deciding; nothing where the two values say it all."""
    if row.kind == DivergenceKind.CONFLICT:
        words = _("%(name)s is taken on the router by an entry that is not ours. Link it, and it becomes this access; or rename it there.")
        return words % {"name": row.name}
    if row.kind == DivergenceKind.REPEATED:
        return _("Two entries carry our mark, as when one is copied in Winbox. Delete the wrong one there, or its comment.")
    if divergences.is_removal(row):
        return _("It carries our mark, but no access of this router is behind it.")
    if row.kind == DivergenceKind.MISSING and row.found == "unsupported":
        return _("This version of the router does not have it.")
    return ""
