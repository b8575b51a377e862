"""Hotspot sessions: a device logs in, leaves a host and a cookie behind, and the cookie logs in again."""

from contextlib import suppress
from typing import TYPE_CHECKING

from sandbox.routeros.errors import text
from sandbox.routeros.online import Online, Refused, uptime_of
from sandbox.routeros.ppp import mac_of
from sandbox.routeros.values import duration_text

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.spec import Values
    from sandbox.routeros.table import Row


class HotspotSession(Online):
    """A session of a device."""

    __slots__ = ("mac", "server")
    mac: bytes
    server: bytes


class HotspotSessions:
    """Everything that logs in. `cookie_delay` is how long a kicked device with a cookie takes to be back."""

    def __init__(self, router: "Router") -> None:
        self.router = router
        self.sessions: list[HotspotSession] = []
        self.auto_delay: float | None = None
        self.cookie_delay = 0.5
        self._count = 0

    def log_in(
        self,
        name: bytes,
        password: bytes | None = None,
        mac: bytes | None = None,
        address: bytes | None = None,
        by: bytes = b"http-chap",
    ) -> HotspotSession:
        """Log in. A password or MAC of None is what the user's entry asks for. Raises Refused with the reason."""
        router = self.router
        user = router.tables["/ip/hotspot/user"].find(name)
        if user is None or user.values[b"name"] != name:
            raise self._refuse(name, "invalid username or password")
        values = user.values
        if values[b"disabled"] == b"true":
            raise self._refuse(name, "user is disabled")
        mac = mac or values.get(b"mac-address") or mac_of(name)
        if password is not None and password != values.get(b"password", b""):
            raise self._refuse(name, "invalid username or password")
        if values.get(b"mac-address") and values[b"mac-address"] != mac.upper():
            raise self._refuse(name, "mac-address does not match")
        profile = router.tables["/ip/hotspot/user/profile"].find(values[b"profile"])
        settings = profile.values if profile is not None else {}
        shared = settings.get(b"shared-users", b"1")
        online = [each for each in self.sessions if each.name == name]
        if shared.isdigit() and len(online) >= int(shared):
            raise self._refuse(name, "no more sessions are allowed for user")
        pool = router.tables["/ip/pool"].find(settings.get(b"address-pool", b"none"))
        address = address or values.get(b"address") or router.ppp.pools.take(pool)
        if address is None:
            raise self._refuse(name, "no more addresses in the pool")
        rate_limit = settings.get(b"rate-limit", b"")
        session = HotspotSession(name, address, router.now(), router.traffic.meter(name, rate_limit))
        session.mac, session.server = mac.upper(), self._server(values)
        self._bring_rows(session, rate_limit, settings, by)
        session.facts = {
            "profile": text(values[b"profile"]),
            "rate_limit": text(rate_limit),
            "address_list": text(settings.get(b"address-list", b"")),
        }
        self.sessions.append(session)
        router.log(b"hotspot,account,info,debug", name + b" (" + address + b"): logged in")
        return session

    def _bring_rows(self, session: HotspotSession, rate_limit: bytes, settings: "Values", by: bytes) -> None:
        router, mac = self.router, session.mac
        self._count += 1
        session.row = session.bring(
            router,
            "/ip/hotspot/active",
            server=session.server,
            user=session.name,
            address=session.address,
            mac_address=mac,
            login_by=by,
            session_id=b"0x%08x" % (0x80100000 + self._count),
        )
        hosts, cookies = router.tables["/ip/hotspot/host"], router.tables["/ip/hotspot/cookie"]
        host = next((row for row in hosts if row.values[b"mac-address"] == mac), None)
        if host is None:
            given = {b"mac-address": mac, b"address": session.address, b"to-address": session.address}
            host = hosts.add(given | {b"server": session.server}, dynamic=True)
        hosts.touch(host, authorized=b"true")
        if settings.get(b"add-mac-cookie", b"true") == b"true" and not self._cookie(mac):
            cookies.add({b"user": session.name, b"mac-address": mac}, dynamic=True)
        lists = settings.get(b"address-list", b"")
        session.bring_limits(router, b"<hotspot-" + session.name + b">", session.address, rate_limit, lists)

    def end(self, session: HotspotSession, reason: bytes) -> None:
        """Log out; a device with a cookie is back soon."""
        if session not in self.sessions:
            return
        self.sessions.remove(session)
        session.leave(self.router)
        self.router.ppp.pools.release(session.address)
        hosts = self.router.tables["/ip/hotspot/host"]
        for row in hosts:
            if row.values[b"mac-address"] == session.mac:
                hosts.touch(row, authorized=b"false")
        self.router.log(b"hotspot,account,info,debug", session.name + b": logged out: " + reason)
        self.router.after(self.cookie_delay, lambda: self._by_cookie(session.mac))

    def _by_cookie(self, mac: bytes) -> None:
        cookie = self._cookie(mac)
        if cookie is None or any(each.mac == mac for each in self.sessions):
            return
        with suppress(Refused):
            self.log_in(cookie.values[b"user"], mac=mac, by=b"mac-cookie")

    def _cookie(self, mac: bytes) -> "Row | None":
        cookies = self.router.tables["/ip/hotspot/cookie"]
        return next((row for row in cookies if row.values[b"mac-address"] == mac), None)

    def _server(self, user: "Values") -> bytes:
        if user[b"server"] != b"all":
            return user[b"server"]
        first = next(iter(self.router.tables["/ip/hotspot"]), None)
        return first.values[b"name"] if first is not None else b"hotspot1"

    def _refuse(self, name: bytes, reason: str) -> Refused:
        self.router.log(b"hotspot,info,debug", name + b": login failed: " + reason.encode())
        return Refused(reason)

    def power_off(self) -> None:
        """Every session dies without a word; cookies are dynamic and die with it."""
        for session in self.sessions:
            session.leave(self.router)
            self.router.ppp.pools.release(session.address)
        self.sessions = []

    def log_in_by_itself(self, user: "Row") -> None:
        """With auto-connect: an enabled user without a session logs in after the delay."""
        if self.auto_delay is None or user.values[b"disabled"] == b"true":
            return

        def dial() -> None:
            name = user.values[b"name"]
            if any(each.name == name for each in self.sessions):
                return
            with suppress(Refused):
                self.log_in(name)

        self.router.after(self.auto_delay, dial)


# ---- hooks of the tables


def uptime(router: "Router", row: "Row") -> bytes:
    """`uptime` of an active row."""
    return duration_text(uptime_of(router, row))


def kick(router: "Router", row: "Row") -> None:
    """`/ip/hotspot/active/remove`."""
    router.counters.kicked(router.loop.time())
    router.hotspot.end(row.extra, b"admin reset")


def host_removed(router: "Router", row: "Row") -> None:
    """`/ip/hotspot/host/remove`: its session ends as well."""
    router.tables["/ip/hotspot/host"].drop(row)
    for session in [each for each in router.hotspot.sessions if each.mac == row.values[b"mac-address"]]:
        router.hotspot.end(session, b"admin reset")


def user_added(router: "Router", row: "Row") -> None:
    """A new user."""
    router.hotspot.log_in_by_itself(row)


def user_changed(router: "Router", row: "Row", before: "Values") -> None:
    """An edit never touches the running session."""
    if before[b"disabled"] == b"true" or before[b"name"] != row.values[b"name"]:
        router.hotspot.log_in_by_itself(row)
