"""`/interface`, its lists, and the PPPoE servers."""

from sandbox.routeros import traffic
from sandbox.routeros.spec import READABLE, TableSpec, Unique, answer, by, by_name, computed, flag, number, ref, text, words
from sandbox.routeros.tables.common import is_dynamic

INTERFACE = TableSpec(
    path="/interface",
    named=True,
    verbs=(*READABLE, "set", "enable", "disable", "comment", "monitor-traffic"),
    dynamic_removable=False,
    dynamic_editable=False,
    columns={
        "name": text(required=True),
        "default-name": answer(),
        "type": answer("ether"),
        "mtu": number(68, 65535, "1500"),
        "actual-mtu": answer("1500"),
        "mac-address": answer(),
        "running": answer("true"),
        "disabled": flag(),
        "comment": text(),
        "dynamic": computed(is_dynamic),
        "rx-byte": computed(traffic.received_bytes, stats=True),
        "tx-byte": computed(traffic.sent_bytes, stats=True),
        "rx-packet": computed(traffic.received_packets, stats=True),
        "tx-packet": computed(traffic.sent_packets, stats=True),
    },
    unique=(by_name("failure: already have interface with such name"),),
    first=tuple({"name": f"ether{n}", "default-name": f"ether{n}", "mac-address": f"48:8F:5A:00:00:0{n}"} for n in range(1, 5)),
)

LIST = TableSpec(
    path="/interface/list",
    named=True,
    columns={
        "name": text(required=True),
        "include": text(""),
        "exclude": text(""),
        "builtin": answer("false"),
        "comment": text(),
        "dynamic": computed(is_dynamic),
    },
    unique=(by_name("failure: list with such name already exists"),),
    first=({"name": "all", "builtin": "true"}, {"name": "none", "builtin": "true"}),
    fixed=frozenset((b"all", b"none", b"dynamic", b"static")),
)

MEMBER = TableSpec(
    path="/interface/list/member",
    dynamic_removable=False,
    dynamic_editable=False,
    columns={
        "interface": ref("/interface", required=True),
        "list": ref("/interface/list", required=True),
        "disabled": flag(),
        "comment": text(),
        "dynamic": computed(is_dynamic),
    },
    unique=(Unique(by("interface", "list"), "failure: already have such member"),),
)

PPPOE_SERVER = TableSpec(
    path="/interface/pppoe-server/server",
    columns={
        "service-name": text(required=True),
        "interface": ref("/interface", required=True),
        "default-profile": ref("/ppp/profile", "default"),
        "authentication": words("pap", "chap", "mschap1", "mschap2", default="pap,chap,mschap1,mschap2"),
        "one-session-per-host": flag(),
        "max-mtu": text("auto"),
        "max-mru": text("auto"),
        "mrru": text("disabled"),
        "keepalive-timeout": text("10"),
        "max-sessions": text("unlimited"),
        "disabled": flag("true"),
        "comment": text(),
    },
    unique=(Unique(by("service-name"), "failure: server with such name already exists"),),
)

TABLES = (INTERFACE, LIST, MEMBER)
SERVERS = (PPPOE_SERVER,)
