"""What can be said to a table: one function per verb, called with (session, table, call). All raise Trap."""

from asyncio import TimerHandle
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sandbox.routeros.errors import Fatal, Trap, no_such_item
from sandbox.routeros.query import compile_query
from sandbox.routeros.rows import RE, row_writer
from sandbox.routeros.table import Row, Table
from sandbox.routeros.wire import word

if TYPE_CHECKING:
    from sandbox.routeros.session import Call, Session

CHUNK = 1000
Verb = Callable[["Session", Table, "Call"], None]

_PRINT_PARAMETERS = frozenset(
    (b".proplist", b"count-only", b"stats", b"detail", b"from", b".id", b"interval", b"without-paging", b"terse", b"brief")
)


class Stream:
    """Something that goes on until it is cancelled."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self.stop = stop


# ---- reading


def print_rows(session: "Session", table: Table, call: "Call") -> None:
    """`print`: rows, or their number, of those that the query words let through."""
    session.router.counters.reads += 1
    given = call.attributes
    for name in given:
        if name not in _PRINT_PARAMETERS:
            raise table.unknown(name)
    table.refresh()
    wanted = given.get(b".id", given.get(b"from"))
    rows = list(table.rows.values()) if wanted is None else table.select(wanted)
    matches = compile_query(table, call.queries)
    if matches is not None:
        rows = [row for row in rows if matches(row)]
    if b"count-only" in given:
        session.done(call.tag, b"%d" % len(rows))
        return
    session.start_job(call, _print_job(session, table, call, rows))


def _print_job(session: "Session", table: Table, call: "Call", rows: list[Row]) -> Iterator[None]:
    write = row_writer(session, table, call)
    for start in range(0, len(rows), CHUNK):
        if start:
            yield
        parts: list[bytes] = []
        for row in rows[start : start + CHUNK]:
            write(row, parts)
        session.out.append(b"".join(parts))
    if not rows:
        session.empty(call.tag)
    session.done(call.tag)


def get(session: "Session", table: Table, call: "Call") -> None:
    """`get`: one property of one row in `=ret=`."""
    session.router.counters.reads += 1
    table.refresh()
    row = table.the_row() if table.spec.singleton else _rows_of(table, call)[0]
    name = call.attributes.get(b"value-name", b"")
    if name not in table.columns:
        raise table.unknown(name)
    if name in table.sensitive and "sensitive" not in session.policies():
        raise Trap("not enough permissions (9)", 4)
    make = table.computed.get(name)
    value = make(table.router, row) if make is not None else row.values.get(name)
    session.done(call.tag, value or b"")


def listen(session: "Session", table: Table, call: "Call") -> None:
    """`listen`: every change from now on, `=.dead=yes` for a removal, until `/cancel`."""
    session.router.counters.reads += 1
    matches = compile_query(table, call.queries)
    write = row_writer(session, table, call)

    def tell(row: Row, is_dead: bool) -> None:
        if is_dead:
            session.reply(RE, call.tag, b"=.id=" + row.id, b"=.dead=yes")
        elif matches is None or matches(row):
            parts: list[bytes] = []
            write(row, parts)
            session.out.extend(parts)
        session.flush()

    table.listeners.append(tell)
    session.streams[call.tag] = Stream(lambda: table.listeners.remove(tell))


def cancel(session: "Session", table: Table, call: "Call") -> None:
    """`/cancel =tag=x`: that sentence is interrupted; without a tag, all of them."""
    tag = call.attributes.get(b"tag")
    running = [*session.streams, *session.jobs]
    for each in running if tag is None else [word(b".tag=" + tag)]:
        stream = session.streams.pop(each, None)
        job = session.jobs.pop(each, None)
        if stream is not None:
            stream.stop()
        if stream is not None or job is not None:
            session.trap(each, "interrupted", 2)
            session.done(each)
    session.done(call.tag)


def quit_session(session: "Session", table: Table, call: "Call") -> None:
    """`/quit`."""
    raise Fatal("session terminated on request")


# ---- writing


def add(session: "Session", table: Table, call: "Call") -> None:
    """`add`: the new id in `=ret=`."""
    session.router.counters.writes += 1
    session.done(call.tag, table.add(call.attributes).id)


def set_rows(session: "Session", table: Table, call: "Call") -> None:
    """`set`."""
    session.router.counters.writes += 1
    rows = [table.the_row()] if table.spec.singleton else _rows_of(table, call)
    table.change(rows, call.attributes)
    session.done(call.tag)


def unset(session: "Session", table: Table, call: "Call") -> None:
    """`unset =.id= =value-name=`."""
    session.router.counters.writes += 1
    rows = _rows_of(table, call)
    names = call.attributes.get(b"value-name")
    if names is None:
        raise Trap("missing =value-name=", 0)
    table.unset(rows, names.split(b","))
    session.done(call.tag)


def remove(session: "Session", table: Table, call: "Call") -> None:
    """`remove`; on a table of sessions this is a kick."""
    session.router.counters.writes += 1
    for row in _rows_of(table, call):
        if table.spec.remove_hook is not None:
            table.spec.remove_hook(table.router, row)
        else:
            table.remove(row)
    session.done(call.tag)


def move(session: "Session", table: Table, call: "Call") -> None:
    """`move =numbers= =destination=`: before that row, or to the end."""
    session.router.counters.writes += 1
    table.move(_rows_of(table, call), call.attributes.get(b"destination"))
    session.done(call.tag)


def enable(session: "Session", table: Table, call: "Call") -> None:
    """`enable`."""
    _write_one(session, table, call, b"disabled", b"no")


def disable(session: "Session", table: Table, call: "Call") -> None:
    """`disable`."""
    _write_one(session, table, call, b"disabled", b"yes")


def comment(session: "Session", table: Table, call: "Call") -> None:
    """`comment =.id= =comment=`."""
    _write_one(session, table, call, b"comment", call.attributes.get(b"comment", b""))


def make_static(session: "Session", table: Table, call: "Call") -> None:
    """`/ip/dhcp-server/lease/make-static`: a dynamic lease becomes configuration."""
    session.router.counters.writes += 1
    for row in _rows_of(table, call):
        if not row.dynamic:
            raise Trap("failure: lease is already static", 4)
        row.dynamic = False
        session.router.changed(table)
    session.done(call.tag)


def monitor_traffic(session: "Session", table: Table, call: "Call") -> None:
    """`/interface/monitor-traffic =interface= [=once=]`: bits a second, now or every second until cancelled."""
    session.router.counters.reads += 1
    name = call.attributes.get(b"interface", b"")
    row = table.find(name)
    if row is None:
        raise Trap("input does not match any value of interface", 1)
    traffic = session.router.traffic

    def tell() -> None:
        received, sent = traffic.rates(row)
        session.reply(
            RE,
            call.tag,
            b"=name=" + row.values[b"name"],
            b"=rx-bits-per-second=%d" % received,
            b"=tx-bits-per-second=%d" % sent,
        )

    tell()
    if b"once" in call.attributes:
        session.done(call.tag)
        return
    timer: list[TimerHandle] = []

    def again() -> None:
        tell()
        session.flush()
        timer[0] = session.router.loop.call_later(1, again)

    timer.append(session.router.loop.call_later(1, again))
    session.streams[call.tag] = Stream(lambda: timer[0].cancel())


def _write_one(session: "Session", table: Table, call: "Call", name: bytes, value: bytes) -> None:
    session.router.counters.writes += 1
    if name not in table.columns:
        raise Trap("no such command", 0)
    table.change(_rows_of(table, call), {name: value})
    session.done(call.tag)


def _rows_of(table: Table, call: "Call") -> list[Row]:
    """The rows that `.id` or `numbers` name; taken out of the attributes."""
    wanted = call.attributes.pop(b".id", None)
    if wanted is None:
        wanted = call.attributes.pop(b"numbers", None)
    if wanted is None:
        raise Trap("missing =.id=", 0)
    table.refresh()
    rows = table.select(wanted)
    if not rows:
        raise no_such_item()
    return rows


TABLE_VERBS: dict[str, tuple[Verb, str]] = {
    "print": (print_rows, "read"),
    "getall": (print_rows, "read"),
    "get": (get, "read"),
    "listen": (listen, "read"),
    "add": (add, "write"),
    "set": (set_rows, "write"),
    "unset": (unset, "write"),
    "remove": (remove, "write"),
    "move": (move, "write"),
    "enable": (enable, "write"),
    "disable": (disable, "write"),
    "comment": (comment, "write"),
    "make-static": (make_static, "write"),
    "monitor-traffic": (monitor_traffic, "test"),
}
