"""Dropping sessions, at a pace, and the notice list of those who need not be dropped (network.md §3.3)."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from malha.domain.access.marks import base_mark
from malha.domain.access.types import Method
from malha.network.drivers.mikrotik import mapping
from malha.network.drivers.mikrotik.client import Attributes, Client, Words, any_of, command, print_command
from malha.network.drivers.mikrotik.errors import Meaning, understand

NOTICE_TIMEOUT: Final = "1d"
_SLICES_A_SECOND: Final = 5  # at 50 a second: ten every fifth of a second, so that not everybody redials at once
_NAMES_A_QUERY: Final = 50
_LIST: Final = "ip/firewall/address-list"


class Kicker:
    """Ends sessions by an id that was read just before, on this connection, under that login's name."""

    def __init__(self, client: Client, methods: Sequence[Method], *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._methods = methods
        self._sleep = sleep

    def kick(self, names: Iterable[str], *, per_second: int) -> list[str]:
        """Drop these logins' sessions; answers the names really dropped. `per_second` 0: as fast as the router goes."""
        wanted = list(dict.fromkeys(names))
        size = max(1, per_second // _SLICES_A_SECOND) if per_second else len(wanted)
        dropped: list[str] = []
        begun = 0.0
        for start in range(0, len(wanted), size or 1):
            if per_second and start:  # counted from when the slice before really began, so that a delay never bunches two
                self._sleep(max(0.0, begun + size / per_second - time.monotonic()))
            begun = time.monotonic()
            dropped += self._kick_slice(wanted[start : start + size])
        return dropped

    def _kick_slice(self, names: Sequence[str]) -> list[str]:
        dropped: dict[str, None] = {}
        for method in self._methods:
            sessions = self.active(method, names)
            if method is Method.HOTSPOT and sessions:
                self._remove_where("ip/hotspot/cookie", "user", [mapping.octets(name) for name in names])  # it would log in again
            path = mapping.ACTIVE[method][0]
            replies = self._client.batch([command(path, "remove", {b".id": each[b".id"]}) for each in sessions])
            for session, reply in zip(sessions, replies, strict=True):
                if reply.is_done and reply.trap is None:
                    dropped[mapping.text(session[mapping.LOGIN_FIELD[method].encode()])] = None
            self._client.check()
            if method is Method.HOTSPOT and sessions:
                self._remove_where("ip/hotspot/host", "mac-address", [row.get(b"mac-address", b"") for row in sessions])
        return list(dropped)

    def active(self, method: Method, names: Sequence[str]) -> list[Attributes]:
        """The running sessions of these logins. Many names: one read of the whole table instead of a long query."""
        path, proplist = mapping.ACTIVE[method]
        field = mapping.LOGIN_FIELD[method]
        wanted = {mapping.octets(name) for name in names}
        if not wanted:
            return []
        query = any_of(field, sorted(wanted)) if len(wanted) <= _NAMES_A_QUERY else []
        reply = self._client.call(print_command(path, proplist, query))
        return [row for row in reply.rows if row.get(field.encode()) in wanted and b".id" in row]

    def _remove_where(self, path: str, field: str, values: Sequence[bytes]) -> None:
        wanted = set(values) - {b""}
        if not wanted:
            return
        query = any_of(field, sorted(wanted)) if len(wanted) <= _NAMES_A_QUERY else []
        rows = self._client.call(print_command(path, (".id", field), query)).rows
        found = [row[b".id"] for row in rows if row.get(field.encode()) in wanted and b".id" in row]
        self._client.batch([command(path, "remove", {b".id": each}) for each in found])
        self._client.check()

    # ---- without dropping anybody

    def announce(self, notice_list: str, *, pending: Sequence[str], cleared: Sequence[str]) -> None:
        """Running addresses onto the notice list for a day, or off it. Only entries that die by themselves are touched."""
        written: list[Words] = [
            command(
                _LIST,
                "add",
                {
                    b"list": mapping.octets(notice_list),
                    b"address": address,
                    b"timeout": NOTICE_TIMEOUT.encode(),
                    b"comment": base_mark("notice").encode(),
                },
            )
            for address in self._addresses(pending)
        ]
        off = set(self._addresses(cleared))
        if off:
            query = [b"?list=" + mapping.octets(notice_list), b"?dynamic=true"]
            rows = self._client.call(print_command(_LIST, (".id", "address"), query)).rows
            written += [command(_LIST, "remove", {b".id": row[b".id"]}) for row in rows if row.get(b"address") in off]
        self._client.batch(written)
        self._client.check()

    def silence(self, silenced_list: str, address: str, seconds: int) -> str:
        """The address onto the list of those who have read the notice. One that stands there already is left to run out."""
        values = {
            b"list": mapping.octets(silenced_list),
            b"address": mapping.octets(address),
            b"timeout": f"{seconds}s".encode(),
            b"comment": base_mark("notice").encode(),
        }
        trap = self._client.call(command(_LIST, "add", values)).trap
        return trap if trap is not None and understand(trap).meaning is not Meaning.PRESENT else ""

    def _addresses(self, names: Sequence[str]) -> list[bytes]:
        rows = [row for method in self._methods for row in self.active(method, names)]
        return [row[b"address"] for row in rows if row.get(b"address")]
