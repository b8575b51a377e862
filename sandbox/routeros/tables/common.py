"""Columns that many tables share."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.table import Row


def is_dynamic(router: "Router", row: "Row") -> bytes:
    """The `dynamic` property: made by the router itself (or with a time-out), gone after a reboot."""
    return b"true" if row.dynamic else b"false"
