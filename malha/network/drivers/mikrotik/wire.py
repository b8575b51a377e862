"""Framing of the RouterOS API: words of bytes, sentences of words (network.md §1.2)."""

from collections.abc import Iterable
from typing import Final

END: Final = b"\x00"
LONGEST_WORD: Final = 64 * 1024 * 1024  # nothing a router says is longer; more means that we lost the rhythm
_RESERVED: Final = 0xF8


class FramingError(Exception):
    """The bytes are not the RouterOS API, or no longer."""


def encode_length(length: int) -> bytes:
    """The length prefix of a word, big-endian, in as few bytes as it takes."""
    if length < 0x80:
        return bytes((length,))
    if length < 0x4000:
        return (length | 0x8000).to_bytes(2)
    if length < 0x200000:
        return (length | 0xC00000).to_bytes(3)
    if length < 0x10000000:
        return (length | 0xE0000000).to_bytes(4)
    return b"\xf0" + length.to_bytes(4)


def encode(words: Iterable[bytes]) -> bytes:
    """A sentence as it goes over the wire."""
    parts: list[bytes] = []
    for word in words:
        length = len(word)
        parts.append(bytes((length,)) if length < 0x80 else encode_length(length))
        parts.append(word)
    parts.append(END)
    return b"".join(parts)


class SentenceReader:
    """Collects bytes as they come and hands out whole sentences."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[list[bytes]]:
        """The sentences that these bytes complete. Raises FramingError."""
        buffer = self._rest + data if self._rest else data
        size = len(buffer)
        sentences: list[list[bytes]] = []
        words: list[bytes] = []
        position = start = 0
        while position < size:
            length = buffer[position]
            if length < 0x80:
                position += 1
                if not length:
                    if words:
                        sentences.append(words)
                        words = []
                    start = position
                    continue
            else:
                width = _prefix_width(length)
                if position + width > size:
                    break
                length = _long_length(buffer, position, width)
                position += width
            end = position + length
            if end > size:
                break
            words.append(buffer[position:end])
            position = end
        self._rest = buffer[start:]
        return sentences


def _prefix_width(first: int) -> int:
    if first >= _RESERVED:
        raise FramingError(f"reserved control byte {first:#x}")
    if first < 0xC0:
        return 2
    if first < 0xE0:
        return 3
    return 4 if first < 0xF0 else 5


def _long_length(buffer: bytes, position: int, width: int) -> int:
    if width == 5:
        length = int.from_bytes(buffer[position + 1 : position + 5])
    else:
        length = int.from_bytes(buffer[position : position + width]) & ((1 << (7 * width)) - 1)
    if length > LONGEST_WORD:
        raise FramingError(f"a word of {length} bytes")
    return length
