"""Reaching a router: address or alternative address, TLS, login old and new (network.md §1.1, §1.3)."""

import hashlib
import socket
from dataclasses import dataclass
from typing import Final

from malha.network.base import DriverFailure, PermanentFailure, Target, TemporaryFailure
from malha.network.drivers.mikrotik import tls
from malha.network.drivers.mikrotik.client import Client, Reply, as_failure
from malha.network.drivers.mikrotik.errors import Meaning, understand


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a router may take, in seconds (network.md §6.10). `silence`: without a word; `full_read`: before a large table."""

    connect: float = 5.0
    login: float = 10.0
    silence: float = 30.0
    full_read: float = 60.0


STANDARD: Final = Deadlines()
HURRIED: Final = Deadlines(connect=5.0, login=5.0, silence=5.0, full_read=5.0)


def dial(target: Target, deadlines: Deadlines = STANDARD) -> tuple[Client, str]:
    """A logged-in client and the pin of the certificate seen (empty without one).

    The alternative address is tried when the first cannot be reached, never because TLS or the login was refused there.
    Raises TemporaryFailure or PermanentFailure.
    """
    hosts = [host for host in dict.fromkeys((target.host, target.fallback_host)) if host]
    for host in hosts[:-1]:
        try:
            return _dial(host, target, deadlines)
        except TemporaryFailure:
            continue
    return _dial(hosts[-1], target, deadlines)


def _dial(host: str, target: Target, deadlines: Deadlines) -> tuple[Client, str]:
    raw = _reach(host, target.port, deadlines.connect)
    try:
        raw.settimeout(deadlines.login)
        secured, pin = tls.secure(raw, target)
    except DriverFailure:
        raw.close()
        raise
    except OSError as problem:
        raw.close()
        raise as_failure(problem) from problem
    client = Client(secured, silence=deadlines.silence)
    try:
        log_in(client, target.username.encode(), target.password.encode(), seconds=deadlines.login)
    except DriverFailure:
        client.close()
        raise
    return client, pin


def _reach(host: str, port: int, seconds: float) -> socket.socket:
    try:
        raw = socket.create_connection((host, port), timeout=seconds)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except TimeoutError as problem:
        raise TemporaryFailure("timeout", f"{host}:{port} did not answer") from problem
    except (OSError, UnicodeError) as problem:  # UnicodeError: a host name that is none
        raise TemporaryFailure("unreachable", f"{host}:{port}: {problem}") from problem
    return raw


def log_in(client: Client, username: bytes, password: bytes, *, seconds: float = STANDARD.login) -> None:
    """The login of 6.43 and later; a `!done` that brings a challenge is an older router and gets the old answer.

    Raises PermanentFailure `login_refused`: no second try, the router logs each one as critical.
    """
    reply = _ask(client, (b"/login", b"=name=" + username, b"=password=" + password), seconds)
    if reply.ret:
        try:
            challenge = bytes.fromhex(reply.ret.decode("ascii"))
        except ValueError as problem:
            raise PermanentFailure("protocol", "a challenge that is not hexadecimal") from problem
        # The protocol of the old versions, not a choice of ours.
        digest = hashlib.md5(b"\x00" + password + challenge, usedforsecurity=False).hexdigest().encode()
        _ask(client, (b"/login", b"=name=" + username, b"=response=00" + digest), seconds)


def _ask(client: Client, words: tuple[bytes, ...], seconds: float) -> Reply:
    reply = client.call(words, seconds=seconds)
    if reply.trap is None:
        return reply
    refusal = understand(reply.trap)
    if refusal.meaning is Meaning.BUSY:
        raise TemporaryFailure("busy", refusal.words)
    raise PermanentFailure("login_refused", refusal.words)
