"""`/radius` and `/radius/incoming`."""

from sandbox.routeros import values as v
from sandbox.routeros.spec import ORDERED, SETTINGS, TableSpec, choice, flag, number, parsed, text, words

RADIUS = TableSpec(
    path="/radius",
    ordered=True,
    verbs=ORDERED,
    columns={
        "service": words("ppp", "login", "hotspot", "wireless", "dhcp", "ipsec", "dot1x", default=""),
        "address": parsed(v.address_or_word, required=True),
        "secret": text("", sensitive=True),
        "protocol": choice(("udp", "radsec"), "udp"),
        "authentication-port": number(1, 65535, "1812"),
        "accounting-port": number(1, 65535, "1813"),
        "timeout": text("300ms"),
        "src-address": parsed(v.address_or_word, "0.0.0.0"),
        "accounting-backup": flag(),
        "called-id": text(""),
        "domain": text(""),
        "realm": text(""),
        "require-message-auth": choice(("no", "yes-for-request-resp"), "yes-for-request-resp"),
        "disabled": flag(),
        "comment": text(),
    },
)

INCOMING = TableSpec(
    path="/radius/incoming",
    verbs=SETTINGS,
    singleton=True,
    columns={"accept": flag(), "port": number(1, 65535, "3799"), "vrf": text("main")},
    first=({},),
)

TABLES = (RADIUS, INCOMING)
