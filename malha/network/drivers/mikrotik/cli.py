"""Operations and scripts as a person types them in the router's terminal (works in v6 and v7). Secrets are hidden."""

import re
from collections.abc import Sequence
from typing import Final

from malha.domain.access.types import Operation, Verb
from malha.network.base import Target
from malha.network.drivers.mikrotik.mapping import octets

_BARE = re.compile(r"[A-Za-z0-9_.:/!*@-]+", re.ASCII)
_HIDDEN: Final = '"********"'
_RULES: Final = ("ip/firewall/nat", "ip/firewall/filter", "ipv6/firewall/filter")


def render(operation: Operation) -> str:
    """The command. Passwords appear as stars; rows are named the way the operator knows them."""
    path = _path(operation.table)
    if operation.verb is Verb.ADD:
        place = [f"place-before={operation.before_id}"] if operation.before_id else []
        return " ".join((f"{path} add", *_assignments(operation), *place))
    row = _find(operation)
    if operation.verb is Verb.REMOVE:
        return f"{path} remove {row}"
    if operation.verb is Verb.MOVE:
        return f"{path} move {row}" + (f" destination={operation.before_id}" if operation.before_id else "")
    lines = []
    assignments = _assignments(operation)
    if assignments:
        lines.append(" ".join((f"{path} set {row}", *assignments)))
        # A rename takes the old name away: what follows must find the new one.
        if operation.fields.get("name"):
            row = _find(operation, name=operation.fields["name"])
    lines += [f"{path} unset {row} value-name={name}" for name in operation.unset]
    return "\n".join(lines)


def setup_script(target: Target, our_addresses: Sequence[str]) -> str:
    """Creates the API user with the least policies, reachable from our addresses only (network.md §1.6)."""
    service = "api" if target.tls_mode == "PLAIN" else "api-ssl"
    sources = f" address={quote(','.join(our_addresses))}" if our_addresses else ""
    user = quote(target.username)
    lines = [
        "/user group add name=malha policy=api,read,write,test,sensitive",
        f"/user add name={user} group=malha password={quote(target.password, always=True)}{sources}",
    ]
    certificate = ""
    if target.tls_mode == "PINNED":
        lines += [
            "/certificate add name=malha-api common-name=malha-api days-valid=3650 key-usage=digital-signature,key-encipherment,tls-server",
            "/certificate sign malha-api",
        ]
        certificate = " certificate=malha-api"
    lines.append(f"/ip service set {service} disabled=no port={target.port}{certificate}{sources}")
    return "\n".join(lines) + "\n"


def quote(value: str, *, always: bool = False) -> str:
    """A value the terminal takes literally, whatever is in it."""
    if value and not always and _BARE.fullmatch(value):
        return value
    escaped = "".join(_escape(character) for character in value)
    return f'"{escaped}"'


def _escape(character: str) -> str:
    if character in '\\"$?':
        return "\\" + character
    if character.isprintable() and character.isascii():
        return character
    return "".join(f"\\{byte:02X}" for byte in octets(character))


def _path(table: str) -> str:
    return "/" + table.replace("/", " ")


def _assignments(operation: Operation) -> list[str]:
    parts = [f"{name}={quote(value)}" for name, value in operation.fields.items()]
    parts += [f"{name}={_HIDDEN}" for name in operation.secret]
    if operation.raw_comment is not None:
        parts.append(f"comment={quote(operation.raw_comment.decode('utf-8', 'surrogateescape'), always=True)}")
    return parts


def _find(operation: Operation, *, name: str = "") -> str:
    if operation.table in _RULES:
        return f'[find where comment~"^malha:base:{operation.name}"]'
    if operation.table == "ip/firewall/address-list":
        return f'[find where address={quote(operation.name)} comment~"^malha:base:"]'
    return f"[find where name={quote(name or operation.name, always=True)}]"
