import pytest

from malha.network.drivers.mikrotik.wire import FramingError, SentenceReader, encode, encode_length

PREFIXES = [
    (0, "00"), (0x7F, "7f"), (0x80, "8080"), (0x3FFF, "bfff"), (0x4000, "c04000"), (0x1FFFFF, "dfffff"), (0x200000, "e0200000"),
    (0xFFFFFFF, "efffffff"), (0x10000000, "f010000000"),
]  # fmt: skip


@pytest.mark.parametrize(("length", "prefix"), PREFIXES)
def test_lengths_take_as_few_bytes_as_they_need(length: int, prefix: str) -> None:
    assert encode_length(length).hex() == prefix


@pytest.mark.parametrize("length", [1, 0x7F, 0x80, 0x3FFF, 0x4000, 0x1FFFFF, 0x200000])
def test_words_of_every_size_come_back(length: int) -> None:
    words = [b"!re", b"=" + b"x" * (length - 1)]

    assert SentenceReader().feed(encode(words)) == [words]


def test_bytes_may_come_one_by_one() -> None:
    reader = SentenceReader()
    data = encode([b"!re", b"=name=" + b"x" * 300]) + encode([b"!done"])

    assert [each for byte in data for each in reader.feed(bytes((byte,)))] == [[b"!re", b"=name=" + b"x" * 300], [b"!done"]]


def test_empty_sentences_say_nothing() -> None:
    assert SentenceReader().feed(b"\x00\x00" + encode([b"!done"])) == [[b"!done"]]


@pytest.mark.parametrize("first", [0xF8, 0xFF])
def test_reserved_control_bytes_end_the_conversation(first: int) -> None:
    with pytest.raises(FramingError):
        SentenceReader().feed(bytes((first, 0, 0, 0, 0)))


def test_an_absurd_length_is_lost_rhythm() -> None:
    with pytest.raises(FramingError):
        SentenceReader().feed(b"\xf0\xff\xff\xff\xff")
