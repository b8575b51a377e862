"""Holding out, approving, undoing: what a person does about the daily run."""

from datetime import date, timedelta

import pytest

from malha.contracts.models import Contract, ServicePause
from malha.core import clock
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.dunning.models import DunningPolicy, DunningRun, Pendency
from malha.journeys import blocking, delinquency, dunning_runs
from malha.network.models import Access, SyncState
from tests import make
from tests.world import World, at

pytestmark = pytest.mark.django_db

BLOCK = date(2026, 4, 7)  # of a charge due on 20 March; a Tuesday
ONE_DAY = timedelta(days=1)


@pytest.fixture
def contracts() -> list[Contract]:
    make.company()
    people = [make.customer(cpf_cnpj="") for _n in range(3)]
    return [make.access(make.contract(one, due_day=20), plan=make.plan(price="119,90")).contract for one in people]


@pytest.fixture
def world(contracts) -> World:
    return World(date(2026, 3, 10))


def standings() -> list[str]:
    return list(Contract.objects.order_by("pk").values_list("standing", flat=True))


def verbs(verb: str) -> int:
    return HistoryEntry.objects.filter(verb=verb).count()


def test_who_is_held_out_is_not_blocked_until_the_day_after(contracts, world):
    world.to(BLOCK - ONE_DAY)

    with clock.frozen(at(BLOCK - ONE_DAY)):
        held = dunning_runs.hold_out(contract_ids=[contracts[0].pk], until=BLOCK + ONE_DAY, reason="paga na quarta", actor=SYSTEM)

    assert held == 1
    world.to(BLOCK + ONE_DAY)
    assert standings() == ["PENDING", "BLOCKED", "BLOCKED"]
    world.to(BLOCK + 2 * ONE_DAY)
    assert standings() == ["BLOCKED"] * 3
    entry = HistoryEntry.objects.get(verb="contract.held")
    assert (entry.customer_id, entry.reason, entry.after) == (
        contracts[0].customer_id, "paga na quarta", {"do_not_block_until": "2026-04-08"},
    )  # fmt: skip


def test_holding_a_blocked_one_releases_it_at_once_and_letting_go_blocks_again(contracts, world):
    world.to(BLOCK)
    Access.objects.update(sync_state=SyncState.APPLIED, due_at=None)

    with clock.frozen(at(BLOCK)):
        dunning_runs.hold_out(contract_ids=[contracts[0].pk], until=BLOCK + ONE_DAY, reason="negociando", actor=SYSTEM)
    assert standings() == ["PENDING", "BLOCKED", "BLOCKED"]
    assert Access.objects.filter(due_at__isnull=False).get().contract == contracts[0]

    with clock.frozen(at(BLOCK, 10)):
        dunning_runs.let_go(contract_ids=[contracts[0].pk], actor=SYSTEM)
    assert standings() == ["BLOCKED"] * 3
    assert verbs("contract.hold_ended") == 1


@pytest.mark.parametrize(
    ("until", "reason", "field"),
    [(BLOCK - ONE_DAY, "x", "until"), (BLOCK + timedelta(days=367), "x", "until"), (BLOCK, " ", "reason")],
)
def test_a_hold_says_why_and_until_a_day_that_makes_sense(contracts, until, reason, field):
    with clock.frozen(at(BLOCK)), pytest.raises(BusinessError) as refused:
        dunning_runs.hold_out(contract_ids=[contracts[0].pk], until=until, reason=reason, actor=SYSTEM)

    assert set(refused.value.fields) == {field}
    assert not verbs("contract.held")


def test_the_same_hold_twice_is_recorded_once(contracts):
    for _n in range(2):
        with clock.frozen(at(BLOCK)):
            dunning_runs.hold_out(contract_ids=[contracts[0].pk], until=BLOCK, reason="paga hoje", actor=SYSTEM)

    assert verbs("contract.held") == 1


def test_what_is_approved_the_day_before_is_blocked_by_the_run(contracts, world):
    DunningPolicy.objects.update(is_automatic=False)
    user = make.user()
    world.to(BLOCK - ONE_DAY)

    with clock.frozen(at(BLOCK - ONE_DAY)):
        done = dunning_runs.approve(contract_ids=[contracts[0].pk, contracts[1].pk], user_id=user.pk, actor=SYSTEM)

    assert (done.approved, done.blocked) == (2, 0)
    assert standings() == ["PENDING"] * 3
    world.to(BLOCK)
    assert standings() == ["BLOCKED", "BLOCKED", "PENDING"]
    assert {row.approved_by for row in Pendency.objects.filter(approved_at__isnull=False)} == {user}
    assert verbs("dunning.approved") == 2


def test_what_is_approved_on_its_day_is_blocked_at_once_and_can_be_undone(contracts, world):
    DunningPolicy.objects.update(is_automatic=False)
    world.to(BLOCK)
    assert standings() == ["PENDING"] * 3

    with clock.frozen(at(BLOCK)):
        done = dunning_runs.approve(contract_ids=[one.pk for one in contracts], actor=SYSTEM)
        assert (done.approved, done.blocked, standings()) == (3, 3, ["BLOCKED"] * 3)
        run = dunning_runs.last_run(BLOCK)
        assert run is not None and run.blocked == 3
        dunning_runs.undo_run(run=run, actor=SYSTEM)

    assert standings() == ["PENDING"] * 3
    assert not Pendency.objects.filter(approved_at__isnull=False).exists()
    world.to(BLOCK + 3 * ONE_DAY)
    assert standings() == ["PENDING"] * 3


def test_an_automatic_policy_has_nothing_to_approve(contracts, world):
    world.to(BLOCK - ONE_DAY)

    with pytest.raises(BusinessError) as refused:
        dunning_runs.approve(contract_ids=[contracts[0].pk], actor=SYSTEM)

    assert refused.value.code == "policy_is_automatic"
    assert not Pendency.objects.filter(approved_at__isnull=False).exists()


def test_undoing_the_run_takes_its_blocks_back_until_tomorrow(contracts, world):
    world.to(BLOCK)
    Access.objects.update(sync_state=SyncState.APPLIED, due_at=None)

    with clock.frozen(at(BLOCK, 10)):
        count = dunning_runs.undo_run(run=dunning_runs.last_run(BLOCK), actor=SYSTEM)

    assert count == 3
    assert standings() == ["PENDING"] * 3
    assert not ServicePause.objects.exists()  # nobody lost a day
    assert all(access.due_at for access in Access.objects.all())
    assert HistoryEntry.objects.get(verb="dunning_run.undone").after == {"count": 3}
    world.to(BLOCK + ONE_DAY)
    assert standings() == ["PENDING"] * 3
    world.to(BLOCK + 2 * ONE_DAY)
    assert standings() == ["BLOCKED"] * 3


def test_the_second_undo_says_that_it_was_undone(contracts, world):
    world.to(BLOCK)
    run = dunning_runs.last_run(BLOCK)
    with clock.frozen(at(BLOCK, 10)):
        dunning_runs.undo_run(run=run, actor=SYSTEM)

    with clock.frozen(at(BLOCK, 11)), pytest.raises(StateConflict) as refused:
        dunning_runs.undo_run(run=run, actor=SYSTEM)

    assert refused.value.code == "run_undone"
    assert f"{clock.local(at(BLOCK, 10)):%H:%M}" in refused.value.message
    assert verbs("dunning_run.undone") == 1


def test_undoing_leaves_what_a_person_blocked_or_a_release_freed(contracts, world):
    world.to(BLOCK)
    with clock.frozen(at(BLOCK, 9)):
        contracts[0].refresh_from_db()
        blocking.release(contract=contracts[0], actor=SYSTEM)
        contracts[0].refresh_from_db()
        blocking.block(contract=contracts[0], reason="fraude", actor=SYSTEM)
        contracts[1].refresh_from_db()
        blocking.release(contract=contracts[1], actor=SYSTEM)

    with clock.frozen(at(BLOCK, 10)):
        count = dunning_runs.undo_run(run=dunning_runs.last_run(BLOCK), actor=SYSTEM)

    assert count == 1
    assert standings() == ["BLOCKED", "CLEAR", "PENDING"]
    assert Contract.objects.get(pk=contracts[0].pk).standing_cause == "MANUAL"


def test_a_run_of_yesterday_is_not_undone_and_a_longer_hold_is_not_shortened(contracts, world):
    world.to(BLOCK)
    run = dunning_runs.last_run(BLOCK)
    with clock.frozen(at(BLOCK + ONE_DAY)), pytest.raises(StateConflict) as refused:
        dunning_runs.undo_run(run=run, actor=SYSTEM)
    assert refused.value.code == "run_of_another_day"

    later = BLOCK + timedelta(days=5)
    Contract.objects.filter(pk=contracts[0].pk).update(do_not_block_until=later)  # set by somebody between the run and its undoing
    with clock.frozen(at(BLOCK, 10)):
        dunning_runs.undo_run(run=run, actor=SYSTEM)
    assert Contract.objects.get(pk=contracts[0].pk).do_not_block_until == later


def test_the_run_that_is_meant_is_the_last_one_that_blocked_somebody(contracts, world):
    assert dunning_runs.last_run(BLOCK) is None
    world.to(BLOCK)  # runs twice; the second time nothing happened
    first = dunning_runs.last_run(BLOCK)
    with clock.frozen(at(BLOCK, 8)):
        delinquency.assess_day(today=BLOCK, actor=SYSTEM)

    assert dunning_runs.last_run(BLOCK) == first
    assert DunningRun.objects.filter(local_date=BLOCK).count() > 1
