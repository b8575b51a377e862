"""One API connection: login, policies, tags, the pace of replies, and the faults that hit a connection."""

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.routeros import login, verbs
from sandbox.routeros.errors import Fatal, FramingError, Trap
from sandbox.routeros.wire import END, SentenceReader, word

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.users import User

DONE = word(b"!done")
EMPTY = word(b"!empty")
TRAP = word(b"!trap")
FATAL = word(b"!fatal")
LINGER_SECONDS = 1.0


class Call:
    """One sentence, taken apart. `tag` is the encoded tag word to repeat in every reply, or empty."""

    __slots__ = ("attributes", "command", "queries", "tag")

    def __init__(self, sentence: list[bytes]) -> None:
        self.command = sentence[0]
        self.tag = b""
        self.attributes: dict[bytes, bytes] = {}
        self.queries: list[bytes] = []
        for each in sentence[1:]:
            kind = each[0]
            if kind == 61:  # =name=value, and the value may contain =
                name, _, value = each[1:].partition(b"=")
                self.attributes[name] = value
            elif kind == 63:  # ?
                self.queries.append(each)
            elif each.startswith(b".tag="):
                self.tag = word(each)


class Session(asyncio.Protocol):
    """Bytes in, bytes out. Without latency and command cost a whole chunk is answered at once."""

    def __init__(self, router: "Router", *, is_tls: bool = False) -> None:
        self.router = router
        self.is_tls = is_tls
        self.user: User | None = None
        self.challenge = b""
        self.out: list[bytes] = []
        self.jobs: dict[bytes, Iterator[None]] = {}
        self.streams: dict[bytes, verbs.Stream] = {}
        self.peer = ""
        self._reader = SentenceReader()
        self._inbox: deque[tuple[float, list[bytes]]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._sent = 0
        self._seen_by_fault = 0
        self._fault_epoch = 0
        self._is_closing = False
        self._is_hung = False
        self._is_blocked = False
        self._jobs_scheduled = False

    # ---- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.peer = str((transport.get_extra_info("peername") or ("?",))[0])
        transport.set_write_buffer_limits(high=1 << 20)
        if not self.router.admit(self):
            self._is_closing = True
            transport.close()

    def data_received(self, data: bytes) -> None:
        if self._is_closing:
            return
        try:
            sentences = self._reader.feed(data)
        except FramingError:
            self.close()
            return
        if self.router.faults.slow or self._inbox:
            due = self.router.loop.time() + self.router.faults.latency_ms / 1000
            self._inbox.extend((due, sentence) for sentence in sentences)
            self._pump()
            return
        for sentence in sentences:
            self._handle(sentence)
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        # What had been delivered before stays in the inbox and is carried out: only nobody hears of it.
        for stream in list(self.streams.values()):
            stream.stop()
        self.streams.clear()
        self.jobs.clear()
        self.router.sessions.discard(self)
        if self.user is not None:
            self.router.log(b"system,info,account", b"user " + self.user.name + b" logged out via api")

    def pause_writing(self) -> None:
        self._is_blocked = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self._is_blocked = False
        self.transport.resume_reading()
        self._schedule_jobs()

    def policies(self) -> frozenset[str]:
        """What the user may do, the `no_sensitive` fault taken into account."""
        allowed = self.user.policies if self.user is not None else frozenset[str]()
        return allowed - {"sensitive"} if self.router.faults.no_sensitive else allowed

    def hang(self) -> None:
        """Never say another word; the connection stays open."""
        self._is_hung = self._is_closing = True
        self._inbox.clear()
        self.jobs.clear()

    # ---- replies

    def reply(self, head: bytes, tag: bytes, *words: bytes) -> None:
        """Queue one reply sentence; it leaves with the next flush."""
        self.out.append(b"".join([head, tag, *map(word, words), END]) if words else head + tag + END)

    def done(self, tag: bytes, ret: bytes | None = None) -> None:
        """The end of a sentence's replies."""
        if ret is None:
            self.out.append(DONE + tag + END)
        else:
            self.out.append(DONE + word(b"=ret=" + ret) + tag + END)

    def empty(self, tag: bytes) -> None:
        """`!empty`, which versions from 7.18 send before the `!done` of a print without rows."""
        if self.router.version >= (7, 18):
            self.out.append(EMPTY + tag + END)

    def trap(self, tag: bytes, message: str, category: int | None = None) -> None:
        """An error, without its `!done`."""
        self.router.counters.traps += 1
        words = [] if category is None else [b"=category=%d" % category]
        self.reply(TRAP, tag, *words, b"=message=" + message.encode("utf-8", "surrogateescape"))

    def flush(self) -> None:
        """Hand the queued replies to the socket."""
        if not self.out:
            return
        data = self.out[0] if len(self.out) == 1 else b"".join(self.out)
        self.out = []
        if self.transport.is_closing() or self._is_hung:
            return
        faults = self.router.faults
        if faults.truncations_left and self._sent + len(data) > faults.truncate_after:
            data = data[: max(0, faults.truncate_after - self._sent)]
            faults.truncations_left -= 1
            self.router.counters.faults["truncate"] += 1
            self.router.counters.drops += 1
            self.transport.write(data)
            self.close()
            return
        if faults.truncations_left:
            self._sent += len(data)
        self.transport.write(data)

    def close(self, *, reset: bool = False) -> None:
        """End the connection: what was written still leaves, unless reset.

        The socket lingers until the client has hung up as well: closing it with unread bytes would send a reset,
        and what the client still gets to read would depend on luck.
        """
        self._is_closing = True
        self._inbox.clear()
        self.jobs.clear()
        self.router.sessions.discard(self)
        if reset:
            self.transport.abort()
        elif self.transport.can_write_eof() and not self.transport.is_closing():
            self.transport.write_eof()
            self.transport.resume_reading()
            self.router.loop.call_later(LINGER_SECONDS, self.transport.close)
        else:
            self.transport.close()

    # ---- pace

    def _pump(self) -> None:
        """Answer what is due: latency delays every sentence alike, the router's CPU takes them one by one."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        router, inbox = self.router, self._inbox
        now = router.loop.time()
        while inbox and not self._is_blocked:
            due, sentence = inbox[0]
            finished = max(due, router.cpu_free_at) + router.faults.command_ms / 1000
            if finished > now:
                self._timer = router.loop.call_at(finished, self._pump)
                break
            inbox.popleft()
            router.cpu_free_at = max(due, router.cpu_free_at) + router.faults.command_ms / 1000
            self._handle(sentence)
        self.flush()

    def start_job(self, call: Call, job: Iterator[None]) -> None:
        """Run a long answer. Tagged ones step by step, so that other tags interleave; untagged ones at once."""
        if not call.tag:
            for _ in job:
                pass
            return
        if next(job, False) is None:
            self.jobs[call.tag] = job
            self._schedule_jobs()

    def _schedule_jobs(self) -> None:
        if not self._jobs_scheduled and (self.jobs or self._inbox):
            self._jobs_scheduled = True
            self.router.loop.call_soon(self._step_jobs)

    def _step_jobs(self) -> None:
        self._jobs_scheduled = False
        if self._is_closing or self._is_blocked:
            return
        for tag, job in list(self.jobs.items()):
            if next(job, False) is False:
                self.jobs.pop(tag, None)
        self.flush()
        if self._inbox:
            self._pump()
        if self.jobs:
            self._schedule_jobs()

    # ---- one sentence

    def _handle(self, sentence: list[bytes]) -> None:
        if self._is_closing:
            return
        call = Call(sentence)
        verdict = ""
        try:
            if self.user is None:
                login.before_login(self, call)
                return
            if self.router.faults.watching:
                verdict = self._verdict(call.command)
                if verdict and self._stumble(verdict):
                    return
            self.router.counters.commands[call.command] += 1
            handler, table, policy = self.router.route(call.command)
            if policy not in self.user.policies:
                raise Trap("not enough permissions (9)", 4)
            handler(self, table, call)
        except Trap as refusal:
            self.trap(call.tag, refusal.message, refusal.category)
            self.done(call.tag)
        except Fatal as reason:
            words = [str(reason).encode()] if str(reason) else []
            self.reply(FATAL, call.tag, *words)
            self.flush()
            self.close()
        if verdict == "drop-after":
            self._drop()

    def _verdict(self, command: bytes) -> str:
        faults = self.router.faults
        if self._fault_epoch != faults.epoch:
            self._fault_epoch = faults.epoch
            self._seen_by_fault = 0
        verdict = faults.verdict(command, self._seen_by_fault)
        if faults.concerns(command):
            self._seen_by_fault += 1
        return verdict

    def _stumble(self, verdict: str) -> bool:
        """Act out a fault that comes before the command. True: the command is not carried out."""
        self.router.counters.faults[verdict] += 1
        if verdict == "trap":
            raise Trap(self.router.faults.trap_message)
        self.flush()  # the replies of earlier commands leave, the reply of this one does not
        if verdict == "hang":
            self.hang()
            return True
        if verdict == "drop-before":
            self._drop()
            return True
        return False

    def _drop(self) -> None:
        """Break the connection without another word."""
        self.router.counters.drops += 1
        self.out = []
        self.close(reset=self.router.faults.drop_reset)
