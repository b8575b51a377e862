"""One pass over one router: read, compare, write, read again, and only then say so (network.md §6).

The lane calls `run_pass` with a connection it keeps and under the router's lease. `write_and_verify` is the engine that the audit
uses too. Nothing here is inside a transaction while it speaks to the router.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from malha.core import clock
from malha.domain.access.marks import read_mark
from malha.domain.access.types import Diff, Entry, Operation, Outcome, RouterFacts, Verb
from malha.network.base import Connection, Driver, PermanentFailure, Snapshot, TemporaryFailure
from malha.network.models import Access, Router, SyncRun
from malha.network.services import facts, outcomes
from malha.network.services.facts import Wish
from malha.network.services.texts import readable
from malha.network.services.writing import DEFAULT_LIMITS, Guard, Limits, Sent, send

PROFILE_FIELD = "profile"


@dataclass(slots=True)
class Report:
    """What a pass did. `refused` are the router's words by access; `is_lost`: the connection broke, the rest stays due."""

    applied: list[Wish] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    kicks: dict[int, tuple[str, ...]] = field(default_factory=dict)
    obeyed_kicks: dict[int, tuple[str, ...]] = field(default_factory=dict)  # the same for a repair of chosen fields only
    later_names: tuple[str, ...] = ()
    general: list[str] = field(default_factory=list)
    is_lost: bool = False
    lost_words: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every step of a pass needs."""

    router: Router
    driver: Driver
    connection: Connection
    router_facts: RouterFacts
    installation_id: str
    guard: Guard
    limits: Limits = DEFAULT_LIMITS


def run_pass(bench: Bench, *, cause: str = "due") -> SyncRun | None:
    """Bring the due accesses of a router onto it; None if there are none.

    Raises TemporaryFailure when the connection was lost (what stands is unknown: everything stays due, nothing is replayed),
    PermanentFailure for another installation's router, LeaseLost when another worker has it.
    """
    due = due_wishes(bench.router.pk, limit=bench.limits.accesses)
    if not due:
        return None
    run, started, sentences = _begin(bench, cause)
    wanted = facts.with_passwords(due)
    names = [name for wish in wanted for name in wish.names]
    snapshot = read(bench, names if _may_ask_by_name(bench, wanted) else None)
    run.rows_read = len(snapshot.rows)
    report = Report()
    plan = compare(bench, snapshot, wanted)
    mine = {wish.facts.id for wish in plan.wishes if not wish.is_unreadable}
    operations = [operation for operation in plan.diff.operations if _is_ours_to_do(operation, mine)]
    report = write_and_verify(bench, run, snapshot, plan, operations)
    _finish(bench, run, started, sentences, report, wanted)
    return run


def _may_ask_by_name(bench: Bench, wishes: Sequence[Wish]) -> bool:
    """Few logins are read by their names, unless a pass that did not end may have left one under a name nobody noted."""
    return sum(len(wish.names) for wish in wishes) <= bench.limits.names and not any(wish.is_doubtful for wish in wishes)


def due_wishes(router_id: int, *, limit: int) -> list[Wish]:
    """The accesses of a router that want something now, the longest waiting first."""
    rows = Access.objects.filter(router_id=router_id, due_at__lte=clock.now()).order_by("due_at", "id")
    return facts.wishes(rows[:limit])


@dataclass(frozen=True, slots=True)
class Plan:
    """Wishes, the entries they mean, and how those differ from a snapshot."""

    snapshot: Snapshot
    wishes: Sequence[Wish]
    entries: Sequence[Entry]
    diff: Diff


def read(bench: Bench, names: Sequence[str] | None = None) -> Snapshot:
    """Read the router and refuse another installation's. Raises PermanentFailure("foreign_owner")."""
    bench.guard()
    snapshot = bench.connection.read(names=names)
    if snapshot.owner and snapshot.owner != bench.installation_id:
        raise PermanentFailure("foreign_owner", snapshot.owner)
    return snapshot


def compare(bench: Bench, snapshot: Snapshot, wishes: Sequence[Wish], *, covers_router: bool = False) -> Plan:
    """The pure comparison. A login that must be added gets its password even if it had been written before.

    `covers_router`: `wishes` are all accesses of the router, so that marked rows of nobody show as well.
    """
    plan = _compare(bench, snapshot, wishes, covers_router)
    bare = {
        operation.access_id
        for operation in plan.diff.operations
        if operation.verb is Verb.ADD and operation.access_id is not None and not operation.secret
    }
    if not bare:
        return plan
    full = facts.with_passwords([wish for wish in wishes if wish.facts.id in bare], always=bare)
    by_id = {wish.facts.id: wish for wish in full}
    return _compare(bench, snapshot, [by_id.get(wish.facts.id, wish) for wish in wishes], covers_router)


def _compare(bench: Bench, snapshot: Snapshot, wishes: Sequence[Wish], covers_router: bool = False) -> Plan:
    plain = [wish.facts for wish in wishes]
    entries = bench.driver.desired(plain, (), bench.router_facts)
    return Plan(snapshot, wishes, entries, bench.driver.diff(snapshot, plain, entries, bench.router_facts, covers_router=covers_router))


def write_and_verify(bench: Bench, run: SyncRun, snapshot: Snapshot, plan: Plan, operations: Sequence[Operation]) -> Report:
    """Write `operations`, read the router again, and report which wishes really stand there."""
    if not operations:
        return _judge(bench, plan, plan, Sent(), operations)
    if not snapshot.owner:
        bench.guard()
        bench.connection.claim_owner()
    outcomes.intend(
        {operation.access_id for operation in operations if operation.access_id},
        kicked={operation.access_id for operation in operations if operation.kicks and operation.access_id},
    )
    sent = send(bench.connection, operations, guard=bench.guard, limits=bench.limits)
    run.adds, run.sets, run.removals = sent.count(Verb.ADD), sent.count(Verb.SET, Verb.UNSET), sent.count(Verb.REMOVE)
    if sent.is_lost:
        words = next((outcome.words for outcome in sent.outcomes if outcome.code == "unknown"), "")
        return Report(is_lost=True, lost_words=words)
    names = sorted({name for wish in plan.wishes for name in wish.names})
    again = read(bench, names if _may_ask_by_name(bench, plan.wishes) else None)
    run.rows_read += len(again.rows)
    written = {outcome.operation.access_id for outcome in sent.outcomes if outcome.ok and outcome.operation.secret}
    second = _compare(bench, again, [_without_password(wish, written) for wish in plan.wishes])
    report = _judge(bench, plan, second, sent, operations)
    obeyed = {outcome.operation.access_id for outcome in sent.outcomes if outcome.ok and outcome.operation.kicks}
    report.obeyed_kicks = {wish.facts.id: wish.names for wish in plan.wishes if wish.facts.id in obeyed}
    _announce(bench, plan.diff, {wish.facts.username for wish in report.applied})
    return report


def _announce(bench: Bench, diff: Diff, applied: Collection[str]) -> None:
    """CLEAR and PENDING differ by a list only: the running address goes on it or off it, nobody is disconnected."""
    pending = [name for name in diff.pending_names if name in applied]
    cleared = [name for name in diff.cleared_names if name in applied]
    if pending or cleared:
        bench.guard()
        bench.connection.announce(pending=pending, cleared=cleared)


def _judge(bench: Bench, plan: Plan, second: Plan, sent: Sent, operations: Sequence[Operation]) -> Report:
    """Applied is what a second comparison finds nothing to do for, and what really stands there. The rest carries words."""
    report = Report()
    trial = _Trial(second, sent)
    for wish in plan.wishes:
        words = _("Its password cannot be read with the present keys. Type it again.") if wish.is_unreadable else trial.words(wish)
        if words:
            report.refused[wish.facts.id] = words
        elif not trial.is_unfinished(wish):
            report.applied.append(wish)
    report.general = [readable(outcome.words) for outcome in sent.refused]
    report.kicks = _kicks(report.applied, operations)
    report.later_names = plan.diff.kick_later_names if operations else ()
    return report


class _Trial:
    """Who did not get what they wanted, and in whose words."""

    def __init__(self, second: Plan, sent: Sent) -> None:
        left = second.diff.operations
        self.snapshot = second.snapshot
        self.refusals = _words_by_target(sent.refused)
        self.has_unsent = bool(sent.unsent)
        self.unsent = {operation.access_id for operation in sent.unsent}
        self.open = {operation.access_id: operation for operation in left if operation.access_id is not None}
        self.open_profiles = {operation.name: operation for operation in left if operation.access_id is None}
        self.conflicts = {item.access_id: item for item in second.diff.conflicts}
        self.entries = {entry.access_id: entry for entry in second.entries if entry.access_id is not None}
        self.lost_secrets = {outcome.operation.access_id for outcome in sent.refused if outcome.operation.secret}
        rows = self.snapshot.rows
        self.present = {(row.table, row.fields.get("name", ""), read_mark(row.raw_comment)) for row in rows if row.raw_comment}

    def is_unfinished(self, wish: Wish) -> bool:
        """The time was up before its turn: it stays due, without words."""
        return wish.facts.id in self.unsent or (self.has_unsent and self._profile(wish.facts.id) in self.open_profiles)

    def words(self, wish: Wish) -> str:
        """Why it is not as wanted, or an empty string."""
        key = wish.facts.id
        if key in self.conflicts:
            words = _("The name %(name)s is taken on the router by an entry that is not ours. Link or rename it.")
            return words % {"name": readable(self.conflicts[key].name)}
        if self.is_unfinished(wish):
            return ""
        if key in self.open or key in self.lost_secrets:
            return self.refusals.get(("access", key)) or _kept_nothing(self.open.get(key))
        profile = self._profile(key)
        if profile in self.open_profiles:
            return self.refusals.get(("name", profile)) or _kept_nothing(self.open_profiles[profile])
        return self._absence(self.entries.get(key))

    def _profile(self, key: int) -> str:
        entry = self.entries.get(key)
        return entry.fields.get(PROFILE_FIELD, "") if entry else ""

    def _absence(self, entry: Entry | None) -> str:
        """Nothing to do and yet not there: a menu this router lacks, or a mark that stands on several entries."""
        if entry is None or (entry.table, entry.name, entry.mark) in self.present:
            return ""
        if (entry.table, "") in self.snapshot.unsupported:
            return _("This router does not offer this type of access.")
        return _("Several entries on the router carry the mark of this access. Decide on Divergences which one it is.")


def _kicks(applied: Iterable[Wish], operations: Sequence[Operation]) -> dict[int, tuple[str, ...]]:
    """Sessions to drop: whose effective service changed, or was about to when an earlier worker died."""
    changed = {operation.access_id for operation in operations if operation.kicks}
    return {wish.facts.id: wish.names for wish in applied if wish.facts.id in changed or wish.wants_kick}


def _words_by_target(refused: Sequence[Outcome]) -> Mapping[tuple[str, object], str]:
    found: dict[tuple[str, object], str] = {}
    for outcome in refused:
        operation = outcome.operation
        key = ("name", operation.name) if operation.access_id is None else ("access", operation.access_id)
        found.setdefault(key, readable(outcome.words))
    return found


def _kept_nothing(operation: Operation | None) -> str:
    fields = ", ".join([*operation.fields, *operation.unset]) if operation else ""
    return _("The router accepted the change but does not show it: %(fields)s.") % {"fields": fields or _("password")}


def _is_ours_to_do(operation: Operation, mine: Collection[int]) -> bool:
    """Only what was asked: these accesses and what they stand on. Nothing shared is removed by a pass."""
    if operation.access_id is None:
        return operation.verb is not Verb.REMOVE
    return operation.access_id in mine


def _without_password(wish: Wish, written: Collection[int | None]) -> Wish:
    """A password cannot be read back: once the router acknowledged it, it is not compared again."""
    return facts.without_password(wish) if wish.facts.id in written else wish


def _begin(bench: Bench, cause: str) -> tuple[SyncRun, float, int]:
    return SyncRun(router=bench.router, cause=cause, started_at=clock.now()), time.monotonic(), bench.connection.commands


def _finish(bench: Bench, run: SyncRun, started: float, sentences: int, report: Report, wishes: Sequence[Wish]) -> None:
    run.seconds = round(time.monotonic() - started, 3)
    run.commands = bench.connection.commands - sentences
    run.refusals = report.general[:100]
    if report.is_lost:
        run.outcome, run.words = "lost", readable(report.lost_words)
        run.save(force_insert=True)
        raise TemporaryFailure("connection_lost", report.lost_words)
    run.outcome = "refusals" if report.refused or report.general else "ok"
    outcomes.record(
        router=bench.router,
        run=run,
        applied=report.applied,
        refused=report.refused,
        wishes=wishes,
        kicks=report.kicks,
        later_names=report.later_names,
    )
