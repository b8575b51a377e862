"""Which function answers which path."""

import re
from collections.abc import Callable

from sandbox.bank.http import Request, Response

Action = Callable[..., Response]


class Routes:
    """Patterns like `/v1/charges/{reference}`; what stands in braces has no slash and is handed over by name."""

    def __init__(self) -> None:
        self._table: list[tuple[str, re.Pattern[str], Action, str]] = []

    def add(self, method: str, pattern: str, action: Action) -> None:
        """One more path."""
        regex = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern.replace(".", r"\."))
        self._table.append((method, re.compile(regex), action, pattern))

    def find(self, request: Request) -> tuple[Action, dict[str, str], str] | None:
        """The function, its arguments and the pattern; or None."""
        for method, regex, action, pattern in self._table:
            if method == request.method and (match := regex.fullmatch(request.path)):
                return action, match.groupdict(), pattern
        return None

    def knows(self, path: str) -> bool:
        """Whether some method is known for the path."""
        return any(regex.fullmatch(path) for _method, regex, _action, _pattern in self._table)
