"""What may stand in the registration of a router: addresses, names of its objects, ranges of a pool. One spelling each."""

import ipaddress
import re
from collections.abc import Collection
from typing import Final

from malha.domain.errors import RuleError

_HOST = re.compile(r"(?=.{1,150}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\Z", re.ASCII)
_NUMBERS = re.compile(r"[0-9.]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", re.ASCII)
_USER = re.compile(r"[\x21-\x7e]{1,60}", re.ASCII)
MAX_GARDEN: Final = 200


def normalize_host(text: str) -> str:
    """An IP address or a host name, in small letters. Raises RuleError ``host_invalid``.

    What looks like an address must be one: ``10.0.0`` would otherwise pass as a host name.
    """
    host = text.strip().lower().removesuffix(".")
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        if _HOST.fullmatch(host) and not _NUMBERS.fullmatch(host):
            return host
        raise RuleError("host_invalid") from None


def normalize_name(text: str) -> str:
    """The name of a list, profile or pool: letters without accents, digits, dot, hyphen, underscore. ``router_name_invalid``."""
    name = text.strip()
    if not _NAME.fullmatch(name):
        raise RuleError("router_name_invalid")
    return name


def normalize_user(text: str) -> str:
    """The user of the API: at most 60 signs of ASCII without blanks. Raises RuleError ``router_user_invalid``."""
    user = text.strip()
    if not _USER.fullmatch(user):
        raise RuleError("router_user_invalid")
    return user


def normalize_ranges(text: str) -> str:
    """The ranges of a pool as RouterOS has them: ``100.64.8.2-100.64.11.254,100.64.16.0/24``. ``ranges_invalid``."""
    parts = [part for part in re.split(r"[\s,;]+", re.sub(r"\s*-\s*", "-", text.strip())) if part]
    if not parts:
        raise RuleError("ranges_invalid")
    return ",".join(_range(part) for part in parts)


def _range(part: str) -> str:
    try:
        if "/" in part:
            return str(ipaddress.IPv4Network(part, strict=False))
        first, dash, last = part.partition("-")
        ends = [ipaddress.IPv4Address(end) for end in (first, last if dash else first)]
    except ValueError:
        raise RuleError("ranges_invalid") from None
    if ends[0] > ends[1]:
        raise RuleError("ranges_invalid")
    return f"{ends[0]}-{ends[1]}" if dash else str(ends[0])


def free_block_ranges(taken: Collection[str]) -> str:
    """Ranges for the block pool of one more router: 4,000 addresses of ``100.127.0.0/16`` that meet none of `taken` (as normalized).

    Addresses must not repeat between routers, or a notice page cannot tell who asks (network.md §5.2). The sixteenth part holds the local
    address of the block profile and is left out; when all are taken the first is given, and a person has to choose others.
    """
    ends = [end for ranges in taken for end in _ends(ranges)]
    for start in range(0, 240, 16):
        first, last = ipaddress.IPv4Address(f"100.127.{start}.1"), ipaddress.IPv4Address(f"100.127.{start + 15}.254")
        if not any(low <= last and high >= first for low, high in ends):
            return f"{first}-{last}"
    return "100.127.0.1-100.127.15.254"


def _ends(ranges: str) -> list[tuple[ipaddress.IPv4Address, ipaddress.IPv4Address]]:
    found = []
    for part in ranges.split(","):
        try:
            if "/" in part:
                network = ipaddress.IPv4Network(part)
                found.append((network[0], network[-1]))
            else:
                first, _dash, last = part.partition("-")
                found.append((ipaddress.IPv4Address(first), ipaddress.IPv4Address(last or first)))
        except ValueError:
            continue  # what is no range takes no address
    return found


def normalize_garden(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Hosts, addresses and networks free during a block, each once. Raises RuleError ``garden_invalid`` (params: line).

    The router resolves names by itself but knows no wildcards (network.md §5.2).
    """
    found: dict[str, None] = {}
    for line in lines:
        text = line.strip()
        if not text:
            continue
        try:
            found[str(ipaddress.ip_network(text, strict=False)) if "/" in text else normalize_host(text)] = None
        except ValueError:  # RuleError is one
            raise RuleError("garden_invalid", {"line": text[:80]}) from None
    if len(found) > MAX_GARDEN:
        raise RuleError("garden_too_long", {"limit": MAX_GARDEN})
    return tuple(found)
