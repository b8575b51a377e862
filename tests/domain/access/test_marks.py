import pytest

from malha.domain.access import marks


@pytest.mark.parametrize(
    ("comment", "mark"),
    [
        (b"malha:access:17", "malha:access:17"),
        (b"malha:access:17 Jo\xe3o da esquina", "malha:access:17"),
        (b"malha:plan:7-p", "malha:plan:7-p"),
        (b"malha:base:block-http", "malha:base:block-http"),
        (b"malha:pool:3 ", "malha:pool:3"),
        (b"", ""),
        (b"Jo\xe3o", ""),
        (b" malha:access:17", ""),
        (b"x malha:access:17", ""),
        (b"malha:access:17,", ""),
        (b"malha:access:17\n", ""),
        (b"malha:ACCESS:17", ""),
        (b"malha:access:", ""),
        (b"malha:other:1", ""),
        (b"malha:access:" + b"1" * 37, ""),
    ],
)
def test_only_the_exact_first_word_is_a_mark(comment: bytes, mark: str) -> None:
    assert marks.read_mark(comment) == mark


def test_the_operators_text_survives_a_new_mark() -> None:
    assert marks.write_mark("malha:access:17", b"Jo\xe3o  da esquina") == b"malha:access:17 Jo\xe3o  da esquina"
    assert marks.write_mark("malha:access:18", b"malha:access:17 Jo\xe3o") == b"malha:access:18 Jo\xe3o"
    assert marks.write_mark("malha:access:18", b"malha:access:17") == b"malha:access:18"


def test_a_mark_leads_back_to_its_access() -> None:
    assert marks.access_id_of(marks.access_mark(17)) == 17
    assert marks.access_id_of("malha:plan:17") is None
    assert marks.access_id_of("malha:access:17-x") is None


def test_the_longest_mark_fits_49_characters() -> None:
    longest = b"malha:access:" + b"9" * 36

    assert len(longest) == 49 and marks.read_mark(longest)


def test_the_owner_is_eight_hex_digits() -> None:
    assert marks.read_owner(marks.owner_comment("aabbccdd")) == "aabbccdd"
    assert marks.read_owner(b"malha:base:owner aabbccdd aviso") == "aabbccdd"
    assert marks.read_owner(b"malha:base:owner") == ""
    assert marks.read_owner(b"malha:base:owner aabbccddee") == ""
