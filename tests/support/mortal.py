"""The money runs in a process of their own, which kills itself with -9 at its n-th statement.

    Mortal(tmp_path, datetime(2026, 3, 10, 9, tzinfo=UTC), "timetable", dies_at=120).run()

Statements are counted from the first one of the work, savepoints included, so that every place between two of them can be died at.
"""

import importlib
import signal
import sys
from datetime import datetime
from pathlib import Path

import django

from tests.support.worker_process import WorkerProcess

KILLED = -signal.SIGKILL


class Mortal(WorkerProcess):
    """`run` answers the exit code: 0, or `KILLED`. What it can do stands in `mortal_work.py`."""

    program = ("-m", "tests.support.mortal")

    def __init__(self, folder: Path, at: datetime, work: str, *, dies_at: int = 0, batch: int = 10, lends: bool = True) -> None:
        words = (at.isoformat(), work, "--dies-at", str(dies_at), "--batch", str(batch), "--once")
        super().__init__(folder, *words, lends=lends)

    def run(self) -> int:
        """Until it is over, one way or the other."""
        return self.start().join()


if __name__ == "__main__":
    django.setup()  # before anything that has tables is imported
    importlib.import_module("tests.support.mortal_work").main(sys.argv[1:])
