"""Rows as reply sentences, with or without a property list."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.routeros.query import reader
from sandbox.routeros.table import Row, Table
from sandbox.routeros.wire import END, SHORT, encode_length, word

if TYPE_CHECKING:
    from sandbox.routeros.session import Call, Session

RE = word(b"!re")
RowWriter = Callable[[Row, list[bytes]], None]


def row_writer(session: "Session", table: Table, call: "Call") -> RowWriter:
    """A function that appends a row's sentence, as this call wants it and this user may see it, to a list."""
    hidden = frozenset[bytes]() if "sensitive" in session.policies() else table.sensitive
    masks = session.router.version < (7,)  # v6 answers stars, v7 leaves the property out
    head = RE + call.tag
    proplist = call.attributes.get(b".proplist")
    if proplist is not None:
        return _chosen(table, head, [name for name in proplist.split(b",") if name], hidden, masks)
    return _everything(table, head, hidden, masks, b"stats" in call.attributes)


def _chosen(table: Table, head: bytes, names: list[bytes], hidden: frozenset[bytes], masks: bool) -> RowWriter:
    readers = [
        (b"=" + name + b"=", (_mask if masks else _nothing) if name in hidden else reader(table, name))
        for name in names
        if name == b".id" or name in table.columns
    ]

    def write(row: Row, parts: list[bytes]) -> None:
        parts.append(head)
        for key, read in readers:
            value = read(row)
            if value is not None:
                size = len(key) + len(value)
                parts.append(SHORT[size] if size < 0x400 else encode_length(size))
                parts.append(key)
                parts.append(value)
        parts.append(END)

    return write


def _everything(table: Table, head: bytes, hidden: frozenset[bytes], masks: bool, with_stats: bool) -> RowWriter:
    keys = {name: b"=" + name + b"=" for name in map(str.encode, table.spec.columns)}
    forgotten = keys.keys() - table.columns.keys()
    made = [(keys[name], make) for name, make in table.computed.items() if with_stats or name not in table.stats]
    router = table.router
    has_ids = not table.spec.singleton

    def write(row: Row, parts: list[bytes]) -> None:
        parts.append(head)
        if has_ids:
            parts.append(word(b"=.id=" + row.id))
        for name, value in row.values.items():
            if name in hidden or name in forgotten:
                if not masks or name in forgotten:
                    continue
                value = b"*****"
            key = keys[name]
            size = len(key) + len(value)
            parts.append(SHORT[size] if size < 0x400 else encode_length(size))
            parts.append(key)
            parts.append(value)
        for key, make in made:
            extra = make(router, row)
            if extra is not None:
                parts.append(word(key + extra))
        parts.append(END)

    return write


def _mask(row: Row) -> bytes | None:
    return b"*****"


def _nothing(row: Row) -> bytes | None:
    return None
