"""Several people who do something at the same moment, each with a database connection of their own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connections


def at_once(*sends: Callable[[], Any]) -> list[Any]:
    """All of them at the same moment; their answers in order."""
    barrier, answers = Barrier(len(sends)), [None] * len(sends)

    def run(index: int, send: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            answers[index] = send()
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=row) for row in enumerate(sends)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
