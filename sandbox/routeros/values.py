"""What a property may hold: parsers from the bytes of the wire to the form the router answers with.

A parser takes (value, property name) and returns the normalised value, or None when the property becomes unset.
It raises Trap with the router's words.
"""

import re
from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network, NetmaskValueError

from sandbox.routeros.errors import Trap, invalid, no_match, text

Parser = Callable[[bytes, bytes], bytes | None]

_MAC = re.compile(rb"[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2}){5}\Z")
_RATE = re.compile(rb"(\d+)([kMG]?)\Z")
_CLOCK = re.compile(rb"(?:(\d+)w)?(?:(\d+)d)?(\d{1,2}):(\d\d)(?::(\d\d))?\Z")
_UNITS = re.compile(rb"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?\Z")
_HOST = re.compile(rb"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
_FACTOR = {b"": 1, b"k": 1000, b"M": 1_000_000, b"G": 1_000_000_000}
_TRUTH = {b"yes": b"true", b"true": b"true", b"no": b"false", b"false": b"false"}


def optional_text(value: bytes, name: bytes) -> bytes | None:
    """Text whose empty value means absent (a comment)."""
    return value or None


def flag(value: bytes, name: bytes) -> bytes:
    """yes/no/true/false, answered as true/false."""
    try:
        return _TRUTH[value]
    except KeyError:
        raise no_match(name) from None


def choice(*allowed: bytes) -> Parser:
    """One word of a fixed list."""
    known = frozenset(allowed)

    def parse(value: bytes, name: bytes) -> bytes:
        if value in known:
            return value
        raise no_match(name)

    return parse


def words(*allowed: bytes) -> Parser:
    """A comma list of words out of a fixed list."""
    known = frozenset(allowed)

    def parse(value: bytes, name: bytes) -> bytes:
        if known.issuperset(value.split(b",")):
            return value
        raise no_match(name)

    return parse


def number(lowest: int, highest: int) -> Parser:
    """A whole number within bounds."""

    def parse(value: bytes, name: bytes) -> bytes:
        if not value.isdigit():
            raise invalid(name)
        if not lowest <= int(value) <= highest:
            raise Trap(f"value of {text(name)} out of range ({lowest}..{highest})", 1)
        return b"%d" % int(value)

    return parse


def mac(value: bytes, name: bytes) -> bytes:
    """A MAC address, answered in capitals with colons."""
    if not _MAC.match(value):
        raise invalid(name)
    digits = re.sub(rb"[:.-]", b"", value).upper()
    return b":".join(digits[at : at + 2] for at in range(0, 12, 2))


def ipv4(value: bytes, name: bytes) -> bytes:
    """One IPv4 address."""
    try:
        return str(IPv4Address(value.decode("ascii"))).encode()
    except (AddressValueError, UnicodeDecodeError):
        raise invalid(name) from None


def ipv6_prefix(value: bytes, name: bytes) -> bytes:
    """An IPv6 prefix, empty for none."""
    if not value:
        return b""
    try:
        return str(IPv6Network(value.decode("ascii"), strict=False)).encode()
    except ValueError:
        raise invalid(name) from None


def network4(value: bytes, name: bytes) -> bytes:
    """An IPv4 address with or without prefix length; a /32 is answered bare."""
    address, slash, bits = value.partition(b"/")
    base = ipv4(address, name)
    if not slash:
        return base
    if not bits.isdigit() or int(bits) > 32:
        raise invalid(name)
    return base if int(bits) == 32 else base + b"/%d" % int(bits)


def interface_address(value: bytes, name: bytes) -> bytes:
    """An address with its prefix length, as on an interface; without one it is a /32."""
    answer = network4(value, name)
    return answer if b"/" in answer else answer + b"/32"


def list_address4(value: bytes, name: bytes) -> bytes:
    """An entry of an address-list: address, network, range or host name; /32 = bare address."""
    if value[:1].isdigit() and b"-" in value:
        low, _, high = value.partition(b"-")
        return ipv4(low, name) + b"-" + ipv4(high, name)
    try:
        return network4(value, name)
    except (Trap, NetmaskValueError):
        if _HOST.match(value) and not value.replace(b".", b"").replace(b"/", b"").isdigit():
            return value
        raise


def list_address6(value: bytes, name: bytes) -> bytes:
    """An entry of an IPv6 address-list; answered with its prefix length."""
    try:
        return str(IPv6Network(value.decode("ascii"), strict=False)).encode()
    except (ValueError, UnicodeDecodeError):
        if _HOST.match(value) and b":" not in value:
            return value
        raise invalid(name) from None


def ranges4(value: bytes, name: bytes) -> bytes:
    """Ranges of a pool: `a-b,c,d/nn`."""
    if not value:
        raise invalid(name)
    for piece in value.split(b","):
        low, dash, high = piece.partition(b"-")
        if dash and IPv4Address(ipv4(high, name).decode()) < IPv4Address(ipv4(low, name).decode()):
            raise invalid(name)
        if not dash:
            network4(piece, name)
    return value


def targets(value: bytes, name: bytes) -> bytes:
    """Targets of a queue: addresses answered with /32, names of interfaces as they are."""
    answer = []
    for piece in value.split(b","):
        if piece[:1].isdigit():
            plain = network4(piece, name)
            answer.append(plain if b"/" in plain else plain + b"/32")
        else:
            answer.append(piece)
    return b",".join(answer)


def bits(value: bytes, name: bytes) -> int:
    """`10M` as bits a second."""
    match = _RATE.match(value)
    if match is None:
        raise invalid(name)
    return int(match[1]) * _FACTOR[match[2]]


def rate_in_bits(value: bytes, name: bytes) -> bytes:
    """`upload/download` of a queue, answered in bits: `10M/20M` → `10000000/20000000`."""
    first, slash, second = value.partition(b"/")
    up = bits(first, name)
    return b"%d/%d" % (up, bits(second, name) if slash else up)


def rate_limit(value: bytes, name: bytes) -> bytes | None:
    """A profile's rate-limit, kept as written: `rx/tx [burst] [threshold] [time] [priority] [min]`."""
    if not value:
        return None
    parts = value.split()
    for part in parts[:3]:
        rate_in_bits(part, name)
    if len(parts) > 6:
        raise invalid(name)
    return value


def seconds(value: bytes, name: bytes) -> int:
    """A duration in any of the router's spellings, in seconds."""
    match = _CLOCK.match(value)
    if match:
        weeks, days, hours, minutes, rest = (int(part or 0) for part in match.groups())
    else:
        match = _UNITS.match(value)
        if not value or match is None:
            raise invalid(name)
        weeks, days, hours, minutes, rest = (int(part or 0) for part in match.groups())
    return ((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + rest


def duration_text(total: float) -> bytes:
    """Seconds as the router writes them: `1w2d3h4m5s`, `0s` for nothing."""
    left = int(total)
    answer = b""
    for unit, size in ((b"w", 604800), (b"d", 86400), (b"h", 3600), (b"m", 60), (b"s", 1)):
        count, left = divmod(left, size)
        if count:
            answer += b"%d%s" % (count, unit)
    return answer or b"0s"


def duration(value: bytes, name: bytes) -> bytes:
    """A duration, answered in the router's spelling: `00:05:00` → `5m`."""
    return duration_text(seconds(value, name))


def address_or_word(value: bytes, name: bytes) -> bytes:
    """An address (v4 or v6) or a name, kept as written; empty is refused."""
    if not value:
        raise invalid(name)
    if value[:1].isdigit() and value.count(b".") == 3:
        return ipv4(value, name)
    if b":" in value:
        try:
            return str(IPv6Address(value.decode("ascii"))).encode()
        except (ValueError, UnicodeDecodeError):
            raise invalid(name) from None
    return value
