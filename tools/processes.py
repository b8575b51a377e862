"""Start processes, watch them, and leave none behind.

Each process leads a group of its own, so that a Ctrl-C reaches only the watcher, which then ends every group; on Linux the
kernel also ends a child when the watcher itself is killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tools.ground import ROOT, say

QUICK_DEATH = 5.0  # seconds; a process that ends sooner did not start
GIVE_UP_AFTER = 3
GRACE = 10.0
PR_SET_PDEATHSIG = 1


class Ended(Exception):
    """A process cannot be kept running; the message holds the end of its log."""


@dataclass
class Process:
    """One program that should run for as long as we do. `sockets`: file numbers that it inherits, at every start the same ones."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    sockets: Sequence[int] = ()
    handle: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    quick_deaths: int = 0
    resume_at: float = 0.0

    def start(self) -> None:
        """Run it; its words go to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.handle = subprocess.Popen(
                list(self.command),
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self.sockets,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        self.started = time.monotonic()

    def signal(self, number: int) -> None:
        """Send a signal to it and to everything that it started."""
        if self.handle is not None:
            try:
                os.killpg(self.handle.pid, number)
            except (ProcessLookupError, PermissionError):
                return

    def tail(self, lines: int = 15) -> str:
        """The end of its log."""
        try:
            return "\n".join("    " + line for line in self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Watch:
    """Keeps processes running until told to stop. Use as a context manager: leaving it ends every process."""

    processes: list[Process] = field(default_factory=list)
    stopping: bool = False

    def __enter__(self) -> "Watch":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        return self

    def __exit__(self, *exc: object) -> None:
        self.end()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def add(self, process: Process) -> Process:
        """Start a process and watch it from now on."""
        process.start()
        self.processes.append(process)
        return process

    def wait_for(self, ready: Callable[[], bool], *, seconds: float, process: Process) -> None:
        """Look until `ready` says yes. Raises Ended if the process gives up or time runs out."""
        deadline = time.monotonic() + seconds
        while not self.stopping and not ready():
            self.look()
            if time.monotonic() > deadline:
                raise Ended(f"{process.name} did not answer within {seconds:.0f} s:\n{process.tail()}")
            time.sleep(0.05)

    def look(self) -> None:
        """Start again whatever has ended. Raises Ended when that is hopeless."""
        now = time.monotonic()
        for process in self.processes:
            if process.handle is None:
                if now >= process.resume_at:
                    process.start()
                continue
            code = process.handle.poll()
            if code is None:
                continue
            process.quick_deaths = process.quick_deaths + 1 if now - process.started < QUICK_DEATH else 1
            if process.quick_deaths >= GIVE_UP_AFTER:
                raise Ended(f"{process.name} ends at once (exit code {code}):\n{process.tail()}")
            say(f"{process.name} ended (exit code {code}); starting it again. Its words: {process.log}")
            process.signal(signal.SIGTERM)
            process.handle = None
            process.resume_at = now + process.quick_deaths

    def run(self) -> None:
        """Watch until Ctrl-C or SIGTERM."""
        while not self.stopping:
            self.look()
            time.sleep(0.3)

    def end(self) -> None:
        """Ask every process to stop, wait, then insist."""
        deadline = time.monotonic() + GRACE
        for process in self.processes:
            process.signal(signal.SIGTERM)
        for process in self.processes:
            if process.handle is not None:
                try:
                    process.handle.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    say(f"{process.name} did not stop when asked; ending it.")
            process.signal(signal.SIGKILL)
            if process.handle is not None:
                process.handle.wait()
