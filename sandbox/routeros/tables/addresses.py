"""`/ip/pool`, `/ipv6/pool`, `/ip/arp`, `/ip/address`."""

from sandbox.routeros import values as v
from sandbox.routeros.spec import TableSpec, Unique, Values, answer, by, by_name, computed, flag, number, parsed, ref, text
from sandbox.routeros.tables.common import is_dynamic

POOL = TableSpec(
    path="/ip/pool",
    named=True,
    columns={
        "name": text(required=True),
        "ranges": parsed(v.ranges4, required=True),
        "next-pool": ref("/ip/pool", literals=("none",)),
        "comment": text(),
    },
    unique=(by_name("failure: pool with such name exists"),),
)

POOL6 = TableSpec(
    path="/ipv6/pool",
    named=True,
    columns={
        "name": text(required=True),
        "prefix": parsed(v.ipv6_prefix, required=True),
        "prefix-length": number(1, 128, required=True),
        "from-pool": text(),
        "comment": text(),
        "dynamic": computed(is_dynamic),
    },
    unique=(by_name("failure: pool with such name exists"),),
)


def _enabled_address(values: Values) -> bytes | None:
    return None if values.get(b"disabled") == b"true" else values.get(b"address")


ARP = TableSpec(
    path="/ip/arp",
    columns={
        "address": parsed(v.ipv4, required=True),
        "mac-address": parsed(v.mac),
        "interface": ref("/interface", required=True),
        "published": flag(),
        "complete": answer("true"),
        "status": answer(),
        "disabled": flag(),
        "comment": text(),
        "dynamic": computed(is_dynamic),
    },
    # The exact words of a real router are not confirmed.
    unique=(Unique(by("address", "interface"), "failure: already have such address"),),
)

ADDRESS = TableSpec(
    path="/ip/address",
    dynamic_removable=False,
    dynamic_editable=False,
    columns={
        "address": parsed(v.interface_address, required=True),
        "network": parsed(v.ipv4),
        "interface": ref("/interface", required=True),
        "actual-interface": answer(),
        "disabled": flag(),
        "comment": text(),
        "dynamic": computed(is_dynamic),
    },
    unique=(
        Unique(_enabled_address, "failure: already have such address", lambda new, old: new.get(b"interface") == old.get(b"interface")),
    ),
    first=({"address": "10.10.0.1/24", "network": "10.10.0.0", "interface": "ether1"},),
)

TABLES = (POOL, POOL6, ARP, ADDRESS)
