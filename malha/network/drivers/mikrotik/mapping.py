"""Between the words of the wire and our dataclasses. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from malha.domain.access.normalise import parse_duration
from malha.domain.access.tables import HOTSPOT_PROFILE, HOTSPOT_USER, POOL, PPP_PROFILE, PPP_SECRET
from malha.domain.access.types import Method, Operation, Row, Verb
from malha.network.base import Health, LiveSession
from malha.network.drivers.mikrotik.client import Attributes, Words, command

# What is read of each table. Never the password: it is large, and hidden from users without `sensitive`.
PROPLISTS: Final[Mapping[str, tuple[str, ...]]] = {
    POOL: (".id", "name", "ranges", "comment"),
    PPP_PROFILE: (
        ".id", "name", "local-address", "remote-address", "rate-limit", "only-one", "change-tcp-mss", "address-list",
        "interface-list", "dhcpv6-pd-pool", "use-ipv6", "comment",
    ),
    HOTSPOT_PROFILE: (".id", "name", "rate-limit", "shared-users", "address-list"),
    PPP_SECRET: (".id", "name", "profile", "service", "disabled", "comment", "caller-id", "remote-address", "remote-ipv6-prefix"),
    HOTSPOT_USER: (".id", "name", "server", "profile", "mac-address", "address", "disabled", "comment", "dynamic"),
    "interface/list": (".id", "name", "comment"),
    "ip/firewall/address-list": (".id", "list", "address", "disabled", "comment", "dynamic"),
}  # fmt: skip

ACTIVE: Final[Mapping[Method, tuple[str, tuple[str, ...]]]] = {
    Method.PPPOE: ("ppp/active", (".id", "name", "address", "caller-id", "uptime")),
    Method.HOTSPOT: ("ip/hotspot/active", (".id", "user", "address", "mac-address", "uptime")),
}
LOGIN_FIELD: Final = {Method.PPPOE: "name", Method.HOTSPOT: "user"}
_MAC_FIELD: Final = {Method.PPPOE: b"caller-id", Method.HOTSPOT: b"mac-address"}


def text(data: bytes) -> str:
    """Bytes of the wire as text; what is not UTF-8 survives as surrogates and goes back as it came."""
    return data.decode("utf-8", "surrogateescape")


def octets(value: str) -> bytes:
    """The inverse of `text`."""
    return value.encode("utf-8", "surrogateescape")


class _Names(dict[bytes, str]):
    """Property names recur by the thousand: each is decoded once."""

    def __missing__(self, key: bytes) -> str:
        name = self[key] = text(key)
        return name


class _Octets(dict[str, bytes]):
    """The same on the way out."""

    def __missing__(self, key: str) -> bytes:
        name = self[key] = octets(key)
        return name


_names = _Names()
_octets = _Octets()


def row(table: str, attributes: Attributes) -> Row:
    """One `!re` as a row. The comment is kept as bytes and not among the fields."""
    comment = attributes.pop(b"comment", b"")
    row_id = text(attributes.pop(b".id", b""))
    names = _names
    fields = {names[key]: value.decode("utf-8", "surrogateescape") for key, value in attributes.items()}
    return Row(table, row_id, fields, comment)


def rows(table: str, answers: Iterable[Attributes]) -> list[Row]:
    return [row(table, each) for each in answers]


def sentences(operation: Operation, *, dropped: frozenset[str] = frozenset()) -> list[Words]:
    """The sentences of one operation: a set is followed by one unset for each property that must go. `dropped` are left out."""
    target = {b".id": octets(operation.row_id)}
    if operation.verb is Verb.REMOVE:
        return [command(operation.table, "remove", target)]
    if operation.verb is Verb.MOVE:
        destination = {b"destination": octets(operation.before_id)} if operation.before_id else {}
        return [command(operation.table, "move", {b"numbers": octets(operation.row_id), **destination})]
    names = _octets
    values = {names[key]: value.encode("utf-8", "surrogateescape") for key, value in operation.fields.items() if key not in dropped}
    for key, value in operation.secret.items():
        values[names[key]] = octets(value)
    if operation.raw_comment is not None:
        values[b"comment"] = operation.raw_comment
    if operation.verb is Verb.ADD:
        if operation.before_id:
            values[b"place-before"] = octets(operation.before_id)
        return [command(operation.table, "add", values)]
    written = [command(operation.table, "set", target | values)] if values else []
    cleared = [command(operation.table, "unset", target | {b"value-name": octets(name)}) for name in operation.unset if name not in dropped]
    return [*written, *cleared]


def session(method: Method, attributes: Attributes) -> LiveSession:
    """One row of the active table."""
    return LiveSession(
        method=method,
        id=text(attributes.get(b".id", b"")),
        username=text(attributes.get(LOGIN_FIELD[method].encode(), b"")),
        address=text(attributes.get(b"address", b"")) or None,
        mac=text(attributes.get(_MAC_FIELD[method], b"")).upper(),
        uptime_seconds=parse_duration(text(attributes.get(b"uptime", b""))),
    )


def health(resource: Sequence[Attributes], identity: Sequence[Attributes], *, latency_ms: int) -> Health:
    """`/system/resource` and `/system/identity`; what a version does not give is None."""
    facts = resource[0] if resource else {}
    load = text(facts.get(b"cpu-load", b"")).rstrip("%")
    return Health(
        identity=text(identity[0].get(b"name", b"")) if identity else "",
        version=text(facts.get(b"version", b"")),
        board=text(facts.get(b"board-name", b"")),
        cpu_percent=int(load) if load.isdigit() else None,
        uptime_seconds=parse_duration(text(facts.get(b"uptime", b""))),
        latency_ms=latency_ms,
    )
