"""What a door hands in about a member of staff."""

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, kw_only=True)
class UserData:
    """A person's data as typed. The login counts only at creation: it never changes afterwards."""

    name: str
    role: str
    username: str = ""
    email: str = ""
    expires_on: date | None = None
    allowed_from: time | None = None
    allowed_until: time | None = None
    session_minutes: int = 30


@dataclass(frozen=True, kw_only=True)
class ProfileData:
    """What people change about themselves."""

    name: str
    email: str = ""
    has_single_key_shortcuts: bool = True
