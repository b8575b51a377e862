"""A small HTTP server that plays the CEP provider, in a thread of this process. No network outside the machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from django.core.cache import cache


@contextmanager
def serving(content: Any, *, status: int = 200, hangs: bool = False, drips: bool = False, asked: list[str] | None = None) -> Iterator[str]:
    """The address of a provider that answers `content`. `hangs`: it takes the call and says nothing; `drips`: a byte now and then."""
    done = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if asked is not None:
                asked.append(self.path)
            if hangs:
                done.wait(10)
                return
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.end_headers()
            if drips:
                for sign in body:
                    if done.wait(0.05):
                        return
                    self.wfile.write(bytes([sign]))
            else:
                self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            return

    cache.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/ws/{{cep}}/json/"
    finally:
        done.set()
        server.shutdown()
        server.server_close()
        thread.join()
        cache.clear()


