"""The tagged, pipelined RouterOS API client (network.md §1.7). Bytes in, bytes out; one thread.

Every sentence carries a tag and gets one `Reply`. Up to 200 sentences are under way at once: at 20 ms to the router that is the
difference between 50 and several thousand writes a second.
"""

import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from malha.network.base import DriverFailure, PermanentFailure, TemporaryFailure
from malha.network.drivers.mikrotik.wire import FramingError, SentenceReader, encode

Words = Sequence[bytes]
Attributes = dict[bytes, bytes]

WINDOW: Final = 200
WINDOW_BYTES: Final = 64 * 1024  # must fit the socket buffers, so that writer and reader never wait for each other
RECEIVE_BYTES: Final = 256 * 1024
SILENCE_SECONDS: Final = 30.0
_LISTENER: Final = b".tag=listen"


class Reply:
    """Everything the router said to one sentence. `words` of a trap as they came; `ret` of `!done`."""

    __slots__ = ("category", "is_done", "ret", "rows", "trap")

    def __init__(self) -> None:
        self.rows: list[Attributes] = []
        self.ret = b""
        self.trap: str | None = None
        self.category = ""
        self.is_done = False


class Client:
    """One connection. After a failure it is closed and `failure` says why; answers that came before it stay valid."""

    def __init__(self, connection: socket.socket, *, silence: float = SILENCE_SECONDS) -> None:
        self._socket = connection
        self._reader = SentenceReader()
        self._silence = silence
        self._pending: dict[bytes, Reply] = {}
        self._next_tag = 0
        self._deadline: float | None = None
        self.commands = 0
        self.failure: DriverFailure | None = None

    # ---- talking

    def batch(
        self, sentences: Sequence[Words], *, window: int = WINDOW, silence: float | None = None, seconds: float | None = None
    ) -> list[Reply]:
        """Send all, `window` under way at a time; one reply each, in order. A reply that is not `is_done` was lost or never asked.

        `silence`: how long the router may say nothing; `seconds`: for the whole batch. Never raises: see `failure`.
        """
        replies = [Reply() for _ in sentences]
        if self.failure is not None:
            return replies
        self._deadline = None if seconds is None else time.monotonic() + seconds
        try:
            self._exchange(sentences, replies, window, silence or self._silence)
        except (OSError, FramingError, DriverFailure) as problem:
            self._fail(problem)
        return replies

    def call(self, words: Words, *, silence: float | None = None, seconds: float | None = None) -> Reply:
        """One sentence. Raises TemporaryFailure or PermanentFailure when the answer did not come; a trap is an answer."""
        reply = self.batch((words,), silence=silence, seconds=seconds)[0]
        if not reply.is_done:
            raise self.failure or TemporaryFailure("connection_lost", "no answer")
        return reply

    def listen(self, words: Words, *, silence: float) -> Iterator[Attributes]:
        """The changes a `/path/listen` reports, until the caller closes the generator; then it is cancelled."""
        self.check()
        ended = Reply()
        self._pending[_LISTENER] = ended
        try:
            self._send([(*words, _LISTENER)], silence)
            while not ended.is_done:
                self._receive(silence)
                rows, ended.rows = ended.rows, []
                yield from rows
        except (OSError, FramingError, DriverFailure) as problem:
            self._fail(problem)
            raise self.failure or problem from problem
        finally:
            if self.failure is None and not ended.is_done:
                self._cancel(ended, silence)

    def check(self) -> None:
        """Raises what ended the connection, if it has ended."""
        if self.failure is not None:
            raise self.failure

    def close(self) -> None:
        """Hang up. Safe to call twice."""
        if self.failure is None:
            self.failure = TemporaryFailure("connection_lost", "closed by us")
        with suppress(OSError):
            self._socket.close()

    # ---- inside

    def _exchange(self, sentences: Sequence[Words], replies: list[Reply], window: int, silence: float) -> None:
        pending, total, sent = self._pending, len(sentences), 0
        while sent < total or pending:
            room = window - len(pending)
            if sent < total and (room * 4 >= window or not pending):
                chunk: list[Words] = []
                size = 0
                while sent < total and len(chunk) < room and size < WINDOW_BYTES:
                    tag = b".tag=%d" % self._next_tag
                    self._next_tag += 1
                    words = (*sentences[sent], tag)
                    pending[tag] = replies[sent]
                    chunk.append(words)
                    size += sum(map(len, words))
                    sent += 1
                self._send(chunk, silence)
            self._receive(silence)

    def _send(self, chunk: Sequence[Words], silence: float) -> None:
        self._socket.settimeout(self._patience(silence))
        self.commands += len(chunk)
        self._socket.sendall(b"".join(map(encode, chunk)))

    def _receive(self, silence: float) -> None:
        self._socket.settimeout(self._patience(silence))
        data = self._socket.recv(RECEIVE_BYTES)
        if not data:
            raise TemporaryFailure("connection_lost", "the router closed the connection")
        for sentence in self._reader.feed(data):
            self._take(sentence)

    def _patience(self, silence: float) -> float:
        if self._deadline is None:
            return silence
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TemporaryFailure("timeout", "time limit reached")
        return min(silence, left)

    def _take(self, sentence: list[bytes]) -> None:
        attributes: Attributes = {}
        tag = b""
        for word in sentence[1:]:
            if word[:1] == b"=":
                name, _, value = word[1:].partition(b"=")
                attributes[name] = value
            elif word[:5] == b".tag=":
                tag = word
        kind = sentence[0]
        if kind == b"!fatal":
            self._end(sentence)
        reply = self._pending.get(tag)
        if reply is None:
            raise PermanentFailure("protocol", f"a reply to nothing we asked: {_text(kind)} {_text(tag)}")
        if kind == b"!re":
            reply.rows.append(attributes)
        elif kind == b"!done":
            reply.ret = attributes.get(b"ret", b"")
            reply.is_done = True
            del self._pending[tag]
        elif kind == b"!trap" and reply.trap is None:
            reply.trap = _text(attributes.get(b"message", b""))
            reply.category = _text(attributes.get(b"category", b""))
        # !empty (since 7.18) and words to come say nothing that we need

    def _end(self, sentence: list[bytes]) -> None:
        """`!fatal` may give no reason; then the router closes."""
        reason = " ".join(_text(word).removeprefix("=message=") for word in sentence[1:] if not word.startswith(b".tag="))
        raise TemporaryFailure("connection_lost", reason or "the router ended the session without a reason")

    def _cancel(self, ended: Reply, silence: float) -> None:
        """The listener's own `!done` and the cancel's come in any order."""
        done = self.batch(((b"/cancel", b"=tag=listen"),), silence=silence)[0]
        if not done.is_done or not ended.is_done:
            self._pending.pop(_LISTENER, None)

    def _fail(self, problem: Exception) -> None:
        self._pending.clear()
        failure = as_failure(problem)
        self.close()
        self.failure = failure


def as_failure(problem: Exception) -> DriverFailure:
    """Any error of the line as one of the two that may leave a driver."""
    if isinstance(problem, DriverFailure):
        return problem
    if isinstance(problem, FramingError):
        return PermanentFailure("protocol", str(problem))
    if isinstance(problem, TimeoutError):
        return TemporaryFailure("timeout", "the router said nothing in time")
    return TemporaryFailure("connection_lost", str(problem) or type(problem).__name__)


def command(path: str, verb: str, attributes: Mapping[bytes, bytes] | None = None, query: Sequence[bytes] = ()) -> Words:
    """The words of `/path/verb =name=value… ?query…`."""
    words = [f"/{path}/{verb}".encode()]
    if attributes:
        words += [b"=%b=%b" % pair for pair in attributes.items()]
    words += query
    return words


def print_command(path: str, proplist: Sequence[str], query: Sequence[bytes] = ()) -> Words:
    """A print that names the properties it wants: without a proplist slow ones are computed as well."""
    return command(path, "print", {b".proplist": ",".join(proplist).encode()}, query)


def count_command(path: str, query: Sequence[bytes] = ()) -> Words:
    """How many rows there are; the answer is in `ret`."""
    return command(path, "print", {b"count-only": b""}, query)


def any_of(field: str, values: Sequence[bytes]) -> list[bytes]:
    """`?field=a ?field=b ?#|`: rows whose field is any of these."""
    words = [b"?%b=%b" % (field.encode(), value) for value in values]
    if len(words) > 1:
        words.append(b"?#" + b"|" * (len(words) - 1))
    return words


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
