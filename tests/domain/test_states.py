from itertools import permutations

import pytest

from malha.domain.states import (
    CONTRACT_TRANSITIONS,
    MANUAL_STANDINGS,
    SITUATION_PRECEDENCE,
    STANDING_TRANSITIONS,
    ContractFacts,
    ContractState,
    Situation,
    Standing,
    StandingCause,
    can_change_standing,
    can_change_state,
    contract_situation,
    customer_situation,
    states_before,
)

POLICY, MANUAL = StandingCause.POLICY, StandingCause.MANUAL
ONE_OF_EACH = {
    Situation.BLOCKED: ContractFacts(ContractState.ACTIVE, Standing.BLOCKED),
    Situation.TRUST: ContractFacts(ContractState.ACTIVE, Standing.CLEAR, is_trusted=True),
    Situation.PENDING: ContractFacts(ContractState.ACTIVE, Standing.PENDING),
    Situation.ACTIVE: ContractFacts(ContractState.ACTIVE),
    Situation.SUSPENDED: ContractFacts(ContractState.SUSPENDED),
    Situation.INSTALLATION: ContractFacts(ContractState.DRAFT),
    Situation.CANCELLED: ContractFacts(ContractState.CANCELLED),
}


@pytest.mark.parametrize("situation", Situation)
def test_one_contract_gives_its_situation(situation: Situation) -> None:
    assert contract_situation(ONE_OF_EACH[situation]) is situation
    assert customer_situation([ONE_OF_EACH[situation]]) is situation


def test_the_first_of_the_precedence_wins_in_any_order() -> None:
    assert set(SITUATION_PRECEDENCE) == set(Situation)
    for one, other in permutations(SITUATION_PRECEDENCE, 2):
        expected = min(one, other, key=SITUATION_PRECEDENCE.index)
        assert customer_situation([ONE_OF_EACH[one], ONE_OF_EACH[other]]) is expected


def test_a_customer_without_contract_waits_for_installation() -> None:
    assert customer_situation([]) is Situation.INSTALLATION


def test_reduced_shows_as_pending() -> None:
    assert contract_situation(ContractFacts(ContractState.ACTIVE, Standing.REDUCED)) is Situation.PENDING


@pytest.mark.parametrize("standing", Standing)
def test_the_standing_counts_only_while_active(standing: Standing) -> None:
    assert contract_situation(ContractFacts(ContractState.CANCELLED, standing)) is Situation.CANCELLED
    assert contract_situation(ContractFacts(ContractState.SUSPENDED, standing, is_trusted=True)) is Situation.SUSPENDED
    assert contract_situation(ContractFacts(ContractState.DRAFT, standing)) is Situation.INSTALLATION


def test_a_block_is_seen_even_where_a_trust_release_runs() -> None:
    assert contract_situation(ContractFacts(ContractState.ACTIVE, Standing.BLOCKED, is_trusted=True)) is Situation.BLOCKED


def test_a_cancelled_contract_stays_cancelled() -> None:
    assert not any(can_change_state(ContractState.CANCELLED, new) for new in ContractState)
    assert states_before(ContractState.CANCELLED) == {ContractState.DRAFT, ContractState.ACTIVE, ContractState.SUSPENDED}
    assert states_before(ContractState.SUSPENDED) == {ContractState.ACTIVE}
    assert states_before(ContractState.DRAFT) == frozenset()


def test_the_tables_know_every_state() -> None:
    assert set(CONTRACT_TRANSITIONS) == set(ContractState)
    assert set(STANDING_TRANSITIONS) == set(Standing)
    assert not any(state in after for state, after in CONTRACT_TRANSITIONS.items())


@pytest.mark.parametrize("new", Standing)
def test_a_block_by_hand_is_not_undone_by_the_policy(new: Standing) -> None:
    assert not can_change_standing(Standing.BLOCKED, MANUAL, new, by=POLICY)


def test_a_person_undoes_any_block() -> None:
    assert can_change_standing(Standing.BLOCKED, MANUAL, Standing.CLEAR, by=MANUAL)
    assert can_change_standing(Standing.BLOCKED, POLICY, Standing.CLEAR, by=MANUAL)


def test_after_a_release_by_hand_the_policy_decides_again() -> None:
    assert can_change_standing(Standing.CLEAR, MANUAL, Standing.PENDING, by=POLICY)
    assert can_change_standing(Standing.CLEAR, MANUAL, Standing.BLOCKED, by=POLICY)


def test_pending_is_not_set_by_hand() -> None:
    assert Standing.PENDING not in MANUAL_STANDINGS
    assert not can_change_standing(Standing.CLEAR, POLICY, Standing.PENDING, by=MANUAL)


@pytest.mark.parametrize("standing", Standing)
def test_nothing_changes_into_itself(standing: Standing) -> None:
    assert not can_change_standing(standing, POLICY, standing, by=POLICY)
