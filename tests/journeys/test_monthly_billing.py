"""The billing day, by the failures that systems like this one are known for."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from malha.billing import invariants
from malha.billing.models import BilledPeriod, BillingRun, Charge, ParkedContract, ParkReason, Payment
from malha.contracts.models import Contract, ContractItem, PauseKind
from malha.contracts.services import pauses
from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import Company, Counter
from malha.domain.money import Money
from malha.journeys import monthly_billing
from tests import make

pytestmark = pytest.mark.django_db

# Tests live on 10 March 2026. Due day 20, ten days ahead: the period since 10 March is charged today.
TODAY = date(2026, 3, 10)


def bill(day: date = TODAY, **values):
    return monthly_billing.bill_day(day, actor=SYSTEM, **values)


@pytest.fixture
def contract() -> Contract:
    make.company()
    return make.access(make.contract(due_day=20), plan=make.plan(price="119,90")).contract


def active(due_day: int = 20, price: str = "119,90", **values) -> Contract:
    """A contract with a plan, active from today."""
    return make.contract(make.customer(cpf_cnpj=""), plans=(make.plan(price=price),), due_day=due_day, **values)


def test_a_new_contract_gets_its_first_charge_by_the_day():
    contract = active()

    issued = bill()

    charge = Charge.objects.get()
    # 20 February to 19 March is 28 days, used from the 10th: 10 of them.
    assert (charge.due_date, charge.total, charge.state) == (date(2026, 3, 20), Money(11990 * 10 // 28), "OPEN")
    assert (charge.period_start, charge.period_end) == (date(2026, 3, 10), date(2026, 3, 19))
    assert charge.customer == contract.customer and charge.number == 1
    assert (issued.charges, issued.total) == (1, charge.total)
    assert [(line.kind, line.amount, line.days, line.whole_days) for line in charge.lines.all()] == [("INTERNET", charge.total, 10, 28)]
    contract.refresh_from_db()
    assert contract.billed_until == date(2026, 3, 19)


def test_a_run_done_again_changes_nothing():
    active()
    bill()

    again = bill()

    assert (again.charges, Charge.objects.count(), BilledPeriod.objects.count()) == (0, 1, 1)
    assert BillingRun.objects.filter(finished_at__isnull=False).count() == 2


def test_f2_whether_the_run_came_every_day_or_after_a_missed_week_the_charges_are_the_same():
    every_day = [active(due_day) for due_day in (18, 20, 22, 25)]
    for n in range(8):
        bill(TODAY + timedelta(days=n))
    missed = [active(due_day) for due_day in (18, 20, 22, 25)]
    bill(TODAY + timedelta(days=7))

    def charges(contracts):
        return sorted(Charge.objects.filter(contract__in=contracts).values_list("due_date", "period_start", "period_end", "total"))

    assert len(charges(missed)) == 4
    assert charges(every_day) == charges(missed)


def test_a_charge_that_comes_late_leaves_at_least_five_days():
    active()

    bill(date(2026, 3, 28))

    assert Charge.objects.get().due_date == date(2026, 4, 2)
    assert BilledPeriod.objects.get().due_date == date(2026, 3, 20)


def test_f3_fourteen_months_asleep_are_three_charges_and_one_question():
    contract = active()

    bill(date(2027, 5, 10))
    bill(date(2027, 5, 11))

    assert Charge.objects.count() == 3
    parked = ParkedContract.objects.get()
    assert (parked.contract, parked.reason, parked.waiting_periods) == (contract, ParkReason.CATCH_UP, 12)


def test_f6_a_charge_made_by_hand_does_not_move_the_next_month():
    contract = active()
    Charge.objects.create(
        number=900, customer=contract.customer, contract=contract, kind="ONE_OFF", issued_on=TODAY, due_date=date(2026, 3, 15),
        total=Money(5000), collection_method=contract.collection_method,
    ).lines.create(position=1, kind="OTHER", description="Visita", amount=Money(5000))  # fmt: skip

    bill()

    assert Charge.objects.get(kind="MONTHLY").period_start == TODAY


def test_f8_the_counter_is_taken_once_for_a_batch_and_last():
    Counter.objects.create(pk="charge", last=0)
    for _n in range(5):
        active()
    with CaptureQueriesContext(connection) as statements:
        bill()

    counters = [n for n, one in enumerate(statements) if "UPDATE core_counter" in one["sql"]]
    # PostgreSQL gets the rows by COPY, which is no statement here; the keys are taken just before.
    begins = "pg_get_serial_sequence('billing_charge'" if connection.vendor == "postgresql" else 'INSERT INTO "billing_charge"'
    inserts = [n for n, one in enumerate(statements) if begins in one["sql"]]
    assert len(counters) == len(inserts) == 1 and counters[0] == inserts[0] - 1
    assert sorted(Charge.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert Counter.objects.get(pk="charge").last == 5


def test_f9_one_contract_that_cannot_be_charged_stops_nobody():
    good = [active() for _n in range(4)]
    poison = active()
    # Two items whose sum no database column can hold.
    item = ContractItem.objects.get(contract=poison)
    ContractItem.objects.filter(pk=item.pk).update(amount=Money(2**62), quantity=30_000)

    issued = bill()

    assert (issued.charges, issued.parked) == (4, 1)
    assert {charge.contract for charge in Charge.objects.all()} == set(good)
    parked = ParkedContract.objects.get()
    assert (parked.contract, parked.reason) == (poison, ParkReason.ERROR) and parked.words
    assert bill().parked == 0  # it waits for a person


def test_f10_nothing_to_ask_issues_nothing_and_the_period_counts():
    free, exempt = active(discount=Money(99900)), active(exempt=True)

    bill()

    assert not Charge.objects.exists()
    assert {(row.contract, row.charged) for row in BilledPeriod.objects.all()} == {(free, Money(0)), (exempt, Money(0))}
    assert bill().charges == 0


def test_f14_suspended_from_the_10th_to_the_25th_is_charged_to_the_cent():
    contract = active()
    bill()
    pauses.begin([contract.pk], kind=PauseKind.SUSPENDED, on=date(2026, 4, 10))
    pauses.end([contract.pk], kind=PauseKind.SUSPENDED, on=date(2026, 4, 25))

    bill(date(2026, 4, 10))
    bill(date(2026, 5, 10))

    totals = list(Charge.objects.order_by("due_date").values_list("total", flat=True))
    # 20 March to 19 April: 31 days less 10; 20 April to 19 May: 30 days less 5.
    assert totals[1:] == [Money(11990 * 21 // 31), Money(11990 * 25 // 30)]


def test_days_blocked_after_the_charge_was_made_come_back_with_the_next_one():
    contract = active()
    bill()
    pauses.begin([contract.pk], kind=PauseKind.BLOCKED, on=date(2026, 3, 15))
    pauses.end([contract.pk], kind=PauseKind.BLOCKED, on=date(2026, 3, 18))

    bill(date(2026, 4, 10))

    charge = Charge.objects.get(due_date=date(2026, 4, 20))
    adjustment = charge.lines.get(kind="ADJUSTMENT")
    assert adjustment.amount == Money(11990 * 7 // 28) - Money(11990 * 10 // 28)
    assert adjustment.description == "Ajuste de 10/03/2026–19/03/2026"
    assert charge.total == Money(11990) + adjustment.amount
    assert BilledPeriod.objects.get(starts_on=TODAY).is_settled
    assert invariants.broken() == []


def test_blocked_days_are_charged_where_the_company_says_so():
    make.company(charge_while_blocked=True)
    contract = active()
    pauses.begin([contract.pk], kind=PauseKind.BLOCKED, on=TODAY)

    bill()

    assert Charge.objects.get().total == Money(11990 * 10 // 28)


def test_too_many_unpaid_charges_stop_the_machine_where_there_is_a_limit():
    contract = active()
    Company.objects.update(max_overdue_to_bill=1)
    bill()

    bill(date(2026, 4, 10))

    assert Charge.objects.count() == 1
    assert ParkedContract.objects.get().reason == ParkReason.OVERDUE_LIMIT
    assert ParkedContract.objects.get().contract == contract


def test_f15_the_preview_is_the_same_computation_and_writes_nothing():
    for _n in range(3):
        active()
    for _n in range(5):
        planned = list(monthly_billing.preview(TODAY, limit=10))

    assert not Charge.objects.exists() and not BilledPeriod.objects.exists() and not BillingRun.objects.exists()
    expected = {(one.contract.pk, charge.total) for one in planned for charge in one.plan.charges}
    bill()
    assert set(Charge.objects.values_list("contract", "total")) == expected


def test_credit_is_used_by_the_next_charge():
    contract = active()
    Payment.objects.create(number=1, customer=contract.customer, value=Money(1000), paid_on=TODAY, received_at=clock.now(), form="CASH")

    bill()

    charge = Charge.objects.get()
    assert charge.allocations.get().principal == Money(1000)
    assert charge.state == "OPEN"
    assert invariants.broken() == []


def test_credit_that_covers_a_charge_pays_it():
    contract = active()
    Payment.objects.create(number=1, customer=contract.customer, value=Money(99900), paid_on=TODAY, received_at=clock.now(), form="CASH")

    bill()

    charge = Charge.objects.get()
    assert (charge.state, charge.paid_on) == ("PAID", TODAY)
    assert invariants.broken() == []


def test_the_last_period_of_a_cancelled_contract_is_charged_and_no_other():
    contract = active()
    bill()
    Contract.objects.filter(pk=contract.pk).update(state="CANCELLED", cancelled_on=date(2026, 3, 28))

    for n in range(3):
        bill(date(2026, 4 + n, 10))

    charges = Charge.objects.order_by("due_date")
    assert [(charge.period_end, charge.total) for charge in charges[1:]] == [(date(2026, 3, 28), Money(11990 * 9 // 31))]


@pytest.mark.parametrize("zone", ["America/Noronha", "America/Sao_Paulo", "America/Manaus", "America/Rio_Branco"])
@pytest.mark.parametrize("hour", ["21:00", "23:59", "00:01"])
def test_f4_near_midnight_the_day_is_the_companys(zone, hour):
    make.company(timezone=zone)
    active()
    local = datetime.combine(date(2026, 3, 10), time.fromisoformat(hour), zoneinfo.ZoneInfo(zone))

    with clock.frozen(local.astimezone(UTC)):
        bill(clock.today(zoneinfo.ZoneInfo(zone)))

    assert Charge.objects.get().issued_on == date(2026, 3, 10)


def test_statements_do_not_grow_with_the_number_of_contracts():
    counts = []
    Counter.objects.create(pk="charge", last=0)
    for number in (3, 30):
        for _n in range(number):
            active()
        with CaptureQueriesContext(connection) as statements:
            bill()
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 25
