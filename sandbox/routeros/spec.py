"""The language in which tables are described: columns, unique keys, hooks. Descriptions live in `tables/`."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.routeros import values as v

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.table import Row

Values = dict[bytes, bytes]
Key = Callable[[Values], Hashable | None]
Clash = Callable[[Values, Values], bool]
Hook = Callable[["Router", "Row"], None]
Computed = Callable[["Router", "Row"], "bytes | None"]

EDITABLE = ("print", "get", "listen", "add", "set", "remove", "unset", "enable", "disable", "comment")
ORDERED = (*EDITABLE, "move")
SETTINGS = ("print", "get", "set")
READABLE = ("print", "get", "listen")


@dataclass(frozen=True, slots=True)
class Column:
    """One property of a table.

    `default` is what an unwritten property answers with (None = absent). `ref` names the table whose rows the value
    names: the reference follows a rename and becomes the dangling `*id` when the row is removed. `computed` values
    are made when they are read. `stats` columns are answered only to `=stats=` or when asked for by name.
    """

    parse: v.Parser | None = None
    default: bytes | None = None
    ref: str | None = None
    literals: frozenset[bytes] = frozenset()
    or_address: bool = False
    required: bool = False
    readonly: bool = False
    sensitive: bool = False
    stats: bool = False
    computed: Computed | None = None


@dataclass(frozen=True, slots=True)
class Unique:
    """No two rows with the same key; a key of None takes no part. `clash` decides among rows of equal key."""

    key: Key
    message: str
    clash: Clash | None = None


@dataclass(frozen=True)
class TableSpec:
    """Everything a table is. `first` are the rows a factory-new router has, `fixed` names that cannot be removed."""

    path: str
    columns: dict[str, Column]
    unique: tuple[Unique, ...] = ()
    verbs: tuple[str, ...] = EDITABLE
    named: bool = False
    ordered: bool = False
    singleton: bool = False
    expiring: bool = False
    dynamic_removable: bool = True
    dynamic_editable: bool = True
    first: tuple[dict[str, str], ...] = ()
    fixed: frozenset[bytes] = frozenset()
    check: Callable[["Router", "Row | None", Values], None] | None = None
    on_added: Hook | None = None
    on_changed: Callable[["Router", "Row", Values], None] | None = None
    on_removed: Hook | None = None
    remove_hook: Hook | None = None
    kept: bool = True


def text(default: str | None = None, *, required: bool = False, sensitive: bool = False) -> Column:
    """Any bytes at all. Without a default, empty means absent."""
    if required:
        return Column(required=True, sensitive=sensitive)
    if default is None:
        return Column(parse=v.optional_text, sensitive=sensitive)
    return Column(default=default.encode(), sensitive=sensitive)


def flag(default: str | None = "false") -> Column:
    """true or false."""
    return Column(parse=v.flag, default=default.encode() if default is not None else None)


def choice(allowed: Iterable[str], default: str | None = None, *, required: bool = False) -> Column:
    """One of some words."""
    parse = v.choice(*(each.encode() for each in allowed))
    return Column(parse=parse, default=default.encode() if default is not None else None, required=required)


def parsed(parse: v.Parser, default: str | None = None, *, required: bool = False) -> Column:
    """A value with a form."""
    return Column(parse=parse, default=default.encode() if default is not None else None, required=required)


def number(lowest: int, highest: int, default: str | None = None, *, required: bool = False) -> Column:
    """A whole number within bounds."""
    return parsed(v.number(lowest, highest), default, required=required)


def words(*allowed: str, default: str | None = None) -> Column:
    """A comma list out of some words."""
    return parsed(v.words(*(each.encode() for each in allowed)), default)


def ref(
    table: str,
    default: str | None = None,
    *,
    literals: Iterable[str] = (),
    required: bool = False,
    or_address: bool = False,
) -> Column:
    """The name of a row of another table, or one of some literal words, or an address if that is allowed."""
    return Column(
        default=default.encode() if default is not None else None,
        ref=table,
        literals=frozenset(each.encode() for each in literals),
        required=required,
        or_address=or_address,
    )


def answer(default: str | None = None) -> Column:
    """A property that the router alone writes."""
    return Column(default=default.encode() if default is not None else None, readonly=True)


def computed(make: Computed, *, stats: bool = False) -> Column:
    """A property made when it is read."""
    return Column(readonly=True, computed=make, stats=stats)


def by(*names: str) -> Key:
    """A unique key out of properties, compared as they are stored."""
    encoded = tuple(name.encode() for name in names)
    if len(encoded) == 1:
        only = encoded[0]
        return lambda values: values.get(only)
    return lambda values: tuple(values.get(name) for name in encoded)


def by_name(message: str) -> Unique:
    """The usual key."""
    return Unique(by("name"), message)
