"""PPP sessions: a subscriber's router dials in, takes what secret and profile say at that moment, and stays until kicked."""

import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from sandbox.routeros.errors import Trap, text
from sandbox.routeros.online import Online, Refused, uptime_of
from sandbox.routeros.pools import AddressPools
from sandbox.routeros.values import duration_text

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.spec import Values
    from sandbox.routeros.table import Row

LONGEST_RETRY = 60.0


class PppSession(Online):
    """A session with what its customer's router dials with."""

    __slots__ = ("caller_id", "password", "service")
    caller_id: bytes
    password: bytes | None
    service: bytes


class PppSessions:
    """Everything that dials. `auto_delay` (seconds) makes every enabled secret dial by itself; None: only when asked."""

    def __init__(self, router: "Router") -> None:
        self.router = router
        self.pools = AddressPools(router.identity.name)
        self.by_name: dict[bytes, list[PppSession]] = {}
        self.auto_delay: float | None = None
        self.offline_percent = 0
        self.redial: float | None = None
        self._count = 0
        self._to_redial: list[PppSession] = []

    # ---- coming

    def connect(
        self,
        name: bytes,
        password: bytes | None = None,
        caller_id: bytes | None = None,
        service: bytes = b"pppoe",
        redial: float | None = None,
    ) -> PppSession:
        """Dial in. A password or caller-id of None is what the secret asks for. Raises Refused with the reason."""
        secret = self.router.tables["/ppp/secret"].find(name)
        if secret is None or secret.values[b"name"] != name:
            raise self._refuse(name, "user not found")
        values = secret.values
        caller_id = caller_id or values.get(b"caller-id") or mac_of(name)
        if values[b"disabled"] == b"true":
            raise self._refuse(name, "user is disabled")
        if values[b"service"] not in (b"any", service):
            raise self._refuse(name, "service is not allowed")
        if password is not None and password != values.get(b"password", b""):
            raise self._refuse(name, "authentication failed")
        if values.get(b"caller-id") and values[b"caller-id"].upper() != caller_id.upper():
            raise self._refuse(name, "caller-id does not match")
        profile = Profile(self.router, values)
        others = self.by_name.get(name, [])
        if profile.only_one:
            for other in list(others):
                self.end(other, b"replaced", may_redial=False)
        address = self._address(name, profile)
        session = PppSession(name, address, self.router.now(), self.router.traffic.meter(name, profile.rate_limit))
        session.password, session.caller_id, session.service = password, caller_id, service
        session.redial = redial if redial is not None else self.redial
        self._bring_rows(session, profile)
        self.by_name.setdefault(name, []).append(session)
        self.router.log(b"pppoe,ppp,info,account", name + b" logged in, " + address + b" from " + caller_id)
        return session

    def _address(self, name: bytes, profile: "Profile") -> bytes:
        wanted = profile.remote_address
        if wanted and wanted[:1].isdigit() and wanted.count(b".") == 3:
            self.pools.hold(wanted)
            return wanted
        pool = self.router.tables["/ip/pool"].find(wanted) if wanted else None
        if wanted and pool is None:
            raise self._refuse(name, "no such pool")
        address = self.pools.take(pool)
        if address is None:
            raise self._refuse(name, "no more addresses in the pool")
        return address

    def _bring_rows(self, session: PppSession, profile: "Profile") -> None:
        router, name = self.router, session.name
        interface = b"<" + session.service + b"-" + name + b">"
        if self.by_name.get(name):
            self._count += 1
            interface = b"<%s-%s-%d>" % (session.service, name, self._count)
        self._count += 1
        session.row = session.bring(
            router,
            "/ppp/active",
            name=name,
            service=session.service,
            caller_id=session.caller_id,
            address=session.address,
            session_id=b"0x%08x" % (0x81000000 + router.boots * 0x100000 + self._count),
        )
        session.bring(router, "/interface", name=interface, type=session.service + b"-in", mtu=b"1480", actual_mtu=b"1480")
        local = profile.get(b"local-address") or b"10.255.255.1"
        if local[:1].isdigit():
            session.bring(router, "/ip/address", address=local + b"/32", network=session.address, interface=interface)
        if profile.get(b"interface-list"):
            session.bring(router, "/interface/list/member", interface=interface, list=profile.get(b"interface-list"))
        session.bring_limits(router, interface, interface, profile.rate_limit, profile.address_list)
        session.facts = {
            "profile": text(profile.name),
            "rate_limit": text(profile.rate_limit),
            "address_list": text(profile.address_list),
            "interface_list": text(profile.get(b"interface-list")),
            "ipv6_prefix": text(profile.ipv6_prefix),
            "interface": text(interface),
        }

    def _refuse(self, name: bytes, reason: str) -> Refused:
        self.router.log(b"pppoe,ppp,error", b"user " + name + b" " + reason.encode())
        return Refused(reason)

    # ---- going

    def end(self, session: PppSession, reason: bytes, *, may_redial: bool = True) -> None:
        """The session is over; its router redials if it was told to."""
        mine = self.by_name.get(session.name, [])
        if session not in mine:
            return
        mine.remove(session)
        if not mine:
            del self.by_name[session.name]
        session.leave(self.router)
        self.pools.release(session.address)
        secret = self.router.tables["/ppp/secret"].find(session.name)
        if secret is not None:
            secret.values[b"last-caller-id"] = session.caller_id
            secret.values[b"last-disconnect-reason"] = reason
            secret.values[b"last-logged-out"] = b"jan/02/1970 " + self.router.clock_text()
        self.router.log(b"pppoe,ppp,info,account", session.name + b" logged out, " + reason)
        if may_redial and session.redial is not None:
            self._redial_later(session, session.redial)

    def _redial_later(self, session: PppSession, delay: float) -> None:
        def dial() -> None:
            if self.by_name.get(session.name):
                return
            caller_id = session.caller_id if session.password is not None else None
            try:
                self.connect(session.name, session.password, caller_id, session.service, session.redial)
            except Refused:
                if self.auto_delay is None or session.password is not None:
                    self._redial_later(session, min(LONGEST_RETRY, max(1.0, delay * 2)))

        self.router.after(delay, dial)

    def hang_up(self, name: bytes, redial: float | None = None) -> int:
        """The subscriber's side disconnects all sessions of a name; how many there were."""
        sessions = list(self.by_name.get(name, []))
        for session in sessions:
            session.redial = redial
            self.end(session, b"peer-request")
        return len(sessions)

    def power_off(self) -> None:
        """Every session dies without a word."""
        self._to_redial = [session for each in self.by_name.values() for session in each if session.redial is not None]
        for sessions in self.by_name.values():
            for session in sessions:
                session.leave(self.router)
                self.pools.release(session.address)
        self.by_name = {}

    def power_on(self) -> None:
        """Whoever redials does so now."""
        for session in self._to_redial:
            self._redial_later(session, session.redial or 0.0)
        self._to_redial = []

    # ---- by itself

    def dial_by_itself(self, secret: "Row", *, since_long: bool = False) -> None:
        """With auto-connect: an enabled secret without a session dials after the delay.

        `since_long`: it looks as if it had been online for some part of the router's uptime.
        """
        if self.auto_delay is None or zlib.crc32(b"off" + secret.values[b"name"]) % 100 < self.offline_percent:
            return

        def dial() -> None:
            name = secret.values[b"name"]
            if self.by_name.get(name):
                return
            with suppress(Refused):
                session = self.connect(name, service=_service(secret.values), redial=self.redial_or(self.auto_delay))
                if since_long:
                    portion = zlib.crc32(b"since" + name) % 1000 / 1000
                    session.backdate((self.router.now() - self.router.booted_at) * portion)

        self.router.after(self.auto_delay, dial)

    def redial_or(self, other: float | None) -> float | None:
        """The redial delay for everybody, or another."""
        return self.redial if self.redial is not None else other


class Profile:
    """What a session is made of: the secret first, then its profile, then the default profile of the server."""

    def __init__(self, router: "Router", secret: "Values") -> None:
        profiles = router.tables["/ppp/profile"]
        self._secret = secret
        self._own = profiles.find(secret[b"profile"])
        servers = [row for row in router.tables["/interface/pppoe-server/server"] if row.values[b"disabled"] == b"false"]
        self._fallback = profiles.find(servers[0].values[b"default-profile"] if servers else b"default")
        self.name = secret[b"profile"]

    def get(self, name: bytes) -> bytes:
        """A property of the profile, or of the server's default profile where it is unset."""
        for profile in (self._own, self._fallback):
            if profile is not None:
                value = profile.values.get(name)
                if value not in (None, b"", b"default"):
                    return value
        return b""

    @property
    def remote_address(self) -> bytes:
        """A fixed address in the secret beats the pool of the profile."""
        return self._secret.get(b"remote-address") or self.get(b"remote-address")

    @property
    def rate_limit(self) -> bytes:
        """First upload, then download."""
        return self.get(b"rate-limit")

    @property
    def address_list(self) -> bytes:
        """Lists that the address joins."""
        return self.get(b"address-list")

    @property
    def only_one(self) -> bool:
        """Whether a second session pushes the first one out."""
        return self.get(b"only-one") == b"yes"

    @property
    def ipv6_prefix(self) -> bytes:
        """The fixed prefix, or the pool it comes from; empty without IPv6."""
        own_use = self._own.values.get(b"use-ipv6") if self._own is not None else None
        if own_use == b"no":
            return b""
        return self._secret.get(b"remote-ipv6-prefix") or self.get(b"dhcpv6-pd-pool")


def mac_of(name: bytes) -> bytes:
    """A believable MAC address, always the same for the same name."""
    number = zlib.crc32(name)
    return b"D8:5D:%02X:%02X:%02X:%02X" % tuple(number.to_bytes(4, "big"))


def _service(secret: "Values") -> bytes:
    return b"pppoe" if secret[b"service"] == b"any" else secret[b"service"]


# ---- hooks of the tables


def uptime(router: "Router", row: "Row") -> bytes:
    """`uptime` of an active row."""
    return duration_text(uptime_of(router, row))


def kick(router: "Router", row: "Row") -> None:
    """`/ppp/active/remove`."""
    router.counters.kicked(router.loop.time())
    if not isinstance(row.extra, PppSession):
        raise Trap("failure: can not remove", 4)
    router.ppp.end(row.extra, b"admin-reset")


def secret_added(router: "Router", row: "Row") -> None:
    """A new secret."""
    if row.values[b"disabled"] == b"false":
        router.ppp.dial_by_itself(row)


def secret_changed(router: "Router", row: "Row", before: "Values") -> None:
    """An edit never touches the running session; with auto-connect whoever may dial now does."""
    was_away = before[b"disabled"] == b"true" or before[b"name"] != row.values[b"name"]
    if was_away and row.values[b"disabled"] == b"false":
        router.ppp.dial_by_itself(row)
