"""A small HTTP/1.1 server on asyncio: keep-alive, Content-Length and chunked bodies, nothing else."""

import asyncio
import contextlib
import hashlib
import json
import socket
import ssl
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

MOST_HEADERS = 64 * 1024
MOST_BODY = 32 * 1024 * 1024

WORDS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 303: "See Other", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 410: "Gone", 413: "Content Too Large",
    422: "Unprocessable Content", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip


class NotJson(Exception):
    """The body is not a JSON object."""


@dataclass
class Request:
    """One request. Header names are lower case; `certificate` is the thumbprint of the client's certificate (RFC 8705), or empty."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    certificate: str = ""

    def json(self) -> dict[str, Any]:
        """The body as an object. Raises NotJson."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError as problem:
            raise NotJson("o corpo não é JSON") from problem
        if not isinstance(value, dict):
            raise NotJson("o corpo não é um objeto JSON")
        return value

    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def bearer(self) -> str:
        """The token of the Authorization header, or empty."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""


@dataclass
class Response:
    """One answer. With `drop` the connection ends without it."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False

    def encode(self, close: bool) -> bytes:
        """As bytes on the wire."""
        lines = [f"HTTP/1.1 {self.status} {WORDS.get(self.status, 'Status')}", f"Content-Length: {len(self.body)}"]
        if self.body:
            lines.append(f"Content-Type: {self.kind}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines.append("Connection: close" if close else "Connection: keep-alive")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


def as_json(value: Any, status: int = 200, kind: str = "application/json", **headers: str) -> Response:
    """An answer in JSON; `_` in header names becomes `-`."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, body, kind, {name.replace("_", "-"): text for name, text in headers.items()})


Handler = Callable[[Request], Awaitable[Response]]


class HttpServer:
    """Listens on one port, plain or TLS."""

    def __init__(self, handler: Handler, context: ssl.SSLContext | None = None) -> None:
        self.handler = handler
        self.context = context
        self.port = 0
        self.connections = 0
        self.most_connections = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self, host: str, port: int) -> None:
        """Listen; `port` is known afterwards."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=MOST_HEADERS, backlog=512, ssl=self.context)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop listening and end every connection."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        self.most_connections = max(self.most_connections, len(self._writers))
        try:
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            certificate = thumbprint(writer.get_extra_info("ssl_object"))
            while await self._one(reader, writer, certificate):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, certificate: str) -> bool:
        """Serve one request; False when the connection is to end."""
        head = await reader.readuntil(b"\r\n\r\n")
        request = parse_head(head, certificate)
        if request is None:
            writer.write(Response(400, b"bad request", "text/plain").encode(True))
            await writer.drain()
            return False
        if request.headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.body = await read_body(reader, request.headers)
        close = request.headers.get("connection", "").lower() == "close"
        response = await self.handler(request)
        if response.drop:
            writer.transport.abort()
            return False
        if request.method == "HEAD":
            response.body = b""
        writer.write(response.encode(close))
        await writer.drain()
        return not close


def parse_head(head: bytes, certificate: str) -> Request | None:
    """The request line and the headers, or None if they are none."""
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        return None
    target = urlsplit(parts[1])
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            return None
        headers[name.strip().lower()] = value.strip()
    query = dict(parse_qsl(target.query, keep_blank_values=True))
    return Request(parts[0].upper(), unquote(target.path) or "/", query, headers, b"", certificate)


async def read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    """The body, by length or in chunks. Raises ConnectionError when it is too long."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        whole = bytearray()
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            whole += (await reader.readexactly(size + 2))[:-2]
            if len(whole) > MOST_BODY:
                raise ConnectionError("too long")
        await reader.readuntil(b"\r\n")
        return bytes(whole)
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MOST_BODY:
        raise ConnectionError("bad length")
    return await reader.readexactly(int(length)) if int(length) else b""


def thumbprint(tls: Any) -> str:
    """`x5t#S256` of the client's certificate (RFC 8705 §3.1), or empty."""
    with contextlib.suppress(ssl.SSLError, ValueError):
        der = tls.getpeercert(binary_form=True) if tls is not None else None
        if der:
            return urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
    return ""


async def post(url: str, body: bytes, headers: dict[str, str], seconds: float, context: ssl.SSLContext | None) -> int:
    """POST somewhere, read the status of the answer. Raises OSError, TimeoutError, ValueError, IncompleteReadError."""
    target = urlsplit(url)
    secure = target.scheme == "https"
    if target.scheme not in ("http", "https") or not target.hostname:
        raise ValueError(f"not an address: {url}")
    # What stands after "?" stays where it is, even when "/pix" was added behind it.
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    lines = [f"POST {path} HTTP/1.1", f"Host: {target.netloc.rpartition('@')[2]}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    async with asyncio.timeout(seconds):
        port = target.port or (443 if secure else 80)
        reader, writer = await asyncio.open_connection(target.hostname, port, ssl=context if secure else None)
        try:
            writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
            await writer.drain()
            status = (await reader.readuntil(b"\r\n")).split(b" ")
            # Read the headers too: closing on a server that still writes would look like a broken line there.
            await reader.readuntil(b"\r\n\r\n")
            return int(status[1])
        finally:
            writer.close()
