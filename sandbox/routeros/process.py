"""The process: one router with its sockets, its control channel and its state file."""

import asyncio
import json
import os
import signal
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

from sandbox.routeros import state, tls
from sandbox.routeros.control import Control
from sandbox.routeros.router import Router
from sandbox.routeros.server import ApiServer

SAVE_SECONDS = 0.5


class RouterServer:
    """Runs until told to stop."""

    def __init__(self, router: Router, options: Any) -> None:
        self.router = router
        self.options = options
        self.control_port = options.control_port
        self.state_file = Path(options.state_file) if options.state_file else None
        self.tls_kind, context, self.fingerprint = self._tls(options.tls)
        self.api = ApiServer(router, options.host, options.port, options.tls_port, context)
        self._stopping = asyncio.Event()
        self._save_timer: asyncio.TimerHandle | None = None

    def _tls(self, wanted: str) -> tuple[str, ssl.SSLContext | None, str]:
        if wanted == "off":
            return "off", None, ""
        if wanted == "cert" and tls.CAN_MAKE_CERTIFICATES:
            kept_in = self.state_file.with_name(self.state_file.name + ".pem") if self.state_file else None
            context, fingerprint = tls.certificate_context(self.options.name, kept_in)
            return "cert", context, fingerprint
        return "adh", tls.anonymous_context(), ""

    def ready(self) -> dict[str, Any]:
        """What the READY line says."""
        return {
            "pid": os.getpid(),
            "name": self.options.name,
            "version": self.router.identity.version,
            "host": self.options.host,
            "port": self.api.port,
            "tls_port": self.api.tls_port if self.api.tls is not None else 0,
            "control_port": self.control_port,
            "tls": self.tls_kind,
            "fingerprint": self.fingerprint,
        }

    def auto_connect(self, delay: float | None) -> None:
        """Let every enabled secret and hotspot user dial by itself, those that exist already as well."""
        self.router.ppp.auto_delay = self.router.hotspot.auto_delay = delay
        if delay is None:
            return
        for row in list(self.router.tables["/ppp/secret"]):
            if row.values[b"disabled"] == b"false":
                self.router.ppp.dial_by_itself(row, since_long=True)
        for row in list(self.router.tables["/ip/hotspot/user"]):
            self.router.hotspot.log_in_by_itself(row)

    async def follow_port_fault(self) -> None:
        """Open or close the API ports as the fault says."""
        if self.router.faults.closed_port:
            self.api.close()
        else:
            await self.api.open()

    def save(self) -> None:
        """Write the state file, if there is one."""
        if self._save_timer is not None:
            self._save_timer.cancel()
            self._save_timer = None
        if self.state_file is not None:
            state.save(self.router, self.state_file)

    def save_soon(self) -> None:
        """Many changes, one write."""
        if self._save_timer is None:
            self._save_timer = self.router.loop.call_later(SAVE_SECONDS, self.save)

    def stop(self) -> None:
        """End the run."""
        self._stopping.set()

    async def run(self) -> None:
        """Open everything, print READY, wait for the end, save, print COUNTERS."""
        await self.api.open()
        control, self.control_port = await Control(self).open(self.options.control_host, self.control_port)
        if self.router.faults.closed_port:
            self.api.close()
        if self.state_file is not None:
            self.save()
            self.router.on_change = self.save_soon
        for number in (signal.SIGTERM, signal.SIGINT):
            self.router.loop.add_signal_handler(number, self.stop)
        if self.options.exit_with_stdin:
            threading.Thread(target=self._watch_stdin, daemon=True).start()
        print("READY", json.dumps(self.ready()), flush=True)
        await self._stopping.wait()
        self.api.close()
        control.close()
        self.save()
        self._last_words()

    def _watch_stdin(self) -> None:
        """In a thread, because not everything that can be standard input can be polled."""
        while os.read(0, 4096):
            pass
        self.router.loop.call_soon_threadsafe(self.stop)

    def _last_words(self) -> None:
        try:
            print("COUNTERS", json.dumps(self.router.counters.as_dict(0)), flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
