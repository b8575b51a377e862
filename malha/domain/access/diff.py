"""What must be done to a router, and what must be told: pure comparison of rows and entries (network.md §4, §6).

What lacks our mark is never set and never removed; a name that a stranger has taken is a conflict for a person to solve.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from malha.domain.access import marks
from malha.domain.access.desired import PENDING_SUFFIX, is_notice_only
from malha.domain.access.normalise import flag, same
from malha.domain.access.order import free_names_first
from malha.domain.access.tables import (
    FACTORY_LOGINS,
    LOGIN_TABLES,
    MARKLESS_PREFIX,
    MARKLESS_TABLES,
    PPP_PROFILE,
    PROFILE_OF_LOGIN,
    PROFILE_TABLES,
    position,
)
from malha.domain.access.types import Diff, Difference, Entry, Operation, Row, Verb

DIFFERENT: Final = "DIFFERENT"
MISSING: Final = "MISSING"
STRANGER: Final = "STRANGER"
CONFLICT: Final = "CONFLICT"
REPEATED: Final = "REPEATED"

# Fields whose change the running session does not see until it is dropped (network.md §3.3). Profile and disabled have rules of their own.
_KICK_FIELDS: Final = frozenset(("remote-address", "remote-ipv6-prefix", "address"))
_PROFILE_KICK_FIELDS: Final = frozenset(("rate-limit", "remote-address", "dhcpv6-pd-pool", "address-list"))

Key = tuple[str, str]


def diff(
    rows: Sequence[Row],
    entries: Iterable[Entry],
    *,
    unwanted: Mapping[str, str] | None = None,
    is_complete: bool = False,
    covers_router: bool = False,
    unsupported: Collection[Key] = (),
) -> Diff:
    """The operations that turn `rows` into `entries`, in the order of writing, and everything worth telling.

    `unwanted`: access marks that must have no row, with the login each is known by. `is_complete`: `rows` are whole tables.
    `covers_router`: `entries` and `unwanted` speak for every access of this router; only with both are rows of unknown accesses
    and unused profiles of ours removed. `unsupported`: (table, field) pairs this router's version does not know; an empty field
    means the whole table.
    """
    work = _Comparison(rows, frozenset(unsupported))
    for entry in sorted(entries, key=lambda each: position(each.table)):
        work.settle(entry)
    work.remove_logins(unwanted or {}, removes_unknown=is_complete and covers_router)
    if is_complete and covers_router:
        work.remove_profiles()
    return work.result()


def adopt(row: Row, entry: Entry) -> Operation:
    """*Vincular*: one set that puts our mark before the operator's comment and makes the row what the entry says."""
    changed, unset = _changes(row, entry, frozenset())
    if row.fields.get("name", "") != entry.name:
        changed["name"] = entry.name
    comment = marks.write_mark(entry.mark, row.raw_comment) if entry.mark else None
    return Operation(
        verb=Verb.SET,
        table=row.table,
        name=row.fields.get("name", ""),
        row_id=row.id,
        fields=changed,
        unset=tuple(unset),
        secret=entry.secret,
        raw_comment=comment,
        access_id=entry.access_id,
        kicks=bool(_kick_reasons(row, changed, unset)),
    )


def addition(entry: Entry, *, requires: tuple[Operation, ...] = ()) -> Operation:
    """The add that makes an entry. Empty values and the plain `disabled=no` are left to the router."""
    return Operation(
        verb=Verb.ADD,
        table=entry.table,
        name=entry.name,
        fields={"name": entry.name, **{key: value for key, value in entry.fields.items() if value and (key, value) != ("disabled", "no")}},
        secret=entry.secret,
        raw_comment=marks.write_mark(entry.mark) if entry.mark else None,
        access_id=entry.access_id,
        requires=requires,
    )


def is_ours(row: Row) -> bool:
    """Whether we may touch a row: it carries a mark, or its table has no comments and its name our prefix."""
    if row.table in MARKLESS_TABLES:
        return row.fields.get("name", "").startswith(MARKLESS_PREFIX)
    return bool(marks.read_mark(row.raw_comment))


def _changes(row: Row, entry: Entry, unsupported: Collection[Key]) -> tuple[dict[str, str], list[str]]:
    """The fields to set and the fields to unset."""
    changed: dict[str, str] = {}
    unset: list[str] = []
    found = row.fields
    for name, wanted in entry.fields.items():
        has = found.get(name, "")
        if wanted == has or same(name, wanted, has) or (entry.table, name) in unsupported:
            continue
        if wanted:
            changed[name] = wanted
        else:
            unset.append(name)
    return changed, unset


def _kick_reasons(row: Row, changed: Mapping[str, str], unset: Collection[str], *, has_secret: bool = False) -> list[str]:
    """The changes that mean nothing until the running session is dropped."""
    reasons = [name for name in (*changed, *unset) if name in _KICK_FIELDS or name == "name"]
    if "profile" in changed and not is_notice_only(row.fields.get("profile", ""), changed["profile"]):
        reasons.append("profile")
    if flag(changed.get("disabled", "")) == "true":
        reasons.append("disabled")
    if has_secret:
        reasons.append("password")
    return reasons


@dataclass(slots=True)
class _Comparison:
    """One comparison under way: the rows by mark and by name, and what was found so far."""

    rows: Sequence[Row]
    unsupported: frozenset[Key]
    by_mark: dict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    mark_of: dict[Key, str] = field(default_factory=dict)
    additions: dict[Key, Operation] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    removals: list[Operation] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    kicks: dict[str, None] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    settled: set[Key] = field(default_factory=set)  # (table, id) of rows that were matched with something
    wanted_marks: set[str] = field(default_factory=set)
    profiles_in_use: set[Key] = field(default_factory=set)
    changed_profiles: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        for row in self.rows:
            table = row.table
            mark = marks.read_mark(row.raw_comment) if row.raw_comment else ""
            if mark:
                self.by_mark[table, mark].append(row)
                self.mark_of[table, row.id] = mark
            self.by_name[table, row.fields.get("name", "")].append(row)

    # ---- what should be there

    def settle(self, entry: Entry) -> None:
        """Match an entry with a row of ours and set it, or add it, or tell why neither can be done."""
        if entry.mark:
            self.wanted_marks.add(entry.mark)
        is_login = entry.table in LOGIN_TABLES
        if is_login:
            self.profiles_in_use.add((PROFILE_OF_LOGIN[entry.table], entry.fields["profile"]))
        else:
            self.additions[entry.table, entry.name] = addition(entry, requires=self._requires(entry))
        if (entry.table, "") in self.unsupported:
            self._tell(MISSING, entry, found="unsupported")
            return
        row = self._find(entry)
        if row is not None:
            self._compare(entry, row)
        elif not self._is_blocked(entry):
            self._tell(MISSING, entry)
            self.operations.append(self._supported(addition(entry, requires=self._requires(entry))))

    def _requires(self, entry: Entry) -> tuple[Operation, ...]:
        return tuple(filter(None, (self.additions.get(need) for need in _references(entry))))

    def _find(self, entry: Entry) -> Row | None:
        """Our row for an entry. Of repeated marks, the one with the wanted name; the others are told and left alone."""
        if entry.table in MARKLESS_TABLES:
            named = self.by_name.get((entry.table, entry.name), [])
            return named[0] if named and is_ours(named[0]) else None
        candidates = self.by_mark.get((entry.table, entry.mark), [])
        if len(candidates) <= 1:
            return candidates[0] if candidates else None
        named = [row for row in candidates if row.fields.get("name", "") == entry.name]
        ours = named[0] if named else None
        for row in candidates:
            if row is not ours:
                self._repeated(row, entry.access_id)
        return ours

    def _is_blocked(self, entry: Entry) -> bool:
        """Whether the entry's name, or its mark on several rows, keeps us from adding it."""
        if entry.table not in MARKLESS_TABLES and self.by_mark.get((entry.table, entry.mark)):
            return True  # repeated, none of them with the wanted name: a person decides which is the login
        return self._is_taken(entry)

    def _is_taken(self, entry: Entry) -> bool:
        """Whether a row that we may not touch has the name. Another login of ours may be about to leave it: then try."""
        for row in self.by_name.get((entry.table, entry.name), []):
            mark = self.mark_of.get((entry.table, row.id), "")
            if mark != entry.mark and not (marks.is_access_mark(mark) and marks.is_access_mark(entry.mark)):
                self.settled.add((row.table, row.id))
                self._tell(CONFLICT, entry, name="name", found=row.raw_comment.decode("utf-8", "replace"), row=row)
                return True
        return False

    def _compare(self, entry: Entry, row: Row) -> None:
        self.settled.add((row.table, row.id))
        old_name = row.fields.get("name", "")
        changed, unset = _changes(row, entry, self.unsupported)
        if old_name != entry.name:
            if self._is_taken(entry):
                return
            changed = {"name": entry.name, **changed}
        for name in (*changed, *unset):
            self._tell(DIFFERENT, entry, name=name, wanted=changed.get(name, ""), found=row.fields.get(name, ""), row=row)
        if entry.secret:
            for name in entry.secret:  # which, never what
                self._tell(DIFFERENT, entry, name=name, row=row)
        elif not changed and not unset:
            return
        kicks = False
        if entry.table in LOGIN_TABLES:
            kicks = self._note_kick(row, changed, unset, has_secret=bool(entry.secret))
        elif entry.table in PROFILE_TABLES and _PROFILE_KICK_FIELDS.intersection((*changed, *unset)):
            self.changed_profiles.add((entry.table, old_name))
        self.operations.append(
            Operation(
                verb=Verb.SET if changed or entry.secret else Verb.UNSET,
                table=entry.table,
                name=old_name,
                row_id=row.id,
                fields=changed,
                unset=tuple(unset),
                secret=entry.secret,
                access_id=entry.access_id,
                kicks=kicks,
                requires=self._requires(entry) if changed else (),
            )
        )

    def _note_kick(self, row: Row, changed: Mapping[str, str], unset: Collection[str], *, has_secret: bool) -> bool:
        """A rename drops the session of the old name: that is the one that runs."""
        name = row.fields.get("name", "")
        if _kick_reasons(row, changed, unset, has_secret=has_secret):
            self.kicks[name] = None
            return True
        if "profile" in changed:
            (self.pending if changed["profile"].endswith(PENDING_SUFFIX) else self.cleared).append(name)
        return False

    def _supported(self, operation: Operation) -> Operation:
        known = {name: value for name, value in operation.fields.items() if (operation.table, name) not in self.unsupported}
        return operation if len(known) == len(operation.fields) else replace(operation, fields=known)

    # ---- what should not be there

    def remove_logins(self, unwanted: Mapping[str, str], *, removes_unknown: bool) -> None:
        """Rows of accesses that must have none, or none in this table (their method changed), and of accesses nobody knows."""
        for (table, mark), found in self.by_mark.items():
            if table not in LOGIN_TABLES or not marks.is_access_mark(mark):
                continue
            left = [row for row in found if (table, row.id) not in self.settled]
            if not left:
                continue
            if mark in unwanted or mark in self.wanted_marks:
                self._remove_one(left, unwanted.get(mark, ""))
            elif removes_unknown:
                self._remove_one(left, "")

    def _remove_one(self, found: list[Row], name: str) -> None:
        """A single row goes; of several with the same mark only the one with the known login, the others are told."""
        named = [row for row in found if row.fields.get("name", "") == name]
        doomed = found[0] if len(found) == 1 else (named[0] if named else None)
        for row in found:
            access_id = marks.access_id_of(self.mark_of[row.table, row.id])
            if row is not doomed:
                self._repeated(row, access_id)
                continue
            name_found = row.fields.get("name", "")
            self.settled.add((row.table, row.id))
            self.kicks[name_found] = None
            self.differences.append(Difference(access_id, DIFFERENT, row.table, name_found, "", "", name_found, row))
            self.removals.append(Operation(Verb.REMOVE, row.table, name_found, row.id, access_id=access_id, kicks=True))

    def remove_profiles(self) -> None:
        """Profiles of plans that are wanted by nobody and used by no login, ours or not (RouterOS would leave users dangling).

        They harm nobody meanwhile, so they are no difference worth telling.
        """
        doomed_logins = {(each.table, each.row_id) for each in self.removals}
        moving = {(each.table, each.row_id): each.fields["profile"] for each in self.operations if "profile" in each.fields}
        for row in self.rows:
            key = (row.table, row.id)
            if row.table in LOGIN_TABLES and key not in doomed_logins:
                self.profiles_in_use.add((PROFILE_OF_LOGIN[row.table], moving.get(key, row.fields.get("profile", ""))))
        for (table, mark), found in self.by_mark.items():
            if table != PPP_PROFILE or not marks.is_plan_mark(mark) or mark in self.wanted_marks or len(found) > 1:
                continue
            name = found[0].fields.get("name", "")
            if (table, name) not in self.profiles_in_use:
                self.settled.add((table, found[0].id))
                self.removals.append(Operation(Verb.REMOVE, table, name, found[0].id))

    # ---- the answer

    def result(self) -> Diff:
        strangers = tuple(
            row
            for row in self.rows
            if row.table in LOGIN_TABLES
            and (row.table, row.id) not in self.mark_of
            and (row.table, row.id) not in self.settled
            and row.fields.get("name", "") not in FACTORY_LOGINS
            and row.fields.get("dynamic") != "true"
        )
        return Diff(
            operations=free_names_first([*self.operations, *self.removals]),
            differences=tuple(self.differences),
            strangers=strangers,
            conflicts=tuple(self.conflicts),
            kick_names=tuple(self.kicks),
            kick_later_names=self._kick_later(),
            pending_names=tuple(self.pending),
            cleared_names=tuple(self.cleared),
        )

    def _kick_later(self) -> tuple[str, ...]:
        """Marked logins whose profile, as the router has it, changes under them."""
        if not self.changed_profiles:
            return ()
        return tuple(
            row.fields.get("name", "")
            for row in self.rows
            if row.table in LOGIN_TABLES
            and (PROFILE_OF_LOGIN[row.table], row.fields.get("profile", "")) in self.changed_profiles
            and (row.table, row.id) in self.mark_of
            and row.fields.get("name", "") not in self.kicks
        )

    def _repeated(self, row: Row, access_id: int | None) -> None:
        self.settled.add((row.table, row.id))
        mark = self.mark_of[row.table, row.id]
        self.differences.append(Difference(access_id, REPEATED, row.table, row.fields.get("name", ""), "comment", "", mark, row))

    def _tell(self, kind: str, entry: Entry, *, name: str = "", wanted: str = "", found: str = "", row: Row | None = None) -> None:
        difference = Difference(entry.access_id, kind, entry.table, entry.name, name, wanted, found, row)
        (self.conflicts if kind == CONFLICT else self.differences).append(difference)


def _references(entry: Entry) -> list[Key]:
    """Where the objects an entry names by name live."""
    if entry.table in LOGIN_TABLES:
        return [(PROFILE_OF_LOGIN[entry.table], entry.fields.get("profile", ""))]
    if entry.table == PPP_PROFILE:
        return [("ip/pool", entry.fields.get("remote-address", ""))]
    return []
