"""A table with its rows: add, set, unset, remove, move, with the validation its description asks for."""

import heapq
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

from sandbox.routeros.errors import Trap, invalid, no_match, no_such_item, text
from sandbox.routeros.spec import Column, TableSpec, Values
from sandbox.routeros.values import ipv4, seconds

if TYPE_CHECKING:
    from sandbox.routeros.router import Router

_DISABLED = b"disabled"
_PLACE = b"place-before"


class Row:
    """One entry. `values` never contains `.id`; `extra` belongs to whoever made a dynamic row."""

    __slots__ = ("dynamic", "expires", "extra", "id", "referred", "refs", "values")

    def __init__(self, row_id: bytes, values: Values) -> None:
        self.id = row_id
        self.values = values
        self.refs: dict[bytes, Row] | None = None
        self.referred = False
        self.dynamic = False
        self.expires: float | None = None
        self.extra: Any = None


class Table:
    """Rows in print order, found by id and by name."""

    def __init__(self, spec: TableSpec, router: "Router") -> None:
        self.spec = spec
        self.router = router
        self.path = spec.path
        self.columns: dict[bytes, Column] = {name.encode(): column for name, column in spec.columns.items()}
        self.defaults: Values = {name: column.default for name, column in self.columns.items() if column.default is not None}
        self.required = [name for name, column in self.columns.items() if column.required]
        self.computed = {name: c.computed for name, c in self.columns.items() if c.computed is not None}
        self.stats = frozenset(name for name, column in self.columns.items() if column.stats)
        self.sensitive = frozenset(name for name, column in self.columns.items() if column.sensitive)
        self.rows: dict[bytes, Row] = {}
        self.names: dict[bytes, list[Row]] = {}
        self.buckets: list[dict[Hashable, list[Row]]] = [{} for _ in spec.unique]
        self.referrers: list[tuple[Table, bytes]] = []
        self.listeners: list[Callable[[Row, bool], None]] = []
        self.next_id = 1
        self._expiries: list[tuple[float, int, Row]] = []
        self._sequence = count()

    # ---- finding

    def find(self, name_or_id: bytes) -> Row | None:
        """A row by `*id`, or by name where the table has names."""
        row = self.rows.get(name_or_id)
        if row is None and self.spec.named:
            named = self.names.get(name_or_id)
            if named:
                return named[0]
        return row

    def select(self, list_of_ids: bytes) -> list[Row]:
        """The rows of a comma list. A name that itself contains a comma is found first. Raises `no such item`."""
        whole = self.find(list_of_ids)
        if whole is not None:
            return [whole]
        found = []
        for each in list_of_ids.split(b","):
            row = self.find(each)
            if row is None:
                raise no_such_item()
            found.append(row)
        return found

    def the_row(self) -> Row:
        """The only row of a settings table."""
        return next(iter(self.rows.values()))

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows.values())

    def __len__(self) -> int:
        return len(self.rows)

    # ---- writing

    def add(self, given: Values, *, dynamic: bool = False, internal: bool = False, row_id: bytes | None = None) -> Row:
        """A new row out of properties as they come from the wire. Raises Trap.

        `internal` is the router itself, which may write what is read-only to users; dynamic rows always are its own.
        """
        values = self.defaults.copy()
        before = given.pop(_PLACE, None) if self.spec.ordered else None
        row = Row(row_id or b"*%X" % self.next_id, values)
        self._parse_into(row, values, given, dynamic or internal)
        for name in self.required:
            if not values.get(name):
                raise Trap(f"missing value of {text(name)}" if name in given else f"missing ={text(name)}=", 0)
        if self.spec.check is not None:
            self.spec.check(self.router, None, values)
        self._claim(row, values)
        if row_id is None:
            self.next_id += 1
        row.dynamic = dynamic
        self.rows[row.id] = row
        if before:
            try:
                self.move([row], before)
            except Trap:
                self._forget(row)
                raise
        if self.spec.expiring:
            self.schedule_expiry(row)
        if self.spec.on_added is not None:
            self.spec.on_added(self.router, row)
        self._changed(row)
        return row

    def change(self, rows: Iterable[Row], given: Values) -> None:
        """Change properties of rows. Raises Trap; a row refused leaves the rows before it changed, as routers do."""
        for row in rows:
            if row.dynamic and not self.spec.dynamic_editable:
                raise Trap("failure: can not change dynamic entry", 4)
            values = row.values.copy()
            old_refs = row.refs.copy() if row.refs else None
            try:
                self._parse_into(row, values, given, False)
                self._settle(row, values)
            except Trap:
                row.refs = old_refs
                raise

    def unset(self, rows: Iterable[Row], names: Iterable[bytes]) -> None:
        """Back to unset: absent, or the default where the property always has a value. Raises Trap."""
        names = [name for name in names if name]
        for name in names:
            column = self.columns.get(name)
            if column is None:
                raise self.unknown(name)
            if column.required or column.readonly:
                raise Trap(f"can not unset {text(name)}", 1)
        for row in rows:
            values = row.values.copy()
            for name in names:
                default = self.defaults.get(name)
                if default is None:
                    values.pop(name, None)
                    if row.refs:
                        row.refs.pop(name, None)
                else:
                    values[name] = self._parse(row, name, default) or b""
            self._settle(row, values)

    def remove(self, row: Row) -> None:
        """Take a row out. References to it become its `*id`. Raises Trap for what cannot be removed."""
        if row.dynamic and not self.spec.dynamic_removable:
            raise Trap("failure: can not remove dynamic entry", 4)
        if self.spec.fixed and row.values.get(b"name") in self.spec.fixed:
            raise Trap(f"failure: {text(row.values[b'name'])} can not be removed", 4)
        self.drop(row)

    def drop(self, row: Row) -> None:
        """Take a row out without asking."""
        if self.rows.get(row.id) is not row:
            return
        self._forget(row)
        if row.referred:
            for table, column in self.referrers:
                table.relabel(column, row, row.id, forget=True)
        if self.spec.on_removed is not None:
            self.spec.on_removed(self.router, row)
        if self.listeners:
            for listener in list(self.listeners):
                listener(row, True)
        self.router.changed(self)

    def move(self, rows: list[Row], destination: bytes | None) -> None:
        """Put rows before another row, or last. Raises Trap."""
        if any(row.dynamic for row in rows):
            raise Trap("failure: can not move dynamic entry", 4)
        target = None
        if destination:
            target = self.find(destination)
            if target is None:
                raise no_such_item()
            if target.dynamic:
                raise Trap("failure: can not place before dynamic entry", 4)
            if target in rows:
                return
        order = [row for row in self.rows.values() if row not in rows]
        at = order.index(target) if target is not None else len(order)
        order[at:at] = rows
        self.rows = {row.id: row for row in order}
        self.router.changed(self)

    def relabel(self, column: bytes, target: Row, label: bytes, *, forget: bool) -> None:
        """Write a referenced row's new name (or dangling id) where it is referenced."""
        for row in list(self.rows.values()):
            if row.refs and row.refs.get(column) is target:
                row.values[column] = label
                if forget:
                    del row.refs[column]

    def touch(self, row: Row, **values: bytes) -> None:
        """Write properties that only the router writes; `_` stands for `-`."""
        for name, value in values.items():
            row.values[name.replace("_", "-").encode()] = value
        if self.listeners:
            for listener in list(self.listeners):
                listener(row, False)

    def renumber(self) -> None:
        """Give every row another id, as a reboot may. Order stays; ids of before now name other rows or none."""
        rows = list(self.rows.values())
        moving = [row for row in rows if row.id not in (b"*0", b"*FFFFFFFE")]
        for position, row in enumerate(reversed(moving), start=1):
            row.id = b"*%X" % position
        self.next_id = len(moving) + 1
        self.rows = {row.id: row for row in rows}

    def restore(self, row_id: bytes, values: Values) -> Row:
        """Put back a row as it was saved, references included; nothing is checked and no hook runs."""
        row = Row(row_id, {})
        for name, value in values.items():
            column = self.columns.get(name)
            target = self.router.tables[column.ref].find(value) if column is not None and column.ref else None
            if target is not None and not value.startswith(b"*"):
                row.refs = row.refs or {}
                row.refs[name] = target
                target.referred = True
        self._claim(row, values)
        row.values = values
        self.rows[row.id] = row
        if row_id not in (b"*0", b"*FFFFFFFE"):
            self.next_id = max(self.next_id, int(row_id[1:], 16) + 1)
        return row

    def forget_columns(self, names: set[bytes]) -> None:
        """Refuse these properties as unknown; what was forgotten before is known again."""
        everything = {name.encode(): column for name, column in self.spec.columns.items()}
        self.columns = {name: column for name, column in everything.items() if name not in names}

    def unknown(self, name: bytes) -> Trap:
        """The refusal of a property this version does not have."""
        named = f"unknown parameter {text(name)}" if self.router.version >= (7,) else "unknown parameter"
        return Trap(named, 0)

    # ---- expiry

    def schedule_expiry(self, row: Row) -> None:
        """Start (again) the time-out that the row's `timeout` asks for."""
        timeout = row.values.get(b"timeout")
        if not timeout or timeout == b"0s":
            row.expires = None
            return
        row.expires = self.router.now() + seconds(timeout, b"timeout")
        row.dynamic = True
        heapq.heappush(self._expiries, (row.expires, next(self._sequence), row))

    def refresh(self) -> None:
        """Drop what has timed out; called before the rows are looked at."""
        if not self._expiries:
            return
        now = self.router.now()
        while self._expiries and self._expiries[0][0] <= now:
            due, _, row = heapq.heappop(self._expiries)
            if row.expires == due:
                self.drop(row)

    # ---- inside

    def _parse_into(self, row: Row, values: Values, given: Values, internal: bool) -> None:
        columns = self.columns
        for name, value in given.items():
            column = columns.get(name)
            if column is None:
                raise self.unknown(name)
            if column.readonly and not internal:
                raise self.unknown(name)
            if column.ref is not None:
                parsed = self._parse(row, name, value)
            elif column.parse is None:
                parsed = value
            else:
                parsed = column.parse(value, name)
            if parsed is None:
                values.pop(name, None)
            else:
                values[name] = parsed

    def _parse(self, row: Row, name: bytes, value: bytes) -> bytes | None:
        column = self.columns[name]
        if column.ref is None:
            return value if column.parse is None else column.parse(value, name)
        if value in column.literals:
            if row.refs:
                row.refs.pop(name, None)
            return value
        if not value:
            raise invalid(name)
        target = self.router.tables[column.ref].find(value)
        if target is not None:
            if row.refs is None:
                row.refs = {}
            row.refs[name] = target
            target.referred = True
            return target.values[b"name"]
        if column.or_address and value[:1].isdigit():
            if row.refs:
                row.refs.pop(name, None)
            return ipv4(value, name)
        raise no_match(name)

    def _settle(self, row: Row, values: Values) -> None:
        for name in self.required:
            if not values.get(name):
                raise invalid(name)
        if self.spec.check is not None:
            self.spec.check(self.router, row, values)
        self._claim(row, values)
        before = row.values
        row.values = values
        name = values.get(b"name", b"")
        if row.referred and name != before.get(b"name"):
            for table, column in self.referrers:
                table.relabel(column, row, name, forget=False)
        if self.spec.expiring and values.get(b"timeout") != before.get(b"timeout"):
            self.schedule_expiry(row)
        if self.spec.on_changed is not None:
            self.spec.on_changed(self.router, row, before)
        self._changed(row)

    def _claim(self, row: Row, values: Values) -> None:
        """Check the unique keys of the values to come, then move the row to them in the indexes."""
        known = row.id in self.rows
        moves = []
        for unique, buckets in zip(self.spec.unique, self.buckets, strict=True):
            key = unique.key(values)
            bucket = buckets.get(key) if key is not None else None
            if bucket:
                for other in bucket:
                    if other is not row and (unique.clash is None or unique.clash(values, other.values)):
                        raise Trap(unique.message, 4)
            old = unique.key(row.values) if known else None
            if old != key:
                moves.append((buckets, old, key))
        for buckets, old, key in moves:
            _reindex(buckets, row, old, key)
        if self.spec.named:
            old_name = row.values.get(b"name") if known else None
            if old_name != values.get(b"name"):
                _reindex(self.names, row, old_name, values.get(b"name"))

    def _forget(self, row: Row) -> None:
        self.rows.pop(row.id, None)
        for unique, buckets in zip(self.spec.unique, self.buckets, strict=True):
            _reindex(buckets, row, unique.key(row.values), None)
        if self.spec.named:
            _reindex(self.names, row, row.values.get(b"name"), None)

    def _changed(self, row: Row) -> None:
        if self.listeners:
            for listener in list(self.listeners):
                listener(row, False)
        self.router.changed(self)


def _reindex(buckets: dict[Any, list[Row]], row: Row, old: Hashable | None, new: Hashable | None) -> None:
    if old is not None:
        bucket = buckets.get(old)
        if bucket and row in bucket:
            bucket.remove(row)
            if not bucket:
                del buckets[old]
    if new is not None:
        buckets.setdefault(new, []).append(row)
