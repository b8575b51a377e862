from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.errors import RuleError
from malha.domain.money import Money
from malha.domain.words import date_in_words, in_words_ptbr, number_in_words


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "zero reais"),
        (1, "um centavo"),
        (2, "dois centavos"),
        (100, "um real"),
        (101, "um real e um centavo"),
        (10990, "cento e nove reais e noventa centavos"),
        (9524, "noventa e cinco reais e vinte e quatro centavos"),
        (10000, "cem reais"),
        (1415, "quatorze reais e quinze centavos"),
        (100000, "mil reais"),
        (120000, "mil e duzentos reais"),
        (123000, "mil duzentos e trinta reais"),
        (100500, "mil e cinco reais"),
        (200100, "dois mil e um reais"),
        (100000000, "um milhão de reais"),
        (100000001, "um milhão de reais e um centavo"),
        (200000000, "dois milhões de reais"),
        (100100000, "um milhão e mil reais"),
        (120000000, "um milhão e duzentos mil reais"),
        (123456789, "um milhão duzentos e trinta e quatro mil quinhentos e sessenta e sete reais e oitenta e nove centavos"),
        (-500, "menos cinco reais"),
    ],
)
def test_amounts_in_full(cents: int, words: str) -> None:
    assert in_words_ptbr(Money(cents)) == words


def test_numbers_too_large_are_refused() -> None:
    with pytest.raises(RuleError):
        number_in_words(10**15)
    with pytest.raises(RuleError):
        number_in_words(-1)


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**15 - 1))
def test_two_numbers_never_share_their_words(one: int, other: int) -> None:
    assert (number_in_words(one) == number_in_words(other)) == (one == other)


def test_all_small_numbers_differ() -> None:
    assert len({number_in_words(number) for number in range(20_000)}) == 20_000


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "24 de novembro de 2026"),
        (date(2027, 3, 1), "1º de março de 2027"),
    ],
)
def test_dates_in_full(day: date, words: str) -> None:
    assert date_in_words(day) == words
