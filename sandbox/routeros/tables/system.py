"""`/system`, `/log`, `/user`, `/ip/service`: what a router says of itself."""

from typing import TYPE_CHECKING

from sandbox.routeros.spec import READABLE, SETTINGS, TableSpec, answer, by_name, computed, flag, number, text
from sandbox.routeros.values import duration_text

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.table import Row

MEMORY = 4 * 1024**3


def _uptime(router: "Router", row: "Row") -> bytes:
    return duration_text(router.now() - router.booted_at)


def _version(router: "Router", row: "Row") -> bytes:
    return f"{router.identity.version} (stable)".encode()


def _board(router: "Router", row: "Row") -> bytes:
    return router.identity.board.encode()


def _load(router: "Router", row: "Row") -> bytes:
    """Between 2 and 60 %, more with more sessions."""
    return b"%d" % min(60, 2 + len(router.tables["/ppp/active"]) // 100)


def _free_memory(router: "Router", row: "Row") -> bytes:
    return b"%d" % (MEMORY - 400_000_000 - 40_000 * len(router.tables["/ppp/active"]))


IDENTITY = TableSpec(path="/system/identity", verbs=SETTINGS, singleton=True, columns={"name": text("MikroTik")}, first=({},))

RESOURCE = TableSpec(
    path="/system/resource",
    verbs=("print", "get"),
    singleton=True,
    kept=False,
    columns={
        "uptime": computed(_uptime),
        "version": computed(_version),
        "build-time": answer("2025-01-15 10:00:00"),
        "factory-software": answer("7.1"),
        "free-memory": computed(_free_memory),
        "total-memory": answer(str(MEMORY)),
        "cpu": answer("ARM64"),
        "cpu-count": answer("4"),
        "cpu-frequency": answer("1700"),
        "cpu-load": computed(_load),
        "free-hdd-space": answer("93323264"),
        "total-hdd-space": answer("134217728"),
        "architecture-name": answer("arm64"),
        "board-name": computed(_board),
        "platform": answer("MikroTik"),
    },
    first=({},),
)

LOG = TableSpec(
    path="/log",
    verbs=READABLE,
    kept=False,
    columns={"time": answer(), "topics": answer(), "message": answer()},
)

SERVICE = TableSpec(
    path="/ip/service",
    named=True,
    verbs=("print", "get", "set", "enable", "disable"),
    columns={
        "name": answer(),
        "port": number(1, 65535),
        "address": text(""),
        "certificate": text("none"),
        "max-sessions": number(1, 1000, "20"),
        "disabled": flag(),
    },
    unique=(by_name("failure: service with such name already exists"),),
)

TABLES = (IDENTITY, RESOURCE, LOG, SERVICE)
