"""Sending operations to a router in batches, and keeping what it said to each (network.md §6.7, §6.8, §6.10)."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from malha.domain.access.types import Operation, Outcome, Verb
from malha.network.base import Connection

BATCH = 1000
JOB_SECONDS = 120.0
Guard = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one pass may do. Tests shorten it."""

    batch: int = BATCH
    job_seconds: float = JOB_SECONDS
    names: int = 10  # up to here single logins are read, above whole tables
    accesses: int = 5000


DEFAULT_LIMITS = Limits()


@dataclass(slots=True)
class Sent:
    """What became of the operations of a pass. `unsent`: the time was up; they are somebody's next pass."""

    outcomes: list[Outcome] = field(default_factory=list)
    unsent: list[Operation] = field(default_factory=list)
    is_lost: bool = False

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.ok and outcome.code != "unknown"]

    def count(self, *verbs: Verb) -> int:
        """How many operations of these kinds the router obeyed."""
        return sum(outcome.ok and outcome.operation.verb in verbs for outcome in self.outcomes)


def send(connection: Connection, operations: Sequence[Operation], *, guard: Guard, limits: Limits = DEFAULT_LIMITS) -> Sent:
    """Write in order. `guard` is asked before each batch and raises if the router is no longer ours to write.

    A lost connection ends the sending: what was under way is unknown and is never sent again; the next pass reads the router
    and sees for itself.
    """
    sent = Sent()
    until = time.monotonic() + limits.job_seconds
    batches = list(_batches(operations, limits.batch))
    for number, batch in enumerate(batches):
        if time.monotonic() > until:
            sent.unsent = [operation for rest in batches[number:] for operation in rest]
            break
        guard()
        outcomes = connection.apply(batch)
        sent.outcomes += outcomes
        if any(outcome.code == "unknown" for outcome in outcomes):
            sent.is_lost = True
            break
    return sent


def _batches(operations: Sequence[Operation], size: int) -> Iterator[Sequence[Operation]]:
    for start in range(0, len(operations), size):
        yield operations[start : start + size]
