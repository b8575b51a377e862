"""Open browsers of the staff: idle time-out, the list on the profile, ending them from elsewhere."""

from datetime import datetime, timedelta

from django.contrib.auth import login, logout
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest

from malha.core import clock
from malha.staff.door import refusal
from malha.staff.models import User, UserSession
from malha.staff.requests import client_ip

SEEN = "seen"
TOUCH_EVERY = timedelta(minutes=1)  # one write a minute, not one a click


def begin(request: HttpRequest, user: User) -> None:
    """Log `user` in on this browser and remember the session. The session gets a new key (against fixation)."""
    login(request, user)
    request.session.save()
    _remember(request, user, clock.now())


def finish(request: HttpRequest) -> None:
    """Log out this browser."""
    if request.session.session_key:
        UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)


def is_alive(request: HttpRequest, user: User) -> bool:
    """May this session go on? Ends it, when it was idle too long, was ended from elsewhere, or the person's hours are over.

    Writes at most once a minute.
    """
    now = clock.now()
    seen = _seen(request)
    if seen is None:  # logged in by Django's own means: from here on it is watched
        _remember(request, user, now)
        seen = now
    if now - seen > timedelta(minutes=user.session_minutes) or refusal(user, clock.local(now)) is not None:
        finish(request)
        return False
    if now - seen >= TOUCH_EVERY:
        if not UserSession.objects.filter(session_key=request.session.session_key).update(seen_at=now, ip=client_ip(request)):
            logout(request)
            return False
        request.session[SEEN] = now.isoformat()
    return True


def end(user: User, session_id: int) -> bool:
    """Close one browser; False when it is not open."""
    return _end(UserSession.objects.filter(user=user, pk=session_id)) > 0


def end_all(user: User, *, except_key: str = "") -> int:
    """Close the browsers of `user`, except the one with that key; how many."""
    return _end(UserSession.objects.filter(user=user).exclude(session_key=except_key))


def open_of(user: User) -> QuerySet[UserSession]:
    """The browsers that are still logged in, the latest first."""
    return UserSession.objects.filter(user=user, seen_at__gt=clock.now() - timedelta(minutes=user.session_minutes))


def _remember(request: HttpRequest, user: User, now: datetime) -> None:
    request.session[SEEN] = now.isoformat()
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "ip": client_ip(request),
            "user_agent": request.headers.get("User-Agent", "")[:200],
            "started_at": now,
            "seen_at": now,
        },
    )


def _end(rows: QuerySet[UserSession]) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return UserSession.objects.filter(session_key__in=keys).delete()[0]


def _seen(request: HttpRequest) -> datetime | None:
    raw = request.session.get(SEEN)
    return datetime.fromisoformat(raw) if isinstance(raw, str) else None
