"""Figures that are kept while nothing changes.

Every change of the business writes a line into the history in its own transaction, so as long as the newest line is the same a
figure read before still holds. What changes without a line (who is online) is at most a minute old.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.core.cache import cache

SECONDS = 60
_MISSING = object()
T = TypeVar("T")


def mark_of(newest: tuple[int, datetime] | None) -> str:
    """Which state of the business this is: another text after the next change, empty before the first one.

    `newest`: number and instant of the newest line of the history.
    """
    return f"{newest[0]}:{newest[1].timestamp()}" if newest else ""


def kept(of: str, name: str, read: Callable[[], T]) -> T:
    """What `read` answered while the mark was `of`, else what it answers now."""
    if not of:
        return read()
    key = f"kept:{of}:{name}"
    found = cache.get(key, _MISSING)
    if found is _MISSING:
        found = read()
        cache.set(key, found, SECONDS)
    return found  # type: ignore[no-any-return]
