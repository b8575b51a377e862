"""Members of staff: making, changing, shutting out, passwords."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from malha.core import history
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.domain.text import collapse_spaces
from malha.staff import sessions
from malha.staff.data import ProfileData, UserData
from malha.staff.models import Theme, User
from malha.staff.roles import Role

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,58}[a-z0-9])?")
# Without 0 o 1 l i: a one-time password is read out over the phone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
FIELDS = ("name", "email", "role", "expires_on", "allowed_from", "allowed_until", "session_minutes")
MINUTES = range(5, 721)


@dataclass(frozen=True)
class OneTimePassword:
    """A user and the password to hand over, shown once; it must be changed at the first login."""

    user: User
    password: str = field(repr=False)


@transaction.atomic
def create_user(*, data: UserData, actor: Actor) -> OneTimePassword:
    """A new member of staff with a generated password. Raises BusinessError("invalid")."""
    password = generate_password()
    user = _create(data, password, must_change=True, actor=actor)
    return OneTimePassword(user, password)


@transaction.atomic
def create_first_administrator(*, data: UserData, password: str, actor: Actor) -> User:
    """The administrator of the first set-up, with a password of their own. Raises StateConflict once any user exists."""
    if User.objects.exists():
        raise StateConflict("already_set_up", _("This system is set up already. Log in, or ask an administrator for a user."))
    return _create(replace(data, role=Role.ADMIN), password, must_change=False, actor=actor)


@transaction.atomic
def update_user(*, user: User, data: UserData, actor: Actor) -> User:
    """Change a person's data and role, not the login. Raises BusinessError("invalid") or `last_administrator`."""
    locked = _lock(user)
    data = _checked(replace(data, username=locked.username), locked)
    new = {name: getattr(data, name) for name in FIELDS}
    before, after = history.changes(history.snapshot(locked, FIELDS), new)
    if not after:
        return locked
    if "role" in after or (data.expires_on and "expires_on" in after):
        _keep_an_administrator(locked)
    User.objects.filter(pk=locked.pk).update(**new)
    history.record(locked, "user.changed", actor=actor, before=before, after=after)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def deactivate(*, user: User, reason: str, actor: Actor) -> None:
    """Shut somebody out at once: sessions end, nothing of theirs is deleted.

    Raises StateConflict when already out, BusinessError `yourself` or `last_administrator`.
    """
    locked = _lock(user)
    if actor.kind == "user" and actor.id == locked.pk:
        raise BusinessError("yourself", _("You cannot deactivate yourself. Ask another administrator."))
    _keep_an_administrator(locked)
    if not User.objects.filter(pk=locked.pk, is_active=True).update(is_active=False):
        raise StateConflict("already_inactive", _("This user is deactivated already."))
    sessions.end_all(locked)
    history.record(locked, "user.deactivated", actor=actor, reason=reason)


@transaction.atomic
def reactivate(*, user: User, actor: Actor) -> None:
    """Let somebody back in with their old password. Raises StateConflict when already active."""
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        raise StateConflict("already_active", _("This user is active already."))
    history.record(user, "user.reactivated", actor=actor)


@transaction.atomic
def reset_password(*, user: User, actor: Actor) -> OneTimePassword:
    """A new generated password that must be changed at the next login. All sessions of the person end."""
    locked = _lock(user)
    password = generate_password()
    _store_password(locked, password, must_change=True)
    sessions.end_all(locked)
    history.record(locked, "user.password_reset", actor=actor)
    return OneTimePassword(locked, password)


@transaction.atomic
def change_password(*, user: User, old: str, new: str, actor: Actor) -> User:
    """Change one's own password. The other sessions end; the door keeps the present one alive.

    Raises BusinessError("invalid") with sentences for `old` and `new`.
    """
    locked = _lock(user)
    problems = Problems()
    if not locked.check_password(old):
        problems.add("old", _("This is not your present password."))
    elif old == new:
        problems.add("new", _("Choose a password different from the present one."))
    _check_password(new, locked, problems, "new")
    problems.raise_if_any()
    _store_password(locked, new, must_change=False)
    sessions.end_all(locked)
    history.record(locked, "user.password_changed", actor=actor)
    return locked


@transaction.atomic
def update_profile(*, user: User, data: ProfileData, actor: Actor) -> User:
    """Change what people change about themselves. Raises BusinessError("invalid")."""
    locked = _lock(user)
    problems = Problems()
    new = {
        "name": _checked_name(data.name, problems),
        "email": _checked_email(data.email, problems),
        "has_single_key_shortcuts": data.has_single_key_shortcuts,
    }
    problems.raise_if_any()
    before, after = history.changes(history.snapshot(locked, new), new)
    if after:
        User.objects.filter(pk=locked.pk).update(**new)
        history.record(locked, "user.changed", actor=actor, before=before, after=after)
        locked.refresh_from_db()
    return locked


def set_theme(*, user: User, theme: str, actor: Actor) -> None:
    """Remember light, dark or as the device. A matter of taste, so it is not in the history. Raises BusinessError("invalid")."""
    if theme not in Theme.values:
        raise BusinessError("invalid", _("Choose light, dark or the same as the device."), fields={"theme": _("Choose one of the three.")})
    User.objects.filter(pk=user.pk).update(theme=theme)


@transaction.atomic
def end_session(*, user: User, session_id: int, actor: Actor) -> None:
    """Close one open browser of `user`. Raises StateConflict when it is closed already."""
    if not sessions.end(user, session_id):
        raise StateConflict("session_gone", _("This session has ended already."))
    history.record(user, "user.session_ended", actor=actor)


@transaction.atomic
def end_all_sessions(*, user: User, actor: Actor, except_key: str = "") -> int:
    """Close all open browsers of `user`, but not the one with `except_key`; how many."""
    ended = sessions.end_all(user, except_key=except_key)
    if ended:
        history.record(user, "user.sessions_ended", actor=actor, after={"count": ended})
    return ended


def generate_password() -> str:
    """Sixteen signs in groups of four, about 79 bits, easy to read out."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _sign in range(4)) for _group in range(4))


def _create(data: UserData, password: str, *, must_change: bool, actor: Actor) -> User:
    data = _checked(data, None, password=None if must_change else password)
    user = User(username=data.username, must_change_password=must_change, **{name: getattr(data, name) for name in FIELDS})
    user.set_password(password)
    user.save(force_insert=True)
    history.record(user, "user.created", actor=actor, after=_facts(user))
    return user


def _facts(user: User) -> Mapping[str, Any]:
    facts = history.snapshot(user, ("username", *FIELDS))
    return {name: value for name, value in facts.items() if value not in ("", None)}


def _lock(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _checked(data: UserData, existing: User | None, *, password: str | None = None) -> UserData:
    problems = Problems()
    name, email = _checked_name(data.name, problems), _checked_email(data.email, problems)
    username = data.username.strip().lower()
    if existing is None:
        if not USERNAME.fullmatch(username):
            problems.add("username", _("Use 1 to 60 letters without accents, digits, dot, hyphen or underscore. Example: ana.souza."))
        elif User.objects.filter(username__iexact=username).exists():
            problems.add("username", _("This login exists already. Choose another."))
    if data.role not in Role.values:
        problems.add("role", _("Choose a role from the list."))
    if data.session_minutes not in MINUTES:
        problems.add("session_minutes", _("Use from %(min)s to %(max)s minutes.") % {"min": MINUTES.start, "max": MINUTES.stop - 1})
    if (data.allowed_from is None) != (data.allowed_until is None):
        missing = "allowed_from" if data.allowed_from is None else "allowed_until"
        problems.add(missing, _("Fill in both hours, or neither."))
    elif data.allowed_from is not None and data.allowed_from == data.allowed_until:
        problems.add("allowed_until", _("The two hours must differ."))
    if password is not None:
        _check_password(password, User(username=username, name=name, email=email), problems, "password")
    problems.raise_if_any()
    return replace(data, name=name, email=email, username=username)


def _checked_name(name: str, problems: Problems) -> str:
    name = collapse_spaces(name)
    if not name:
        problems.add("name", _("Type the name of the person."))
    elif len(name) > 150:
        problems.add("name", _("Use at most %(limit)s characters.") % {"limit": 150})
    return name


def _checked_email(email: str, problems: Problems) -> str:
    email = email.strip().lower()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            problems.add("email", _("This e-mail is not complete. Example: nome@exemplo.com.br."))
    return email


def _check_password(password: str, user: User, problems: Problems, name: str) -> None:
    if len(password) > 256:
        problems.add(name, _("Use at most %(limit)s characters.") % {"limit": 256})
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        problems.add(name, " ".join(error.messages))


def _store_password(user: User, password: str, *, must_change: bool) -> None:
    user.set_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password, must_change_password=must_change)
    user.must_change_password = must_change


def _keep_an_administrator(leaving: User) -> None:
    """Somebody must be left who can open the settings. The lock keeps two administrators from deactivating each other."""
    if leaving.role != Role.ADMIN:
        return
    others = User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True, expires_on__isnull=True).exclude(pk=leaving.pk)
    if not list(others.values_list("pk", flat=True)):
        raise BusinessError(
            "last_administrator",
            _("This is the only active administrator. Make somebody else an administrator first."),
        )
