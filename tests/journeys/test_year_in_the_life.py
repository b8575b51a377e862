"""A year in the life of one contract, as one printed ledger (failure-modes.md, "How we test what others do not").

Due day 31. A late payment with fine and interest, a part, a block and a release, a release in trust, a plan change in the middle of a
month, February, a month suspended, a carnê. Every run twice, the invariants after every day on which something happened.
"""

from dataclasses import replace
from datetime import date

import pytest

from malha.billing.data import OneOffData, ReceiptData
from malha.billing.models import Allocation, Charge
from malha.billing.services import charges
from malha.billing.services.payments import due_on
from malha.contracts.models import Contract, PauseKind
from malha.contracts.services import pauses
from malha.core import clock
from malha.core.history import SYSTEM
from malha.domain.money import Money
from malha.dunning.models import PendencyStep
from malha.journeys import settlement, trust
from malha.network.models import Access
from malha.network.services import accesses
from tests import make
from tests.world import World

pytestmark = pytest.mark.django_db

LEDGER = """
issued      due         total     kind     paid on     fine+int  lines
2026-03-21  2026-03-31   R$ 81,22 MONTHLY  2026-04-20      2,16  Fibra 21/31
2026-04-20  2026-04-30  R$ 119,90 MONTHLY  2026-04-30      0,00  Fibra
2026-05-21  2026-05-31  R$ 119,90 MONTHLY  2026-06-01      0,00  Fibra
2026-06-20  2026-06-30  R$ 119,90 MONTHLY  2026-07-28      2,93  Fibra
2026-07-21  2026-07-31  R$ 119,90 MONTHLY  2026-07-31      0,00  Fibra
2026-08-21  2026-08-31  R$ 131,50 MONTHLY  2026-08-31      0,00  Fibra 15/31 58,01, Turbo 16/31 77,36, Ajuste de 30/06/2026–30/07/2026 -3,87
2026-09-20  2026-09-30  R$ 149,90 MONTHLY  2026-09-30      0,00  Turbo
2026-10-21  2026-10-31    R$ 4,83 MONTHLY  2026-10-31      0,00  Turbo 1/31
2026-11-03  2026-11-15   R$ 33,34 ONE_OFF  2026-11-03      0,00  Roteador 1/3
2026-11-03  2026-12-15   R$ 33,33 ONE_OFF  2026-11-03      0,00  Roteador 2/3
2026-11-03  2027-01-15   R$ 33,33 ONE_OFF  2026-11-03      0,00  Roteador 3/3
2026-11-20  2026-11-30  R$ 144,90 MONTHLY  2026-12-29      4,30  Turbo 29/30
2026-12-21  2026-12-31  R$ 149,90 MONTHLY  2026-12-31      0,00  Turbo
2027-01-21  2027-01-31  R$ 111,21 MONTHLY  2027-01-29      0,00  Turbo 149,90, Ajuste de 30/11/2026–30/12/2026 -38,69
2027-02-18  2027-02-28  R$ 149,90 MONTHLY  2027-03-01      0,00  Turbo
""".strip()

LADDER = """
2026-04-03 PENDING LATE
2026-04-03 NOTICE_DELIVERED
2026-04-20 RELEASED NOT_LATE_YET
2026-07-03 PENDING LATE
2026-07-03 NOTICE_DELIVERED
2026-07-20 BLOCKED PAST_BLOCK_DATE
2026-07-20 TRUSTED TRUSTED
2026-07-24 PENDING NOT_A_CUT_DAY
2026-07-27 BLOCKED PAST_BLOCK_DATE
2026-07-28 RELEASED NOT_LATE_YET
2026-12-03 PENDING LATE
2026-12-03 NOTICE_DELIVERED
2026-12-21 BLOCKED PAST_BLOCK_DATE
2026-12-29 RELEASED NOT_LATE_YET
""".strip()


def pay(charge: Charge, value: Money | None = None) -> None:
    """At the counter, today, all of it unless told otherwise."""
    owed = due_on([charge], clock.today())[0].total
    data = ReceiptData(value=value or owed, paid_on=clock.today(), form="CASH")
    settlement.settle(customer=charge.customer, charge_ids=[charge.pk], data=data, actor=SYSTEM)


def of(due: date) -> Charge:
    found = Charge.objects.filter(kind="MONTHLY", due_date=due, state="OPEN").first()
    assert found is not None, f"{due}\n{ledger()}"
    return found


@pytest.fixture
def contract() -> Contract:
    make.company()
    return make.access(make.contract(due_day=31), plan=make.plan("Fibra", price="119,90")).contract


def test_a_year(contract):
    world = World(date(2026, 3, 10))
    access = Access.objects.get()
    faster = make.plan("Turbo", price="149,90")
    # March: paid twenty days late, after the notice and before the block.
    world.on(date(2026, 4, 20), lambda: pay(of(date(2026, 3, 31))))
    # April on the day, May on the Monday after a Sunday.
    world.on(date(2026, 4, 30), lambda: pay(of(date(2026, 4, 30))))
    world.on(date(2026, 6, 1), lambda: pay(of(date(2026, 5, 31))))
    # June: a part in time, then nothing; trust; blocked; the rest.
    world.on(date(2026, 6, 30), lambda: pay(of(date(2026, 6, 30)), Money(2000)))
    world.on(date(2026, 7, 20), lambda: trust.grant(contract=contract, actor=SYSTEM))
    world.on(date(2026, 7, 28), lambda: pay(of(date(2026, 6, 30))))
    world.on(date(2026, 7, 31), lambda: pay(of(date(2026, 7, 31))))
    # August: another plan from the 15th.
    world.on(date(2026, 8, 15), lambda: change_plan(access, faster))
    world.on(date(2026, 8, 31), lambda: pay(of(date(2026, 8, 31))))
    world.on(date(2026, 9, 30), lambda: pay(of(date(2026, 9, 30))))
    # Suspended on request from 1 to 31 October; a carnê for a router in November.
    world.on(date(2026, 10, 1), lambda: pauses.begin([contract.pk], kind=PauseKind.SUSPENDED, on=date(2026, 10, 1)))
    world.on(date(2026, 10, 31), lambda: pay(of(date(2026, 10, 31))))
    world.on(date(2026, 11, 1), lambda: pauses.end([contract.pk], kind=PauseKind.SUSPENDED, on=date(2026, 11, 1)))
    world.on(date(2026, 11, 3), lambda: booklet(contract))
    # November is forgotten: blocked on 21 December, paid on the 29th.
    world.on(date(2026, 12, 29), lambda: pay(of(date(2026, 11, 30))))
    world.on(date(2026, 12, 31), lambda: pay(of(date(2026, 12, 31))))
    world.on(date(2027, 1, 29), lambda: pay(of(date(2027, 1, 31))))
    world.on(date(2027, 3, 1), lambda: pay(of(date(2027, 2, 28))))

    world.to(date(2027, 3, 10))

    assert ledger() == LEDGER, ledger()
    assert ladder(contract) == LADDER, ladder(contract)


def change_plan(access: Access, plan) -> None:
    accesses.change(access=access, data=replace(accesses.data_of(access), plan_id=plan.pk), actor=SYSTEM)


def booklet(contract: Contract) -> None:
    data = OneOffData(description="Roteador", amount=Money(10000), due_date=date(2026, 11, 15), installments=3, contract_id=contract.pk)
    for charge in charges.issue_one_off(customer=contract.customer, data=data, actor=SYSTEM):
        pay(charge)


def ledger() -> str:
    rows = ["issued      due         total     kind     paid on     fine+int  lines"]
    for charge in Charge.objects.order_by("issued_on", "due_date", "number"):
        parts = Allocation.objects.filter(charge=charge)
        extra = Money.total(part.fine + part.interest for part in parts)
        lines = ", ".join(
            f"{line.description}{f' {line.days}/{line.whole_days}' if line.days != line.whole_days else ''}"
            f"{f' {line.amount.format_number()}' if charge.lines.count() > 1 else ''}"
            for line in charge.lines.all()
        )
        total, paid = charge.total.format_brl().replace("\u00a0", " "), charge.paid_on or "open"
        rows.append(f"{charge.issued_on}  {charge.due_date}  {total:>9} {charge.kind:8} {paid!s:10}  {extra.format_number():>8}  {lines}")
    return "\n".join(row.rstrip() for row in rows)


def ladder(contract: Contract) -> str:
    steps = PendencyStep.objects.filter(pendency__contract=contract).order_by("id")
    return "\n".join(f"{step.on} {step.kind} {step.why}".rstrip() for step in steps)
