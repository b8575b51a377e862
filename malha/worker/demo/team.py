"""Who works at the demo's provider, and where it keeps its money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.utils import timezone

from malha.core.history import Actor
from malha.staff.models import User

CLOCK: Final = Actor(kind="worker", id=None, name="Malha")
CASHIERS: Final = ("joana", "joana", "joana", "marina")


@dataclass(frozen=True)
class Team:
    """The staff by login, and the accounts by their keys."""

    staff: Mapping[str, Actor]
    till: int
    bank: int

    def cashier(self, key: str) -> Actor:
        """Who receives from this person: mostly the attendant, always the same."""
        return self.staff[CASHIERS[len(key) % len(CASHIERS)]]

    def account(self, form: str) -> int:
        """Cash goes into the till, everything else to the bank."""
        return self.till if form == "CASH" else self.bank


def staff() -> dict[str, Actor]:
    """Everybody who may log in, by login."""
    return {user.username: user.actor() for user in User.objects.all()}


def moment(day: date, minute: int) -> datetime:
    """That minute of the local day, counted from midnight; local is what whoever calls has activated."""
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=timezone.get_current_timezone())
