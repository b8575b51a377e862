"""What a contract is charged over its life: no hole, no overlap, no cent lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.billing import BillingMode, FirstChargeRule, Period
from malha.domain.charging import (
    BillingFacts,
    IssuedPeriod,
    Line,
    LineKind,
    ParkReason,
    PlannedCharge,
    PricedItem,
    correction,
    days_off,
    period_lines,
    plan_charges,
)
from malha.domain.money import ZERO, Money

ONE_DAY = timedelta(days=1)
FAR = date(2040, 1, 1)
SINCE = date(2026, 11, 24)
PLAN = PricedItem(1, "INTERNET", Money(10990), SINCE)
FACTS = BillingFacts(due_day=20, starts_on=SINCE, items=(PLAN,))


def totals(facts: BillingFacts, through: date, periods: int = 3) -> list[tuple[date, int]]:
    return [(charge.period.due_date, charge.total.cents) for charge in plan_charges(facts, through, periods).charges]


def test_the_first_charge_of_the_design_and_the_whole_months_after_it() -> None:
    assert totals(FACTS, date(2027, 2, 20)) == [(date(2026, 12, 20), 9524), (date(2027, 1, 20), 10990), (date(2027, 2, 20), 10990)]


def test_what_was_charged_is_not_charged_again() -> None:
    assert totals(replace(FACTS, billed_until=date(2026, 12, 19)), date(2026, 12, 31)) == []
    assert totals(replace(FACTS, billed_until=date(2026, 12, 19)), date(2027, 1, 20)) == [(date(2027, 1, 20), 10990)]


def test_f3_three_periods_at_most_then_a_person_is_asked() -> None:
    plan = plan_charges(FACTS, date(2028, 1, 20))

    assert len(plan.charges) == 3
    assert (plan.parked, plan.waiting_periods) == (ParkReason.CATCH_UP, 11)


def test_a_full_first_charge_costs_the_month() -> None:
    assert totals(replace(FACTS, first_rule=FirstChargeRule.FULL), date(2027, 1, 20)) == [
        (date(2026, 12, 20), 10990),
        (date(2027, 1, 20), 10990),
    ]


def test_advance_is_due_on_the_first_day_of_its_period() -> None:
    facts = replace(FACTS, mode=BillingMode.ADVANCE)

    assert totals(facts, date(2027, 1, 20)) == [(date(2026, 11, 24), 9524), (date(2026, 12, 20), 10990), (date(2027, 1, 20), 10990)]


def test_a_plan_changed_in_the_middle_is_two_lines_by_the_day() -> None:
    old = replace(PLAN, ends_on=date(2027, 1, 4))
    new = PricedItem(2, "INTERNET", Money(15000), date(2027, 1, 5))
    facts = replace(FACTS, items=(old, new), billed_until=date(2026, 12, 19))

    charge = plan_charges(facts, date(2027, 1, 20)).charges[0]

    # 20 December to 19 January: 31 days, 16 of the old plan and 15 of the new one.
    assert charge.lines == (Line("INTERNET", Money(5672), 1, 16, 31), Line("INTERNET", Money(7258), 2, 15, 31))


def test_discount_until_and_surcharge() -> None:
    facts = replace(FACTS, discount=Money(1000), discount_until=date(2026, 12, 31), surcharge=Money(500), billed_until=date(2026, 12, 19))

    charge = plan_charges(facts, date(2027, 1, 20)).charges[0]

    assert [line.kind for line in charge.lines] == ["INTERNET", LineKind.SURCHARGE, LineKind.DISCOUNT]
    # 12 days at 104,90 and 19 days at 114,90, each cut off.
    assert charge.total == Money(10490 * 12 // 31 + 11490 * 19 // 31)


def test_f10_a_discount_as_high_as_the_price_charges_nothing_and_the_period_counts() -> None:
    charge = plan_charges(replace(FACTS, discount=Money(20000)), date(2026, 12, 20)).charges[0]

    assert charge.total == ZERO


def test_f14_suspended_days_are_not_charged() -> None:
    facts = replace(FACTS, off=((date(2027, 1, 10), date(2027, 1, 25)),), billed_until=date(2026, 12, 19))

    # 10 of 31 days off, then 6 of 31.
    assert totals(facts, date(2027, 2, 20)) == [(date(2027, 1, 20), 10990 * 21 // 31), (date(2027, 2, 20), 10990 * 25 // 31)]


def test_a_day_in_two_spans_counts_once() -> None:
    day = date(2026, 11, 1)
    spans = [(day, day + 4 * ONE_DAY), (day + 2 * ONE_DAY, day + 6 * ONE_DAY), (day + 9 * ONE_DAY, FAR)]

    assert days_off(day, day + 29 * ONE_DAY, spans) == 7 + 21


def test_the_last_period_ends_with_the_contract() -> None:
    facts = replace(FACTS, billed_until=date(2026, 12, 19), last_day=date(2026, 12, 28))

    assert totals(facts, FAR) == [(date(2027, 1, 20), 10990 * 9 // 31)]


def test_the_installation_fee_rides_on_the_first_charges() -> None:
    facts = replace(FACTS, fee=(Money(5000), Money(5000)))

    charges = plan_charges(facts, date(2027, 2, 20)).charges

    assert [LineKind.INSTALLATION in [line.kind for line in charge.lines] for charge in charges] == [True, True, False]


def test_an_exempt_contract_is_counted_and_asked_nothing() -> None:
    facts = replace(FACTS, is_exempt=True, fee=(Money(100),))

    assert totals(facts, date(2027, 1, 20)) == [(date(2026, 12, 20), 0), (date(2027, 1, 20), 0)]


def test_what_changed_after_the_charge_is_corrected_by_the_next_one() -> None:
    """Blocked from the 15th, after the charge due on the 20th was issued on the 10th."""
    first = plan_charges(FACTS, date(2026, 12, 20)).charges[0]
    issued = IssuedPeriod(7, first.period, first.service)
    facts = replace(FACTS, billed_until=date(2026, 12, 19), off=((date(2026, 12, 15), date(2026, 12, 17)),), open_periods=(issued,))

    second = plan_charges(facts, date(2027, 1, 20)).charges[0]

    assert second.lines[-1] == Line(LineKind.ADJUSTMENT, Money(10990 * 23 // 30 - 9524), 7)


def issued_by(facts: BillingFacts, charge: PlannedCharge, key: int = 7) -> IssuedPeriod:
    """As the run keeps it: with the terms of that day."""
    return IssuedPeriod(key, charge.period, charge.service, facts.discount, facts.discount_until, facts.surcharge, facts.is_exempt)


@pytest.mark.parametrize(
    "change", [{"discount": Money(1000)}, {"surcharge": Money(2500)}, {"discount": Money(500), "discount_until": date(2026, 12, 12)}]
)
def test_new_terms_count_for_periods_to_come_only(change) -> None:
    first = plan_charges(FACTS, date(2026, 12, 20)).charges[0]
    facts = replace(FACTS, billed_until=date(2026, 12, 19), open_periods=(issued_by(FACTS, first),), **change)

    second = plan_charges(facts, date(2027, 1, 20)).charges[0]

    assert LineKind.ADJUSTMENT not in [line.kind for line in second.lines]


def test_time_that_was_exempt_is_never_charged_later_nor_given_back_when_exemption_comes() -> None:
    free = replace(FACTS, is_exempt=True)
    first = plan_charges(free, date(2026, 12, 20)).charges[0]
    again = replace(FACTS, billed_until=date(2026, 12, 19), open_periods=(issued_by(free, first),))
    assert [line.kind for line in plan_charges(again, date(2027, 1, 20)).charges[0].lines] == [LineKind.INTERNET]

    paid = plan_charges(FACTS, date(2026, 12, 20)).charges[0]
    assert correction(replace(FACTS, is_exempt=True), issued_by(FACTS, paid)) == ZERO


def test_a_correction_never_makes_a_charge_negative_and_the_rest_waits() -> None:
    month = Period(date(2026, 12, 20), date(2027, 1, 19), date(2027, 1, 20), 31)
    issued = IssuedPeriod(7, month, Money(10990))
    facts = replace(FACTS, billed_until=date(2027, 1, 19), items=(replace(PLAN, amount=Money(1000)),), open_periods=(issued,))

    charges = plan_charges(facts, date(2027, 3, 20)).charges

    assert [charge.total for charge in charges] == [ZERO, ZERO]
    assert sum(line.amount.cents for charge in charges for line in charge.lines if line.kind == LineKind.ADJUSTMENT) == -2000


# -- any life ------------------------------------------------------------------------------------------------------------

starts = st.dates(date(2025, 1, 1), date(2026, 12, 31))
prices = st.integers(0, 50_000).map(Money)


@st.composite
def lives(draw: st.DrawFn) -> tuple[BillingFacts, list[date]]:
    """A contract whose plan, discount and off days are known from the start, and the days on which the run came by."""
    start = draw(starts)
    changes = sorted(draw(st.sets(st.integers(1, 500), max_size=3)))
    begins = [start, *(start + timedelta(days=n) for n in changes)]
    items = tuple(
        PricedItem(n, "INTERNET", draw(prices), first, following - ONE_DAY if following else None)
        for n, (first, following) in enumerate(zip(begins, [*begins[1:], None], strict=True), 1)
    )
    spans = draw(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 60)), max_size=3))
    off = tuple((start + timedelta(days=a), start + timedelta(days=a + b)) for a, b in spans)
    last = draw(st.none() | st.integers(0, 500).map(lambda n: start + timedelta(days=n)))
    facts = BillingFacts(
        due_day=draw(st.integers(1, 31)), starts_on=start, mode=draw(st.sampled_from(BillingMode)),
        first_rule=draw(st.sampled_from(FirstChargeRule)), last_day=last, items=items, off=off, discount=draw(prices),
        discount_until=draw(st.none() | st.integers(0, 500).map(lambda n: start + timedelta(days=n))), surcharge=draw(prices),
    )  # fmt: skip
    runs = sorted(start + timedelta(days=n) for n in draw(st.sets(st.integers(0, 700), min_size=1, max_size=40)))
    return facts, runs


@given(lives())
def test_any_life_is_tiled_without_hole_or_overlap_whenever_the_run_comes(life: tuple[BillingFacts, list[date]]) -> None:
    facts, runs = life
    expected = facts.starts_on
    for day in runs:
        for charge in plan_charges(facts, day, 100).charges:
            assert charge.period.start == expected
            assert charge.total >= ZERO
            assert charge.service == charge.total
            expected = charge.period.end + ONE_DAY
            facts = replace(facts, billed_until=charge.period.end)
        assert not plan_charges(facts, day, 100).charges
    if facts.last_day is not None:
        assert expected <= facts.last_day + ONE_DAY


@given(lives(), st.integers(0, 90), st.integers(0, 90))
def test_what_became_known_late_adds_up_to_what_was_right(life: tuple[BillingFacts, list[date]], after: int, length: int) -> None:
    """Blocked days that were not known when a period was charged: charge and correction together are what the facts say."""
    facts, _ = life
    facts = replace(facts, last_day=None, first_rule=FirstChargeRule.PRORATED)
    first = plan_charges(facts, FAR, 1).charges[0]
    blocked = (facts.starts_on + timedelta(days=after), facts.starts_on + timedelta(days=after + length))
    known = replace(facts, off=(*facts.off, blocked), billed_until=first.period.end, open_periods=(issued_by(facts, first),))

    later = plan_charges(known, FAR, 24).charges

    corrections = sum(line.amount.cents for charge in later for line in charge.lines if line.kind == LineKind.ADJUSTMENT)
    right = sum(line.amount.cents for line in period_lines(known, first.period))
    room = sum(charge.service.cents for charge in later)
    assert first.service.cents + corrections == max(right, first.service.cents - room)


@pytest.mark.parametrize("due_day", [29, 30, 31])
def test_f5_the_last_days_of_a_month_are_clamped_and_do_not_drift(due_day: int) -> None:
    facts = replace(FACTS, due_day=due_day, starts_on=date(2027, 1, due_day), items=(replace(PLAN, starts_on=date(2027, 1, 1)),))

    dues = [charge.period.due_date for charge in plan_charges(facts, date(2029, 1, 31), 24).charges]

    assert len(dues) == 24
    assert [day.day for day in dues[:3]] == [28, due_day, min(due_day, 30)]
    assert date(2028, 2, 29) in dues  # a leap year
    assert all(charge.total == PLAN.amount for charge in plan_charges(facts, date(2029, 1, 31), 24).charges)
