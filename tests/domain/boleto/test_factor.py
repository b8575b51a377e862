from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.boleto import due_date_of, due_factor
from malha.domain.errors import RuleError

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("day", "factor"),
    [
        (date(2000, 7, 3), 1000),
        (date(2000, 7, 4), 1001),
        (date(2008, 2, 1), 3769),
        (date(2016, 12, 25), 7019),
        (date(2023, 1, 18), 9234),
        (date(2025, 2, 21), 9999),
        (date(2025, 2, 22), 1000),
        (date(2025, 3, 12), 1018),
        (date(2026, 12, 10), 1656),
        (date(2027, 8, 18), 1907),
        (date(2049, 10, 13), 9999),
        (date(2049, 10, 14), 1000),
        (None, 0),
    ],
)
def test_anchors(day: date | None, factor: int) -> None:
    assert due_factor(day) == factor
    assert due_date_of(factor, day or TODAY) == day


def test_there_is_no_factor_before_the_first() -> None:
    assert due_factor(date(1997, 10, 8)) == 1
    with pytest.raises(RuleError, match="due_date_before_factors"):
        due_factor(date(1997, 10, 7))


def test_an_old_boleto_still_falls_in_its_own_cycle() -> None:
    assert due_date_of(8981, TODAY) == date(2022, 5, 10)
    assert due_date_of(1000, TODAY) == date(2025, 2, 22)
    assert due_date_of(1000, date(2000, 7, 1)) == date(2000, 7, 3)


def test_the_window_is_3000_days_back_and_5500_ahead() -> None:
    first, last = TODAY - timedelta(days=3000), TODAY + timedelta(days=5500)

    assert due_date_of(due_factor(first), TODAY) == first
    assert due_date_of(due_factor(last), TODAY) == last
    for outside in (first - timedelta(days=1), last + timedelta(days=1)):
        with pytest.raises(RuleError, match="due_factor_out_of_window"):
            due_date_of(due_factor(outside), TODAY)


@pytest.mark.parametrize("factor", [-1, 10000])
def test_a_factor_has_four_digits(factor: int) -> None:
    with pytest.raises(RuleError, match="due_factor_invalid"):
        due_date_of(factor, TODAY)


def test_a_factor_below_the_restart_is_of_the_first_years_only() -> None:
    assert due_date_of(999, date(2000, 7, 1)) == date(2000, 7, 2)
    with pytest.raises(RuleError, match="due_factor_out_of_window"):
        due_date_of(999, TODAY)


@given(st.dates(date(2000, 7, 3), date(2090, 1, 1)), st.integers(-3000, 5500))
def test_dates_come_back_from_every_day_around_them(today: date, away: int) -> None:
    day = today + timedelta(days=away)
    if day >= date(2000, 7, 3):
        assert due_date_of(due_factor(day), today) == day
