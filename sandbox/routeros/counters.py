"""What happened on this router, for tests to assert on ("one login per cycle")."""

from collections import Counter, deque


class Counters:
    """Plain numbers since the start or the last reset."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Back to zero."""
        self.connections = 0
        self.refused_connections = 0
        self.logins = 0
        self.failed_logins = 0
        self.reads = 0
        self.writes = 0
        self.traps = 0
        self.drops = 0
        self.kicks = 0
        self.kicks_peak = 0
        self.faults: Counter[str] = Counter()
        self.commands: Counter[bytes] = Counter()
        self._recent: deque[float] = deque()

    def kicked(self, now: float) -> None:
        """A session removed through the API; keeps the busiest second."""
        self.kicks += 1
        self._recent.append(now)
        while self._recent[0] <= now - 1:
            self._recent.popleft()
        self.kicks_peak = max(self.kicks_peak, len(self._recent))

    def as_dict(self, open_connections: int) -> dict[str, object]:
        """JSON-ready."""
        return {
            "connections": self.connections,
            "open_connections": open_connections,
            "refused_connections": self.refused_connections,
            "logins": self.logins,
            "failed_logins": self.failed_logins,
            "commands": sum(self.commands.values()),
            "per_command": {path.decode("utf-8", "replace"): count for path, count in sorted(self.commands.items())},
            "reads": self.reads,
            "writes": self.writes,
            "traps": self.traps,
            "drops": self.drops,
            "faults": dict(sorted(self.faults.items())),
            "kicks": self.kicks,
            "kicks_peak_per_second": self.kicks_peak,
        }
