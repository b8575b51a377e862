"""`/ppp`: secrets, profiles, live sessions, aaa."""

from sandbox.routeros import ppp as sessions
from sandbox.routeros import values as v
from sandbox.routeros.spec import (
    READABLE,
    SETTINGS,
    TableSpec,
    answer,
    by_name,
    choice,
    computed,
    flag,
    parsed,
    ref,
    text,
)

SERVICES = ("any", "async", "l2tp", "ovpn", "pppoe", "pptp", "sstp")
DEFAULT_OR = ("default", "yes", "no")

PROFILE = TableSpec(
    path="/ppp/profile",
    named=True,
    columns={
        "name": text(required=True),
        "local-address": ref("/ip/pool", or_address=True),
        "remote-address": ref("/ip/pool", or_address=True),
        "remote-ipv6-prefix-pool": ref("/ipv6/pool", literals=("none",)),
        "dhcpv6-pd-pool": ref("/ipv6/pool", literals=("none",)),
        "bridge": text(),
        "interface-list": ref("/interface/list"),
        "address-list": text(""),
        "incoming-filter": text(),
        "outgoing-filter": text(),
        "rate-limit": parsed(v.rate_limit),
        "parent-queue": ref("/queue/simple", literals=("none",)),
        "queue-type": text(),
        "insert-queue-before": text(),
        "dns-server": text(),
        "wins-server": text(),
        "session-timeout": parsed(v.duration),
        "idle-timeout": parsed(v.duration),
        "use-ipv6": choice(("default", "yes", "no", "require"), "yes"),
        "use-mpls": choice((*DEFAULT_OR, "require"), "default"),
        "use-compression": choice(DEFAULT_OR, "default"),
        "use-encryption": choice((*DEFAULT_OR, "require"), "default"),
        "use-upnp": choice(DEFAULT_OR, "default"),
        "only-one": choice(DEFAULT_OR, "default"),
        "change-tcp-mss": choice(DEFAULT_OR, "default"),
        "on-up": text(""),
        "on-down": text(""),
        "default": answer("false"),
        "comment": text(),
    },
    # The exact words of a real router are not confirmed.
    unique=(by_name("failure: profile with the same name already exists"),),
    first=({".id": "*0", "name": "default"}, {".id": "*FFFFFFFE", "name": "default-encryption", "use-encryption": "yes"}),
    fixed=frozenset((b"default", b"default-encryption")),
)

SECRET = TableSpec(
    path="/ppp/secret",
    named=True,
    columns={
        "name": text(required=True),
        "service": choice(SERVICES, "any"),
        "caller-id": text(""),
        "password": text("", sensitive=True),
        "profile": ref("/ppp/profile", "default"),
        "local-address": ref("/ip/pool", or_address=True),
        "remote-address": ref("/ip/pool", or_address=True),
        "remote-ipv6-prefix": parsed(v.ipv6_prefix),
        "routes": text(""),
        "ipv6-routes": text(""),
        "limit-bytes-in": parsed(v.number(0, 2**63), "0"),
        "limit-bytes-out": parsed(v.number(0, 2**63), "0"),
        "last-logged-out": answer("jan/01/1970 00:00:00"),
        "last-caller-id": answer(),
        "last-disconnect-reason": answer(),
        "disabled": flag(),
        "comment": text(),
    },
    unique=(by_name("failure: secret with the same name already exists"),),
    on_added=sessions.secret_added,
    on_changed=sessions.secret_changed,
)

ACTIVE = TableSpec(
    path="/ppp/active",
    verbs=(*READABLE, "remove"),
    named=True,
    kept=False,
    columns={
        "name": answer(),
        "service": answer(),
        "caller-id": answer(),
        "address": answer(),
        "uptime": computed(sessions.uptime),
        "encoding": answer(""),
        "session-id": answer(),
        "limit-bytes-in": answer("0"),
        "limit-bytes-out": answer("0"),
        "radius": answer("false"),
    },
    remove_hook=sessions.kick,
)

AAA = TableSpec(
    path="/ppp/aaa",
    verbs=SETTINGS,
    singleton=True,
    columns={
        "use-radius": flag(),
        "accounting": flag("true"),
        "interim-update": parsed(v.duration, "0s"),
        "use-circuit-id-in-nas-port-id": flag(),
        "enable-ipv6-accounting": flag(),
    },
    first=({},),
)

TABLES = (PROFILE, SECRET, ACTIVE, AAA)
