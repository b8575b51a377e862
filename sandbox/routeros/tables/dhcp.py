"""`/ip/dhcp-server`, its leases and options."""

from sandbox.routeros import leases
from sandbox.routeros import values as v
from sandbox.routeros.spec import EDITABLE, TableSpec, Unique, Values, answer, by, by_name, choice, computed, flag, parsed, ref, text
from sandbox.routeros.tables.common import is_dynamic

SERVER = TableSpec(
    path="/ip/dhcp-server",
    named=True,
    columns={
        "name": text(required=True),
        "interface": ref("/interface", required=True),
        "address-pool": ref("/ip/pool", "static-only", literals=("static-only",)),
        "lease-time": parsed(v.duration, "30m"),
        "use-radius": choice(("no", "yes", "accounting"), "no"),
        "authoritative": text("yes"),
        "disabled": flag(),
        "comment": text(),
    },
    unique=(by_name("failure: server with such name already exists"),),
)


def _same_server(new: Values, old: Values) -> bool:
    servers = {new.get(b"server", b"all"), old.get(b"server", b"all")}
    return len(servers) == 1 or b"all" in servers


LEASE = TableSpec(
    path="/ip/dhcp-server/lease",
    dynamic_editable=False,
    verbs=(*EDITABLE, "make-static"),
    columns={
        "address": parsed(v.address_or_word, required=True),
        "mac-address": parsed(v.mac, required=True),
        "client-id": text(),
        "server": ref("/ip/dhcp-server", "all", literals=("all",)),
        "address-lists": text(""),
        "rate-limit": parsed(v.rate_limit),
        "lease-time": parsed(v.duration),
        "dhcp-option": text(""),
        "always-broadcast": flag(None),
        "use-src-mac": flag(None),
        "block-access": flag(None),
        "status": answer("waiting"),
        "last-seen": answer("never"),
        "active-address": answer(),
        "active-mac-address": answer(),
        "active-server": answer(),
        "expires-after": answer(),
        "host-name": answer(),
        "radius": answer("false"),
        "disabled": flag(),
        "comment": text(),
        "blocked": answer("false"),
        "dynamic": computed(is_dynamic),
    },
    unique=(
        Unique(by("mac-address"), "failure: already have static lease for this client", _same_server),
        Unique(by("address"), "failure: already have static lease with this IP address"),
    ),
    on_removed=leases.lease_removed,
)

OPTION = TableSpec(
    path="/ip/dhcp-server/option",
    named=True,
    columns={
        "name": text(required=True),
        "code": text(required=True),
        "value": text(""),
        "raw-value": answer(""),
        "force": flag(),
        "comment": text(),
    },
    unique=(by_name("failure: option with such name already exists"),),
)

NETWORK = TableSpec(
    path="/ip/dhcp-server/network",
    columns={
        "address": parsed(v.network4, required=True),
        "gateway": text(""),
        "dns-server": text(""),
        "dhcp-option": text(""),
        "comment": text(),
    },
    unique=(Unique(by("address"), "failure: already have such address"),),
)

TABLES = (SERVER, LEASE, OPTION, NETWORK)
