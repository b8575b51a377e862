from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.calendar import is_business_day, is_cut_allowed
from malha.domain.errors import RuleError
from malha.domain.late import block_after_notice, check_late_days, late_dates


def test_the_dates_of_the_design() -> None:
    dates = late_dates(date(2026, 12, 20), 3, 18)

    assert dates.effective_due == date(2026, 12, 21)
    assert dates.pending_on == date(2026, 12, 23)
    assert dates.block_on == dates.nominal_block_on == date(2027, 1, 7)
    assert not dates.is_block_moved


def test_due_on_a_holiday_the_notice_waits_for_the_business_day() -> None:
    dates = late_dates(date(2026, 11, 20))

    assert dates.pending_on == date(2026, 11, 23)
    assert dates.block_on == date(2026, 12, 8)
    assert late_dates(date(2026, 11, 20), 1, 18).pending_on == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("due", "notice", "block"),
    [
        (date(2026, 11, 8), date(2026, 11, 11), date(2026, 11, 26)),
        (date(2026, 11, 20), date(2026, 11, 23), date(2026, 12, 8)),
        (date(2026, 11, 5), date(2026, 11, 8), date(2026, 11, 23)),
        (date(2026, 11, 5), date(2026, 11, 12), date(2026, 11, 27)),
    ],
)
def test_the_first_cut_is_fifteen_days_after_the_notice(due: date, notice: date, block: date) -> None:
    assert block_after_notice(due, notice, 18) == block


def test_a_block_on_a_friday_moves_to_monday_and_says_so() -> None:
    dates = late_dates(date(2026, 11, 2), 4, 18)  # holiday; notice 6 Nov, +15 is Saturday 21

    assert dates.nominal_block_on == date(2026, 11, 21)
    assert dates.block_on == date(2026, 11, 23)
    assert dates.is_block_moved


def test_few_days_to_block_still_leave_the_legal_notice() -> None:
    assert late_dates(date(2026, 9, 8), 3, 5).nominal_block_on == date(2026, 9, 26)


def test_local_holidays_move_the_dates() -> None:
    holidays = {date(2026, 9, 8), date(2026, 9, 29)}

    dates = late_dates(date(2026, 9, 8), 3, 20, holidays=holidays)

    assert dates.effective_due == date(2026, 9, 9)
    assert dates.nominal_block_on == date(2026, 9, 28)  # eve of a local holiday
    assert dates.block_on == date(2026, 9, 30)


@given(st.dates(date(2024, 1, 1), date(2060, 1, 1)), st.integers(1, 60), st.integers(1, 120), st.integers(15, 60))
def test_no_block_comes_early_or_on_a_barred_day(due: date, pending: int, block: int, notice: int) -> None:
    dates = late_dates(due, pending, pending + block, notice)

    assert is_business_day(dates.effective_due)
    assert dates.pending_on >= dates.effective_due >= due
    assert dates.pending_on >= due + timedelta(days=pending)
    assert dates.nominal_block_on >= due + timedelta(days=pending + block)
    assert dates.nominal_block_on >= dates.pending_on + timedelta(days=15)
    assert dates.block_on >= dates.nominal_block_on
    assert is_cut_allowed(dates.block_on)


@pytest.mark.parametrize(
    ("pending", "block", "notice", "code"),
    [
        (0, 18, 15, "days_to_pending_out_of_range"),
        (-3, 18, 15, "days_to_pending_out_of_range"),
        (1000, 18, 15, "days_to_pending_out_of_range"),
        (3, 0, 15, "days_to_block_out_of_range"),
        (3, 1000, 15, "days_to_block_out_of_range"),
        (3, 3, 15, "block_not_after_pending"),
        (18, 3, 15, "block_not_after_pending"),
        (3, 18, 14, "notice_below_legal_floor"),
    ],
)
def test_days_that_break_a_rule_are_refused(pending: int, block: int, notice: int, code: str) -> None:
    with pytest.raises(RuleError, match=code):
        late_dates(date(2026, 11, 20), pending, block, notice)


def test_only_an_unlocked_floor_allows_less_notice() -> None:
    check_late_days(3, 18, 10, is_floor_unlocked=True)
    with pytest.raises(RuleError) as refused:
        check_late_days(3, 18, 14)

    assert refused.value.params == {"floor": 15}
