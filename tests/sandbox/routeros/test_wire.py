"""Framing: lengths of every size, whatever pieces the bytes arrive in."""

import pytest

from sandbox.routeros.errors import FramingError
from sandbox.routeros.wire import SentenceReader, encode_length, read_length, sentence

LENGTHS = [0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, 0x1FFFFF, 0x200000, 0xFFFFFFF, 0x10000000, 0x1FFFFFFF]


@pytest.mark.parametrize("length", LENGTHS)
def test_lengths_come_back(length: int) -> None:
    prefix = encode_length(length)

    assert read_length(prefix, 0) == (length, len(prefix))


@pytest.mark.parametrize(
    ("length", "prefix"),
    [
        (0x7F, b"\x7f"),
        (0x80, b"\x80\x80"),
        (0x3FFF, b"\xbf\xff"),
        (0x4000, b"\xc0\x40\x00"),
        (0x200000, b"\xe0\x20\x00\x00"),
        (0x10000000, b"\xf0\x10\x00\x00\x00"),
    ],
)
def test_prefixes_are_those_of_the_manual(length: int, prefix: bytes) -> None:
    assert encode_length(length) == prefix


def test_sentences_survive_being_cut_anywhere() -> None:
    words = [b"/ppp/secret/add", b"=comment=" + b"x" * 200, b".tag=1"]
    stream = sentence(*words) + sentence(b"/quit")
    for size in (1, 2, 3, 7, 64):
        reader = SentenceReader()
        found = []
        for at in range(0, len(stream), size):
            found += reader.feed(stream[at : at + size])
        assert found == [words, [b"/quit"]]


def test_large_words_are_collected_over_many_pieces() -> None:
    words = [b"/x", b"=comment=" + b"y" * 0x200010, b"=last=1"]
    stream = sentence(*words) + sentence(b"/next")
    reader = SentenceReader()
    found = []
    for at in range(0, len(stream), 100_000):
        found += reader.feed(stream[at : at + 100_000])

    assert found == [words, [b"/next"]]


@pytest.mark.parametrize("first", [0xF8, 0xFF])
def test_reserved_control_bytes_are_refused(first: int) -> None:
    with pytest.raises(FramingError):
        SentenceReader().feed(bytes((first,)) + b"abc")
