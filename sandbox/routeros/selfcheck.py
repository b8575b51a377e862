"""The router looks at itself: what must hold after any sequence of commands, faults and reboots."""

from typing import TYPE_CHECKING

from sandbox.routeros.errors import text
from sandbox.routeros.online import Online

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.table import Table


def problems(router: "Router") -> list[str]:
    """Everything that does not agree, in words; empty when all is well."""
    found: list[str] = []
    for table in router.tables.values():
        found += _indexes(table)
        found += _references(table)
    live = _live(router)
    for table in router.tables.values():
        for row in table:
            if isinstance(row.extra, Online) and id(row.extra) not in live:
                found.append(f"{table.path} {text(row.id)} belongs to a session that is gone")
    for session in live.values():
        for path, row in session.rows:
            if router.tables[path].rows.get(row.id) is not row and path != "/ip/firewall/address-list":
                found.append(f"session {text(session.name)} lost its row in {path}")
    return found


def _live(router: "Router") -> dict[int, Online]:
    sessions: list[Online] = [each for mine in router.ppp.by_name.values() for each in mine]
    sessions += router.hotspot.sessions
    sessions += router.dhcp.by_mac.values()
    return {id(each): each for each in sessions}


def _indexes(table: "Table") -> list[str]:
    found = []
    for row_id, row in table.rows.items():
        if row.id != row_id:
            found.append(f"{table.path}: {text(row_id)} holds {text(row.id)}")
        for unique, buckets in zip(table.spec.unique, table.buckets, strict=True):
            key = unique.key(row.values)
            if key is not None and row not in buckets.get(key, []):
                found.append(f"{table.path} {text(row_id)} is missing in an index")
    for unique, buckets in zip(table.spec.unique, table.buckets, strict=True):
        for bucket in buckets.values():
            for row in bucket:
                if table.rows.get(row.id) is not row:
                    found.append(f"{table.path}: an index remembers {text(row.id)}")
                twins = [each for each in bucket if each is not row]
                if any(unique.clash is None or unique.clash(row.values, twin.values) for twin in twins):
                    found.append(f"{table.path} {text(row.id)} is there twice")
    if table.spec.named:
        known = sum(len(rows) for rows in table.names.values())
        if known != len(table.rows):
            found.append(f"{table.path}: {known} names for {len(table.rows)} rows")
    return found


def _references(table: "Table") -> list[str]:
    found = []
    for row in table:
        for name, target in (row.refs or {}).items():
            if row.values.get(name) != target.values.get(b"name"):
                found.append(f"{table.path} {text(row.id)} {text(name)} does not name what it refers to")
    return found
