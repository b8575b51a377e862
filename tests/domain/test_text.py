import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.text import collapse_spaces, is_ascii_digits, only_digits, search_key, strip_accents


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (" José  D'ÁVILA ", "jose d'avila"),
        ("CONCEIÇÃO", "conceicao"),
        ("Jose\u0301", "jose"),
        ("São\u00a0João\tda\nBarra", "sao joao da barra"),
        ("Straße", "strasse"),
        ("ﬁbra", "fibra"),
        ("", ""),
    ],
)
def test_search_keys(text: str, key: str) -> None:
    assert search_key(text) == key


@given(st.text())
def test_the_key_of_a_key_is_the_key(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


@given(st.text("abcçãéíÔüABC xyz'-.", max_size=60))
def test_case_and_accents_do_not_count(text: str) -> None:
    assert search_key(text.upper()) == search_key(text) == search_key(strip_accents(text))


def test_digits() -> None:
    assert only_digits("(35) 98800-0204 ²") == "35988000204"
    assert is_ascii_digits("0123")
    assert not is_ascii_digits("")
    assert not is_ascii_digits("1²")
    assert collapse_spaces("  a \n b ") == "a b"
