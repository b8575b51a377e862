"""Somebody opens Winbox on one of the demo's routers and changes a few entries, so that Divergências has something to show.

Done once, when the register stands on the router, through the control channel of the simulated router; then the router is
compared as if a person had asked for it.
"""

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tools.ground import Missing
from tools.place import Place

STAMP = "by-hand"
ENOUGH = 40  # entries of ours on the router, before anybody touches them
QUIET_SECONDS = 4
PATIENCE_SECONDS = 300
Row = dict[str, str]
Ask = Callable[..., dict[str, Any]]


def begin(place: Place, router: str, log: Path, stamp: str) -> None:
    """Do it in the background to the router that writes this log, unless it was done for this stamp."""
    if place.stamps.fresh(STAMP, stamp) or not log.is_file():
        return

    def work() -> None:
        with suppress(OSError, Missing, LookupError, ValueError):
            if _touch(log):
                place.stamps.put(STAMP, stamp)
                place.manage("sync_router", router, "--audit")

    threading.Thread(target=work, name=STAMP, daemon=True).start()


def _touch(log: Path) -> bool:
    """Wait until the register stands on the router, then change some of it. False when that takes too long."""
    with socket.create_connection(("127.0.0.1", _control_port(log)), timeout=10) as line, line.makefile("rwb") as channel:

        def ask(verb: str, **words: object) -> dict[str, Any]:
            channel.write(json.dumps({"cmd": verb, **words}).encode() + b"\n")
            channel.flush()
            answer: dict[str, Any] = json.loads(channel.readline())
            return answer

        rows = _settled(ask)
        if rows:
            change(ask, rows)
        return bool(rows)


def change(ask: Ask, rows: list[Row]) -> None:
    """What people do by hand: another profile, a fixed address, a bound MAC, a login off, one gone, one copied."""
    other, fixed, bound, off, gone, copied = rows[4::6][:6]
    _set(ask, other, profile="100M")
    _set(ask, fixed, **{"remote-address": "100.64.7.21"})
    _set(ask, bound, **{"caller-id": "D8:5D:4C:10:22:7A"})
    _set(ask, off, disabled="true")
    ask("remove", table="/ppp/secret", id=gone["name"])
    ask("duplicate-mark", name=copied["name"])


def _set(ask: Ask, row: Row, **values: str) -> None:
    ask("set", table="/ppp/secret", id=row["name"], values=values)


def _settled(ask: Ask) -> list[Row]:
    """Our entries in the order of their names, once their number has not changed for a while; none when patience ends."""
    quiet, before = 0, 0
    for _second in range(PATIENCE_SECONDS):
        rows = [row for row in ask("dump", table="/ppp/secret")["rows"] if row.get("comment", "").startswith("malha:")]
        quiet = quiet + 1 if len(rows) == before else 0
        if quiet >= QUIET_SECONDS and len(rows) >= ENOUGH:
            return sorted((row for row in rows if row["disabled"] == "false"), key=lambda row: row["name"])
        before = len(rows)
        time.sleep(1)
    return []


def _control_port(log: Path) -> int:
    """From the last READY line of a router."""
    said = [line for line in log.read_text(errors="replace").splitlines() if line.startswith("READY ")]
    return int(json.loads(said[-1].removeprefix("READY "))["control_port"])
