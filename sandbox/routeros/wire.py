"""Framing of the RouterOS API: words with a length before them, sentences ended by an empty word.

Source: the maker's manual, "API" (length encoding table). Everything here is bytes in, bytes out.
"""

from sandbox.routeros.errors import FramingError

LARGEST_WORD = 0x20000000
END = b"\x00"


def encode_length(length: int) -> bytes:
    """The length prefix of a word, in as few bytes as the protocol allows."""
    if length < 0x80:
        return bytes((length,))
    if length < 0x4000:
        return (length | 0x8000).to_bytes(2, "big")
    if length < 0x200000:
        return (length | 0xC00000).to_bytes(3, "big")
    if length < 0x10000000:
        return (length | 0xE0000000).to_bytes(4, "big")
    return b"\xf0" + length.to_bytes(4, "big")


SHORT = [encode_length(length) for length in range(0x400)]


def word(data: bytes) -> bytes:
    """One word with its prefix."""
    length = len(data)
    return (SHORT[length] if length < 0x400 else encode_length(length)) + data


def sentence(*words: bytes) -> bytes:
    """A whole sentence ready for the socket."""
    return b"".join([word(each) for each in words]) + END


def read_length(data: bytes, at: int) -> tuple[int, int]:
    """The length of the word at `at` and where its bytes begin; (-1, at) when the prefix is not complete yet.

    Raises FramingError on a reserved first byte (0xF8 and above) or a word larger than any router would take.
    """
    first = data[at]
    if first < 0x80:
        return first, at + 1
    if first < 0xC0:
        size, mask = 2, 0x3FFF
    elif first < 0xE0:
        size, mask = 3, 0x1FFFFF
    elif first < 0xF0:
        size, mask = 4, 0x0FFFFFFF
    elif first < 0xF8:
        size, mask = 5, 0xFFFFFFFF
    else:
        raise FramingError(f"reserved control byte 0x{first:02x}")
    if at + size > len(data):
        return -1, at
    length = int.from_bytes(data[at : at + size], "big") & mask
    if length > LARGEST_WORD:
        raise FramingError(f"a word of {length} bytes")
    return length, at + size


class SentenceReader:
    """Cuts a stream into sentences, whatever the pieces it arrives in."""

    def __init__(self) -> None:
        self._rest = b""
        self._pieces: list[bytes] = []
        self._missing = 0

    def feed(self, data: bytes) -> list[list[bytes]]:
        """The sentences that are complete after these bytes. Raises FramingError."""
        if self._missing:  # a large word is arriving: collect instead of copying it again for every piece
            self._pieces.append(data)
            self._missing -= len(data)
            if self._missing > 0:
                return []
            data = b"".join(self._pieces)
            self._pieces, self._missing = [], 0
        elif self._rest:
            data = self._rest + data
        sentences, start, wanted = _cut(data)
        self._rest = data[start:]
        if wanted - len(data) > 65536:
            self._pieces, self._missing = [self._rest], wanted - len(data)
            self._rest = b""
        return sentences


def _cut(data: bytes) -> tuple[list[list[bytes]], int, int]:
    """Complete sentences, where the incomplete one starts, and up to where its current word reaches."""
    sentences: list[list[bytes]] = []
    words: list[bytes] = []
    start = at = end = 0
    size = len(data)
    while at < size:
        length = data[at]
        if length == 0:
            at += 1
            if words:
                sentences.append(words)
                words = []
            start = at
            continue
        if length < 0x80:
            begin = at + 1
        else:
            length, begin = read_length(data, at)
            if length < 0:
                break
        end = begin + length
        if end > size:
            return sentences, start, end
        words.append(data[begin:end])
        at = end
    return sentences, start, size
