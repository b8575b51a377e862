"""Byte counters that grow with the router's clock: at a rate set by hand, or at a believable share of the plan."""

import zlib
from typing import TYPE_CHECKING

from sandbox.routeros.values import bits

if TYPE_CHECKING:
    from sandbox.routeros.router import Router
    from sandbox.routeros.table import Row

UPLINK_BITS = 120_000_000
BYTES_PER_PACKET = 900


class Meter:
    """Traffic of one session in bits a second as the router sees it: received is the customer's upload."""

    __slots__ = ("_received", "_sent", "_since", "received_bits", "sent_bits")

    def __init__(self, now: float, received_bits: int, sent_bits: int) -> None:
        self.received_bits = received_bits
        self.sent_bits = sent_bits
        self._since = now
        self._received = self._sent = 0.0

    def bytes(self, now: float) -> tuple[int, int]:
        """Received and sent so far."""
        elapsed = now - self._since
        return (
            int(self._received + elapsed * self.received_bits / 8),
            int(self._sent + elapsed * self.sent_bits / 8),
        )

    def backdate(self, seconds: float) -> None:
        """Count from earlier on."""
        self._since -= seconds

    def change(self, now: float, received_bits: int, sent_bits: int) -> None:
        """Go on at another rate."""
        self._received, self._sent = (float(each) for each in self.bytes(now))
        self._since, self.received_bits, self.sent_bits = now, received_bits, sent_bits


class Traffic:
    """Makes meters and reads them. `share` scales the believable rates; 0 makes every session silent."""

    def __init__(self, router: "Router") -> None:
        self.router = router
        self.share = 1.0

    def meter(self, name: bytes, rate_limit: bytes) -> Meter:
        """A meter for a session: 1–40 % of its rate, always the same for the same name."""
        portion = (1 + zlib.crc32(name) % 40) / 100 * self.share
        up, down = limits(rate_limit) if rate_limit else (20_000_000, 50_000_000)
        return Meter(self.router.now(), int(up * portion / 2), int(down * portion))

    def rates(self, row: "Row") -> tuple[int, int]:
        """Bits a second, received and sent, of an interface."""
        meter = getattr(row.extra, "meter", None)
        if meter is not None:
            return meter.received_bits, meter.sent_bits
        return (UPLINK_BITS, UPLINK_BITS // 5) if row.values[b"name"] == b"ether1" else (0, 0)

    def totals(self, row: "Row") -> tuple[int, int]:
        """Bytes received and sent by an interface."""
        meter = getattr(row.extra, "meter", None)
        if meter is not None:
            received, sent = meter.bytes(self.router.now())
            return received, sent
        received, sent = self.rates(row)
        elapsed = self.router.now() - self.router.booted_at
        return int(received * elapsed / 8), int(sent * elapsed / 8)


def limits(rate_limit: bytes) -> tuple[int, int]:
    """Upload and download of a rate-limit in bits."""
    first, slash, second = rate_limit.split()[0].partition(b"/")
    up = bits(first, b"rate-limit")
    return up, bits(second, b"rate-limit") if slash else up


def received_bytes(router: "Router", row: "Row") -> bytes:
    """`rx-byte`."""
    return b"%d" % router.traffic.totals(row)[0]


def sent_bytes(router: "Router", row: "Row") -> bytes:
    """`tx-byte`."""
    return b"%d" % router.traffic.totals(row)[1]


def received_packets(router: "Router", row: "Row") -> bytes:
    """`rx-packet`."""
    return b"%d" % (router.traffic.totals(row)[0] // BYTES_PER_PACKET)


def sent_packets(router: "Router", row: "Row") -> bytes:
    """`tx-packet`."""
    return b"%d" % (router.traffic.totals(row)[1] // BYTES_PER_PACKET)


def queue_bytes(router: "Router", row: "Row") -> bytes:
    """`bytes` of a queue: upload/download."""
    return b"%d/%d" % (router.traffic.totals(row) if row.extra is not None else (0, 0))


def queue_rate(router: "Router", row: "Row") -> bytes:
    """`rate` of a queue: upload/download."""
    return b"%d/%d" % (router.traffic.rates(row) if row.extra is not None else (0, 0))
