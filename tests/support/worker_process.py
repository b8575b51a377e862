"""`manage.py worker` as a process of its own, on the test's database, so that it can be killed like one.

On PostgreSQL it opens the test database. SQLite's lives in the memory of this process: the worker gets a copy in a file, and
`collect` brings back what it did.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Self
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 30.0


class WorkerProcess:
    """Starts ready; `kill` is -9, `stop` is SIGTERM. Use in a transactional test."""

    program: tuple[str, ...] = ("manage.py", "worker")

    def __init__(self, folder: Path, *arguments: str, lends: bool = True) -> None:
        """`lends=False`: another worker of this folder is at work already, share its database."""
        self.file = folder / "copy.sqlite3"
        self.arguments = arguments
        self.lends = lends
        self.output = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        self._lend()
        command = [sys.executable, *self.program, *self.arguments]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "MALHA_DATABASE_URL": self._url()}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if "--once" not in self.arguments:
            assert self._process.stdout is not None
            for line in self._process.stdout:
                if "ready" in line:
                    break
        return self

    def kill(self) -> None:
        """Kill -9: no clean-up, leases and half-done work stay behind."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM; answers the exit code."""
        return self._end(signal.SIGTERM)

    def join(self) -> int:
        """Wait for a `--once`."""
        return self._end(None)

    @property
    def is_running(self) -> bool:
        """Started and not over yet."""
        return self._process is not None and self._process.poll() is None

    def _end(self, sign: signal.Signals | None) -> int:
        assert self._process is not None
        if sign is not None:
            self._process.send_signal(sign)
        self.output, _ = self._process.communicate(timeout=WAIT_SECONDS)
        self._collect()
        return self._process.returncode

    # ---- the database of the test

    def _url(self) -> str:
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.file}"
        settings = connection.settings_dict
        who = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'])}" if settings["PASSWORD"] else quote(settings["USER"])
        return f"postgres://{who}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"

    def _lend(self) -> None:
        if connection.vendor == "sqlite" and self.lends:
            self._copy(into_file=True)

    def _collect(self) -> None:
        if connection.vendor == "sqlite":
            self._copy(into_file=False)

    def _copy(self, *, into_file: bool) -> None:
        connection.ensure_connection()
        file = sqlite3.connect(self.file)
        ours = connection.connection
        (ours.backup(file) if into_file else file.backup(ours))
        file.close()


def until(condition, seconds: float = WAIT_SECONDS) -> None:  # type: ignore[no-untyped-def]
    """Wait for something another process does. Raises AssertionError when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
