"""The decision, by the vectors of the regulation and the rules of domain.md §11."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.dunning import Debt, Rules, Situation, Why, decide
from malha.domain.money import Money
from malha.domain.states import Standing, StandingCause

EVERY_DAY = frozenset(range(7))
BARE = Rules(allowed_weekdays=EVERY_DAY)


def owing(due: date, notified: date | None = None, *, cents: int = 10990, key: int = 1, contested: bool = False) -> Debt:
    return Debt(key, due, Money(cents), notified, contested)


def first_day(situation: Situation, rules: Rules, wanted: Standing, start: date) -> date:
    """The first day from ``start`` on which the contract is treated so."""
    for n in range(400):
        if decide(situation, rules, start + timedelta(days=n)).standing is wanted:
            return start + timedelta(days=n)
    raise AssertionError("never")


@pytest.mark.parametrize(
    "due, notified, cut",
    [
        # regulation.md §1: notice delivered, earliest cut.
        (date(2026, 11, 5), date(2026, 11, 11), date(2026, 11, 26)),
        (date(2026, 11, 20), date(2026, 11, 23), date(2026, 12, 8)),
        (date(2026, 11, 5), date(2026, 11, 8), date(2026, 11, 23)),
    ],
)
def test_the_first_cut_is_fifteen_days_after_the_delivered_notice(due: date, notified: date, cut: date) -> None:
    situation = Situation(debts=(owing(due, notified),))

    assert first_day(situation, BARE, Standing.BLOCKED, due) == cut


@pytest.mark.parametrize(
    "cut, terminate",
    [(date(2026, 11, 26), date(2027, 1, 25)), (date(2026, 12, 8), date(2027, 2, 6)), (date(2026, 11, 23), date(2027, 1, 22))],
)
def test_termination_may_be_proposed_sixty_days_after_the_cut(cut: date, terminate: date) -> None:
    situation = Situation(standing=Standing.BLOCKED, blocked_on=cut, debts=(owing(cut - timedelta(days=20), cut - timedelta(days=15)),))

    assert not decide(situation, BARE, terminate - timedelta(days=1)).may_terminate
    assert decide(situation, BARE, terminate).may_terminate
    assert decide(situation, BARE, cut).ahead.terminate_on == terminate


def test_without_a_delivered_notice_nothing_is_cut() -> None:
    decision = decide(Situation(debts=(owing(date(2025, 1, 10)),)), BARE, date(2026, 1, 10))

    assert (decision.standing, decision.why, decision.to_notify) == (Standing.PENDING, Why.NO_NOTICE, (1,))


def test_a_charge_contested_on_the_tenth_day_of_the_notice_stops_the_ladder() -> None:
    debt = owing(date(2026, 11, 5), date(2026, 11, 11))
    contested = replace(debt, is_contested=True)

    assert decide(Situation(debts=(debt,)), BARE, date(2026, 11, 26)).standing is Standing.BLOCKED
    decision = decide(Situation(standing=Standing.PENDING, debts=(contested,)), BARE, date(2026, 11, 26))
    assert (decision.standing, decision.why) == (Standing.CLEAR, Why.CONTESTED)


def test_the_notice_comes_three_days_after_the_due_date_and_never_before_the_business_day() -> None:
    # Due Sunday 20 December: payable until Monday; three days after the due date is Wednesday.
    situation = Situation(debts=(owing(date(2026, 12, 20)),))
    assert first_day(situation, BARE, Standing.PENDING, date(2026, 12, 18)) == date(2026, 12, 23)
    # Due Saturday before Carnival with one day: payable until Ash Wednesday.
    carnival = Situation(debts=(owing(date(2026, 2, 14)),), days_to_pending=1)
    assert first_day(carnival, BARE, Standing.PENDING, date(2026, 2, 14)) == date(2026, 2, 18)


def test_the_block_of_the_design_moves_to_a_day_on_which_a_cut_may_start() -> None:
    situation = Situation(debts=(owing(date(2026, 12, 20), date(2026, 12, 23)),))

    assert decide(situation, Rules(), date(2026, 12, 23)).ahead.block_on == date(2027, 1, 7)
    friday = Situation(debts=(owing(date(2026, 11, 2), date(2026, 11, 5)),))
    decision = decide(friday, Rules(), date(2026, 11, 20))  # a Friday and a holiday
    assert (decision.standing, decision.why) == (Standing.PENDING, Why.NOT_A_CUT_DAY)
    assert first_day(friday, Rules(), Standing.BLOCKED, date(2026, 11, 20)) == date(2026, 11, 23)


def test_who_is_blocked_already_stays_so_over_the_weekend() -> None:
    situation = Situation(standing=Standing.BLOCKED, blocked_on=date(2026, 11, 23), debts=(owing(date(2026, 11, 2), date(2026, 11, 5)),))

    assert decide(situation, Rules(), date(2026, 11, 28)).standing is Standing.BLOCKED


BLOCKABLE = Situation(debts=(owing(date(2026, 11, 2), date(2026, 11, 5)),))
TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "change, rules, standing, why",
    [
        ({}, {}, Standing.BLOCKED, Why.PAST_BLOCK_DATE),
        ({"never_block": True}, {}, Standing.PENDING, Why.NEVER_BLOCK),
        ({"auto_block": False}, {}, Standing.PENDING, Why.AUTO_BLOCK_OFF),
        ({"held_until": TUESDAY}, {}, Standing.PENDING, Why.HELD),
        ({"held_until": TUESDAY - timedelta(days=1)}, {}, Standing.BLOCKED, Why.PAST_BLOCK_DATE),
        ({"grace_until": TUESDAY}, {}, Standing.PENDING, Why.GRACE),
        ({"trusted_until": TUESDAY}, {}, Standing.CLEAR, Why.TRUSTED),
        ({"trusted_until": TUESDAY - timedelta(days=1)}, {}, Standing.BLOCKED, Why.PAST_BLOCK_DATE),
        ({}, {"is_automatic": False}, Standing.PENDING, Why.WAITS_FOR_APPROVAL),
        ({"is_approved": True}, {"is_automatic": False}, Standing.BLOCKED, Why.PAST_BLOCK_DATE),
        ({}, {"minimum_debt": Money(10991)}, Standing.CLEAR, Why.BELOW_MINIMUM),
        ({}, {"minimum_debt": Money(10990)}, Standing.BLOCKED, Why.PAST_BLOCK_DATE),
        ({"days_to_block": 60}, {"days_to_reduce": 10}, Standing.REDUCED, Why.PAST_REDUCE_DATE),
        ({"never_block": True}, {"days_to_reduce": 10}, Standing.PENDING, Why.NEVER_BLOCK),
        ({"standing": Standing.BLOCKED, "cause": StandingCause.MANUAL, "debts": ()}, {}, Standing.BLOCKED, Why.BY_HAND),
        ({"standing": Standing.BLOCKED, "debts": ()}, {}, Standing.CLEAR, Why.NOTHING_OWED),
    ],
)
def test_what_stops_softens_or_keeps_a_block(change: dict, rules: dict, standing: Standing, why: Why) -> None:
    decision = decide(replace(BLOCKABLE, **change), Rules(**rules), TUESDAY)

    assert (decision.standing, decision.why) == (standing, why)


def test_f32_a_hospital_a_year_overdue_is_pending_at_most_and_still_noticed() -> None:
    hospital = Situation(never_block=True, debts=(owing(date(2025, 11, 5)), owing(date(2025, 12, 5), date(2025, 12, 8), key=2)))

    for n in range(0, 400, 7):
        decision = decide(hospital, Rules(), date(2025, 12, 10) + timedelta(days=n))
        assert decision.standing is Standing.PENDING
        assert decision.to_notify == (1,)
        assert decision.ahead.block_on is None


def test_f30_after_one_of_three_is_paid_the_next_decides_by_its_own_dates() -> None:
    three = [
        owing(date(2026, 9, 10), date(2026, 9, 14)),
        owing(date(2026, 10, 10), date(2026, 10, 14), key=2),
        owing(date(2026, 11, 10), key=3),
    ]
    today = date(2026, 11, 24)

    assert decide(Situation(debts=tuple(three)), Rules(), today).debt == 1
    second = decide(Situation(debts=tuple(three[1:])), Rules(), today)
    assert (second.standing, second.debt) == (Standing.BLOCKED, 2)
    third = decide(Situation(debts=tuple(three[2:])), Rules(), today)
    assert (third.standing, third.debt, third.to_notify) == (Standing.PENDING, 3, (3,))


def test_a_notice_of_an_older_debt_does_not_cut_for_a_new_one() -> None:
    debts = (owing(date(2026, 11, 10), None, key=2),)

    assert decide(Situation(debts=debts), BARE, date(2026, 12, 31)).standing is Standing.PENDING


def test_with_notices_off_a_late_contract_stays_clear_and_is_never_cut() -> None:
    silent = Situation(auto_notice=False, debts=(owing(date(2026, 11, 2)),))

    decision = decide(silent, Rules(), TUESDAY)

    assert (decision.standing, decision.why, decision.to_notify) == (Standing.CLEAR, Why.NOTICE_OFF, ())


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
debts_ = st.lists(
    st.builds(
        Debt,
        key=st.integers(1, 9),
        due_date=days,
        outstanding=st.integers(0, 20000).map(Money),
        notified_on=st.none() | days,
        is_contested=st.booleans(),
    ),  # fmt: skip
    max_size=4,
).map(tuple)
situations = st.builds(
    Situation, standing=st.sampled_from(Standing), debts=debts_, auto_notice=st.booleans(), auto_block=st.booleans(),
    never_block=st.booleans(), held_until=st.none() | days, grace_until=st.none() | days, trusted_until=st.none() | days,
    is_approved=st.booleans(), blocked_on=st.none() | days,
)  # fmt: skip
rules_ = st.builds(
    Rules, days_to_reduce=st.none() | st.integers(1, 60), minimum_debt=st.integers(0, 20000).map(Money), is_automatic=st.booleans()
)


@given(situations, rules_, days)
def test_nobody_is_cut_without_a_debt_whose_notice_is_fifteen_days_old(situation: Situation, rules: Rules, today: date) -> None:
    decision = decide(situation, rules, today)

    if decision.standing is Standing.BLOCKED:
        debt = next(debt for debt in situation.debts if debt.key == decision.debt and debt.notified_on and not debt.is_contested)
        assert debt.outstanding > Money(0)
        assert any(
            one.notified_on and (today - one.notified_on).days >= 15 and (today - one.due_date).days >= 18
            for one in situation.debts
            if one.key == decision.debt and not one.is_contested
        )
        assert not situation.never_block and situation.auto_block


@given(situations, rules_, days)
def test_the_decision_of_a_decided_day_is_the_same(situation: Situation, rules: Rules, today: date) -> None:
    decision = decide(situation, rules, today)
    after = replace(situation, standing=decision.standing, blocked_on=today if decision.standing is Standing.BLOCKED else None)

    assert decide(after, rules, today).standing is decision.standing


@given(situations, rules_, days)
def test_who_owes_nothing_is_free_unless_a_person_blocked(situation: Situation, rules: Rules, today: date) -> None:
    paid = replace(situation, debts=())

    assert decide(paid, rules, today).standing is Standing.CLEAR
