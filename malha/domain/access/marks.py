"""The ownership mark: the first word of the comment of everything we own on a router (network.md §4).

What follows after one space is the operator's own text and survives every write. Comments are bytes here, because Winbox
writes the Windows code page and the operator's text must go back as it came.
"""

import re
from typing import Final

_MARK = re.compile(rb"malha:(access|plan|pool|base):([a-z0-9-]{1,36})(?= |\Z)")
_OWNER = re.compile(rb"malha:base:owner ([0-9a-f]{8})(?= |\Z)")
_ACCESS: Final = "malha:access:"
_PLAN: Final = "malha:plan:"

BLOCK: Final = "malha:base:block"
GARDEN: Final = "malha:base:garden"
OWNER: Final = "malha:base:owner"


def access_mark(access_id: int) -> str:
    """The mark of a login."""
    return f"{_ACCESS}{access_id}"


def plan_mark(plan_id: int, variant: str = "") -> str:
    """The mark of a plan's profile. `variant`: empty, `p` (pendente) or `r` (reduzido)."""
    return f"{_PLAN}{plan_id}-{variant}" if variant else f"{_PLAN}{plan_id}"


def pool_mark(pool_id: int) -> str:
    """The mark of an address pool."""
    return f"malha:pool:{pool_id}"


def base_mark(slug: str) -> str:
    """The mark of a rule of the base set-up."""
    return f"malha:base:{slug}"


def read_mark(comment: bytes) -> str:
    """The mark a comment begins with, or an empty string: then the row is a stranger."""
    found = _MARK.match(comment)
    return found[0].decode("ascii") if found else ""


def is_access_mark(mark: str) -> bool:
    return mark.startswith(_ACCESS)


def is_plan_mark(mark: str) -> bool:
    return mark.startswith(_PLAN)


def access_id_of(mark: str) -> int | None:
    """The primary key in the mark of a login; None for any other mark."""
    number = mark.removeprefix(_ACCESS)
    return int(number) if mark.startswith(_ACCESS) and number.isascii() and number.isdigit() else None


def write_mark(mark: str, comment: bytes = b"") -> bytes:
    """The comment with this mark as its first word and the operator's text unchanged behind it."""
    found = _MARK.match(comment)
    text = comment[found.end() :].removeprefix(b" ") if found else comment
    return mark.encode("ascii") + (b" " + text if text else b"")


def owner_comment(installation_id: str) -> bytes:
    """The comment that says which installation writes to this router. `installation_id`: 8 hex digits."""
    return f"{OWNER} {installation_id}".encode("ascii")


def read_owner(comment: bytes) -> str:
    """The installation a comment names, or an empty string."""
    found = _OWNER.match(comment)
    return found[1].decode("ascii") if found else ""
