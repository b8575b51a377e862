from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.billing import (
    BillingMode,
    FirstChargeRule,
    first_charge,
    monthly_total,
    period_amount,
    period_from,
    periods,
    periods_due,
    suspended_days,
)
from malha.domain.calendar import next_due_on_or_after
from malha.domain.errors import RuleError
from malha.domain.money import ZERO, Money

ONE_DAY = timedelta(days=1)
starts = st.dates(date(2020, 1, 1), date(2060, 12, 31))
due_days = st.integers(1, 31)
modes = st.sampled_from(BillingMode)
prices = st.integers(0, 10**8).map(Money)


def test_the_first_charge_of_the_design() -> None:
    charge = first_charge(date(2026, 11, 24), 20, BillingMode.ARREARS, FirstChargeRule.PRORATED, Money(10990))

    assert charge.due_date == date(2026, 12, 20)
    assert (charge.period_start, charge.period_end) == (date(2026, 11, 24), date(2026, 12, 19))
    assert (charge.days_used, charge.days_in_period) == (26, 30)
    assert charge.amount == Money(9524)
    assert charge.is_prorated


def test_a_full_first_charge_costs_the_month() -> None:
    charge = first_charge(date(2026, 11, 24), 20, BillingMode.ARREARS, FirstChargeRule.FULL, Money(10990))

    assert charge.amount == Money(10990)
    assert charge.period_end == date(2026, 12, 19)


def test_in_advance_the_first_charge_is_due_at_activation() -> None:
    charge = first_charge(date(2026, 11, 24), 20, BillingMode.ADVANCE, FirstChargeRule.PRORATED, Money(10990))

    assert charge.due_date == date(2026, 11, 24)
    assert charge.amount == Money(9524)


@pytest.mark.parametrize(("mode", "due"), [(BillingMode.ARREARS, date(2026, 12, 20)), (BillingMode.ADVANCE, date(2026, 11, 20))])
def test_activated_on_the_due_day_the_first_month_is_whole(mode: BillingMode, due: date) -> None:
    charge = first_charge(date(2026, 11, 20), 20, mode, FirstChargeRule.PRORATED, Money(10990))

    assert charge.due_date == due
    assert charge.amount == Money(10990)
    assert not charge.is_prorated


def test_activated_the_day_before_the_due_day_one_day_is_charged() -> None:
    charge = first_charge(date(2026, 11, 19), 20, BillingMode.ARREARS, FirstChargeRule.PRORATED, Money(3100))

    assert (charge.due_date, charge.days_used, charge.days_in_period) == (date(2026, 11, 20), 1, 31)
    assert charge.amount == Money(100)


def test_a_first_charge_below_zero_is_refused() -> None:
    with pytest.raises(RuleError, match="amount_negative"):
        first_charge(date(2026, 11, 24), 20, BillingMode.ARREARS, FirstChargeRule.FULL, Money(-1))


@given(starts, due_days, modes)
def test_periods_tile_without_hole_or_overlap(start: date, due_day: int, mode: BillingMode) -> None:
    life = list(islice(periods(start, due_day, mode), 40))

    assert life[0].start == start
    assert all(after.start == before.end + ONE_DAY for before, after in pairwise(life))
    assert all(1 <= period.days <= period.whole_days for period in life)
    assert all(period.is_whole for period in life[1:])
    assert all(28 <= period.whole_days <= 31 for period in life)
    assert len({period.due_date for period in life}) == len(life)


@given(starts, due_days, modes)
def test_due_dates_are_the_contracts_due_day(start: date, due_day: int, mode: BillingMode) -> None:
    for period in islice(periods(start, due_day, mode), 1, 30):
        assert period.due_date == next_due_on_or_after(due_day, period.due_date)
        assert period.due_date == (period.start if mode is BillingMode.ADVANCE else period.end + ONE_DAY)


@given(starts, due_days, modes, st.integers(0, 25))
def test_starting_again_at_any_period_gives_the_same_periods(start: date, due_day: int, mode: BillingMode, at: int) -> None:
    life = list(islice(periods(start, due_day, mode), 30))

    again = list(islice(periods(life[at].start, due_day, mode), 30 - at))

    assert again == life[at:]


@given(starts, due_days, modes, st.integers(0, 900))
def test_a_life_with_an_end_is_covered_to_its_last_day(start: date, due_day: int, mode: BillingMode, length: int) -> None:
    last_day = start + timedelta(days=length)

    life = list(periods(start, due_day, mode, last_day))

    assert sum(period.days for period in life) == length + 1
    assert life[-1].end == last_day


@given(starts, due_days, modes, st.integers(0, 400), st.integers(0, 400))
def test_a_missed_run_loses_nothing(start: date, due_day: int, mode: BillingMode, first: int, then: int) -> None:
    early, late = start + timedelta(days=first), start + timedelta(days=first + then)

    taken = periods_due(start, due_day, mode, early)
    following = taken[-1].end + ONE_DAY if taken else start
    rest = periods_due(following, due_day, mode, late)

    assert taken + rest == periods_due(start, due_day, mode, late)
    assert all(period.due_date <= late for period in taken + rest)


@given(starts, due_days, due_days, modes)
def test_changing_the_due_day_leaves_no_hole(start: date, old: int, new: int, mode: BillingMode) -> None:
    before = list(islice(periods(start, old, mode), 3))

    bridge = period_from(before[-1].end + ONE_DAY, new, mode)

    assert bridge.start == before[-1].end + ONE_DAY
    assert bridge.end + ONE_DAY == next_due_on_or_after(new, bridge.end + ONE_DAY)
    assert bridge.days <= bridge.whole_days


def test_clamped_months_keep_their_lengths() -> None:
    life = list(islice(periods(date(2027, 1, 31), 31, BillingMode.ARREARS), 4))

    assert [(period.start.day, period.end.day, period.whole_days) for period in life] == [
        (31, 27, 28),
        (28, 30, 31),
        (31, 29, 30),
        (30, 30, 31),
    ]


def test_the_last_period_is_cut_and_stays_due_on_the_due_day() -> None:
    period = period_from(date(2026, 11, 20), 20, BillingMode.ARREARS, last_day=date(2026, 11, 24))

    assert (period.days, period.whole_days, period.due_date) == (5, 30, date(2026, 12, 20))
    assert period_amount(Money(3000), period) == Money(500)


def test_no_period_begins_after_the_end() -> None:
    with pytest.raises(RuleError, match="period_after_end"):
        period_from(date(2026, 11, 20), 20, BillingMode.ARREARS, last_day=date(2026, 11, 19))
    assert list(periods(date(2026, 11, 20), 20, BillingMode.ARREARS, date(2026, 11, 19))) == []


def test_suspended_days_are_not_charged() -> None:
    october = period_from(date(2026, 10, 1), 1, BillingMode.ARREARS)
    spans = [(date(2026, 10, 10), date(2026, 10, 20)), (date(2026, 10, 15), date(2026, 10, 25)), (date(2026, 12, 1), date(2026, 12, 9))]

    off = suspended_days(october, spans)

    assert off == 16
    assert period_amount(Money(9990), october, off) == Money(4833)  # 99.90 x 15 / 31 = 48.338...
    assert period_amount(Money(9990), october, 99) == ZERO


@given(prices, starts, due_days)
def test_a_part_of_a_month_never_costs_more_than_the_month(price: Money, start: date, due_day: int) -> None:
    period = period_from(start, due_day, BillingMode.ARREARS)

    amount = period_amount(price, period)

    assert ZERO <= amount <= price
    assert (amount == price) or not period.is_whole


def test_the_monthly_value_is_items_less_discount_plus_surcharge() -> None:
    assert monthly_total([Money(10990), Money(1000)], Money(500), Money(200)) == Money(11690)
    assert monthly_total([]) == ZERO


@given(st.lists(prices, max_size=5), prices, prices)
def test_the_monthly_value_is_never_below_zero(items: list[Money], discount: Money, surcharge: Money) -> None:
    assert monthly_total(items, discount, surcharge) >= ZERO


@pytest.mark.parametrize(
    ("items", "discount", "surcharge", "code"),
    [
        ([Money(-1)], ZERO, ZERO, "amount_negative"),
        ([Money(1)], Money(-1), ZERO, "discount_negative"),
        ([Money(1)], ZERO, Money(-1), "surcharge_negative"),
    ],
)
def test_negative_parts_of_a_month_are_refused(items: list[Money], discount: Money, surcharge: Money, code: str) -> None:
    with pytest.raises(RuleError, match=code):
        monthly_total(items, discount, surcharge)
