"""A bare RouterOS API client over a socket, written apart from the product and from the simulated router.

It says exactly the words it is given, so that tests can look at the wire, and at a router from outside.
"""

import hashlib
import socket
import ssl
from collections.abc import Iterator
from typing import Self

Reply = tuple[str, dict[str, str]]
TIMEOUT_SECONDS = 15


class ApiTrap(Exception):
    """The router answered `!trap`; the text is its message."""


class ConnectionEnded(Exception):
    """The router hung up; with `!fatal` the text is its reason."""


class RawClient:
    """Words in, words out."""

    def __init__(self, port: int, host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> None:
        plain = socket.create_connection((host, port), timeout=TIMEOUT_SECONDS)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(plain) if context is not None else plain
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    # ---- the wire

    def send(self, *words: str | bytes) -> None:
        """One sentence."""
        self.socket.sendall(encode(*words))

    def read(self) -> list[bytes]:
        """One sentence. Raises ConnectionEnded."""
        words: list[bytes] = []
        while True:
            word = self._take(self._length())
            if not word:
                return words
            words.append(word)

    def reply(self) -> Reply:
        """One reply sentence as its word and its properties (`.tag` among them)."""
        first, *rest = self.read()
        properties = {}
        for word in rest:
            text = word.decode("utf-8", "surrogateescape")
            if text.startswith("="):
                name, _, value = text[1:].partition("=")
            else:
                name, _, value = text.partition("=")
            properties[name] = value
        return first.decode(), properties

    def replies(self) -> Iterator[Reply]:
        """Replies up to and with `!done`. Raises ConnectionEnded on `!fatal`."""
        while True:
            kind, properties = self.reply()
            if kind == "!fatal":
                raise ConnectionEnded(" ".join(properties))
            yield kind, properties
            if kind == "!done":
                return

    def _length(self) -> int:
        first = self._take(1)[0]
        if first < 0x80:
            return first
        for limit, size, mask in ((0xC0, 1, 0x3F), (0xE0, 2, 0x1F), (0xF0, 3, 0x0F)):
            if first < limit:
                return int.from_bytes(bytes((first & mask,)) + self._take(size), "big")
        return int.from_bytes(self._take(4), "big")

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            piece = self.socket.recv(65536)
            if not piece:
                raise ConnectionEnded("")
            self._buffer += piece
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    # ---- talk

    def login(self, user: str, password: str) -> None:
        """Both forms of login. Raises ApiTrap."""
        ret = self.say("/login", f"=name={user}", f"=password={password}")
        if ret is not None:
            digest = hashlib.md5(b"\x00" + password.encode() + bytes.fromhex(ret)).hexdigest()
            self.say("/login", f"=name={user}", f"=response=00{digest}")

    def rows(self, *words: str | bytes) -> list[dict[str, str]]:
        """The rows a sentence answers with. Raises ApiTrap."""
        self.send(*words)
        found, message = [], None
        for kind, properties in self.replies():
            if kind == "!re":
                found.append(properties)
            elif kind == "!trap":
                message = properties.get("message", "")
        if message is not None:
            raise ApiTrap(message)
        return found

    def say(self, *words: str | bytes) -> str | None:
        """A sentence without rows; returns `=ret=` if there is one. Raises ApiTrap."""
        self.send(*words)
        ret, message = None, None
        for kind, properties in self.replies():
            if kind == "!trap":
                message = properties.get("message", "")
            ret = properties.get("ret", ret)
        if message is not None:
            raise ApiTrap(message)
        return ret


def encode(*words: str | bytes) -> bytes:
    """A sentence as bytes."""
    sentence = b""
    for word in words:
        data = word.encode("utf-8", "surrogateescape") if isinstance(word, str) else word
        sentence += prefix(len(data)) + data
    return sentence + b"\x00"


def prefix(size: int) -> bytes:
    """The length prefix of a word."""
    for limit, mark, count in ((0x80, 0, 1), (0x4000, 0x8000, 2), (0x200000, 0xC00000, 3), (0x10000000, 0xE0000000, 4)):
        if size < limit:
            return (size | mark).to_bytes(count, "big")
    return b"\xf0" + size.to_bytes(4, "big")
