"""The router's clock and what is planned on it. Time can be pushed forward, so that nothing has to be waited for."""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count


class Planned:
    """Something that will be done, unless it is cancelled."""

    __slots__ = ("action", "due")

    def __init__(self, due: float, action: Callable[[], None] | None) -> None:
        self.due = due
        self.action = action

    def cancel(self) -> None:
        """Not any more."""
        self.action = None


class Schedule:
    """Seconds since the process began, plus whatever `advance` added."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._origin = loop.time()
        self._ahead = 0.0
        self._heap: list[tuple[float, int, Planned]] = []
        self._sequence = count()
        self._timer: asyncio.TimerHandle | None = None

    def now(self) -> float:
        """The router's time in seconds."""
        return self._loop.time() - self._origin + self._ahead

    def after(self, delay: float, action: Callable[[], None]) -> Planned:
        """Do something in `delay` seconds of router time."""
        planned = Planned(self.now() + delay, action)
        heapq.heappush(self._heap, (planned.due, next(self._sequence), planned))
        self._arm()
        return planned

    def advance(self, seconds: float) -> None:
        """Push the clock forward; what falls due happens now, in its order and at its own time."""
        target = self.now() + seconds
        while self._heap and self._heap[0][0] <= target:
            self._ahead += max(0.0, self._heap[0][0] - self.now())
            self._run_due()
        self._ahead += max(0.0, target - self.now())
        self._arm()

    def _run_due(self) -> None:
        self._timer = None
        now = self.now()
        while self._heap and self._heap[0][0] <= now:
            planned = heapq.heappop(self._heap)[2]
            if planned.action is not None:
                planned.action()
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._heap:
            wait = max(0.0, self._heap[0][0] - self.now())
            self._timer = self._loop.call_later(wait, self._run_due)
