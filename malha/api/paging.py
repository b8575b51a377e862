"""Cursor pages: stable while rows are added, equally fast on page 1 and page 3,000."""

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from ninja import Field, Schema

from malha.api.values import Sent, Since
from malha.core.errors import BusinessError

MAX_LIMIT = 200
Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)


class Page(Schema, Generic[Item]):
    """One page and the cursor of the next one (null on the last)."""

    items: list[Item]
    next_cursor: str | None = None


class CursorQuery(Sent):
    """Where a page begins and how long it is, for lists of what never changes or is computed."""

    limit: int = Field(50, ge=1, le=MAX_LIMIT)
    cursor: str | None = None


class PageQuery(CursorQuery):
    """`updated_since` turns the order to oldest change first, for programs that follow along."""

    updated_since: Since | None = None


def page(rows: QuerySet[Row], query: CursorQuery) -> tuple[list[Row], str | None]:
    """The rows of the asked page and the next cursor. One statement. Raises BusinessError("bad_cursor")."""
    since = _since(query)
    if since is not None:
        rows = rows.filter(updated_at__gte=since).order_by("updated_at", "pk")
    else:
        rows = rows.order_by("pk")
    if query.cursor:
        rows = rows.filter(_after(query))
    found = list(rows[: query.limit + 1])
    if len(found) <= query.limit:
        return found, None
    return found[:-1], _encode(found[-2], query)


def start(query: CursorQuery) -> int:
    """The key after which the asked page begins, for pages that are computed. Raises BusinessError("bad_cursor")."""
    return _decode(query)[0] if query.cursor else 0


def cut(found: list[Item], query: CursorQuery, key: Callable[[Item], int]) -> tuple[list[Item], str | None]:
    """A computed page, read with one row more than its limit, and the next cursor."""
    if len(found) <= query.limit:
        return found, None
    return found[: query.limit], _text(key(found[query.limit - 1]))


def _since(query: CursorQuery) -> datetime | None:
    return query.updated_since if isinstance(query, PageQuery) else None


def _after(query: CursorQuery) -> Q:
    key, at = _decode(query)
    return Q(pk__gt=key) if at is None else Q(updated_at__gt=at) | Q(updated_at=at, pk__gt=key)


def _decode(query: CursorQuery) -> tuple[int, datetime | None]:
    try:
        text = base64.urlsafe_b64decode((query.cursor or "").encode()).decode()
        key, _bar, moment = text.partition("|")
        if _since(query) is None:
            return int(key), None
        at = datetime.fromisoformat(moment)
        if at.utcoffset() is None:
            raise ValueError("an instant without its offset")
        return int(key), at.astimezone(UTC)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise BusinessError("bad_cursor", _("This cursor is not valid. Start again without it.")) from error


def _encode(row: Any, query: CursorQuery) -> str:
    return _text(row.pk, row.updated_at.isoformat() if _since(query) is not None else "")


def _text(key: int, moment: str = "") -> str:
    return base64.urlsafe_b64encode(f"{key}|{moment}".encode()).decode()
