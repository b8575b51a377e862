"""The process: one bank with its ports, its clock and its state file."""

import asyncio
import contextlib
import datetime
import json
import os
import signal
import ssl
import sys
import threading
from argparse import Namespace
from collections import Counter
from pathlib import Path

from sandbox.bank import tls
from sandbox.bank.books import Bank
from sandbox.bank.cashier import Cashier
from sandbox.bank.clerk import Clerk
from sandbox.bank.clock import Clock
from sandbox.bank.cnab.desk import FileDesk
from sandbox.bank.control import Control
from sandbox.bank.errors import Refused
from sandbox.bank.faults import Bucket, Faults
from sandbox.bank.http import HttpServer, NotJson, Request, Response, as_json
from sandbox.bank.own import OwnApi
from sandbox.bank.pages.site import Site
from sandbox.bank.pix import oauth, payload
from sandbox.bank.pix.api import PixApi
from sandbox.bank.recurrences import Recurrences
from sandbox.bank.store import Store
from sandbox.bank.webhooks import Webhooks

TICK_SECONDS = 0.05
APIS = ("/v1/", "/pix/", "/oauth/", "/cnab/")


class BankServer:
    """Runs until told to stop."""

    def __init__(self, options: Namespace) -> None:
        self.options = options
        self.faults = Faults()
        self.clock = Clock()
        self.store = Store(options.state_file)
        self.bank = Bank(self.store, self.clock, options.public_url.rstrip("/"))
        self.bank.load()
        if options.date:
            self.clock.go_to(datetime.date.fromisoformat(options.date))
        self.server_tls: ssl.SSLContext | None = None
        client_tls = ssl.create_default_context()
        client_tls.check_hostname, client_tls.verify_mode = False, ssl.CERT_NONE
        if options.tls_port is not None:
            authority = tls.Authority(Path(options.tls_dir or "."))
            self.server_tls = authority.server_context()
            authority.present(client_tls)
        self.webhooks = Webhooks(self.bank, self.faults, options.webhook_retry, client_tls)
        self.recurrences = Recurrences(self.bank, self.webhooks)
        self.clerk = Clerk(self.bank, self.faults, self.webhooks, self.recurrences)
        self.cashier = Cashier(self.bank, self.faults, self.webhooks, self.recurrences, self.clerk)
        self.pix = PixApi(self.bank, self.faults, self.webhooks, self.recurrences)
        self.own = OwnApi(self.bank, self.clerk, self.recurrences)
        self.files = FileDesk(self.bank, self.clerk, options.retorno_dir)
        self.site = Site(self.bank, self.cashier, self.recurrences)
        self.control = Control(self)
        self.counts: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.failures: Counter[str] = Counter()
        self._bucket = Bucket()
        self._stopping = asyncio.Event()
        self._day = self.clock.today()
        self.plain = HttpServer(self.handle)
        self.secure = HttpServer(self.handle, self.server_tls)

    async def handle(self, request: Request) -> Response:
        """One request of any kind."""
        self.counts[f"{request.method} {path_shape(request.path)}"] += 1
        is_api = request.path.startswith(APIS)
        response = await self._bent(request) if is_api else self._straight(request)
        self.store.flush()
        self.statuses[0 if response.drop else response.status] += 1
        return response

    async def _bent(self, request: Request) -> Response:
        """An answer of the APIs, as the faults want it."""
        if self.faults.latency_ms:
            await asyncio.sleep(self.faults.latency_ms / 1000)
        who = request.bearer or request.path
        if self.faults.rate_limit and not self._bucket.allows(who, self.faults.rate_limit, asyncio.get_running_loop().time()):
            self.failures["rate limit"] += 1
            return refusal(request, 429, "too_many_requests", {"Retry-After": "1"})
        failure = self.faults.next_failure(request.path)
        if failure is None:
            return self._straight(request)
        self.failures[str(failure.get("status", "drop"))] += 1
        if failure.get("after"):
            response = self._straight(request)
            if "status" not in failure:
                # Accepted, but the caller never hears of it.
                await asyncio.sleep(float(failure.get("wait", 0)))
                return Response(drop=True)
            del response
        if "status" not in failure:
            await asyncio.sleep(float(failure.get("wait", 0)))
            return Response(drop=True)
        headers = {"Retry-After": str(failure["retry_after"])} if "retry_after" in failure else {}
        return refusal(request, int(failure["status"]), "temporary_failure", headers)

    def _straight(self, request: Request) -> Response:
        path = request.path
        try:
            if path.startswith("/v1/"):
                return self.own.answer(request)
            if path.startswith("/pix/v2/"):
                return self.pix.answer(request)
            if path == "/oauth/token" and request.method == "POST":
                return oauth.give_token(self.bank, request)
            if path.startswith("/cnab/"):
                return self.files.answer(request)
            if path.startswith("/control"):
                return self.control.answer(request)
            if path.startswith("/qr/"):
                return payload.serve(self.bank, request)
            return self.site.answer(request)
        except NotJson as problem:
            return Refused(400, "not_json", str(problem)).response()
        except Refused as problem:
            return problem.response()
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            # A body of a shape nobody thought of. Real banks answer 500 here as well, but say less.
            self.failures[f"{type(problem).__name__} at {request.method} {path_shape(path)}"] += 1
            return as_json({"code": "internal_error", "message": f"{type(problem).__name__}: {problem}"}, 500)

    def age(self) -> None:
        """What time does."""
        self._day = self.clock.today()
        self.clerk.arrive()
        self.cashier.age()
        self.store.flush()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            if self.clock.today() != self._day:
                self.age()
            elif self.clerk.pending and self.clerk.arrive():
                self.store.flush()

    def ready(self) -> dict[str, object]:
        """What the READY line says."""
        return {
            "pid": os.getpid(),
            "host": self.options.host,
            "port": self.plain.port,
            "tls_port": self.secure.port,
            "tls_dir": str(self.options.tls_dir or ""),
            "url": self.bank.public_url,
        }

    def stop(self) -> None:
        """End the run."""
        self._stopping.set()

    async def run(self) -> None:
        """Open everything, print READY, wait for the end."""
        await self.plain.open(self.options.host, self.options.port)
        if self.server_tls is not None:
            await self.secure.open(self.options.host, self.options.tls_port)
        self.bank.public_url = self.bank.public_url or f"http://{self.options.host}:{self.plain.port}"
        for charge in self.bank.all_charges():
            if charge.status == "PENDING":
                self.clerk.pending[(charge.account, charge.reference)] = charge
        self.webhooks.resume()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        if self.options.exit_with_stdin:
            threading.Thread(target=self._watch_stdin, args=(loop,), daemon=True).start()
        ticking = loop.create_task(self._tick())
        print("READY", json.dumps(self.ready()), flush=True)
        await self._stopping.wait()
        ticking.cancel()
        self.webhooks.stop()
        self.plain.close()
        self.secure.close()
        self.store.close()
        self._last_words()

    def _watch_stdin(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread, because not everything that can be standard input can be polled."""
        while os.read(0, 4096):
            pass
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self.stop)

    def _last_words(self) -> None:
        try:
            print("COUNTERS", json.dumps(self.stats()), flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def stats(self) -> dict[str, object]:
        """What happened."""
        charges = Counter(charge.status for charge in self.bank.all_charges())
        return {
            "requests": sum(self.counts.values()),
            "by_path": dict(self.counts),
            "by_status": {("dropped" if status == 0 else str(status)): count for status, count in self.statuses.items()},
            "failures": dict(self.failures),
            "connections": self.plain.connections + self.secure.connections,
            "most_connections": self.plain.most_connections + self.secure.most_connections,
            "charges": dict(charges),
            "payments": sum(len(charge.payments) for charge in self.bank.all_charges()),
            "pix": sum(len(account.docs["pix"]) for account in self.bank.accounts.values()),
            "webhooks": {
                "sent": self.webhooks.sent,
                "delivered": self.webhooks.delivered,
                "lost": self.webhooks.lost,
                "waiting": self.webhooks.waiting,
            },
        }

    def reset_stats(self) -> None:
        """Begin to count again."""
        self.counts.clear()
        self.statuses.clear()
        self.failures.clear()
        self.webhooks.sent = self.webhooks.delivered = self.webhooks.lost = 0


FIXED = set(
    (
        "v1 charges changes account webhook events recurrences refunds pix v2 cob cobv cobr loc locrec rec solicrec "
        "devolucao webhookrec webhookcobr retentativa txid idRec oauth token control cnab remessa retorno qr pagar "
        "static pay clock faults clear reset stats expire recurrence stop"
    ).split()
)


def path_shape(path: str) -> str:
    """`/v1/charges/abc` as `/v1/charges/*`."""
    return "/".join(part if not part or part in FIXED else "*" for part in path.split("/"))


def refusal(request: Request, status: int, code: str, headers: dict[str, str]) -> Response:
    """A failure in the form of the API that was asked."""
    if request.path.startswith("/pix/"):
        kind = {503: "ServicoIndisponivel", 504: "IndisponibilidadePorTempoEsgotado"}.get(status, "ErroInternoDoServidor")
        body: dict[str, object] = {"type": f"https://pix.bcb.gov.br/api/v2/error/{kind}", "title": "Falha temporária.", "status": status}
        return Response(status, as_json(body).body, "application/problem+json", headers)
    return Response(status, as_json({"code": code, "message": "Tente novamente mais tarde."}).body, headers=headers)
