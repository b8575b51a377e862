"""The control channel: JSON lines on a loopback port. One object in, one object out; README.md lists the verbs."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from sandbox.routeros import seed, selfcheck, tls
from sandbox.routeros.errors import Trap, text
from sandbox.routeros.online import Online, Refused
from sandbox.routeros.table import Row, Table
from sandbox.routeros.users import parse_login

if TYPE_CHECKING:
    from sandbox.routeros.process import RouterServer

Request = dict[str, Any]
Answer = dict[str, Any]


class ControlError(Exception):
    """A request that cannot be done: becomes `{"ok": false, "error": …}`."""


class Control:
    """Answers the requests of tests and of the demo."""

    def __init__(self, server: "RouterServer") -> None:
        self.server = server
        self.router = server.router
        self.verbs: dict[str, Callable[[Request], Any]] = {
            "status": self.status,
            "counters": self.counters,
            "reset-counters": self.reset_counters,
            "dump": self.dump,
            "sessions": self.sessions,
            "add": self.add,
            "set": self.set,
            "unset": self.unset,
            "remove": self.remove,
            "ppp-connect": self.ppp_connect,
            "ppp-disconnect": self.ppp_disconnect,
            "hotspot-login": self.hotspot_login,
            "hotspot-logout": self.hotspot_logout,
            "dhcp-bind": self.dhcp_bind,
            "dhcp-release": self.dhcp_release,
            "auto-reconnect": self.auto_reconnect,
            "auto-connect": self.auto_connect,
            "traffic": self.traffic,
            "fault": self.fault,
            "clear-faults": self.clear_faults,
            "reboot": self.reboot,
            "advance": self.advance,
            "seed": self.seed,
            "cp1252-comments": self.cp1252_comments,
            "duplicate-mark": self.duplicate_mark,
            "user": self.user,
            "new-certificate": self.new_certificate,
            "drop-connections": self.drop_connections,
            "check": self.check,
            "save": self.save,
            "stop": self.stop,
        }

    async def open(self, host: str, port: int) -> tuple[asyncio.Server, int]:
        """Listen; returns the server and the port."""
        server = await asyncio.start_server(self._serve, host, port, limit=1 << 26)
        return server, server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> Answer:
        try:
            request = json.loads(line)
            verb = self.verbs.get(request.pop("cmd", ""))
            if verb is None:
                raise ControlError(f"unknown verb; known: {', '.join(self.verbs)}")
            answer = verb(request)
            if isinstance(answer, Awaitable):
                answer = await answer
            return {"ok": True, **(answer or {})}
        except (Trap, Refused, ControlError, ValueError, KeyError, TypeError, AttributeError) as problem:
            words = problem.message if isinstance(problem, Trap) else f"{problem}"
            return {"ok": False, "error": words, "kind": type(problem).__name__}

    # ---- looking

    def status(self, request: Request) -> Answer:
        """Who this is and how it is."""
        router = self.router
        return {
            **self.server.ready(),
            "now": router.now(),
            "boots": router.boots,
            "sessions": sum(len(each) for each in router.ppp.by_name.values()),
            "faults": router.faults.as_dict(),
            "auto_connect": router.ppp.auto_delay,
        }

    def counters(self, request: Request) -> Answer:
        """What happened."""
        return self.router.counters.as_dict(len(self.router.sessions))

    def reset_counters(self, request: Request) -> Answer:
        """Begin to count again."""
        self.router.counters.reset()
        return {}

    def dump(self, request: Request) -> Answer:
        """`table` (path) → `rows`; `contains` keeps rows with a property that contains it; without table: sizes."""
        if "table" not in request:
            return {"tables": {path: len(table) for path, table in self.router.tables.items()}}
        table = self._table(request)
        table.refresh()
        return {"rows": [self.as_dict(table, row) for row in table]}

    def as_dict(self, table: Table, row: Row) -> dict[str, str]:
        """A row as text; bytes that are not UTF-8 survive as surrogates."""
        answer = {".id": text(row.id)}
        answer.update({text(name): text(value) for name, value in row.values.items()})
        for name, make in table.computed.items():
            value = make(self.router, row)
            if value is not None:
                answer[text(name)] = text(value)
        return answer

    def sessions(self, request: Request) -> Answer:
        """Live sessions of every kind with what they took from their profile."""
        router = self.router
        ppp = [self._session(each) for sessions in router.ppp.by_name.values() for each in sessions]
        hotspot = [self._session(each) for each in router.hotspot.sessions]
        dhcp = [self._session(each) for each in router.dhcp.by_mac.values()]
        return {"ppp": ppp, "hotspot": hotspot, "dhcp": dhcp}

    def _session(self, session: Online) -> dict[str, Any]:
        row_id = text(session.row.id) if session.row is not None else ""
        up = self.router.now() - session.started
        return {"name": text(session.name), "address": text(session.address), "id": row_id, "uptime": up, **session.facts}

    # ---- the operator at the console

    def add(self, request: Request) -> Answer:
        """A row written by hand: `table`, `values`, optional `dynamic`. Read-only properties too. Not counted."""
        is_dynamic = bool(request.get("dynamic", False))
        row = self._table(request).add(_encoded(request["values"]), dynamic=is_dynamic, internal=True)
        return {"id": text(row.id)}

    def set(self, request: Request) -> Answer:
        """Properties changed by hand: `table`, `id` (or name), `values`."""
        table = self._table(request)
        rows = [table.the_row()] if table.spec.singleton else table.select(_bytes(request["id"]))
        table.change(rows, _encoded(request["values"]))
        return {}

    def unset(self, request: Request) -> Answer:
        """Properties cleared by hand: `table`, `id`, `names`."""
        table = self._table(request)
        table.unset(table.select(_bytes(request["id"])), [_bytes(name) for name in request["names"]])
        return {}

    def remove(self, request: Request) -> Answer:
        """A row removed by hand: `table`, `id` (or name)."""
        table = self._table(request)
        for row in table.select(_bytes(request["id"])):
            if table.spec.remove_hook is not None:
                table.spec.remove_hook(self.router, row)
            else:
                table.remove(row)
        return {}

    # ---- subscribers

    def ppp_connect(self, request: Request) -> Answer:
        """`name`, optional `password`, `caller_id`, `service`, `redial_ms`."""
        session = self.router.ppp.connect(
            _bytes(request["name"]),
            _optional(request, "password"),
            _optional(request, "caller_id"),
            _bytes(request.get("service", "pppoe")),
            _seconds(request, "redial_ms"),
        )
        return self._session(session)

    def ppp_disconnect(self, request: Request) -> Answer:
        """The subscriber hangs up: `name`, optional `redial_ms`."""
        return {"ended": self.router.ppp.hang_up(_bytes(request["name"]), _seconds(request, "redial_ms"))}

    def hotspot_login(self, request: Request) -> Answer:
        """`name`, optional `password`, `mac`, `address`."""
        session = self.router.hotspot.log_in(
            _bytes(request["name"]), _optional(request, "password"), _optional(request, "mac"), _optional(request, "address")
        )
        return self._session(session)

    def hotspot_logout(self, request: Request) -> Answer:
        """`name`; its cookie, if there is one, logs in again."""
        name = _bytes(request["name"])
        mine = [each for each in self.router.hotspot.sessions if each.name == name]
        for session in mine:
            self.router.hotspot.end(session, b"user request")
        return {"ended": len(mine)}

    def dhcp_bind(self, request: Request) -> Answer:
        """A device asks for an address or renews: `mac`, optional `server`."""
        return self._session(self.router.dhcp.bind(_bytes(request["mac"]), _optional(request, "server")))

    def dhcp_release(self, request: Request) -> Answer:
        """A device is gone: `mac`."""
        self.router.dhcp.release(_bytes(request["mac"]))
        return {}

    def auto_reconnect(self, request: Request) -> Answer:
        """Everybody redials `ms` after losing the session; `ms` null: nobody."""
        delay = _seconds(request, "ms")
        self.router.ppp.redial = delay
        for sessions in self.router.ppp.by_name.values():
            for session in sessions:
                session.redial = delay
        return {}

    def auto_connect(self, request: Request) -> Answer:
        """Every enabled secret and hotspot user dials `ms` after it appears; `ms` null: off."""
        self.server.auto_connect(_seconds(request, "ms"))
        return {}

    def traffic(self, request: Request) -> Answer:
        """Exact rates of a session: `name`, `up_kbps`, `down_kbps`. Without name: `share` of the believable rates."""
        if "name" not in request:
            self.router.traffic.share = float(request["share"])
            return {}
        name = _bytes(request["name"])
        sessions = [*self.router.ppp.by_name.get(name, []), *(s for s in self.router.hotspot.sessions if s.name == name)]
        for session in sessions:
            session.meter.change(self.router.now(), int(request["up_kbps"]) * 1000, int(request["down_kbps"]) * 1000)
        return {"changed": len(sessions)}

    # ---- trouble

    async def fault(self, request: Request) -> Answer:
        """Set faults by name; answers with all of them."""
        self.router.change_faults(request)
        await self.server.follow_port_fault()
        return {"faults": self.router.faults.as_dict()}

    async def clear_faults(self, request: Request) -> Answer:
        """Everything works again."""
        self.router.clear_faults()
        await self.server.follow_port_fault()
        return {}

    def reboot(self, request: Request) -> Answer:
        """Off and on: sessions, dynamic entries, connections and ids are gone; configuration stays."""
        self.router.reboot()
        return {}

    def advance(self, request: Request) -> Answer:
        """Push the clock by `seconds`; what falls due happens before the answer."""
        self.router.schedule.advance(float(request["seconds"]))
        return {"now": self.router.now()}

    def seed(self, request: Request) -> Answer:
        """More rows: `secrets`, `foreign`, `sessions`, optional `seed` and `mark_from`."""
        return seed.sow(self.router, seed.Plan(**request))

    def cp1252_comments(self, request: Request) -> Answer:
        """Comments of foreign secrets become what Winbox writes."""
        return {"changed": seed.winbox_comments(self.router)}

    def duplicate_mark(self, request: Request) -> Answer:
        """A marked secret is copied as Winbox copies: optional `name`; answers with the copy's."""
        return {"name": text(seed.duplicate_mark(self.router, _optional(request, "name")))}

    def user(self, request: Request) -> Answer:
        """Another API user, or other policies: `login` as on the command line."""
        user = parse_login(request["login"])
        self.router.users[user.name] = user
        return {}

    def new_certificate(self, request: Request) -> Answer:
        """Another certificate from the next connection on."""
        if self.server.api.tls is None or self.server.tls_kind != "cert":
            raise ControlError("no certificate to change")
        self.server.fingerprint = tls.use_certificate(self.server.api.tls, tls.make_certificate("another"))
        return {"fingerprint": self.server.fingerprint}

    def drop_connections(self, request: Request) -> Answer:
        """Every API connection breaks now."""
        sessions = list(self.router.sessions)
        for session in sessions:
            session.close(reset=True)
        return {"dropped": len(sessions)}

    def check(self, request: Request) -> Answer:
        """The router looks at itself: `problems` is empty when its indexes, references and sessions agree."""
        return {"problems": selfcheck.problems(self.router)}

    def save(self, request: Request) -> Answer:
        """Write the state file now."""
        self.server.save()
        return {}

    def stop(self, request: Request) -> Answer:
        """End the process after this answer."""
        self.router.loop.call_soon(self.server.stop)
        return {}

    def _table(self, request: Request) -> Table:
        path = request["table"]
        table = self.router.tables.get(path)
        if table is None:
            raise ControlError(f"no such table: {path}")
        return table


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def _encoded(values: dict[str, str]) -> dict[bytes, bytes]:
    return {_bytes(name): _bytes(str(value)) for name, value in values.items()}


def _optional(request: Request, name: str) -> bytes | None:
    value = request.get(name)
    return None if value is None else _bytes(value)


def _seconds(request: Request, name: str) -> float | None:
    value = request.get(name)
    return None if value is None else float(value) / 1000
