"""`/ip/hotspot`: servers, users, profiles, and what is connected."""

from sandbox.routeros import hotspot as sessions
from sandbox.routeros import values as v
from sandbox.routeros.spec import (
    READABLE,
    TableSpec,
    Unique,
    answer,
    by,
    by_name,
    choice,
    computed,
    flag,
    number,
    parsed,
    ref,
    text,
)
from sandbox.routeros.tables.common import is_dynamic

SERVER = TableSpec(
    path="/ip/hotspot",
    named=True,
    columns={
        "name": text(required=True),
        "interface": ref("/interface", required=True),
        "address-pool": ref("/ip/pool", "none", literals=("none",)),
        "profile": text("default"),
        "addresses-per-mac": text("2"),
        "idle-timeout": text("5m"),
        "keepalive-timeout": text("none"),
        "login-timeout": text("none"),
        "disabled": flag("true"),
        "comment": text(),
    },
    unique=(by_name("failure: server with such name already exists"),),
)

PROFILE = TableSpec(
    path="/ip/hotspot/user/profile",
    named=True,
    columns={
        "name": text(required=True),
        "address-pool": ref("/ip/pool", "none", literals=("none",)),
        "session-timeout": parsed(v.duration),
        "idle-timeout": text("none"),
        "keepalive-timeout": text("2m"),
        "status-autorefresh": parsed(v.duration, "1m"),
        "shared-users": text("1"),
        "add-mac-cookie": flag("true"),
        "mac-cookie-timeout": parsed(v.duration, "3d"),
        "rate-limit": parsed(v.rate_limit),
        "address-list": text(""),
        "incoming-filter": text(),
        "outgoing-filter": text(),
        "parent-queue": ref("/queue/simple", literals=("none",)),
        "queue-type": text(),
        "insert-queue-before": text(),
        "open-status-page": text("always"),
        "transparent-proxy": flag(),
        "on-login": text(""),
        "on-logout": text(""),
        "default": answer("false"),
    },
    # The exact words of a real router are not confirmed.
    unique=(by_name("failure: profile with the same name already exists"),),
    first=({".id": "*0", "name": "default"},),
    fixed=frozenset((b"default",)),
)

USER = TableSpec(
    path="/ip/hotspot/user",
    named=True,
    columns={
        "name": text(required=True),
        "server": ref("/ip/hotspot", "all", literals=("all",)),
        "password": text(sensitive=True),
        "profile": ref("/ip/hotspot/user/profile", "default"),
        "address": parsed(v.ipv4),
        "mac-address": parsed(v.mac),
        "email": text(),
        "routes": text(),
        "limit-uptime": parsed(v.duration),
        "limit-bytes-in": number(0, 2**63),
        "limit-bytes-out": number(0, 2**63),
        "limit-bytes-total": number(0, 2**63),
        "uptime": answer("0s"),
        "bytes-in": answer("0"),
        "bytes-out": answer("0"),
        "disabled": flag(),
        "comment": text(),
        "dynamic": computed(is_dynamic),
    },
    unique=(Unique(by("name", "server"), "failure: already have user with this name for this server"),),
    on_added=sessions.user_added,
    on_changed=sessions.user_changed,
)

ACTIVE = TableSpec(
    path="/ip/hotspot/active",
    verbs=(*READABLE, "remove"),
    kept=False,
    columns={
        "server": answer(),
        "user": answer(),
        "address": answer(),
        "mac-address": answer(),
        "login-by": answer("http-chap"),
        "uptime": computed(sessions.uptime),
        "session-id": answer(),
        "radius": answer("false"),
    },
    remove_hook=sessions.kick,
)

HOST = TableSpec(
    path="/ip/hotspot/host",
    verbs=(*READABLE, "remove"),
    kept=False,
    columns={
        "mac-address": answer(),
        "address": answer(),
        "to-address": answer(),
        "server": answer(),
        "authorized": answer("false"),
        "bypassed": answer("false"),
        "dynamic": computed(is_dynamic),
    },
    remove_hook=sessions.host_removed,
)

COOKIE = TableSpec(
    path="/ip/hotspot/cookie",
    verbs=(*READABLE, "remove"),
    kept=False,
    columns={"user": answer(), "domain": answer(""), "mac-address": answer(), "expires-in": answer("3d")},
)

BINDING = TableSpec(
    path="/ip/hotspot/ip-binding",
    verbs=("print", "get", "listen", "add", "set", "remove", "unset", "enable", "disable", "comment", "move"),
    ordered=True,
    columns={
        "mac-address": parsed(v.mac),
        "address": parsed(v.network4),
        "to-address": parsed(v.ipv4),
        "server": ref("/ip/hotspot", "all", literals=("all",)),
        "type": choice(("regular", "bypassed", "blocked"), "regular"),
        "disabled": flag(),
        "comment": text(),
    },
    # Not in the manual; the same MAC and address twice is refused like other doubles.
    unique=(Unique(by("mac-address", "address", "server"), "failure: already have such entry"),),
)

TABLES = (SERVER, PROFILE, USER, ACTIVE, HOST, COOKIE, BINDING)
