"""The whole product as a stranger starts it: `./run` in a folder of its own, with its worker and its simulated routers."""

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
READY = re.compile(r"Malha is running:\s+(?P<address>http://\S+)")
NOTICE = re.compile(r"Notice pages:\s+(?P<address>http://[^/\s]+)/aviso/")
BANK = re.compile(r"Simulated bank:\s+(?P<address>http://\S+)")
SETUP = re.compile(r"First set-up, once:\s+(?P<link>http://\S+)")


@dataclass
class Product:
    """A running Malha. `people` are the demo's logins by username, `routers` where the simulated ones listen.

    `settings`: what its operator has written into the environment (docs/operate/environment.md).
    """

    folder: Path
    arguments: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    address: str = ""
    notice_address: str = ""
    bank_address: str = ""
    setup_link: str = ""
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    routers: list[dict[str, str | int]] = field(default_factory=list)

    def start(self) -> "Product":
        """Start and wait until it says that it runs."""
        with _one_at_a_time():
            return self._start()

    def _environment(self) -> dict[str, str]:
        """The tests' own settings are not those of a stranger's machine."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("MALHA_", "DJANGO_"))}
        return plain | {"MALHA_DATA_DIR": str(self.folder)} | self.settings

    def _start(self) -> "Product":
        command = [sys.executable, str(ROOT / "run"), "--port", str(_free_port()), *self.arguments]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = self._read_until_ready()
        found = READY.search(said)
        if found is None:
            self.stop()
            raise RuntimeError(f"./run did not start:\n{said}\n{self.logs()}")
        self.address = found["address"]
        self.notice_address = notice["address"] if (notice := NOTICE.search(said)) else ""
        self.bank_address = bank["address"] if (bank := BANK.search(said)) else ""
        self.setup_link = link["link"] if (link := SETUP.search(said)) else ""
        self.people = {person["username"]: person for person in self._json("demo-credentials.json")}
        self.routers = self._json("routers/ports.json")
        return self

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            self._reader.join(timeout=10)
            if self._process.stdout is not None:
                self._process.stdout.close()

    def inside(self, code: str) -> str:
        """Run it in the product's own shell; what it printed."""
        return self.manage("shell", "--verbosity", "0", "-c", code)

    def manage(self, *words: str) -> str:
        """A command of the program in this installation, as `bin/malha` has it; what it printed."""
        environment = self._environment() | {"DJANGO_SETTINGS_MODULE": "malha.config.settings"}
        command = [sys.executable, "manage.py", *words]
        run = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()

    def logs(self) -> str:
        """The end of what its processes said."""
        return "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted(self.folder.glob("log/*.log")))

    def _read_until_ready(self) -> str:
        assert self._process.stdout is not None
        said: list[str] = []
        for line in self._process.stdout:
            said.append(line)
            if "Ctrl-C stops everything" in line:
                break
        # Keep reading, or the pipe fills up and the product stops.
        self._reader = threading.Thread(target=self._process.stdout.read, daemon=True)
        self._reader.start()
        return "".join(said)

    def _json(self, name: str) -> list:  # type: ignore[type-arg]
        file = self.folder / name
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two products that start at the same moment would look for the same free ports."""
    with (Path(tempfile.gettempdir()) / "malha-browser-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
