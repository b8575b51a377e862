"""A small server that keeps what webhooks send it."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass
class Received:
    """One POST."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class WebhookSink:
    """Listens on a free port, answers 200 or what `answers` says next, and keeps every request in `got`."""

    def __init__(self) -> None:
        self.got: list[Received] = []
        self.answers: list[int] = []
        self._news = threading.Condition()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            """Keeps and answers."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                with sink._news:
                    sink.got.append(Received(self.path, dict(self.headers), body))
                    status = sink.answers.pop(0) if sink.answers else 200
                    sink._news.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                """Silence."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, count: int, wanted: Callable[[Received], bool] = lambda _each: True, seconds: float = 10) -> list[Received]:
        """The first `count` requests that fit. Raises AssertionError when they do not come in time."""
        deadline = time.monotonic() + seconds
        with self._news:
            while len(found := [each for each in self.got if wanted(each)]) < count:
                left = deadline - time.monotonic()
                assert left > 0 and self._news.wait(left), f"{len(found)} of {count} notices came: {[each.path for each in self.got]}"
        return found[:count]
