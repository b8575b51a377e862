"""What a pass leaves in the register. Nothing lies: `applied` is written only for what was read back from the router.

Every statement is conditional on the version that was read: an access edited while the pass ran stays due.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from malha.core import clock
from malha.core.due import backoff
from malha.network.models import Access, Router, RouterCommand, SyncRun, SyncState
from malha.network.services.bulk import update_rows
from malha.network.services.facts import LEAVING, SLICE, Wish, fingerprint

# A refusal is seldom cured by asking again: ever more rarely, up to an hour, and at once when somebody edits the access.
REFUSED_STEPS = (15, 60, 300, 900, 3600)
MANY_NAMES = 2000
WRITING = "writing"


@transaction.atomic
def record(
    *,
    router: Router,
    run: SyncRun,
    applied: Sequence[Wish],
    refused: Mapping[int, str],
    wishes: Sequence[Wish],
    kicks: Mapping[int, Sequence[str]] | None = None,
    later_names: Sequence[str] = (),
) -> None:
    """One transaction: the accesses that are on the router, those it refused with its words, the kicks to come, the run itself.

    A handful of statements per thousand accesses. `kicks` are session names by access; they are dropped by `kick` commands of
    the router, so that a killed worker forgets none of them. `later_names` may wait for the night.
    """
    now = clock.now()
    overtaken = _applied(applied, now)
    _refused([wish for wish in wishes if wish.facts.id in refused], refused, now)
    partly = set(kicks or {}) - {wish.facts.id for wish in applied}
    if partly:  # a repair of chosen fields: its kick is asked for below, the rest of the access is not settled
        Access.objects.filter(pk__in=partly).update(wants_kick=False)
    names = [name for access_id, group in (kicks or {}).items() if access_id not in overtaken for name in group]
    _ask_kicks(router, names, now, now)
    _ask_kicks(router, later_names, next_night(now), now)
    run.kicks = len(names)
    run.save(force_insert=True)


def intend(written: Collection[int], *, kicked: Collection[int]) -> None:
    """Before the first write, so that it is known even if we die in between: these accesses may stand on the router under any
    name they have had since (until `record` they are leased), and these sessions must be dropped once the writes stand."""
    for ids, changes in ((written, {"leased_by": WRITING}), (kicked, {"wants_kick": True})):
        rows = list(ids)
        for start in range(0, len(rows), SLICE):
            Access.objects.filter(pk__in=rows[start : start + SLICE]).update(**changes)


def _applied(applied: Sequence[Wish], now: datetime) -> set[int]:
    """Answers the accesses that were edited while we wrote; they stay due, and so does their kick."""
    overtaken: set[int] = set()
    groups: dict[tuple[int, str], list[Wish]] = defaultdict(list)
    for wish in applied:
        groups[wish.version, settled_state(wish)].append(wish)
    for (version, state), group in groups.items():
        for start in range(0, len(group), SLICE):
            ids = [wish.facts.id for wish in group[start : start + SLICE]]
            Access.objects.filter(pk__in=ids, wanted_version=version).update(
                sync_state=state, due_at=None, lease_until=None, leased_by="", attempts=0, last_error="", applied_at=now,
                applied_version=version, applied_username=F("username"), wants_kick=False,
            )  # fmt: skip
            late = set(Access.objects.filter(pk__in=ids).exclude(wanted_version=version).values_list("id", flat=True))
            for wish in group[start : start + SLICE]:
                if wish.facts.id in late:
                    Access.objects.filter(pk=wish.facts.id).update(
                        applied_version=version, applied_username=wish.facts.username, leased_by=""
                    )
            overtaken |= late
    _pushed(applied)
    return overtaken


def _pushed(applied: Sequence[Wish]) -> None:
    pushed = [(wish.facts.id, fingerprint(wish.facts.password)) for wish in applied if wish.facts.password is not None]
    update_rows(Access, ["pushed_password"], pushed)


def settled_state(wish: Wish) -> str:
    """What an access is once the router obeyed. A draft has nothing on the router yet and waits for its activation."""
    if wish.sync_state in LEAVING:
        return SyncState.REMOVED
    if wish.facts.contract_state == "CANCELLED" and not wish.facts.keeps_ip:
        return SyncState.REMOVED
    return SyncState.MODIFIED if wish.facts.contract_state == "DRAFT" else SyncState.APPLIED


def _refused(rows: Sequence[Wish], words: Mapping[int, str], now: datetime) -> None:
    groups: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for wish in rows:
        groups[words[wish.facts.id], wish.attempts, wish.version].append(wish.facts.id)
    for (text, attempts, version), ids in groups.items():
        for start in range(0, len(ids), SLICE):
            same = Access.objects.filter(pk__in=ids[start : start + SLICE], wanted_version=version)
            same.exclude(sync_state__in=LEAVING).update(sync_state=SyncState.ERROR)
            same.update(last_error=text[:2000], attempts=attempts + 1, due_at=now + backoff(attempts + 1, steps=REFUSED_STEPS))


def _ask_kicks(router: Router, names: Iterable[str], due_at: datetime, now: datetime) -> None:
    rows = list(dict.fromkeys(names))
    for start in range(0, len(rows), MANY_NAMES):
        part = rows[start : start + MANY_NAMES]
        RouterCommand.objects.create(
            router=router, verb="kick", arguments={"names": part, "asked": len(part), "dropped": 0, "waited": due_at > now},
            asked_at=now, asked_by="Malha", due_at=due_at,
        )  # fmt: skip


def next_night(now: datetime) -> datetime:
    """03:30 of the coming night in the company's zone: when sessions are dropped that need not be dropped at once."""
    local = clock.local(now)
    night = local.replace(hour=3, minute=30, second=0, microsecond=0)
    return night if night > local else night + timedelta(days=1)
