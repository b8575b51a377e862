"""Addresses handed out to sessions."""

from ipaddress import IPv4Address, IPv4Network
from zlib import crc32

from sandbox.routeros.table import Row

# Where customers live whose profile names no address at all: shared address space (RFC 6598).
FALLBACK_RANGES = b"100.64.0.10-100.127.255.250"


class AddressPools:
    """Hands out each pool's addresses in turn, so that who redials gets another one."""

    def __init__(self, router: str) -> None:
        """`router`: its name. Two routers begin at different places of the fall-back range, as those of one provider do."""
        self.in_use: set[int] = set()
        self._turn: dict[bytes, int] = {b"": crc32(router.encode("utf-8", "surrogateescape")) % 2**21}

    def take(self, pool: Row | None) -> bytes | None:
        """A free address of the pool (None: of the fall-back range), or None when it is exhausted."""
        ranges = _ranges(pool.values[b"ranges"] if pool is not None else FALLBACK_RANGES)
        key = pool.values[b"name"] if pool is not None else b""
        size = sum(high - low + 1 for low, high in ranges)
        turn = self._turn.get(key, 0)
        for step in range(size):
            address = _at(ranges, (turn + step) % size)
            if address not in self.in_use:
                self._turn[key] = (turn + step + 1) % size
                self.in_use.add(address)
                return str(IPv4Address(address)).encode()
        return None

    def hold(self, address: bytes) -> None:
        """Mark a fixed address as used."""
        self.in_use.add(int(IPv4Address(address.decode())))

    def release(self, address: bytes) -> None:
        """The address is free again."""
        self.in_use.discard(int(IPv4Address(address.decode())))


def _ranges(text: bytes) -> list[tuple[int, int]]:
    found = []
    for piece in text.decode().split(","):
        low, dash, high = piece.partition("-")
        if dash:
            found.append((int(IPv4Address(low)), int(IPv4Address(high))))
        else:
            network = IPv4Network(piece, strict=False)
            found.append((int(network[0]), int(network[-1])))
    return found


def _at(ranges: list[tuple[int, int]], position: int) -> int:
    for low, high in ranges:
        if position <= high - low:
            return low + position
        position -= high - low + 1
    raise IndexError(position)
