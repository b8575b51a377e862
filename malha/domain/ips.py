"""IP addresses, prefixes and MAC addresses in one canonical spelling each."""

import ipaddress
import re
from typing import Final

from malha.domain.errors import RuleError

_MAC_SEPARATORS = re.compile(r"[\s:.\-]+")
_MAC_SHAPE = re.compile(r"[0-9A-F]{12}", re.ASCII)
_NO_DEVICE: Final = frozenset({"0" * 12, "F" * 12})


def normalize_ipv4(text: str) -> str:
    """``" 100.64.8.114 "`` -> ``"100.64.8.114"``. Raises RuleError ``ipv4_invalid``.

    Leading zeros (``010.1.1.1``) are refused: programs disagree on whether they mean octal.
    """
    try:
        return str(ipaddress.IPv4Address(text.strip()))
    except ValueError:
        raise RuleError("ipv4_invalid") from None


def normalize_ipv6(text: str) -> str:
    """The short lower-case form of RFC 5952; a zone (``%eth0``) is refused. ``ipv6_invalid``."""
    try:
        address = ipaddress.IPv6Address(text.strip())
    except ValueError:
        raise RuleError("ipv6_invalid") from None
    if address.scope_id is not None:
        raise RuleError("ipv6_invalid")
    return str(address)


def normalize_ip(text: str) -> str:
    """IPv4 or IPv6, whichever it is. Raises RuleError ``ip_invalid``."""
    try:
        return normalize_ipv6(text) if ":" in text else normalize_ipv4(text)
    except RuleError:
        raise RuleError("ip_invalid") from None


def normalize_prefix(text: str) -> str:
    """A network, ``100.64.8.0/22`` or ``2001:db8::/56``.

    Raises RuleError ``prefix_invalid``, or ``prefix_host_bits`` (params: network) when the address
    is not the first of its network, so that the page can offer the right one. A length is a must.
    """
    text = text.strip()
    if "/" not in text or not re.fullmatch(r"[0-9]{1,3}", text.rpartition("/")[2], re.ASCII):
        raise RuleError("prefix_invalid")
    try:
        network = ipaddress.ip_network(text, strict=False)
        exact = network.network_address == ipaddress.ip_address(text.partition("/")[0])
    except ValueError:
        raise RuleError("prefix_invalid") from None
    if not exact:
        raise RuleError("prefix_host_bits", {"network": str(network)})
    return str(network)


def is_in_prefix(address: str, prefix: str) -> bool:
    """Whether a valid ``address`` lies in a valid ``prefix``; False across IP versions."""
    return ipaddress.ip_address(address) in ipaddress.ip_network(prefix)


def normalize_mac(text: str) -> str:
    """``aa-bb-cc-dd-ee-ff``, ``aabb.ccdd.eeff`` or bare -> ``AA:BB:CC:DD:EE:FF``, as RouterOS says.

    Raises RuleError ``mac_invalid``; all zeros and broadcast are no device's address.
    """
    digits = _MAC_SEPARATORS.sub("", text).upper()
    if not _MAC_SHAPE.fullmatch(digits) or digits in _NO_DEVICE:
        raise RuleError("mac_invalid")
    return ":".join(digits[start : start + 2] for start in range(0, 12, 2))
