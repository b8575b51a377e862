"""The five-minute reading: how the router is, who is connected. Bulk, a constant number of statements per thousand accesses."""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from malha.core import clock
from malha.network.base import Connection, Health, LiveSession
from malha.network.models import Access, Router, Session
from malha.network.services.bulk import update_rows
from malha.network.services.facts import SLICE
from malha.network.services.health import READING_SECONDS
from malha.network.services.texts import readable

# A session's start is computed from its uptime in whole seconds, so it trembles; less than this is the same session.
SAME_START = timedelta(seconds=90)
# How long a device takes to dial again.
SETTLE_SECONDS = 8


def is_reading_due(router: Router) -> bool:
    """Whether the router's five minutes are over, as its row says now."""
    return Router.objects.filter(pk=router.pk, due_at__lte=clock.now()).exists()


def read_soon(router: Router) -> None:
    """After a change the router is read again within seconds: devices that were dropped or just let in have dialled by then."""
    soon = clock.now() + timedelta(seconds=SETTLE_SECONDS)
    Router.objects.filter(pk=router.pk).filter(Q(due_at__gt=soon) | Q(due_at__isnull=True)).update(due_at=soon)


def read_router(*, router: Router, connection: Connection) -> int:
    """Read health and sessions and store them; answers how many are connected. Raises the driver's failures."""
    health = connection.health()
    live = connection.sessions()
    store(router=router, live=live, health=health, at=clock.now())
    return len(live)


@dataclass(frozen=True, slots=True)
class _Seen:
    started_at: datetime | None
    address: str | None
    mac: str


@transaction.atomic
def store(*, router: Router, live: Sequence[LiveSession], health: Health, at: datetime) -> None:
    """Replace the router's sessions as a whole, note on each access whether it is online, and the router's own account."""
    ids = dict(Access.objects.filter(router=router).values_list("username", "id"))
    rows = [_row(router, session, ids, at) for session in live]
    Session.objects.filter(router=router).delete()
    Session.objects.bulk_create(rows, batch_size=SLICE)
    seen = {row.access_id: _Seen(row.started_at, row.address, row.mac) for row in rows if row.access_id is not None}
    _note_accesses(router, seen, at)
    Router.objects.filter(pk=router.pk).update(
        identity=readable(health.identity, 60),
        version=health.version[:40],
        board=readable(health.board, 60),
        cpu_percent=health.cpu_percent,
        uptime_seconds=health.uptime_seconds,
        latency_ms=health.latency_ms,
        session_count=len(rows),
        last_seen_at=at,
        due_at=at + timedelta(seconds=READING_SECONDS),
    )


def _row(router: Router, session: LiveSession, ids: dict[str, int], at: datetime) -> Session:
    started = None if session.uptime_seconds is None else at - timedelta(seconds=session.uptime_seconds)
    return Session(
        router=router,
        access_id=ids.get(session.username.lower()),
        method=session.method.value,
        username=readable(session.username, 150),
        address=_address(session.address),
        mac=readable(session.mac, 40),
        started_at=started,
        read_at=at,
    )


def _address(text: str | None) -> str | None:
    try:
        return str(ipaddress.ip_address(text)) if text else None
    except ValueError:
        return None


def _note_accesses(router: Router, seen: dict[int, _Seen], at: datetime) -> None:
    known = Access.objects.filter(router=router, online_since__isnull=False).values_list("id", "online_since", "seen_ip", "seen_mac")
    before = {row[0]: _Seen(row[1], row[2], row[3]) for row in known}
    for ids in _slices([key for key in before if key not in seen]):
        Access.objects.filter(pk__in=ids).update(online_since=None)
    changed = [(key, new.started_at or at, new.address, new.mac[:17]) for key, new in seen.items() if not _is_same(before.get(key), new)]
    update_rows(Access, ["online_since", "seen_ip", "seen_mac"], changed)
    for ids in _slices(list(seen)):
        Access.objects.filter(pk__in=ids).update(last_online_at=at)


def _is_same(old: _Seen | None, new: _Seen) -> bool:
    if old is None or (old.address, old.mac) != (new.address, new.mac[:17]):
        return False
    if old.started_at is None or new.started_at is None:
        return new.started_at is None
    return abs(old.started_at - new.started_at) < SAME_START


def _slices(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + SLICE] for start in range(0, len(ids), SLICE))
