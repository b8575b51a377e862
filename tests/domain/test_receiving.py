"""What is owed on a day, and where every cent of a payment goes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.errors import RuleError
from malha.domain.late_fees import LateFeeRates
from malha.domain.money import ZERO, Money
from malha.domain.receiving import OpenCharge, divide, owed

FRIDAY = date(2026, 10, 9)
CHARGE = OpenCharge(1, FRIDAY, Money(10000))


def test_the_vector_of_the_regulation() -> None:
    assert owed(CHARGE, date(2026, 11, 9)).total == Money(10303)
    assert owed(replace(CHARGE, due_date=date(2026, 10, 10)), date(2026, 10, 13)).total == Money(10000)


def test_waived_fees_are_kept_for_the_record() -> None:
    found = owed(CHARGE, date(2026, 11, 9), waives_fees=True)

    assert (found.total, found.waived_fine, found.waived_interest) == (Money(10000), Money(200), Money(103))


def test_the_promptness_discount_holds_until_the_business_day() -> None:
    saturday = OpenCharge(1, date(2026, 10, 10), Money(10000), Money(500))

    assert owed(saturday, date(2026, 10, 13)).total == Money(9500)
    assert owed(saturday, date(2026, 10, 14)).total == Money(10000) + Money(200) + Money(3)


def test_a_part_carries_its_own_fine_and_interest() -> None:
    division = divide(Money(5000), [CHARGE], date(2026, 11, 9))

    (part,) = division.parts
    assert (part.principal, part.fine, part.interest, division.excess) == (Money(4853), Money(97), Money(50), ZERO)


def test_the_oldest_is_paid_first_and_too_much_is_credit() -> None:
    second = OpenCharge(2, date(2026, 11, 9), Money(3000))

    division = divide(Money(14000), [CHARGE, second], date(2026, 11, 9))

    assert [(part.key, part.total) for part in division.parts] == [(1, Money(10303)), (2, Money(3000))]
    assert division.excess == Money(697)


def test_nothing_is_no_payment() -> None:
    with pytest.raises(RuleError, match="payment_not_positive"):
        divide(ZERO, [CHARGE], FRIDAY)


charges = st.lists(
    st.builds(
        OpenCharge,
        key=st.integers(1, 99),
        due_date=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        outstanding=st.integers(1, 60_000).map(Money),
        promptness_discount=st.integers(0, 3_000).map(Money),
        rates=st.builds(LateFeeRates, fine=st.integers(0, 200), monthly_interest=st.integers(0, 100)),
    ),  # fmt: skip
    min_size=1,
    max_size=4,
)


@given(charges, st.integers(1, 150_000).map(Money), st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.booleans())
def test_every_cent_is_somewhere_and_nobody_pays_too_much(charges: list[OpenCharge], value: Money, on: date, waives_fees: bool) -> None:
    division = divide(value, charges, on, waives_fees=waives_fees)

    assert Money.total(part.total for part in division.parts) + division.excess == value
    assert division.excess >= ZERO
    for part, charge in zip(division.parts, charges, strict=False):
        whole = owed(charge, on, waives_fees=waives_fees)
        assert ZERO < part.principal + part.discount <= charge.outstanding
        assert part.fine <= whole.fine and part.interest <= whole.interest + Money(2)
    if division.excess:
        assert all(part.principal + part.discount == charge.outstanding for part, charge in zip(division.parts, charges, strict=True))


@given(st.integers(2, 60_000), st.integers(1, 400), st.lists(st.integers(1, 30_000), min_size=1, max_size=5))
def test_paying_in_parts_on_one_day_costs_no_more_than_paying_at_once(cents: int, late: int, values: list[int]) -> None:
    charge = OpenCharge(1, FRIDAY, Money(cents))
    on = FRIDAY + timedelta(days=late)
    once, paid, fees = owed(charge, on), ZERO, ZERO
    for value in [*values, 10**9]:
        division = divide(Money(value), [charge], on)
        paid += division.parts[0].principal
        fees += division.parts[0].fine + division.parts[0].interest
        charge = replace(charge, outstanding=charge.outstanding - division.parts[0].principal)
        if not charge.outstanding:
            break
    assert paid == Money(cents)
    assert fees <= once.fine + once.interest + Money(len(values) + 1)  # each part rounds its own cents


def test_one_cent_less_pays_it_all_where_a_bank_rounds_another_way() -> None:
    late = OpenCharge(1, date(2026, 10, 9), Money(10000))
    prompt = OpenCharge(2, date(2026, 11, 20), Money(5000))

    (part,) = divide(Money(10302), [late], date(2026, 11, 9), tolerance=Money(1)).parts
    assert (part.principal, part.fine, part.interest, part.discount) == (Money(10000), Money(200), Money(102), ZERO)
    (part,) = divide(Money(4999), [prompt], date(2026, 11, 9), tolerance=Money(1)).parts
    assert (part.principal, part.discount) == (Money(4999), Money(1))
    (part,) = divide(Money(4998), [prompt], date(2026, 11, 9), tolerance=Money(1)).parts
    assert part.principal + part.discount == Money(4998)
