"""A simulated router as a process of its own, for tests of every room.

    with RouterProcess(secrets=100, version="6.49.10") as router:
        router.port, router.tls_port, router.fingerprint
        router.control("fault", latency_ms=20)
        router.dump("/ppp/secret")        # rows as dicts, dynamic and computed properties included
        router.counters()["writes"]

Options are those of `python -m sandbox.routeros` with `_` for `-`; True is a bare option, a list repeats it.
Bytes that are not UTF-8 appear in answers as surrogates (`value.encode("utf-8", "surrogateescape")` restores them).
"""

import json
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20


class ControlRefused(Exception):
    """The control channel said no: `error` holds its words, `kind` what sort of refusal it was."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer.get("error", "no answer"))
        self.error = answer.get("error", "")
        self.kind = answer.get("kind", "")


class RouterProcess:
    """Starts on free ports, stops with the block. Without a block: `start()` and `stop()`."""

    def __init__(self, *, user: str = "malha", password: str = "malha-password", **options: Any) -> None:
        self.user = user
        self.password = password
        self.options = options
        self.host = str(options.get("host", "127.0.0.1"))
        self.port = 0
        self.tls_port = 0
        self.control_port = 0
        self.fingerprint = ""
        self.pid = 0
        self.last_counters: dict[str, Any] = {}
        self._process: subprocess.Popen[str] | None = None
        self._control: socket.socket | None = None
        self._lines: Any = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start the process and wait until it answers. After `stop()` it may be started again, on the same ports."""
        command = [sys.executable, "-m", "sandbox.routeros", "--exit-with-stdin", "--user", self.user]
        command += ["--password", self.password, *_arguments(self.options)]
        if self.port:
            command += ["--port", str(self.port), "--tls-port", str(self.tls_port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("READY "):
            self._process.kill()
            self._process.communicate()
            raise RuntimeError(f"the simulated router did not start: {line!r}")
        ready = json.loads(line.removeprefix("READY "))
        self.pid, self.port, self.tls_port = ready["pid"], ready["port"], ready["tls_port"]
        self.control_port, self.fingerprint = ready["control_port"], ready["fingerprint"]

    def stop(self) -> None:
        """End the process; `last_counters` holds what it counted. Twice is harmless."""
        self._hang_up()
        if self._process is None:
            return
        rest, _ = self._process.communicate(timeout=START_SECONDS)
        self._process = None
        for line in rest.splitlines():
            if line.startswith("COUNTERS "):
                self.last_counters = json.loads(line.removeprefix("COUNTERS "))

    def kill(self) -> None:
        """Pull the plug: no clean end, nothing saved."""
        self._hang_up()
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def control(self, cmd: str, **arguments: Any) -> dict[str, Any]:
        """One request to the control channel. Raises ControlRefused."""
        if self._control is None:
            self._control = socket.create_connection(("127.0.0.1", self.control_port), timeout=START_SECONDS)
            self._lines = self._control.makefile("rb")
        self._control.sendall(json.dumps({"cmd": cmd, **arguments}).encode() + b"\n")
        line = self._lines.readline()
        answer: dict[str, Any] = json.loads(line) if line else {}
        if not answer.get("ok"):
            raise ControlRefused(answer)
        return answer

    def dump(self, table: str) -> list[dict[str, str]]:
        """All rows of a table, in order, uncounted and unaffected by faults."""
        rows: list[dict[str, str]] = self.control("dump", table=table)["rows"]
        return rows

    def row(self, table: str, **wanted: str) -> dict[str, str] | None:
        """The first row with these properties (`_` for `-`), or None."""
        names = {name.replace("_", "-"): value for name, value in wanted.items()}
        for row in self.dump(table):
            if all(row.get(name) == value for name, value in names.items()):
                return row
        return None

    def counters(self) -> dict[str, Any]:
        """What happened since the start or the last `reset-counters`."""
        return self.control("counters")

    def fault(self, **faults: Any) -> dict[str, Any]:
        """Set faults; those not named stay as they are."""
        return self.control("fault", **faults)

    def add(self, table: str, **values: str) -> str:
        """A row written by hand, as the operator does at the console (`_` for `-`); returns its id."""
        names = {name.replace("_", "-"): value for name, value in values.items()}
        return str(self.control("add", table=table, values=names)["id"])

    def _hang_up(self) -> None:
        if self._control is not None:
            self._lines.close()
            self._control.close()
            self._control = None


def _arguments(options: dict[str, Any]) -> list[str]:
    arguments: list[str] = []
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            arguments.append(option)
        elif isinstance(value, list | tuple):
            for each in value:
                arguments += [option, str(each)]
        elif value is not False and value is not None:
            arguments += [option, str(value)]
    return arguments
