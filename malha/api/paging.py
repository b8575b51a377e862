"""Cursor pages: stable while rows are added, equally fast on page 1 and page 3,000."""

import base64
import binascii
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


class PageQuery(Sent):
    """`updated_since` turns the order to oldest change first, for programs that follow along."""

    limit: int = Field(50, ge=1, le=MAX_LIMIT)
    cursor: str | None = None
    updated_since: Since | None = None


def page(rows: QuerySet[Row], query: PageQuery) -> tuple[list[Row], str | None]:
    """The rows of the asked page and the next cursor. One statement. Raises BusinessError("bad_cursor")."""
    if query.updated_since is not None:
        rows = rows.filter(updated_at__gte=query.updated_since).order_by("updated_at", "pk")
    else:
        rows = rows.order_by("pk")
    if query.cursor:
        rows = rows.filter(_after(query))
    found = list(rows[: query.limit + 1])
    if len(found) <= query.limit:
        return found, None
    return found[:-1], _encode(found[-2], query)


def _after(query: PageQuery) -> Q:
    try:
        text = base64.urlsafe_b64decode((query.cursor or "").encode()).decode()
        key, _bar, moment = text.partition("|")
        if query.updated_since is None:
            return Q(pk__gt=int(key))
        at = datetime.fromisoformat(moment)
        if at.utcoffset() is None:
            raise ValueError("an instant without its offset")
        at = at.astimezone(UTC)
        return Q(updated_at__gt=at) | Q(updated_at=at, pk__gt=int(key))
    except (ValueError, OverflowError, binascii.Error) as error:
        raise BusinessError("bad_cursor", _("This cursor is not valid. Start again without it.")) from error


def _encode(row: Any, query: PageQuery) -> str:
    text = f"{row.pk}|{row.updated_at.isoformat() if query.updated_since is not None else ''}"
    return base64.urlsafe_b64encode(text.encode()).decode()
