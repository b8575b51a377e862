"""Whether two spellings of a value are the same value to a router (network.md §3.4).

Only fields that are known to have more than one spelling are touched: a login `007` or a profile `yes` is text.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

_BOOLEANS: Final = {"yes": "true", "no": "false"}
_FACTOR: Final = {"": 1, "k": 1_000, "K": 1_000, "M": 1_000_000, "m": 1_000_000, "G": 1_000_000_000, "g": 1_000_000_000}
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([kKmMgG]?)(?:bps)?", re.ASCII)
_UNITS = re.compile(r"(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s?)?", re.ASCII)
_CLOCK = re.compile(r"(?:([0-9]+)w)?(?:([0-9]+)d)?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", re.ASCII)
_TIME: Final = 3  # positions in a rate-limit
_PRIORITY: Final = 4
_SECONDS: Final = (604_800, 86_400, 3_600, 60, 1)
_NO_MAC: Final = "00:00:00:00:00:00"
_NO_ADDRESS: Final = frozenset(("0.0.0.0", "::", "::/0"))
# Burst, threshold, time, priority and minimum that change nothing: a limit is the same without them.
_IDLE: Final = (frozenset(("0/0",)), frozenset(("0/0",)), frozenset(("0/0", "1/1")), frozenset(("8",)), frozenset(("0/0",)))


def same(field: str, wanted: str, found: str) -> bool:
    """Whether a router that answers `found` already has `wanted`."""
    if wanted == found:
        return True
    spell = _SPELLING.get(field)
    return spell is not None and spell(wanted) == spell(found)


def boolean(text: str) -> str:
    """`yes` and `true` are one; other words (`default`) stay."""
    return _BOOLEANS.get(text, text)


def flag(text: str) -> str:
    """A boolean that is off when absent."""
    return _BOOLEANS.get(text, text) or "false"


def mac(text: str) -> str:
    """Capitals; all zeros is how some versions say unset."""
    capitals = text.upper()
    return "" if capitals == _NO_MAC else capitals


def address(text: str) -> str:
    """Without the length of a single address; the zero address is unset."""
    return "" if text in _NO_ADDRESS else text.removesuffix("/32").removesuffix("/128").lower()


def reference(text: str) -> str:
    """A name; `none` is how some versions say unset."""
    return "" if text == "none" else text


def rate(text: str) -> str:
    """One speed in bits a second: `10M` -> `10000000`. What is not a speed comes back unchanged."""
    found = _RATE.fullmatch(text)
    return str(int(Decimal(found[1]) * _FACTOR[found[2]])) if found else text


def rate_limit(text: str) -> str:
    """A limit in its shortest form in bits: a lone value counts for both directions, parts that change nothing are left out."""
    parts = [_limit_part(position, part) for position, part in enumerate(text.split()[:6])]
    if parts == ["0/0"]:
        return ""
    while len(parts) > 1 and parts[-1] in _IDLE[len(parts) - 2]:
        parts.pop()
    return " ".join(parts)


def duration(text: str) -> str:
    """Seconds: `5m`, `00:05:00` and `300` are one. What is not a duration comes back unchanged."""
    seconds = parse_duration(text)
    return text if seconds is None else str(seconds)


def parse_duration(text: str) -> int | None:
    """Seconds of a RouterOS duration, or None."""
    found = (_CLOCK if ":" in text else _UNITS).fullmatch(text) if text else None
    if found is None:
        return None
    return sum(int(part) * unit for part, unit in zip(found.groups(), _SECONDS, strict=True) if part)


def _limit_part(position: int, part: str) -> str:
    up, slash, down = part.partition("/")
    if position == _PRIORITY:
        return up if not slash or up == down else part
    spell = duration if position == _TIME else rate
    return f"{spell(up)}/{spell(down if slash else up)}"


_SPELLING: Final[Mapping[str, Callable[[str], str]]] = {
    "disabled": flag,
    "only-one": boolean,
    "change-tcp-mss": boolean,
    "use-ipv6": boolean,
    "log": flag,
    "caller-id": mac,
    "mac-address": mac,
    "address": address,
    "remote-address": address,
    "local-address": address,
    "remote-ipv6-prefix": address,
    "to-addresses": address,
    "src-address": address,
    "dst-address": address,
    "dhcpv6-pd-pool": reference,
    "rate-limit": rate_limit,
    "max-limit": rate_limit,
    "session-timeout": duration,
    "timeout": duration,
}
