"""What may go wrong, on demand."""

import random
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Faults:
    """All at rest at first. Counts are "the next N, -1 for ever"."""

    # Answers of the APIs.
    latency_ms: float = 0.0
    failure_rate: float = 0.0
    failure_status: int = 500
    rate_limit: float = 0.0
    only_path: str = ""
    # Registration of charges of the own API.
    pending_seconds: float = 0.0
    pending_hold: bool = False
    reject_next: int = 0
    # Notices to webhooks.
    delay_ms: float = 0.0
    copies: int = 1
    shuffle: int = 0
    lose: int = 0
    bad_signature: int = 0
    truncate: int = 0
    huge: int = 0
    # Life.
    pay_cancelled: bool = True
    pix_fails: str = ""
    devolucao_hold: bool = False
    # [{"status": 500, "retry_after": 3, "after": true}, …], used up one by one.
    next_failures: list[dict[str, Any]] = field(default_factory=list)

    def change(self, wanted: dict[str, Any]) -> None:
        """Set some; the others stay. Raises ValueError for one that does not exist or does not fit."""
        known = {each.name for each in fields(self)}
        if strange := set(wanted) - known:
            raise ValueError(f"unknown fault {', '.join(sorted(strange))}; known: {', '.join(sorted(known))}")
        for name, value in wanted.items():
            kind = type(getattr(self, name))
            if kind is list:
                failures = value if isinstance(value, list) else [value]
                setattr(self, name, [dict(each) for each in failures for _ in range(int(each.get("times", 1)))])
            else:
                setattr(self, name, kind(value))

    def as_dict(self) -> dict[str, Any]:
        """As JSON shows them."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def use(self, name: str) -> bool:
        """Whether a counted fault strikes now; one is used up."""
        left = int(getattr(self, name))
        if left > 0:
            setattr(self, name, left - 1)
        return left != 0

    def next_failure(self, path: str) -> dict[str, Any] | None:
        """How the request for this path fails, or None."""
        if self.only_path and not path.startswith(self.only_path):
            return None
        if self.next_failures:
            return self.next_failures.pop(0)
        if self.failure_rate and random.random() < self.failure_rate:
            return {"status": self.failure_status}
        return None


class Bucket:
    """Requests per second per account."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[float, float]] = {}

    def allows(self, who: str, rate: float, now: float) -> bool:
        """Whether one more request is within the rate; a second's worth may come at once."""
        level, at = self._seen.get(who, (max(rate, 1.0), now))
        level = min(max(rate, 1.0), level + (now - at) * rate)
        allowed = level >= 1
        self._seen[who] = (level - 1 if allowed else level, now)
        return allowed
