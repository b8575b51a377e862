"""The money runs in a process of their own, which kills itself with -9 at its n-th statement, or is killed at any moment.

    Mortal(tmp_path, datetime(2026, 3, 10, 9, tzinfo=UTC), "timetable", dies_at=120).run()
    Mortal(tmp_path, datetime(2026, 3, 10, 9, tzinfo=UTC), "settle").run_for(0.2)

Statements are counted from the first one of the work, savepoints included, so that every place between two of them can be died at.
"""

import importlib
import signal
import sys
import time
from datetime import datetime
from pathlib import Path

import django

from tests.support.worker_process import WorkerProcess

KILLED = -signal.SIGKILL


class Mortal(WorkerProcess):
    """`run` answers the exit code: 0, `KILLED`, or 1 when an error ended it. What it can do stands in `mortal_work.py`.

    On SQLite: `patience` seconds it waits for another writer, `room` pages the database may grow, `file_limit` bytes any file of it
    may have, `writer_after` as many batches somebody else keeps it locked.
    """

    program = ("-m", "tests.support.mortal")

    def __init__(
        self, folder: Path, at: datetime, work: str, *, dies_at: int = 0, batch: int = 10, lends: bool = True, **trouble: float
    ) -> None:
        words = [at.isoformat(), work, "--dies-at", str(dies_at), "--batch", str(batch), "--once"]
        for name, value in trouble.items():
            words += [f"--{name.replace('_', '-')}", str(value)]
        super().__init__(folder, *words, lends=lends)

    def run(self) -> int:
        """Until it is over, one way or the other."""
        return self.start().join()

    def run_for(self, seconds: float) -> int:
        """Kill it from outside so many seconds after it began its work. It may have been faster: then 0."""
        self.arguments = tuple(word for word in self.arguments if word != "--once")  # wait for its "ready"
        self.start()
        time.sleep(seconds)
        self.kill()
        assert self._process is not None
        return self._process.returncode


if __name__ == "__main__":
    django.setup()  # before anything that has tables is imported
    importlib.import_module("tests.support.mortal_work").main(sys.argv[1:])
