"""An open connection to one RouterOS router: `malha.network.base.Connection`."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from malha.domain.access.marks import OWNER, owner_comment, read_mark, read_owner
from malha.domain.access.tables import LOGIN_TABLE, LOGIN_TABLES, POOL, PROFILE_TABLE
from malha.domain.access.types import Operation, Outcome, Row, Verb
from malha.network.base import Health, LiveSession, PermanentFailure, Snapshot, Target, TemporaryFailure
from malha.network.drivers.mikrotik import base_setup, mapping
from malha.network.drivers.mikrotik.client import Client, Reply, Words, any_of, command, count_command, print_command
from malha.network.drivers.mikrotik.dial import STANDARD
from malha.network.drivers.mikrotik.errors import Meaning, failure_of_read, understand
from malha.network.drivers.mikrotik.kicking import Kicker
from malha.network.drivers.mikrotik.writing import JOB_SECONDS, Writer

_NAMES_A_QUERY: Final = 50
_COMMANDS_A_PASS: Final = 6  # what a pass that changes nothing may cost a router


class MikrotikConnection:
    """See the protocol for what each verb promises. Ids are valid on this connection only, and nothing outlives it."""

    def __init__(
        self,
        client: Client,
        target: Target,
        pin: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        full_read: float = STANDARD.full_read,
    ) -> None:
        self._client = client
        self._full_read = full_read
        self._target = target
        self._unsupported: set[tuple[str, str]] = set()
        self._owner: str | None = None  # None: not read yet
        self._counts: dict[str, int] = {}  # rows a table has, as far as its count agreed with what we read
        self._uncounted: dict[str, int] = {}  # rows read of tables whose count nobody has asked for yet
        self._writer = Writer(client, self._unsupported)
        self._kicker = Kicker(client, target.methods, sleep=sleep)
        self.pin = pin

    @property
    def commands(self) -> int:
        return self._client.commands

    # ---- reading

    def health(self) -> Health:
        started = time.monotonic()
        identity = self._answer(self._client.call(print_command("system/identity", ("name",))))
        latency = round((time.monotonic() - started) * 1000)
        resource = self._client.call(print_command("system/resource", ("version", "board-name", "cpu-load", "uptime")))
        return mapping.health(self._answer(resource).rows, identity.rows, latency_ms=latency)

    def read(self, *, names: Sequence[str] | None = None) -> Snapshot:
        query = [] if names is None else any_of("name", [mapping.octets(name) for name in dict.fromkeys(names)])
        logins = [LOGIN_TABLE[method] for method in self._target.methods] if names is None or names else []
        tables = [POOL, *(PROFILE_TABLE[method] for method in self._target.methods), *logins]
        tables = [table for table in tables if (table, "") not in self._unsupported]
        prints = [print_command(table, mapping.PROPLISTS[table], query if table in LOGIN_TABLES else ()) for table in tables]
        uncounted = [table for table in tables if names is None and table in LOGIN_TABLES and table not in self._counts]
        if 1 + len(tables) + len(uncounted) > _COMMANDS_A_PASS:
            uncounted = []  # asked for before anything is removed
        sentences = [self._garden_command(), *prints, *map(count_command, uncounted)]
        replies = self._batch(sentences)
        self._owner = self._owner_among(replies[0])
        rows: list[Row] = []
        read: dict[str, int] = {}
        for table, reply in zip(tables, replies[1:], strict=False):
            read[table] = len(reply.rows)
            rows += mapping.rows(table, self._answer_or_lacking(table, reply).rows)
        if names is None:
            counted = dict(zip(uncounted, replies[1 + len(tables) :], strict=True))
            self._check_counts({table: read[table] for table in tables if table in LOGIN_TABLES}, counted)
        return Snapshot(tuple(rows), names is None, self._owner, frozenset(self._unsupported))

    def sessions(self) -> list[LiveSession]:
        methods = [method for method in self._target.methods if (LOGIN_TABLE[method], "") not in self._unsupported]
        replies = self._batch([print_command(*mapping.ACTIVE[method]) for method in methods])
        found: list[LiveSession] = []
        for method, reply in zip(methods, replies, strict=True):
            rows = self._answer_or_lacking(LOGIN_TABLE[method], reply).rows
            found += [mapping.session(method, each) for each in rows]
        return found

    def secrets(self, names: Sequence[str]) -> dict[str, str]:
        wanted = list(dict.fromkeys(names))
        found: dict[str, str] = {}
        for method in self._target.methods:
            chunks = [wanted[start : start + _NAMES_A_QUERY] for start in range(0, len(wanted), _NAMES_A_QUERY)]
            sentences = [
                print_command(LOGIN_TABLE[method], ("name", "password"), any_of("name", [mapping.octets(name) for name in chunk]))
                for chunk in chunks
            ]
            for reply in self._batch(sentences):
                for row in reply.rows:
                    password = mapping.text(row.get(b"password", b""))
                    if password.strip("*"):  # hidden values come as stars, or not at all
                        found.setdefault(mapping.text(row.get(b"name", b"")), password)
        return found

    # ---- writing

    def apply(self, operations: Sequence[Operation]) -> list[Outcome]:
        self._guard()
        short = self._short_tables(operations)
        refused = {id(each): words for each in operations if each.verb is Verb.REMOVE and (words := short.get(each.table))}
        sent = iter(self._writer.apply([each for each in operations if id(each) not in refused]))
        outcomes = [Outcome(each, False, refused[id(each)], "retry") if id(each) in refused else next(sent) for each in operations]
        for outcome in outcomes:
            self._follow(outcome)
        return outcomes

    def kick(self, names: Iterable[str], *, per_second: int) -> list[str]:
        self._guard()
        return self._kicker.kick(names, per_second=per_second)

    def announce(self, *, pending: Iterable[str] = (), cleared: Iterable[str] = ()) -> None:
        self._guard()
        self._kicker.announce(self._target.facts.pending_list, pending=list(pending), cleared=list(cleared))

    def silence(self, address: str, *, seconds: int) -> str:
        self._guard()
        return self._kicker.silence(base_setup.SILENCED_LIST, address, seconds)

    def claim_owner(self) -> None:
        installation = self._target.installation_id
        rows = mapping.rows(base_setup.ADDRESS_LIST, self._answer(self._client.call(self._garden_command())).rows)
        self._owner = next((owner for row in rows if (owner := read_owner(row.raw_comment))), "")
        self._guard()
        if self._owner or not installation:
            return
        address = self._target.facts.notice_address or base_setup.OWNER_ADDRESS
        present = next((row for row in rows if row.fields.get("address") == address and not read_mark(row.raw_comment)), None)
        comment = owner_comment(installation)
        unfinished = base_setup.owner_row(rows)
        if unfinished is not None or present is not None:
            row = unfinished or present
            assert row is not None
            text = row.raw_comment if unfinished is None else row.raw_comment.removeprefix(OWNER.encode()).lstrip()
            values = {b".id": mapping.octets(row.id), b"comment": comment + (b" " + text if text else b"")}
            reply = self._client.call(command(base_setup.ADDRESS_LIST, "set", values))
        else:
            values = {b"list": mapping.octets(self._target.facts.garden_list), b"address": address.encode(), b"comment": comment}
            reply = self._client.call(command(base_setup.ADDRESS_LIST, "add", values))
        self._answer(reply)
        self._owner = installation

    def base_operations(self) -> list[Operation]:
        facts = self._target.facts
        tables = [base_setup.INTERFACE_LIST, POOL, *(PROFILE_TABLE[method] for method in self._target.methods)]
        tables = [*tables, base_setup.ADDRESS_LIST, *base_setup.RULE_TABLES]
        sentences: list[Words] = []
        for table in tables:
            proplist = base_setup.RULE_PROPLIST if table in base_setup.RULE_TABLES else mapping.PROPLISTS[table]
            query = self._garden_query() if table == base_setup.ADDRESS_LIST else []
            sentences.append(print_command(table, proplist, query))
        found: dict[str, list[Row]] = {}
        for table, reply in zip(tables, self._batch(sentences), strict=True):
            rows = mapping.rows(table, self._answer_or_lacking(table, reply).rows)
            if (table, "") not in self._unsupported:
                found[table] = rows
        return base_setup.operations(found, facts, self._target.methods)

    def close(self) -> None:
        self._client.close()

    # ---- inside

    def _garden_query(self) -> list[bytes]:
        return [b"?list=" + mapping.octets(self._target.facts.garden_list)]

    def _garden_command(self) -> Words:
        """The list that carries the owner mark: read in the same pass as everything else."""
        return print_command(base_setup.ADDRESS_LIST, mapping.PROPLISTS[base_setup.ADDRESS_LIST], self._garden_query())

    def _owner_among(self, reply: Reply) -> str:
        rows = self._answer(reply).rows
        return next((owner for row in rows if (owner := read_owner(row.get(b"comment", b"")))), "")

    def _guard(self) -> None:
        """Nothing is written to a router that says it belongs to another installation: a copy of the database may be us."""
        mine = self._target.installation_id
        if not mine:
            return
        if self._owner is None:
            self._owner = self._owner_among(self._client.call(self._garden_command()))
        if self._owner and self._owner != mine:
            raise PermanentFailure("foreign_owner", f"this router belongs to installation {self._owner}, we are {mine}")

    def _batch(self, sentences: Sequence[Words]) -> list[Reply]:
        """A read that did not end in `!done` counts for nothing (failure mode F44)."""
        replies = self._client.batch(sentences, silence=self._full_read, seconds=JOB_SECONDS)
        self._client.check()
        return replies

    def _answer(self, reply: Reply) -> Reply:
        if reply.trap is not None:
            raise failure_of_read(understand(reply.trap))
        return reply

    def _answer_or_lacking(self, table: str, reply: Reply) -> Reply:
        """A menu this router does not have is a capability it lacks, not a failure."""
        if reply.trap is not None and understand(reply.trap).meaning is Meaning.MENU:
            self._unsupported.add((table, ""))
            return reply
        return self._answer(reply)

    def _check_counts(self, read: dict[str, int], counted: dict[str, Reply]) -> None:
        """Large listings have come short from real routers: what was read must be what there is, else nothing is decided.

        A count is asked for once on a connection, and again only when the table is not as our own writes left it: a pass without
        changes stays at six commands.
        """
        changed = [table for table in read if table in self._counts and read[table] != self._counts[table]]
        if changed:
            counted = counted | dict(zip(changed, self._batch([count_command(table) for table in changed]), strict=True))
        self._uncounted = {table: rows for table, rows in read.items() if table not in counted and table not in self._counts}
        for table, reply in counted.items():
            if (table, "") in self._unsupported:
                continue
            words = self._compare_count(table, read[table], reply)
            if words:
                raise TemporaryFailure("busy", words)

    def _compare_count(self, table: str, read: int, reply: Reply) -> str:
        """What is wrong with a count, or an empty string; then it is remembered."""
        there = int(reply.ret) if reply.ret.isdigit() else -1
        if reply.trap is not None or there < 0 or there > read:
            self._counts.pop(table, None)
            return reply.trap or f"{table}: {read} of {there} rows were read"
        self._counts[table] = there  # fewer than we read: somebody removed some meanwhile, nothing was kept from us
        return ""

    def _short_tables(self, operations: Sequence[Operation]) -> dict[str, str]:
        """Tables from which nothing may be removed, because the last read of them was short; with the words that say so."""
        tables = [table for table in self._uncounted if any(each.table == table and each.verb is Verb.REMOVE for each in operations)]
        if not tables:
            return {}
        replies = self._client.batch([count_command(table) for table in tables])
        return {
            table: words
            for table, reply in zip(tables, replies, strict=True)
            if reply.is_done and (words := self._compare_count(table, self._uncounted.pop(table), reply))
        }

    def _follow(self, outcome: Outcome) -> None:
        """Keep the number of rows in step with our own writes; after anything unclear it is asked for again."""
        table = outcome.operation.table
        step = {Verb.ADD: 1, Verb.REMOVE: -1}.get(outcome.operation.verb, 0)
        for rows in (self._counts, self._uncounted):
            if table in rows:
                rows[table] += step if outcome.ok else 0
        if not outcome.ok and outcome.code in ("unknown", "gone"):
            self._counts.pop(table, None)
