from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.errors import RuleError
from malha.domain.late_fees import LateFeeRates, late_fees
from malha.domain.money import ZERO, Money


def test_two_percent_and_one_percent_a_month() -> None:
    owed = late_fees(Money(10000), date(2026, 10, 9), date(2026, 11, 9))

    assert (owed.days_late, owed.fine, owed.interest) == (31, Money(200), Money(103))
    assert owed.total == Money(10303)


def test_nothing_is_owed_on_the_next_business_day() -> None:
    owed = late_fees(Money(10000), date(2026, 10, 10), date(2026, 10, 13))

    assert owed.total == Money(10000)
    assert owed.days_late == 0


def test_days_count_from_the_effective_due_day() -> None:
    owed = late_fees(Money(10000), date(2026, 10, 10), date(2026, 10, 14))

    assert (owed.days_late, owed.fine, owed.interest) == (1, Money(200), Money(3))


def test_a_local_holiday_gives_a_day_more() -> None:
    assert late_fees(Money(10000), date(2026, 10, 9), date(2026, 10, 13), holidays={date(2026, 10, 9)}).total == Money(10000)


def test_paid_early_owes_nothing_more() -> None:
    assert late_fees(Money(10000), date(2026, 10, 9), date(2026, 10, 1)).total == Money(10000)


@pytest.mark.parametrize(("fine", "interest", "code"), [(201, 100, "fine_above_cap"), (200, 101, "interest_above_cap"), (-1, 0, "fine")])
def test_rates_above_the_caps_are_refused(fine: int, interest: int, code: str) -> None:
    with pytest.raises(RuleError, match=code):
        LateFeeRates(fine, interest)


def test_a_negative_debt_is_refused() -> None:
    with pytest.raises(RuleError, match="amount_negative"):
        late_fees(Money(-1), date(2026, 10, 9), date(2026, 10, 9))


@given(st.integers(0, 10**8).map(Money), st.dates(date(2024, 1, 1), date(2040, 1, 1)), st.integers(0, 700))
def test_interest_is_simple_and_never_falls_with_time(principal: Money, due: date, days: int) -> None:
    today = late_fees(principal, due, due + timedelta(days=days))
    tomorrow = late_fees(principal, due, due + timedelta(days=days + 1))

    assert ZERO <= today.interest <= tomorrow.interest
    assert ZERO <= today.fine <= tomorrow.fine <= principal.times_half_up(2, 100)
    assert tomorrow.interest <= principal.times_half_up(days + 1, 3000)
