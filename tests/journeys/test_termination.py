"""Rescisão: sixty days of block, a second notice and its days, and then a person."""

from datetime import date, timedelta

import pytest

from malha.contracts.models import Contract
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.dunning.models import Notice, NoticeChannel, Pendency
from malha.journeys import notices, termination
from tests import make
from tests.world import World, at

pytestmark = pytest.mark.django_db

BLOCK = date(2026, 4, 7)
FROM = BLOCK + timedelta(days=45)  # the notice of termination may go out
SIXTY = BLOCK + timedelta(days=60)


@pytest.fixture
def contract() -> Contract:
    make.company()
    return make.access(make.contract(due_day=20), plan=make.plan(price="119,90")).contract


@pytest.fixture
def world(contract) -> World:
    return World(date(2026, 3, 10))


def prepare(contract: Contract, day: date) -> int:
    with clock.frozen(at(day)):
        return termination.prepare(contract_ids=[contract.pk], actor=SYSTEM)


def deliver(day: date) -> None:
    with clock.frozen(at(day)):
        notice = Notice.objects.get(kind="TERMINATION")
        notices.deliver(notice=notice, channel=NoticeChannel.LETTER, proof="AR 123", actor=SYSTEM)


def terminate(contract: Contract, day: date) -> None:
    contract.refresh_from_db()
    with clock.frozen(at(day)):
        termination.terminate(contract=contract, reason="Falta de pagamento", actor=SYSTEM)


def test_it_is_proposed_early_enough_for_its_notice(contract, world):
    world.to(FROM)

    assert not termination.proposals(FROM - timedelta(days=1)).exists()
    assert list(termination.proposals(FROM)) == [contract]


def test_the_notice_is_wanted_once(contract, world):
    world.to(FROM)

    assert (prepare(contract, FROM), prepare(contract, FROM)) == (1, 0)

    notice = Notice.objects.get(kind="TERMINATION")
    assert (notice.wanted_on, notice.delivered_on) == (FROM, None)
    assert HistoryEntry.objects.get(verb="contract.termination_proposed").customer_id == contract.customer_id


def test_after_sixty_days_and_a_delivered_notice_a_person_ends_it(contract, world):
    world.to(FROM)
    prepare(contract, FROM)
    deliver(FROM)

    with pytest.raises(BusinessError) as early:
        terminate(contract, SIXTY - timedelta(days=1))
    assert early.value.code == "too_early" and f"{SIXTY:%d/%m/%Y}" in early.value.message
    terminate(contract, SIXTY)

    contract.refresh_from_db()
    assert (contract.state, contract.cancelled_on, contract.cancel_reason) == ("CANCELLED", SIXTY, "Falta de pagamento")
    assert not Pendency.objects.filter(closed_on__isnull=True).exists()


def test_a_late_notice_moves_the_day(contract, world):
    world.to(SIXTY)
    prepare(contract, SIXTY)
    deliver(SIXTY)

    (proposal,) = termination.look([Contract.objects.get()], SIXTY)

    assert proposal.decision.may_terminate
    assert proposal.earliest == SIXTY + timedelta(days=15) and not proposal.may_terminate(SIXTY)
    with pytest.raises(BusinessError):
        terminate(contract, SIXTY + timedelta(days=14))
    terminate(contract, SIXTY + timedelta(days=15))


@pytest.mark.parametrize("spoil", ["no notice", "not delivered", "not blocked"])
def test_without_block_or_delivered_notice_nobody_is_terminated(contract, world, spoil):
    world.to(SIXTY + timedelta(days=30))
    day = SIXTY + timedelta(days=30)
    if spoil == "not delivered":
        prepare(contract, day)
    elif spoil == "not blocked":
        Contract.objects.update(standing="PENDING")

    with pytest.raises(BusinessError) as refused:
        terminate(contract, day)

    assert refused.value.code == "too_early"
    assert Contract.objects.get().state == "ACTIVE"
