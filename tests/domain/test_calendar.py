from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.calendar import (
    add_months,
    bank_holidays,
    easter,
    is_business_day,
    is_cut_allowed,
    last_due_on_or_before,
    next_business_day,
    next_cut_day,
    next_due_after,
    next_due_on_or_after,
    nth_due,
)
from malha.domain.errors import RuleError

days = st.dates(date(2001, 1, 1), date(2099, 12, 31))
due_days = st.integers(1, 31)


def test_the_31st_is_clamped_and_does_not_drift() -> None:
    dues = [nth_due(31, date(2027, 1, 31), n) for n in range(15)]

    assert [due.day for due in dues] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29, 31]
    assert dues[13] == date(2028, 2, 29)


@pytest.mark.parametrize(("due_day", "february"), [(28, 28), (29, 28), (30, 28), (31, 28)])
def test_february_takes_the_late_due_days(due_day: int, february: int) -> None:
    assert nth_due(due_day, date(2027, 1, 1), 1) == date(2027, 2, february)
    assert nth_due(due_day, date(2027, 1, 1), 2) == date(2027, 3, due_day)


def test_the_next_due_date_may_be_the_day_itself() -> None:
    assert next_due_on_or_after(20, date(2026, 11, 20)) == date(2026, 11, 20)
    assert next_due_on_or_after(20, date(2026, 11, 24)) == date(2026, 12, 20)
    assert next_due_on_or_after(31, date(2027, 2, 28)) == date(2027, 2, 28)
    assert next_due_after(20, date(2026, 11, 20)) == date(2026, 12, 20)
    assert last_due_on_or_before(20, date(2026, 11, 20)) == date(2026, 11, 20)
    assert last_due_on_or_before(20, date(2026, 1, 3)) == date(2025, 12, 20)


@given(due_days, days, st.integers(-36, 36))
def test_due_dates_are_one_a_month_and_as_late_as_the_month_allows(due_day: int, start: date, n: int) -> None:
    due, following = nth_due(due_day, start, n), nth_due(due_day, start, n + 1)

    assert (following.year * 12 + following.month) - (due.year * 12 + due.month) == 1
    assert due.day == due_day or (due + timedelta(days=1)).day == 1
    assert following == next_due_after(due_day, due)
    assert due == last_due_on_or_before(due_day, following - timedelta(days=1))


@pytest.mark.parametrize("due_day", [0, 32, -1])
def test_a_due_day_outside_the_month_is_refused(due_day: int) -> None:
    with pytest.raises(RuleError, match="due_day_out_of_range"):
        nth_due(due_day, date(2026, 1, 1), 0)


def test_months_are_added_clamped() -> None:
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert add_months(date(2026, 11, 24), 12) == date(2027, 11, 24)
    assert add_months(date(2026, 1, 15), -1) == date(2025, 12, 15)


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2027, (3, 28)), (2028, (4, 16)), (2038, (4, 25)), (2285, (3, 22))],
)
def test_easter(year: int, sunday: tuple[int, int]) -> None:
    assert easter(year) == date(year, *sunday)


def test_the_bank_holidays_of_2026_and_2027_are_those_of_anbima() -> None:
    written = {year: " ".join(f"{day:%d/%m}" for day in bank_holidays(year)) for year in (2026, 2027)}

    assert written[2026] == "01/01 16/02 17/02 03/04 21/04 01/05 04/06 07/09 12/10 02/11 15/11 20/11 25/12"
    assert written[2027] == "01/01 08/02 09/02 26/03 21/04 01/05 27/05 07/09 12/10 02/11 15/11 20/11 25/12"


def test_20_november_is_a_holiday_since_2024() -> None:
    assert date(2023, 11, 20) not in bank_holidays(2023)
    assert date(2024, 11, 20) in bank_holidays(2024)


def test_the_last_days_of_the_year_and_ash_wednesday_are_business_days() -> None:
    assert is_business_day(date(2026, 12, 24))
    assert is_business_day(date(2026, 12, 31))
    assert is_business_day(date(2026, 2, 18))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 9), date(2026, 10, 9)),
        (date(2026, 10, 10), date(2026, 10, 13)),  # Saturday; Monday 12 is a holiday
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(2027, 2, 6), date(2027, 2, 10)),  # Carnival
    ],
)
def test_a_day_without_banks_moves_to_the_next_with(day: date, expected: date) -> None:
    assert next_business_day(day) == expected


def test_local_holidays_count_too() -> None:
    assert next_business_day(date(2026, 9, 15), {date(2026, 9, 15)}) == date(2026, 9, 16)


@given(days)
def test_business_days_are_never_far(day: date) -> None:
    found = next_business_day(day)

    assert is_business_day(found)
    assert 0 <= (found - day).days <= 5


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        (date(2027, 1, 7), True),  # an ordinary Thursday
        (date(2027, 1, 8), False),  # Friday
        (date(2027, 1, 9), False),
        (date(2027, 1, 10), False),
        (date(2026, 10, 12), False),  # holiday, a Monday
        (date(2026, 11, 19), False),  # eve of one, a Thursday
        (date(2027, 2, 10), True),  # Ash Wednesday
        (date(2026, 12, 31), False),  # eve of New Year
    ],
)
def test_no_cut_starts_on_friday_weekend_holiday_or_eve(day: date, allowed: bool) -> None:
    assert is_cut_allowed(day) is allowed


@given(days, st.sets(days, max_size=5))
def test_the_next_cut_day_is_the_first_allowed_one(day: date, local: set[date]) -> None:
    found = next_cut_day(day, local)

    assert is_cut_allowed(found, local)
    assert not any(is_cut_allowed(day + timedelta(days=n), local) for n in range((found - day).days))


def test_the_eve_of_a_local_holiday_is_spared() -> None:
    assert next_cut_day(date(2026, 9, 14), {date(2026, 9, 15)}) == date(2026, 9, 16)


def test_without_any_allowed_day_the_search_ends() -> None:
    with pytest.raises(RuleError, match="weekdays_empty"):
        next_cut_day(date(2026, 1, 1), allowed_weekdays=set())
    every_day = {date(2026, 1, 1) + timedelta(days=n) for n in range(400)}
    with pytest.raises(RuleError, match="cut_day_not_found"):
        next_cut_day(date(2026, 1, 1), every_day)
