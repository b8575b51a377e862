"""Reading the members of staff and their tries at the door."""

from datetime import datetime

from django.db.models import Case, IntegerField, Max, QuerySet, Value, When

from malha.staff.models import LoginAttempt, User
from malha.staff.roles import Role


def users(*, text: str = "") -> QuerySet[User]:
    """Everybody: active ones first, then by role as the table orders it, then by name. `text` looks into name and login."""
    order = Case(*(When(role=role, then=Value(place)) for place, role in enumerate(Role)), output_field=IntegerField())
    found = User.objects.annotate(role_place=order, last_seen=Max("sessions__seen_at")).order_by("-is_active", "role_place", "name")
    if text:
        found = found.filter(name__icontains=text) | found.filter(username__icontains=text)
    return found


def attempts(
    *, text: str = "", since: datetime | None = None, until: datetime | None = None, only_failed: bool = False
) -> QuerySet[LoginAttempt]:
    """Tries at the door, the latest first. `text` looks into login and address; `until` is not included."""
    found = LoginAttempt.objects.order_by("-pk")
    if text:
        found = found.filter(username__icontains=text) | found.filter(ip__startswith=text)
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    return found.filter(succeeded=False) if only_failed else found
