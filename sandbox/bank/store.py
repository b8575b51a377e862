"""What survives a restart: documents in one SQLite file, written at the end of every request."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

Row = tuple[str, str, str, dict[str, Any]]

SCHEMA = "create table if not exists doc (account text, kind text, key text, body text, primary key (account, kind, key))"


class Store:
    """With an empty path nothing is kept."""

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path, isolation_level=None) if path else None
        self._waiting: dict[tuple[str, str, str], dict[str, Any] | None] = {}
        if self._database is not None:
            # A crash of the machine may cost the last moments; a killed process costs nothing.
            self._database.execute("pragma journal_mode = wal")
            self._database.execute("pragma synchronous = off")
            self._database.execute(SCHEMA)

    def put(self, account: str, kind: str, key: str, doc: dict[str, Any]) -> None:
        """Keep a document at the next flush."""
        if self._database is not None:
            self._waiting[(account, kind, key)] = doc

    def delete(self, account: str, kind: str, key: str) -> None:
        """Forget a document at the next flush."""
        if self._database is not None:
            self._waiting[(account, kind, key)] = None

    def flush(self) -> None:
        """Write what waits, in one transaction."""
        if self._database is None or not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        self._database.execute("begin")
        for key, doc in waiting.items():
            if doc is None:
                self._database.execute("delete from doc where account = ? and kind = ? and key = ?", key)
            else:
                self._database.execute("insert or replace into doc values (?, ?, ?, ?)", (*key, json.dumps(doc)))
        self._database.execute("commit")

    def rows(self) -> Iterator[Row]:
        """Everything kept, in the order of writing."""
        if self._database is not None:
            for account, kind, key, body in self._database.execute("select account, kind, key, body from doc order by rowid"):
                yield account, kind, key, json.loads(body)

    def clear(self) -> None:
        """Forget everything."""
        self._waiting.clear()
        if self._database is not None:
            self._database.execute("delete from doc")

    def close(self) -> None:
        """Write and let go of the file."""
        self.flush()
        if self._database is not None:
            self._database.close()
