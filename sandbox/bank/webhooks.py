"""Notices to the customer's webhook: signed, repeated with back-off, and bent as the faults say."""

import asyncio
import hashlib
import hmac
import json
import secrets
import ssl
from dataclasses import dataclass
from typing import Any

from sandbox.bank.books import Account, Bank, Doc, letters
from sandbox.bank.faults import Faults
from sandbox.bank.http import post

TRIES = 5
ANSWER_SECONDS = 10
AT_ONCE = 32
HUGE = 10 * 1024 * 1024


@dataclass
class Notice:
    """One message on its way. Without secret it is not signed (the Pix API does not sign)."""

    account: Account
    event: Doc
    url: str
    body: dict[str, Any]
    secret: str = ""
    forged: bool = False


def signature(secret: str, stamp: int, body: bytes) -> str:
    """Value of X-Sandbox-Signature."""
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"


class Webhooks:
    """Sends; knows what was sent."""

    def __init__(self, bank: Bank, faults: Faults, first_pause: float, context: ssl.SSLContext | None) -> None:
        self.bank = bank
        self.faults = faults
        self.first_pause = first_pause
        self.context = context
        self.sent = 0
        self.delivered = 0
        self.lost = 0
        self._held: list[Notice] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Semaphore(AT_ONCE)

    def emit(self, account: Account, kind: str, content: dict[str, Any]) -> Doc:
        """Tell the customer of the own API that something happened; `content` is the `charge` or the `recurrence`."""
        url = account.settings["webhook_url"]
        event_id = f"evt_{letters(20)}"
        body = {"event_id": event_id, "type": kind, "at": self.bank.clock.stamp(), **content}
        event = self._event(account, event_id, kind, url, body)
        if url:
            self.send(Notice(account, event, url, body, account.settings["webhook_secret"]))
        return event

    def call_back(self, account: Account, url: str, path: str, body: dict[str, Any]) -> Doc:
        """Call a webhook of the Pix API: `path` is put behind the address just as it stands."""
        event = self._event(account, f"cb_{letters(20)}", f"pix.{path}", f"{url.rstrip('/')}/{path}", body)
        self.send(Notice(account, event, event["url"], body))
        return event

    def _event(self, account: Account, event_id: str, kind: str, url: str, body: dict[str, Any]) -> Doc:
        event = {
            "event_id": event_id,
            "type": kind,
            "url": url,
            "at": self.bank.clock.stamp(),
            "state": "waiting",
            "tries": [],
            "body": body,
        }
        if not url:
            event["state"] = "no webhook"
        return account.put("event", event_id, event)

    def resume(self) -> None:
        """After a restart: send again what was on its way."""
        for account in self.bank.accounts.values():
            for event in list(account.docs["event"].values()):
                if event["state"] == "waiting":
                    secret = "" if event["type"].startswith("pix.") else account.settings["webhook_secret"]
                    self.send(Notice(account, event, event["url"], event["body"], secret))

    def send(self, notice: Notice) -> None:
        """Send now, or hold, or lose."""
        if not notice.forged and self.faults.use("lose"):
            self.lost += 1
            notice.event["state"] = "lost"
            return
        if self.faults.shuffle > 1:
            self._held.append(notice)
            if len(self._held) >= self.faults.shuffle:
                self.release()
            return
        self._start(notice)

    def release(self) -> int:
        """Let go of what is held, last first; returns how many."""
        held, self._held = self._held, []
        for notice in reversed(held):
            self._start(notice)
        return len(held)

    def _start(self, notice: Notice) -> None:
        body = json.dumps(notice.body, ensure_ascii=False, separators=(",", ":")).encode()
        secret = notice.secret
        if notice.secret and self.faults.use("bad_signature"):
            secret = secrets.token_hex(16)
        if self.faults.use("huge"):
            body = body[:-1] + b',"padding":"' + b"x" * HUGE + b'"}'
        sent = body[: len(body) // 2] if self.faults.use("truncate") else body
        for _ in range(max(self.faults.copies, 1)):
            task = asyncio.get_running_loop().create_task(self._deliver(notice, sent, body, secret))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, notice: Notice, sent: bytes, signed: bytes, secret: str) -> None:
        if self.faults.delay_ms:
            await asyncio.sleep(self.faults.delay_ms / 1000)
        for attempt in range(TRIES):
            status = await self._try(notice, sent, signed, secret)
            notice.event["tries"].append({"at": self.bank.clock.stamp(), "status": status})
            if 200 <= status < 300:
                self.delivered += 1
                notice.event["state"] = "delivered"
                break
            if attempt + 1 < TRIES:
                await asyncio.sleep(self.first_pause * 2**attempt)
        else:
            notice.event["state"] = "given up"
        if not notice.forged:
            notice.account.put("event", notice.event["event_id"], notice.event)
            self.bank.store.flush()

    async def _try(self, notice: Notice, sent: bytes, signed: bytes, secret: str) -> int:
        headers = {"Content-Type": "application/json", "User-Agent": "sandbox-bank/1"}
        if secret:
            # A truncated body keeps the signature of the whole one: the customer must notice.
            headers["X-Sandbox-Signature"] = signature(secret, int(self.bank.clock.now().timestamp()), signed)
        self.sent += 1
        async with self._turn:
            try:
                return await post(notice.url, sent, headers, ANSWER_SECONDS, self.context)
            except (OSError, TimeoutError, ValueError, IndexError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                return 0

    @property
    def waiting(self) -> int:
        """Messages on their way or held."""
        return len(self._tasks) + len(self._held)

    def stop(self) -> None:
        """Give up what is on its way; after a restart it is sent again."""
        for task in list(self._tasks):
            task.cancel()
