"""`/ip/firewall` and `/ipv6/firewall`: rules in order, address-lists with time-outs, connections."""

from sandbox.routeros import values as v
from sandbox.routeros.spec import (
    ORDERED,
    READABLE,
    Column,
    TableSpec,
    Unique,
    Values,
    answer,
    choice,
    computed,
    flag,
    parsed,
    text,
)
from sandbox.routeros.tables.common import is_dynamic

FILTER_ACTIONS = (
    "accept", "drop", "reject", "fasttrack-connection", "passthrough", "jump", "return", "log", "tarpit",
    "add-src-to-address-list", "add-dst-to-address-list",
)  # fmt: skip
NAT_ACTIONS = (
    "accept", "dst-nat", "src-nat", "masquerade", "redirect", "netmap", "same", "passthrough", "jump", "return", "log",
    "add-src-to-address-list", "add-dst-to-address-list",
)  # fmt: skip
DUMMY = {
    "chain": "forward",
    "action": "passthrough",
    "comment": "special dummy rule to show fasttrack counters",
    "dynamic": "true",
}


def _rule(actions: tuple[str, ...]) -> dict[str, Column]:
    return {
        "chain": text(required=True),
        "action": choice(actions, "accept"),
        "protocol": text(),
        "src-address": text(),
        "dst-address": text(),
        "src-address-list": text(),
        "dst-address-list": text(),
        "src-port": text(),
        "dst-port": text(),
        "any-port": text(),
        "in-interface": text(),
        "out-interface": text(),
        "in-interface-list": text(),
        "out-interface-list": text(),
        "connection-state": text(),
        "connection-nat-state": text(),
        "connection-mark": text(),
        "packet-mark": text(),
        "src-mac-address": text(),
        "hotspot": text(),
        "limit": text(),
        "dst-limit": text(),
        "jump-target": text(),
        "address-list": text(),
        "address-list-timeout": text(),
        "reject-with": text(),
        "hw-offload": flag(None),
        "log": flag(),
        "log-prefix": text(""),
        "disabled": flag(),
        "comment": text(),
        "bytes": answer("0"),
        "packets": answer("0"),
        "invalid": answer("false"),
        "dynamic": computed(is_dynamic),
    }


FILTER = TableSpec(
    path="/ip/firewall/filter",
    ordered=True,
    verbs=ORDERED,
    dynamic_removable=False,
    dynamic_editable=False,
    columns=_rule(FILTER_ACTIONS),
    first=(DUMMY,),
)

NAT = TableSpec(
    path="/ip/firewall/nat",
    ordered=True,
    verbs=ORDERED,
    dynamic_removable=False,
    dynamic_editable=False,
    columns=_rule(NAT_ACTIONS) | {"to-addresses": text(), "to-ports": text(), "randomise-ports": flag(None)},
)

FILTER6 = TableSpec(
    path="/ipv6/firewall/filter",
    ordered=True,
    verbs=ORDERED,
    dynamic_removable=False,
    dynamic_editable=False,
    columns=_rule(FILTER_ACTIONS),
)


def _enabled_entry(values: Values) -> tuple[bytes, bytes] | None:
    if values.get(b"disabled") == b"true":
        return None
    return values.get(b"list", b""), values.get(b"address", b"")


def _address_list(path: str, parse: v.Parser) -> TableSpec:
    return TableSpec(
        path=path,
        expiring=True,
        columns={
            "list": text(required=True),
            "address": parsed(parse, required=True),
            "timeout": Column(parse=_timeout),
            "creation-time": answer(),
            "disabled": flag(),
            "comment": text(),
            "dynamic": computed(is_dynamic),
        },
        unique=(Unique(_enabled_entry, "failure: already have such entry"),),
    )


def _timeout(value: bytes, name: bytes) -> bytes | None:
    answer_ = v.duration(value, name)
    return None if answer_ == b"0s" else answer_


ADDRESS_LIST = _address_list("/ip/firewall/address-list", v.list_address4)
ADDRESS_LIST6 = _address_list("/ipv6/firewall/address-list", v.list_address6)

CONNECTION = TableSpec(
    path="/ip/firewall/connection",
    verbs=(*READABLE, "remove"),
    kept=False,
    columns={
        "protocol": answer("tcp"),
        "src-address": answer(),
        "dst-address": answer(),
        "reply-src-address": answer(),
        "reply-dst-address": answer(),
        "tcp-state": answer("established"),
        "timeout": answer("23h59m"),
        "orig-bytes": answer("0"),
        "repl-bytes": answer("0"),
        "assured": answer("true"),
        "fasttrack": answer("false"),
    },
)

TABLES = (FILTER, NAT, ADDRESS_LIST, CONNECTION, FILTER6, ADDRESS_LIST6)
