"""From pendência to bloqueio to liberação, on the contract and on its accesses."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.billing.data import AgreementData, OneOffData
from malha.billing.models import Charge
from malha.billing.services import charges
from malha.contracts.models import Contract, ContractState, ServicePause
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.domain.money import Money
from malha.dunning.models import DunningPolicy, DunningRun, Notice, NoticeChannel, Pendency, PendencyStep, TrustRelease
from malha.journeys import blocking, charge_changes, delinquency, notice_page, notices, trust
from malha.network.models import Access, SyncState
from tests import make
from tests.world import World, at

pytestmark = pytest.mark.django_db

DUE = date(2026, 3, 20)  # a Friday
NOTICE = date(2026, 3, 23)
BLOCK = date(2026, 4, 7)  # 20 March + 18 days; a Tuesday


@pytest.fixture
def contract() -> Contract:
    make.company()
    return make.access(make.contract(due_day=20), plan=make.plan(price="119,90")).contract


@pytest.fixture
def world(contract) -> World:
    return World(date(2026, 3, 10))


def standing(contract: Contract) -> tuple[str, str]:
    contract.refresh_from_db()
    return contract.standing, contract.standing_cause


def settled(contract: Contract) -> None:
    """The router has obeyed."""
    Access.objects.filter(contract=contract).update(sync_state=SyncState.APPLIED, due_at=None)


def steps(contract: Contract) -> list[tuple[str, date]]:
    return list(PendencyStep.objects.filter(pendency__contract=contract).order_by("id").values_list("kind", "on"))


def test_the_ladder_of_a_late_charge(contract, world):
    world.to(NOTICE - timedelta(days=1))
    assert standing(contract) == ("CLEAR", "")

    world.to(NOTICE)
    assert standing(contract) == ("PENDING", "POLICY")
    assert Notice.objects.get().delivered_on == NOTICE

    settled(contract)
    world.to(BLOCK - timedelta(days=1))
    assert standing(contract) == ("PENDING", "POLICY")
    assert Access.objects.get().due_at is None
    world.to(BLOCK)
    assert standing(contract) == ("BLOCKED", "POLICY")
    assert steps(contract) == [
        ("PENDING", NOTICE), ("NOTICE_DELIVERED", NOTICE), ("BLOCKED", BLOCK),
    ]  # fmt: skip
    assert ServicePause.objects.get().starts_on == BLOCK


def test_a_block_makes_every_access_of_the_contract_due(contract, world):
    make.access(contract)
    world.to(BLOCK - timedelta(days=1))
    settled(contract)

    world.to(BLOCK)

    assert {access.sync_state for access in Access.objects.all()} == {SyncState.MODIFIED}
    assert all(access.due_at for access in Access.objects.all())


def test_without_a_delivered_notice_nobody_is_blocked(contract):
    World(date(2026, 3, 10), delivers=False).to(date(2026, 5, 20))

    assert standing(contract) == ("PENDING", "POLICY")
    assert set(Notice.objects.values_list("delivered_on", flat=True)) == {None}


def test_f26_a_hundred_runs_a_day_are_one_notice_and_one_step(contract, world):
    world.to(NOTICE)
    with clock.frozen(at(NOTICE)):
        for _n in range(100):
            delinquency.assess_day(today=NOTICE, actor=SYSTEM)

    assert Notice.objects.count() == 1
    assert PendencyStep.objects.filter(kind="PENDING").count() == 1


def test_f27_a_missed_day_is_made_up_for(contract):
    world = World(date(2026, 3, 10))
    world.to(date(2026, 3, 21))
    world.today = date(2026, 3, 26)  # no run on the 23rd, when the notice was due

    world.to(date(2026, 3, 26))

    assert Notice.objects.get().wanted_on == date(2026, 3, 26)
    world.to(date(2026, 4, 13))
    # 26 March + 15 days is a Friday: the block waits for Monday.
    assert standing(contract)[0] == "BLOCKED"
    assert steps(contract)[-1] == ("BLOCKED", date(2026, 4, 13))


def test_f29_the_other_contract_of_the_customer_stays_clear(contract, world):
    other = make.access(make.contract(contract.customer, due_day=5)).contract
    Contract.objects.filter(pk=other.pk).update(exempt=True)

    world.to(BLOCK)

    assert standing(contract)[0] == "BLOCKED"
    assert standing(other) == ("CLEAR", "")


def test_f34_released_by_a_person_at_night_stays_so_in_the_morning(contract, world):
    world.to(BLOCK)
    with clock.frozen(at(BLOCK, 20)):
        contract.refresh_from_db()
        blocking.release(contract=contract, reason="ligou, paga amanhã", actor=SYSTEM)

    world.to(BLOCK + timedelta(days=1))

    assert standing(contract)[0] == "PENDING"
    world.to(BLOCK + timedelta(days=2))
    assert standing(contract)[0] == "BLOCKED"


def test_a_block_by_hand_is_not_undone_by_a_run(contract, world):
    blocking.block(contract=contract, reason="pedido da polícia", actor=SYSTEM)

    world.to(NOTICE)

    assert standing(contract) == ("BLOCKED", "MANUAL")


def test_days_blocked_are_not_charged(contract, world):
    world.to(date(2026, 5, 10))

    # Blocked since 7 April: the charge of 20 March to 19 April has 18 of 31 days, the month after that is not asked for.
    assert Charge.objects.get(due_date=date(2026, 4, 20)).total == Money(11990 * 18 // 31)
    assert not Charge.objects.filter(due_date__gt=date(2026, 4, 20)).exists()
    contract.refresh_from_db()
    assert contract.billed_until == date(2026, 5, 19)


def test_trust_ends_by_itself_and_the_debt_stays(contract, world):
    world.to(BLOCK)
    with clock.frozen(at(BLOCK)):
        release = trust.grant(contract=contract, actor=SYSTEM)

    assert standing(contract) == ("CLEAR", "TRUST")
    assert release.until == BLOCK + timedelta(days=3)
    world.to(release.until)
    assert standing(contract) == ("CLEAR", "TRUST")
    world.to(release.until + timedelta(days=3))  # the 11th is a Saturday: the block begins again on Monday
    assert standing(contract) == ("BLOCKED", "POLICY")
    assert TrustRelease.objects.get().ended_on is not None
    assert Charge.objects.filter(state="OPEN").exists()


@pytest.mark.parametrize("spoil", ["twice", "by hand", "rule", "plan", "nothing late", "too old"])
def test_trust_has_limits_and_says_them(contract, world, spoil):
    world.to(BLOCK if spoil != "nothing late" else date(2026, 3, 18))
    day = world.today - timedelta(days=1)
    if spoil == "twice":
        with clock.frozen(at(day)):
            trust.grant(contract=contract, actor=SYSTEM)
        world.to(day + timedelta(days=7))
    elif spoil == "by hand":
        Contract.objects.update(standing_cause="MANUAL")
    elif spoil == "rule":
        Contract.objects.update(trust_release_rule="NO")
    elif spoil == "plan":
        contract.items.get().plan.__class__.objects.update(allows_trust_release=False)
    elif spoil == "too old":
        DunningPolicy.objects.update(trust_max_debt_days=10)
    contract.refresh_from_db()

    with clock.frozen(at(world.today)), pytest.raises(BusinessError) as refused:
        trust.grant(contract=contract, actor=SYSTEM)

    assert refused.value.code == "trust_refused" and refused.value.message
    with clock.frozen(at(world.today)), pytest.raises(BusinessError) as unexplained:
        trust.grant(contract=contract, actor=SYSTEM, exceeds=True)
    assert unexplained.value.code == "reason_required"


def test_a_promise_before_the_block_moves_it(contract, world):
    world.to(BLOCK - timedelta(days=1))
    with clock.frozen(at(BLOCK - timedelta(days=1))):
        trust.grant(contract=contract, kind="PROMISE", days=3, actor=SYSTEM)

    world.to(BLOCK + timedelta(days=2))
    assert standing(contract) == ("CLEAR", "TRUST")
    world.to(BLOCK + timedelta(days=6))
    assert standing(contract)[0] == "BLOCKED"
    # Who did not keep a promise gets nothing more in trust, unless a person says why.
    assert trust.offer(contract, today=world.today).remaining == 0


def test_contested_stops_the_ladder_and_its_end_goes_on(contract, world):
    world.to(NOTICE + timedelta(days=5))
    charge = Charge.objects.get(due_date=DUE)
    with clock.frozen(at(world.today)):
        charge_changes.contest(charge=charge, note="diz que não usou", actor=SYSTEM)
    assert standing(contract) == ("CLEAR", "")
    world.to(BLOCK + timedelta(days=3))
    assert standing(contract) == ("CLEAR", "")

    with clock.frozen(at(world.today)):
        charge_changes.settle_contest(charge=charge, note="usou", actor=SYSTEM)

    assert standing(contract)[0] in ("PENDING", "BLOCKED")


def test_a_notice_that_waited_when_the_charge_was_contested_waits_again(contract):
    charge = issued(contract)
    day(NOTICE)
    with clock.frozen(at(NOTICE)):
        charge_changes.contest(charge=charge, note="diz que não usou", actor=SYSTEM)
    with clock.frozen(at(NOTICE + timedelta(days=4))):
        charge_changes.settle_contest(charge=charge, note="usou", actor=SYSTEM)
    day(NOTICE + timedelta(days=5))

    with clock.frozen(at(NOTICE + timedelta(days=5))):
        notice_page.seen(contract=contract, page="pendencia", ip="100.64.0.9", proof="100.64.0.9", content="", actor=SYSTEM)

    notice = Notice.objects.get()
    assert notice.delivered_on == NOTICE + timedelta(days=5) and notice.pendency == Pendency.objects.get(closed_on__isnull=True)
    day(NOTICE + timedelta(days=22))
    assert standing(contract)[0] == "BLOCKED"


def issued(contract: Contract) -> Charge:
    data = OneOffData(description="Mensalidade", amount=Money(11990), due_date=DUE, contract_id=contract.pk)
    return charges.issue_one_off(customer=contract.customer, data=data, actor=SYSTEM)[0]


def day(today: date) -> None:
    with clock.frozen(at(today)):
        delinquency.assess_day(today=today, actor=SYSTEM)


def test_a_cancelled_charge_releases_and_a_blocked_one_may_stay_blocked(contract, world):
    world.to(BLOCK)
    with clock.frozen(at(BLOCK)):
        charge_changes.cancel(charge=Charge.objects.get(due_date=DUE), reason="erro nosso", releases=False, actor=SYSTEM)
    assert standing(contract) == ("BLOCKED", "MANUAL")


def test_with_an_agreement_the_blocked_wait_for_the_first_instalment(contract, world):
    world.to(BLOCK)
    with clock.frozen(at(BLOCK)):
        charge = Charge.objects.get(due_date=DUE)
        data = AgreementData(charge_ids=(charge.pk,), first_due=BLOCK + timedelta(days=3), installments=2)
        charge_changes.agree(customer=contract.customer, data=data, actor=SYSTEM)

    assert standing(contract) == ("BLOCKED", "POLICY")
    world.to(BLOCK + timedelta(days=1))
    assert standing(contract) == ("BLOCKED", "POLICY")
    first, second = Charge.objects.filter(kind="AGREEMENT").order_by("installment_number")
    assert first.total + second.total == Money(4282) + Money(86) + Money(26)  # with fine and interest of 18 days
    charges.cancel(charge=first, reason="como se estivesse paga", actor=SYSTEM)
    delinquency.reassess(contract_ids=[contract.pk], actor=SYSTEM, today=BLOCK + timedelta(days=1))
    assert standing(contract)[0] == "CLEAR"


def test_suggest_and_approve_waits_for_a_person(contract, world):
    DunningPolicy.objects.update(is_automatic=False)
    world.to(BLOCK)
    assert standing(contract)[0] == "PENDING"

    Pendency.objects.update(approved_at=clock.now())
    world.to(BLOCK + timedelta(days=1))

    assert standing(contract)[0] == "BLOCKED"


def test_the_rehearsal_is_the_run_without_writing(contract, world):
    world.to(BLOCK - timedelta(days=1))
    runs = DunningRun.objects.count()

    outcomes = list(delinquency.rehearse(BLOCK))

    assert [(one.known.contract, one.decision.standing, one.moves) for one in outcomes] == [(contract, "BLOCKED", True)]
    assert standing(contract)[0] == "PENDING" and DunningRun.objects.count() == runs


def test_a_suspended_contract_is_left_alone(contract, world):
    Contract.objects.update(state=ContractState.SUSPENDED)

    world.to(BLOCK)

    assert standing(contract) == ("CLEAR", "")


def test_every_move_is_in_the_history_with_its_cause(contract, world):
    world.to(BLOCK)

    entry = HistoryEntry.objects.get(verb="contract.standing_blocked")
    assert (entry.customer_id, entry.before, entry.after) == (
        contract.customer_id, {"standing": "PENDING"}, {"standing": "BLOCKED", "why": "PAST_BLOCK_DATE"},
    )  # fmt: skip


def test_a_notice_by_letter_needs_its_proof_and_counts_once(contract):
    World(date(2026, 3, 10), delivers=False).to(NOTICE)
    notice = Notice.objects.get()

    with pytest.raises(BusinessError):
        notices.deliver(notice=notice, channel=NoticeChannel.LETTER, proof=" ", actor=SYSTEM)
    notices.deliver(notice=notice, channel=NoticeChannel.LETTER, proof="carta registrada 123, recebida por Ana", actor=SYSTEM)
    with pytest.raises(BusinessError):
        notices.deliver(notice=notice, channel=NoticeChannel.LETTER, proof="de novo", actor=SYSTEM)


def test_statements_do_not_grow_with_the_number_of_contracts():
    make.company()
    counts = []
    for number in (2, 20):
        for _n in range(number):
            make.contract(make.customer(cpf_cnpj=""), plans=(make.plan(),), due_day=20)
        World(date(2026, 3, 10), delivers=False).to(date(2026, 3, 10))
        with CaptureQueriesContext(connection) as statements:
            delinquency.assess_day(today=NOTICE, actor=SYSTEM)
        counts.append(len(statements))
        Pendency.objects.all()
    assert counts[1] <= counts[0] + 2 and counts[1] <= 40
