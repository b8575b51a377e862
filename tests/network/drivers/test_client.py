"""The client against a far end that says exactly what a test wants."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from malha.network.base import PermanentFailure, TemporaryFailure
from malha.network.drivers.mikrotik.client import Client, any_of, command, print_command
from malha.network.drivers.mikrotik.wire import SentenceReader, encode

Answer = Callable[[list[bytes]], list[list[bytes]]]


def tag_of(sentence: list[bytes]) -> bytes:
    return next(word for word in sentence if word.startswith(b".tag="))


class FarEnd:
    """Answers each sentence by a function; records what it got."""

    def __init__(self) -> None:
        self.near, self._far = socket.socketpair()
        self.heard: list[list[bytes]] = []
        self.answer: Answer = lambda sentence: [[b"!done", tag_of(sentence)]]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        reader = SentenceReader()
        with suppress(OSError):
            while data := self._far.recv(65536):
                for sentence in reader.feed(data):
                    self.heard.append(sentence)
                    for reply in self.answer(sentence):
                        if not reply:
                            self._far.shutdown(socket.SHUT_RDWR)
                            return
                        self._far.sendall(encode(reply))

    def close(self) -> None:
        self.near.close()
        with suppress(OSError):
            self._far.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)
        self._far.close()


@pytest.fixture
def far() -> Iterator[FarEnd]:
    end = FarEnd()
    yield end
    end.close()


def client_to(far: FarEnd, silence: float = 5.0) -> Client:
    return Client(far.near, silence=silence)


def test_every_sentence_has_its_own_tag_and_its_own_answer(far: FarEnd) -> None:
    far.answer = lambda sentence: [[b"!done", b"=ret=" + sentence[0], tag_of(sentence)]]

    replies = client_to(far).batch([[b"/%d" % number] for number in range(1000)])

    assert [reply.ret for reply in replies] == [b"/%d" % number for number in range(1000)]
    assert len({tag_of(sentence) for sentence in far.heard}) == 1000


def test_no_more_than_the_window_is_under_way(far: FarEnd) -> None:
    client = client_to(far)
    widest = 0

    def answer(sentence: list[bytes]) -> list[list[bytes]]:
        nonlocal widest
        widest = max(widest, len(client._pending))
        return [[b"!done", tag_of(sentence)]]

    far.answer = answer
    replies = client.batch([[b"/%d" % number] for number in range(100)], window=10)

    assert all(reply.is_done for reply in replies) and 1 < widest <= 10


def test_answers_of_different_tags_may_interleave(far: FarEnd) -> None:
    first: list[bytes] = []

    def answer(sentence: list[bytes]) -> list[list[bytes]]:
        if not first:
            first.append(tag_of(sentence))
            return [[b"!re", b"=name=a", first[0]]]
        mine = tag_of(sentence)
        return [[b"!re", b"=name=b", mine], [b"!re", b"=name=c", first[0]], [b"!done", mine], [b"!done", first[0]]]

    far.answer = answer
    one, two = client_to(far).batch([[b"/a"], [b"/b"]])

    assert [row[b"name"] for row in one.rows] == [b"a", b"c"]
    assert [row[b"name"] for row in two.rows] == [b"b"]


def test_a_value_may_contain_equal_signs_and_any_bytes(far: FarEnd) -> None:
    far.answer = lambda sentence: [[b"!re", b"=comment=a=b=Jo\xe3o", b"=empty=", tag_of(sentence)], [b"!done", tag_of(sentence)]]

    assert client_to(far).call([b"/x"]).rows == [{b"comment": b"a=b=Jo\xe3o", b"empty": b""}]


def test_a_trap_is_an_answer_and_keeps_the_words(far: FarEnd) -> None:
    far.answer = lambda sentence: [
        [b"!trap", b"=category=4", b"=message=failure: n\xe3o", tag_of(sentence)],
        [b"!trap", b"=message=second", tag_of(sentence)],
        [b"!done", tag_of(sentence)],
    ]

    reply = client_to(far).call([b"/x"])

    assert (reply.trap, reply.category) == ("failure: n\udce3o", "4")


def test_empty_and_unheard_of_words_are_tolerated(far: FarEnd) -> None:
    far.answer = lambda sentence: [[b"!empty", tag_of(sentence)], [b"!news", b"=x=y", tag_of(sentence)], [b"!done", tag_of(sentence)]]

    reply = client_to(far).call([b"/x"])

    assert reply.is_done and reply.rows == []


@pytest.mark.parametrize(
    ("words", "said"),
    [([b"!fatal"], "without a reason"), ([b"!fatal", b"too many sessions"], "too many sessions"), ([b"!fatal", b"=message=bye"], "bye")],
)
def test_fatal_ends_the_connection_with_or_without_a_reason(far: FarEnd, words: list[bytes], said: str) -> None:
    far.answer = lambda sentence: [words, []]
    client = client_to(far)

    with pytest.raises(TemporaryFailure) as failure:
        client.call([b"/x"])

    assert failure.value.code == "connection_lost" and said in failure.value.words
    with pytest.raises(TemporaryFailure):
        client.call([b"/y"])


def test_a_reply_to_nothing_we_asked_closes(far: FarEnd) -> None:
    far.answer = lambda sentence: [[b"!done", b".tag=999"]]

    with pytest.raises(PermanentFailure) as failure:
        client_to(far).call([b"/x"])

    assert failure.value.code == "protocol"


def test_what_was_answered_before_the_end_stays_valid(far: FarEnd) -> None:
    far.answer = lambda sentence: [[]] if sentence[0] == b"/7" else [[b"!done", tag_of(sentence)]]
    client = client_to(far)

    replies = client.batch([[b"/%d" % number] for number in range(20)], window=1)

    assert [reply.is_done for reply in replies] == [True] * 7 + [False] * 13
    assert client.failure is not None and client.failure.code == "connection_lost"


def test_silence_has_an_end(far: FarEnd) -> None:
    far.answer = lambda sentence: []

    with pytest.raises(TemporaryFailure) as failure:
        client_to(far, silence=0.05).call([b"/x"])

    assert failure.value.code == "timeout"


def test_a_job_has_an_end_even_if_the_router_keeps_talking(far: FarEnd) -> None:
    def answer(sentence: list[bytes]) -> list[list[bytes]]:
        while True:
            far._far.sendall(encode([b"!re", b"=name=x", tag_of(sentence)]))

    far.answer = answer

    with pytest.raises(TemporaryFailure) as failure:
        client_to(far).call([b"/x"], seconds=0.1)

    assert failure.value.code == "timeout"


def test_listening_ends_with_a_cancel(far: FarEnd) -> None:
    def answer(sentence: list[bytes]) -> list[list[bytes]]:
        if sentence[0] == b"/cancel":
            listener = b".tag=listen"
            return [
                [b"!trap", b"=category=2", b"=message=interrupted", listener],
                [b"!done", tag_of(sentence)],
                [b"!done", listener],
            ]
        if sentence[0] == b"/a/listen":
            return [[b"!re", b"=name=one", tag_of(sentence)], [b"!re", b"=name=two", b"=.dead=yes", tag_of(sentence)]]
        return [[b"!done", tag_of(sentence)]]

    far.answer = answer
    client = client_to(far)
    changes = client.listen([b"/a/listen"], silence=5)

    assert next(changes) == {b"name": b"one"}
    assert next(changes) == {b"name": b"two", b".dead": b"yes"}
    changes.close()
    assert client.call([b"/x"]).is_done


def test_words_of_commands() -> None:
    assert command("ppp/secret", "set", {b".id": b"*1", b"name": b"a=b"}) == [b"/ppp/secret/set", b"=.id=*1", b"=name=a=b"]
    assert print_command("ppp/secret", ("name",)) == [b"/ppp/secret/print", b"=.proplist=name"]
    assert any_of("name", [b"a"]) == [b"?name=a"]
    assert any_of("name", [b"a", b"b", b"c"]) == [b"?name=a", b"?name=b", b"?name=c", b"?#||"]
    assert any_of("name", []) == []
