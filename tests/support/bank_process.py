"""A simulated bank as a process of its own, for tests of every room.

    with BankProcess(date="2026-03-10") as bank:
        bank.url
        bank.call("PUT", "/v1/charges/c-1", {...}, token="any")      # Answer(status, body, headers)
        bank.control("pay", reference="c-1", cents=11990)

Options are those of `python -m sandbox.bank` with `_` for `-`; True is a bare option.
"""

import http.client
import json
import ssl
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20


@dataclass
class Answer:
    """What came back. `body` is parsed when it is JSON, else text."""

    status: int
    body: Any
    headers: dict[str, str]
    raw: bytes


class BankProcess:
    """Starts on a free port, stops with the block. Without a block: `start()` and `stop()`."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.port = 0
        self.tls_port = 0
        self.last_counters: dict[str, Any] = {}
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it answers. After `stop()` or `kill()` it may be started again, on the same port."""
        command = [sys.executable, "-m", "sandbox.bank", "--exit-with-stdin"]
        for name, value in {**self.options, "port": self.port}.items():
            command += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("READY "):
            self._process.kill()
            self._process.communicate()
            raise RuntimeError(f"the simulated bank did not start: {line!r}")
        ready = json.loads(line.removeprefix("READY "))
        self.port, self.tls_port = ready["port"], ready["tls_port"]

    def stop(self) -> None:
        """End the process; `last_counters` holds what it counted. Twice is harmless."""
        if self._process is None:
            return
        rest, _ = self._process.communicate(timeout=SECONDS)
        self._process = None
        for line in rest.splitlines():
            if line.startswith("COUNTERS "):
                self.last_counters = json.loads(line.removeprefix("COUNTERS "))

    def kill(self) -> None:
        """Pull the plug: no clean end."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        headers: dict[str, str] | None = None,
        context: ssl.SSLContext | None = None,
    ) -> Answer:
        """One request on a connection of its own. Raises http.client.HTTPException or OSError when the bank hangs up."""
        given = {"Authorization": f"Bearer {token}"} if token else {}
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        if context is not None:
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                "127.0.0.1", self.tls_port, timeout=SECONDS, context=context
            )
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request(method, path, content, {**given, **(headers or {})})
            response = connection.getresponse()
            raw = response.read()
        finally:
            connection.close()
        is_json = "json" in response.headers.get("Content-Type", "")
        return Answer(response.status, json.loads(raw) if is_json else raw.decode("utf-8", "replace"), dict(response.headers), raw)

    def control(self, verb: str, **body: Any) -> Any:
        """POST /control/<verb>. Raises AssertionError with the bank's words."""
        answer = self.call("POST", f"/control/{verb}", body)
        assert answer.status == 200, answer.body
        return answer.body

    def stats(self) -> Any:
        """GET /control/stats."""
        return self.call("GET", "/control/stats").body
