import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.errors import RuleError
from malha.domain.money import ZERO, Money, half_up, round_down

amounts = st.integers(min_value=-(10**13), max_value=10**13).map(Money)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1.234,56", 123456),
        ("1234,56", 123456),
        ("1234.56", 123456),
        ("R$ 1.234,56", 123456),
        ("R$\u00a01.234,56", 123456),
        ("r$109,90", 10990),
        (" 10 ", 1000),
        ("1.234", 123400),
        ("1.234.567", 123456700),
        ("10,5", 1050),
        ("10.5", 1050),
        ("0,01", 1),
        ("-5,00", -500),
        ("-R$ 5,00", -500),
        ("R$ -5,00", -500),
    ],
)
def test_amounts_are_read_as_brazilians_type_them(typed: str, cents: int) -> None:
    assert Money.parse_brl(typed) == Money(cents)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "money_empty"),
        ("   ", "money_empty"),
        ("R$", "money_empty"),
        ("abc", "money_invalid"),
        ("1,234", "money_invalid"),
        ("1,234.56", "money_invalid"),
        ("1.23,45", "money_invalid"),
        ("1234.567,00", "money_invalid"),
        ("1.2345", "money_invalid"),
        ("--5", "money_invalid"),
        ("10,5,5", "money_invalid"),
        ("1e5", "money_invalid"),
        ("NaN", "money_invalid"),
        ("१२", "money_invalid"),
        ("1²", "money_invalid"),
        ("9" * 14, "money_too_large"),
        ("9" * 10_000, "money_too_large"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_code(typed: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        Money.parse_brl(typed)

    assert refused.value.code == code
    assert isinstance(refused.value, ValueError)


@given(amounts)
def test_every_written_form_reads_back(money: Money) -> None:
    assert Money.from_json(money.as_json()) == money
    assert Money.parse_brl(money.format_brl()) == money
    assert Money.parse_brl(money.format_number()) == money


def test_written_forms() -> None:
    assert Money(12345).as_json() == "123.45"
    assert Money(-5).as_json() == "-0.05"
    assert Money(123456).format_brl() == "R$\u00a01.234,56"
    assert Money(-123456).format_brl() == "-R$\u00a01.234,56"
    assert str(Money(1)) == "R$\u00a00,01"
    assert Money(123456700).format_number() == "1.234.567,00"


@pytest.mark.parametrize("text", ["", "1,5", "1.234", ".5", "1e3", " 1", "1.", "R$ 1", "+1", "١"])
def test_json_takes_only_its_own_form(text: str) -> None:
    with pytest.raises(RuleError):
        Money.from_json(text)


@pytest.mark.parametrize("value", [1.5, 10, None, True])
def test_json_numbers_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        Money.from_json(value)  # type: ignore[arg-type]


def test_three_times_ten_reais_ten_is_thirty_thirty() -> None:
    assert Money(1010) * 3 == 3 * Money(1010) == Money(3030)
    assert sum([Money(1010)] * 3, ZERO) == sum([Money(1010)] * 3) == Money.total([Money(1010)] * 3) == Money(3030)


def test_money_is_ordered_hashable_and_frozen() -> None:
    assert Money(1) < Money(2) <= Money(2)
    assert max(Money(5), Money(7), Money(6)) == Money(7)
    assert len({Money(1), Money(1), Money(2)}) == 2
    assert not ZERO
    assert Money(1)
    assert Money(3) - Money(5) == -Money(2)
    assert abs(Money(-2)) == Money(2)
    assert Money(-1).is_negative
    assert not ZERO.is_negative
    with pytest.raises(AttributeError):
        Money(1).cents = 2  # type: ignore[misc]


@pytest.mark.parametrize("cents", [1.0, "1", None, True])
def test_only_whole_cents_make_money(cents: object) -> None:
    with pytest.raises(TypeError):
        Money(cents)  # type: ignore[arg-type]


@pytest.mark.parametrize("other", [1, 1.0, "1", True])
def test_a_bare_number_neither_adds_nor_compares(other: object) -> None:
    with pytest.raises(TypeError):
        Money(1) + other  # type: ignore[operator]
    with pytest.raises(TypeError):
        other + Money(1)  # type: ignore[operator]
    with pytest.raises(TypeError):
        Money(1) - other  # type: ignore[operator]
    with pytest.raises(TypeError):
        assert Money(1) < other  # type: ignore[operator]
    assert Money(1) != other


@pytest.mark.parametrize("factor", [1.1, True, Money(1), "2"])
def test_money_times_anything_but_an_int_is_refused(factor: object) -> None:
    with pytest.raises(TypeError):
        Money(1) * factor  # type: ignore[operator]


def test_pro_rata_cuts_the_fraction_of_a_cent() -> None:
    assert Money(10990).prorate_down(26, 30) == Money(9524)
    assert Money(10990).prorate_down(0, 30) == ZERO
    assert Money(10990).prorate_down(30, 30) == Money(10990)


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (-1, 30), (31, 30), (0, -1)])
def test_pro_rata_refuses_parts_that_do_not_fit(part: int, whole: int) -> None:
    with pytest.raises(RuleError, match="prorate_out_of_range"):
        Money(100).prorate_down(part, whole)


@given(amounts, st.integers(1, 400), st.integers(0, 400))
def test_parts_of_a_month_never_exceed_it(money: Money, whole: int, part: int) -> None:
    part = min(part, whole)

    both = money.prorate_down(part, whole) + money.prorate_down(whole - part, whole)

    assert abs(both) <= abs(money)
    assert abs(money.cents - both.cents) <= 1


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_named_roundings_keep_to_their_name(numerator: int, denominator: int) -> None:
    down, nearest = round_down(numerator, denominator), half_up(numerator, denominator)

    assert abs(down) * denominator <= abs(numerator) < (abs(down) + 1) * denominator
    assert 2 * abs(nearest * denominator - numerator) <= denominator


def test_halves_go_away_from_zero() -> None:
    assert [half_up(n, 2) for n in (1, 3, -1, -3)] == [1, 2, -1, -2]
    assert [round_down(n, 2) for n in (1, 3, -1, -3)] == [0, 1, 0, -1]
    with pytest.raises(RuleError):
        half_up(1, 0)


@given(amounts, st.integers(1, 60))
def test_instalments_sum_to_the_whole(money: Money, parts: int) -> None:
    instalments = money.split(parts)

    assert Money.total(instalments) == money
    assert max(instalments) - min(instalments) <= Money(1)


def test_splitting_into_nothing_is_refused() -> None:
    with pytest.raises(RuleError, match="split_out_of_range"):
        Money(1).split(0)


def test_rule_errors_carry_code_and_params_across_processes() -> None:
    error = RuleError("money_too_large", {"digits": 13})

    copy = pickle.loads(pickle.dumps(error))

    assert (copy.code, copy.params, str(copy)) == ("money_too_large", {"digits": 13}, "money_too_large")
