"""The door of the staff: password, throttle, and whether this person may come in at this hour."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib.auth import authenticate
from django.db.models import Count, Max, QuerySet
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from malha.core import clock
from malha.core.errors import BusinessError
from malha.staff.models import LoginAttempt, User

FREE_TRIES = 5
FREE_TRIES_PER_IP = 20  # an office behind one address has many people who mistype
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
WINDOW = timedelta(hours=1)


def sign_in(*, username: str, password: str, ip: str | None) -> User:
    """The user, if login and password are right and they may come in now. Every try that is weighed is recorded.

    Raises BusinessError `throttled` (says when to try again), `wrong_credentials`, `inactive`, `expired`, `outside_hours`.
    The last three are told only to somebody who knew the password.
    """
    username = username.strip().lower()[:60]
    # Recorded as failed before the password is looked at, so that a hundred tries at the same moment see each other.
    attempt = LoginAttempt.objects.create(at=clock.now(), username=username, ip=ip, succeeded=False)
    until = _shut_until(username, ip, before=attempt)
    if until is not None:
        attempt.delete()
        raise BusinessError(
            "throttled",
            _("Too many wrong tries. Try again at %(time)s; if you forgot the password, ask an administrator for a new one.")
            % {"time": time_format(clock.local(until + timedelta(seconds=59)).time(), "H:i")},
        )
    user = authenticate(None, username=username, password=password)
    if not isinstance(user, User):
        raise BusinessError("wrong_credentials", _("Login or password do not match. Check both; capital letters count in the password."))
    problem = refusal(user, clock.local(clock.now()))
    if problem is not None:
        raise problem
    LoginAttempt.objects.filter(pk=attempt.pk).update(succeeded=True)
    return user


def refusal(user: User, local_now: datetime) -> BusinessError | None:
    """Why this person may not be in the system at the company's local time `local_now`; None if they may."""
    if not user.is_active:
        return BusinessError("inactive", _("This user is deactivated. Ask an administrator to reactivate it."))
    if user.expires_on and user.expires_on < local_now.date():
        return BusinessError(
            "expired",
            _("This user was valid until %(date)s. Ask an administrator to extend it.")
            % {"date": date_format(user.expires_on, "SHORT_DATE_FORMAT")},
        )
    if not _within(local_now.time(), user.allowed_from, user.allowed_until):
        return BusinessError(
            "outside_hours",
            _("You may use the system from %(from)s to %(until)s. Come back then, or ask an administrator.")
            % {
                "from": time_format(user.allowed_from or time(0), "H:i"),
                "until": time_format(user.allowed_until or time(0), "H:i"),
            },
        )
    return None


@dataclass(frozen=True)
class _Failures:
    count: int
    last: datetime | None


def _shut_until(username: str, ip: str | None, *, before: LoginAttempt) -> datetime | None:
    tries = LoginAttempt.objects.filter(pk__lt=before.pk, at__gt=before.at - WINDOW)
    by_name = tries.filter(username=username)
    last_success = by_name.filter(succeeded=True).aggregate(last=Max("pk"))["last"] or 0
    waits = [_wait(_failures(by_name.filter(pk__gt=last_success)), FREE_TRIES)]
    if ip is not None:
        waits.append(_wait(_failures(tries.filter(ip=ip)), FREE_TRIES_PER_IP))
    until = max((wait for wait in waits if wait is not None), default=None)
    return until if until is not None and until > before.at else None


def _failures(tries: QuerySet[LoginAttempt]) -> _Failures:
    found = tries.filter(succeeded=False).aggregate(count=Count("pk"), last=Max("at"))
    return _Failures(count=found["count"], last=found["last"])


def _wait(failures: _Failures, free: int) -> datetime | None:
    if failures.last is None or failures.count < free:
        return None
    steps = min(failures.count - free, 10)
    wait: timedelta = min(FIRST_WAIT * (1 << steps), LONGEST_WAIT)
    return failures.last + wait


def _within(now: time, start: time | None, end: time | None) -> bool:
    if start is None and end is None:
        return True
    start, end = start or time(0), end or time(23, 59, 59)
    # From 22:00 to 06:00 is a night shift, not an empty day.
    return start <= now <= end if start <= end else now >= start or now <= end
