"""Sending operations: pipelined, table by table, one outcome each, and the second try that some refusals deserve (network.md §2)."""

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from malha.domain.access.diff import is_ours
from malha.domain.access.marks import BLOCK, is_access_mark, read_mark, write_mark
from malha.domain.access.tables import MARKLESS_TABLES, PROFILE_OF_LOGIN, PROFILE_TABLES
from malha.domain.access.types import Operation, Outcome, Row, Verb
from malha.network.drivers.mikrotik import mapping
from malha.network.drivers.mikrotik.client import WINDOW, Client, Words, any_of, count_command, print_command
from malha.network.drivers.mikrotik.errors import Meaning, Refusal, understand

BATCH: Final = 1000
JOB_SECONDS: Final = 120.0
_NAMES_A_READ: Final = 100
_CURES: Final = 4  # a missing reference, then a property too new, then a name that exists: each needs its own
_ORDERED: Final = ("ip/firewall/nat", "ip/firewall/filter", "ipv6/firewall/filter")
# What older versions or routers without IPv6 lack: dropped when a refusal does not say which property it means.
_RECENT: Final = frozenset(("use-ipv6", "interface-list", "dhcpv6-pd-pool", "remote-ipv6-prefix"))
_LOGIN_OF_PROFILE: Final = {profile: login for login, profile in PROFILE_OF_LOGIN.items()}
_LOST: Final = "the connection was lost before the answer"


class Writer:
    """Applies operations over one client. `unsupported` is shared with the connection: what this router taught us it lacks."""

    def __init__(self, client: Client, unsupported: set[tuple[str, str]]) -> None:
        self._client = client
        self._unsupported = unsupported
        self._until = 0.0

    def apply(self, operations: Sequence[Operation]) -> list[Outcome]:
        """One outcome per operation, in order. Tables are written one after the other, so that what is referred to stands first."""
        self._until = time.monotonic() + JOB_SECONDS
        outcomes: list[Outcome] = []
        for _, group in groupby(operations, key=lambda each: (each.table, each.table in PROFILE_TABLES and each.verb is Verb.REMOVE)):
            phase = list(group)
            for start in range(0, len(phase), BATCH):
                outcomes += self._phase(phase[start : start + BATCH])
        return outcomes

    def _phase(self, operations: list[Operation]) -> list[Outcome]:
        if self._client.failure is None and time.monotonic() > self._until:
            return [Outcome(each, False, "time limit reached", "retry") for each in operations]
        in_use = self._profiles_in_use(operations)
        outcomes = self._send([each for each in operations if id(each) not in in_use])
        for _ in range(_CURES):
            before = [outcome.words for outcome in outcomes if not outcome.ok]
            if not before:
                break
            outcomes = self._second_try(outcomes)
            if before == [outcome.words for outcome in outcomes if not outcome.ok]:
                break
        if in_use:
            by_operation = {id(outcome.operation): outcome for outcome in outcomes} | in_use
            outcomes = [by_operation[id(each)] for each in operations]
        return outcomes

    # ---- one round

    def _send(self, operations: Sequence[Operation]) -> list[Outcome]:
        # An operation of which nothing is left, all its properties being unknown to this version, is done without a word.
        dropped = {table: self._dropped(table) for table in {each.table for each in operations}}
        spoken = [mapping.sentences(each, dropped=dropped[each.table]) for each in operations]
        flat: list[Words] = [sentence for sentences in spoken for sentence in sentences]
        window = 1 if operations and operations[0].table in _ORDERED else WINDOW
        replies = iter(self._client.batch(flat, window=window, seconds=max(self._until - time.monotonic(), 1.0)))
        outcomes: list[Outcome] = []
        for operation, sentences in zip(operations, spoken, strict=True):
            mine = [next(replies) for _ in sentences]
            trapped = next((reply.trap for reply in mine if reply.trap is not None), None)
            if trapped is not None:
                outcomes.append(self._refused(operation, understand(trapped)))
            elif all(reply.is_done for reply in mine):
                new_id = mapping.text(mine[0].ret) if mine and operation.verb is Verb.ADD else ""
                outcomes.append(Outcome(operation, True, code="ok", new_id=new_id))
            else:
                words = self._client.failure.words if self._client.failure else _LOST
                outcomes.append(Outcome(operation, False, words, "unknown"))
        return outcomes

    def _refused(self, operation: Operation, refusal: Refusal) -> Outcome:
        is_success = refusal.meaning is Meaning.PRESENT or (refusal.meaning is Meaning.GONE and operation.verb is Verb.REMOVE)
        return Outcome(operation, is_success, refusal.words, "ok" if is_success else refusal.code)

    def _dropped(self, table: str) -> frozenset[str]:
        return frozenset(field for each, field in self._unsupported if each == table)

    # ---- the second round

    def _second_try(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Some refusals have a cure: then the operation is sent once more. It may be refused again for another reason."""
        taken: list[int] = []
        again: dict[int, Operation] = {}
        missing: dict[tuple[str, str], Operation] = {}
        for index, outcome in enumerate(outcomes):
            if outcome.ok or outcome.code == "unknown":
                continue
            refusal = understand(outcome.words)
            operation = outcome.operation
            if refusal.meaning is Meaning.TAKEN:
                taken.append(index)
            elif refusal.meaning in (Meaning.REFERENCE, Meaning.BUG):
                needed = _needed(operation, refusal.field)
                missing |= {(each.table, each.name): each for each in needed}
                if needed:
                    again[index] = operation
            elif refusal.meaning is Meaning.PARAMETER and self._learn(operation, refusal.field):
                again[index] = operation
        if missing:
            self._add_missing(list(missing.values()))
        result = list(outcomes)
        self._solve_taken(taken, result, again)
        if again:
            retried = self._send(list(again.values()))
            for index, outcome in zip(again, retried, strict=True):
                result[index] = replace(outcome, operation=outcomes[index].operation)
        return result

    def _learn(self, operation: Operation, field: str) -> bool:
        """Whether dropping a property may help: the one named, or all that older versions lack."""
        lacking = {field} if field else _RECENT.intersection((*operation.fields, *operation.unset))
        lacking &= {*operation.fields, *operation.unset}
        self._unsupported.update((operation.table, name) for name in lacking)
        return bool(lacking)

    def _add_missing(self, needed: list[Operation]) -> None:
        """What others refer to, and before that what it refers to itself."""
        for operation in needed:
            below = [*operation.requires, *_needed(operation, "interface-list")]
            outcomes = self._send(below) if below else []
            outcomes += self._send([operation])
            for outcome in outcomes:
                refusal = understand(outcome.words)
                if not outcome.ok and refusal.meaning is Meaning.PARAMETER and self._learn(outcome.operation, refusal.field):
                    self._send([outcome.operation])

    def _solve_taken(self, indexes: list[int], outcomes: list[Outcome], again: dict[int, Operation]) -> None:
        """A name exists: read it again. Ours becomes a set; another login of ours may leave it, try later; else a conflict."""
        if not indexes:
            return
        rows = self._rows_named([outcomes[index].operation for index in indexes])
        for index in indexes:
            outcome = outcomes[index]
            operation = outcome.operation
            found = rows.get((operation.table, operation.fields.get("name", operation.name)))
            if found is None:
                outcomes[index] = replace(outcome, code="retry")
            elif operation.verb is Verb.ADD and _is_the_same(operation, found):
                again[index] = replace(operation, verb=Verb.SET, row_id=found.id, raw_comment=None)
            elif is_access_mark(read_mark(found.raw_comment)):
                outcomes[index] = replace(outcome, code="retry")

    def _rows_named(self, operations: Sequence[Operation]) -> dict[tuple[str, str], Row]:
        found: dict[tuple[str, str], Row] = {}
        sentences: list[Words] = []
        tables: list[str] = []
        for table in dict.fromkeys(each.table for each in operations):
            names = [mapping.octets(each.fields.get("name", each.name)) for each in operations if each.table == table]
            for start in range(0, len(names), _NAMES_A_READ):
                query = any_of("name", names[start : start + _NAMES_A_READ])
                sentences.append(print_command(table, mapping.PROPLISTS[table], query))
                tables.append(table)
        for table, reply in zip(tables, self._client.batch(sentences), strict=True):
            for row in mapping.rows(table, reply.rows):
                found[table, row.fields.get("name", "")] = row
        return found

    # ---- never leave anybody dangling

    def _profiles_in_use(self, operations: Sequence[Operation]) -> dict[int, Outcome]:
        """Removals of profiles that some login still uses, ours or not: RouterOS would allow them."""
        doomed = [each for each in operations if each.verb is Verb.REMOVE and each.table in PROFILE_TABLES]
        if not doomed:
            return {}
        counts = [count_command(_LOGIN_OF_PROFILE[each.table], [b"?profile=" + mapping.octets(each.name)]) for each in doomed]
        kept: dict[int, Outcome] = {}
        for operation, reply in zip(doomed, self._client.batch(counts), strict=True):
            if not reply.is_done:
                kept[id(operation)] = Outcome(operation, False, _LOST, "unknown")
            elif reply.trap is not None or reply.ret != b"0":
                words = reply.trap or f"profile in use by {mapping.text(reply.ret)}"
                kept[id(operation)] = Outcome(operation, False, words, "retry")
        return kept


def _is_the_same(operation: Operation, found: Row) -> bool:
    """Whether the row that has the name is the very object that we wanted to add."""
    if operation.table in MARKLESS_TABLES:
        return is_ours(found)
    return bool(operation.raw_comment) and read_mark(found.raw_comment) == read_mark(operation.raw_comment or b"")


def _needed(operation: Operation, field: str) -> list[Operation]:
    """The adds that a refused reference asks for."""
    if field == "interface-list" and operation.fields.get(field):
        name = operation.fields[field]
        return [Operation(Verb.ADD, "interface/list", name, fields={"name": name}, raw_comment=write_mark(BLOCK))]
    if field in ("profile", "remote-address", "pool"):
        return [each for each in operation.requires if each.table in PROFILE_TABLES or field != "profile"]
    return []
