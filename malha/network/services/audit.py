"""The full comparison: every access of a router against everything on it, by night or when asked (network.md §6.6).

By night it repairs what it finds, under a safety valve; when a person asks it only lists. What is left stands as `Divergence`
rows until the two agree again.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from malha.core import clock
from malha.domain.access import marks
from malha.domain.access.types import Difference, Operation, Row, Verb
from malha.network.base import Snapshot, TemporaryFailure
from malha.network.models import Access, Divergence, DivergenceKind, Router, SyncRun
from malha.network.services import facts, outcomes, reconcile
from malha.network.services.reconcile import Bench, Plan
from malha.network.services.texts import readable

VALVE_ROWS = 50
VALVE_CHANGED_PERCENT = 20
VALVE_REMOVED_PERCENT = 5
Key = tuple[str, str, str]  # table, name, field


def run_audit(bench: Bench, *, repairs: bool, cause: str = "audit", only: Iterable[Key] | None = None) -> SyncRun:
    """Compare everything; with `repairs`, make the router as it should be. Ignored differences are left alone.

    `only`: repair just these (table, name, field) that a person chose; the valve does not count what was asked for. Raises like
    `reconcile.run_pass`.
    """
    run, started, sentences = SyncRun(router=bench.router, cause=cause, started_at=clock.now()), time.monotonic(), bench.connection.commands
    snapshot = reconcile.read(bench)
    if not snapshot.is_complete:
        raise TemporaryFailure("short_read", _("The router sent an incomplete list; nothing was changed."))
    run.rows_read = len(snapshot.rows)
    plan = reconcile.compare(bench, snapshot, _everything(bench.router, snapshot), covers_router=True)
    chosen = None if only is None else set(only)
    operations = _wanted(plan, chosen, ignored=_ignored(bench.router) if chosen is None else set()) if repairs else []
    words = "" if chosen is not None else valve(operations, snapshot)
    if words:
        run.outcome, run.words, operations = "valve", words, []
    report = reconcile.write_and_verify(bench, run, snapshot, plan, operations)
    run.seconds, run.commands = round(time.monotonic() - started, 3), bench.connection.commands - sentences
    run.refusals = report.general[:100]
    if report.is_lost:
        run.outcome, run.words = "lost", readable(report.lost_words)
        run.save(force_insert=True)
        raise TemporaryFailure("connection_lost", report.lost_words)
    if report.general:
        run.outcome = "refusals"
    touched = {operation.access_id for operation in operations}
    settled = [wish for wish in report.applied if wish.facts.id in touched and not wish.is_due]
    outcomes.record(
        router=bench.router, run=run, applied=settled, refused={}, wishes=plan.wishes,
        kicks=report.obeyed_kicks, later_names=report.later_names,
    )  # fmt: skip
    left = _left_over(bench, plan, bool(operations))
    store(bench, left)
    Router.objects.filter(pk=bench.router.pk).update(audited_at=clock.now(), audit_wanted_at=None, audit_words=words)
    return run


def valve(operations: Sequence[Operation], snapshot: Snapshot) -> str:
    """Words if the changes nobody asked for are too many to be true, else an empty string."""
    owned = sum(bool(marks.read_mark(row.raw_comment)) for row in snapshot.rows)
    removed = sum(operation.verb is Verb.REMOVE for operation in operations)
    changed = len(operations)
    if changed > max(VALVE_ROWS, owned * VALVE_CHANGED_PERCENT // 100):
        words = _("The audit found %(count)s changes that nobody asked for, of %(owned)s entries. Nothing was changed: look first.")
        return words % {"count": changed, "owned": owned}
    if removed * 100 > owned * VALVE_REMOVED_PERCENT:
        words = _("The audit would remove %(count)s of %(owned)s entries. Nothing was changed: look first.")
        return words % {"count": removed, "owned": owned}
    return ""


def _everything(router: Router, snapshot: Snapshot) -> list[facts.Wish]:
    """All accesses of the router, and those that live elsewhere now but left a marked entry here: it must go."""
    here = facts.wishes(Access.objects.filter(router=router))
    known = {wish.facts.id for wish in here}
    found = {marks.access_id_of(marks.read_mark(row.raw_comment)) for row in snapshot.rows}
    elsewhere = [key for key in found if key is not None and key not in known]
    left: list[facts.Wish] = []
    for start in range(0, len(elsewhere), facts.SLICE):
        left += facts.wishes(Access.objects.filter(pk__in=elsewhere[start : start + facts.SLICE]), is_removing=True)
    return here + left


def _wanted(plan: Plan, chosen: set[Key] | None, *, ignored: set[Key]) -> list[Operation]:
    due = {wish.facts.id for wish in plan.wishes if wish.is_due}
    known = {wish.facts.id for wish in plan.wishes}
    wanted: list[Operation] = []
    for operation in plan.diff.operations:
        if operation.access_id in due:
            continue  # the next pass brings it, and its outcome belongs to that wish
        if operation.verb is Verb.REMOVE and chosen is None and operation.access_id not in known:
            continue  # a mark of nobody, say after an old backup came back: only a person removes it
        kept = _restricted(operation, chosen, ignored)
        if kept is not None:
            wanted.append(kept)
    return wanted


def _restricted(operation: Operation, chosen: set[Key] | None, ignored: set[Key]) -> Operation | None:
    """The part of an operation that touches chosen, not ignored fields; None if nothing of it is left."""

    def takes(field: str) -> bool:
        key = (operation.table, shown_name(operation), field)
        return key not in ignored and (chosen is None or key in chosen)

    if operation.verb not in (Verb.SET, Verb.UNSET):
        return operation if takes("") else None
    fields = {name: value for name, value in operation.fields.items() if takes(name)}
    unset = tuple(name for name in operation.unset if takes(name))
    if not fields and not unset and not (operation.raw_comment is not None and takes("comment")):
        return None
    return replace(operation, fields=fields, unset=unset)


def shown_name(operation: Operation) -> str:
    """The name under which the page lists an operation: after a rename the new one, as the differences do."""
    return readable(operation.fields.get("name", operation.name), 150)


def _left_over(bench: Bench, plan: Plan, was_written: bool) -> Plan:
    if not was_written:
        return plan
    again = reconcile.read(bench)
    return reconcile.compare(bench, again, [facts.without_password(wish) for wish in plan.wishes], covers_router=True)


def _ignored(router: Router) -> set[Key]:
    return set(Divergence.objects.filter(router=router, ignored_at__isnull=False).values_list("table", "name", "field"))


def store(bench: Bench, plan: Plan) -> None:
    """Keep what differs now: new rows, old ones with their `since`; what agrees again is gone.

    An ignored one stays ignored until one of its values changes.
    """
    now = clock.now()
    due = {wish.facts.id for wish in plan.wishes if wish.is_due}
    by_row = {(operation.table, shown_name(operation)): operation for operation in plan.diff.operations}
    known = {wish.facts.id for wish in plan.wishes}
    told = [item for item in (*plan.diff.differences, *plan.diff.conflicts) if item.access_id not in due]
    found = [_row_of(bench, item, by_row, now) for item in told]
    for row in found:
        row.access_id = row.access_id if row.access_id in known else None
    found += [_stranger(bench.router, row, now) for row in plan.diff.strangers]
    rows = {(item.table, item.name, item.field): item for item in found}
    with transaction.atomic():
        old = {(row.table, row.name, row.field): row for row in Divergence.objects.filter(router=bench.router)}
        gone = [row.pk for key, row in old.items() if key not in rows]
        for start in range(0, len(gone), facts.SLICE):
            Divergence.objects.filter(pk__in=gone[start : start + facts.SLICE]).delete()
        for key, row in rows.items():
            before = old.get(key)
            if before is not None:
                row.since = before.since
                row.ignored_at = before.ignored_at if (before.wanted, before.found) == (row.wanted, row.found) else None
        Divergence.objects.bulk_create(
            rows.values(),
            batch_size=facts.SLICE,
            update_conflicts=True,
            unique_fields=["router", "table", "name", "field"],
            update_fields=["access", "kind", "wanted", "found", "fields", "seen_at", "ignored_at"],
        )


def _row_of(bench: Bench, item: Difference, operations: Mapping[tuple[str, str], Operation], now: datetime) -> Divergence:
    name = readable(item.name, 150)
    details: dict[str, Any] = {}
    operation = operations.get((item.table, name))
    if operation is not None:
        part = _restricted(operation, {(item.table, name, item.field)}, set()) or operation
        details = {"command": bench.driver.render(part), "kicks": part.kicks}
    if item.kind == DivergenceKind.CONFLICT and item.row is not None:
        details |= _adoptable(item.row)
    return Divergence(
        router=bench.router, access_id=item.access_id, kind=item.kind, table=item.table, name=name, field=item.field,
        wanted=readable(item.wanted, 200), found=readable(item.found, 200), fields=details, since=now, seen_at=now,
    )  # fmt: skip


def _stranger(router: Router, row: Row, now: datetime) -> Divergence:
    return Divergence(
        router=router, kind=DivergenceKind.STRANGER, table=row.table, name=readable(row.fields.get("name", ""), 150),
        found=readable(row.fields.get("profile", ""), 200), fields=_adoptable(row), since=now, seen_at=now,
    )  # fmt: skip


def _adoptable(row: Row) -> dict[str, str]:
    """What is needed to adopt a row. Never a password."""
    values = {name: readable(value) for name, value in row.fields.items() if name not in ("password", "comment", ".id")}
    return values | {"comment": readable(row.raw_comment.decode("utf-8", "surrogateescape"))}
