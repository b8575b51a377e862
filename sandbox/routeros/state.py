"""Configuration on disk, so that a second start of the demo finds what the first one left."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.routeros.errors import text

if TYPE_CHECKING:
    from sandbox.routeros.router import Router


def save(router: "Router", path: Path) -> None:
    """Write everything that survives a reboot, in one step."""
    tables = {}
    for name, table in router.tables.items():
        if table.spec.kept:
            tables[name] = [
                [text(row.id), {text(key): text(value) for key, value in row.values.items()}] for row in table if not row.dynamic
            ]
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="ascii") as file:
        json.dump({"version": 1, "tables": tables}, file)
    os.chmod(draft, 0o600)
    os.replace(draft, path)


def load(router: "Router", path: Path) -> bool:
    """Put back what was saved; False when there is no file."""
    if not path.exists():
        return False
    saved = json.loads(path.read_text(encoding="ascii"))["tables"]
    for name, table in router.tables.items():
        if name not in saved:
            continue
        for row in [row for row in table if not row.dynamic]:
            table.drop(row)
        for row_id, values in saved[name]:
            table.restore(_bytes(row_id), {_bytes(key): _bytes(value) for key, value in values.items()})
    return True


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")
