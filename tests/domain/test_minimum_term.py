from datetime import date

import pytest

from malha.domain.errors import RuleError
from malha.domain.minimum_term import check_minimum_term, exit_fine, exit_fine_on, minimum_term_end
from malha.domain.money import ZERO, Money


def test_the_fine_is_the_rest_of_the_benefit_rounded_down() -> None:
    assert exit_fine(Money(60000), 100, 365) == Money(16438)


@pytest.mark.parametrize(
    ("left_on", "fine"),
    [
        (date(2026, 11, 24), Money(59835)),  # 364 of 365
        (date(2027, 8, 15), Money(16438)),  # 100 left
        (date(2027, 11, 22), Money(164)),
        (date(2027, 11, 23), ZERO),
        (date(2028, 6, 1), ZERO),
        (date(2026, 1, 1), Money(60000)),
    ],
)
def test_the_fine_by_the_day_of_leaving(left_on: date, fine: Money) -> None:
    start = date(2026, 11, 24)

    assert exit_fine_on(Money(60000), start, minimum_term_end(start, 12), left_on) == fine


def test_the_term_ends_on_the_eve_of_its_anniversary() -> None:
    assert minimum_term_end(date(2026, 11, 24), 12) == date(2027, 11, 23)
    assert minimum_term_end(date(2027, 1, 31), 1) == date(2027, 2, 27)


@pytest.mark.parametrize("months", [0, -1, 13])
def test_consumers_have_a_cap_of_twelve_months(months: int) -> None:
    with pytest.raises(RuleError, match="minimum_term_out_of_range"):
        check_minimum_term(months)


def test_companies_may_agree_on_longer() -> None:
    assert check_minimum_term(24, is_consumer=False) == 24


def test_a_term_without_days_or_a_negative_benefit_is_refused() -> None:
    with pytest.raises(RuleError, match="minimum_term_out_of_range"):
        exit_fine_on(Money(1), date(2026, 1, 2), date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(RuleError, match="amount_negative"):
        exit_fine(Money(-1), 1, 365)
