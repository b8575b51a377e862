"""Failures that systems like this one are known for, where several rooms must hold together (failure modes F11 to F33).

What belongs to gateways and messages (F16, F20 to F22, F25, F28, F33) is shown here as far as informal payments and notices by hand
can show it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, models
from django.db.models import Sum
from django.test import Client

from malha.billing import queries
from malha.billing.data import AgreementData, OneOffData, ReceiptData
from malha.billing.models import Agreement, Allocation, Booklet, Charge, ChargeLine, Payment
from malha.billing.services import charges
from malha.cashbook.models import CashEntry
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.dunning.models import DunningPolicy, Notice, NoticeChannel, Pendency, PendencyStep, Release
from malha.dunning.queries import undelivered
from malha.journeys import charge_changes, delinquency, leaving, monthly_billing, notices, releases, settlement, trust
from malha.network.models import Router
from malha.reports.release_times import release_times
from malha.worker import invariants
from tests import billing_make, dunning_make, make
from tests.support.lanes import ACTIVE, SECRET, Serve, subscribers
from tests.support.router_process import RouterProcess
from tests.world import World, at

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 10)
BLOCK = date(2026, 4, 7)


def receive(charge: Charge, value: Money, **values: Any) -> Payment:
    data = ReceiptData(value=value, paid_on=clock.today(), form="CASH", **values)
    return settlement.settle(customer=charge.customer, charge_ids=[charge.pk], data=data, actor=SYSTEM)


# -- F11, F12: sums ------------------------------------------------------------------------------------------------------


class Story:
    """A blocked contract with a late charge, and what may be done next."""

    def __init__(self) -> None:
        self.contract = dunning_make.late()
        dunning_make.run(TODAY)
        self.charge = self.contract.charges.get()
        self.whole = Money(99900)

    def agree(self) -> None:
        data = AgreementData(charge_ids=(self.charge.pk,), first_due=TODAY + timedelta(days=5), installments=3)
        charge_changes.agree(customer=self.contract.customer, data=data, actor=SYSTEM)

    def replace(self) -> None:
        charge_changes.replace(charge=self.charge, due_date=TODAY + timedelta(days=9), reason="combinado", actor=SYSTEM)

    def cancel_and_restore(self) -> None:
        charge_changes.cancel(charge=self.charge, reason="erro", actor=SYSTEM)
        charge_changes.restore(charge=self.charge, reason="era certa", actor=SYSTEM)

    def carne(self) -> None:
        data = OneOffData(description="Roteador", amount=Money(10000), due_date=TODAY, installments=3)
        charges.issue_one_off(customer=self.contract.customer, data=data, actor=SYSTEM)

    def reverse(self) -> None:
        settlement.reverse(payment=receive(self.charge, self.whole), reason="cheque sem fundo", actor=SYSTEM)

    def credit_used(self) -> None:
        receive(self.charge, self.whole)
        monthly_billing.bill_day(today=TODAY + timedelta(days=31), actor=SYSTEM)

    def leave(self) -> None:
        receive(self.charge, Money(1000))
        leaving.cancel_contract(contract=self.contract, on=TODAY, reason="Mudança", actor=SYSTEM)


JOURNEYS: dict[str, Callable[[Story], object]] = {
    "a part": lambda story: receive(story.charge, Money(5000)),
    "all of it": lambda story: receive(story.charge, story.whole),
    "waived": lambda story: receive(story.charge, story.charge.total, waives_fees=True),
    "reversed": Story.reverse,
    "credit used": Story.credit_used,
    "agreement": Story.agree,
    "postponed": Story.replace,
    "cancelled and restored": Story.cancel_and_restore,
    "carnê": Story.carne,
    "contested": lambda story: charge_changes.contest(charge=story.charge, note="não usou", actor=SYSTEM),
    "trusted": lambda story: trust.grant(contract=story.contract, actor=SYSTEM),
    "left": Story.leave,
}


@pytest.mark.parametrize("journey", JOURNEYS)
def test_f11_after_every_journey_what_is_owed_and_credited_is_the_sum_of_the_rows(journey: str) -> None:
    story = Story()

    JOURNEYS[journey](story)

    assert invariants.broken() == []
    for charge in Charge.objects.filter(state="OPEN"):
        gone = Money.total(part.principal + part.discount for part in Allocation.objects.filter(charge=charge))
        assert queries.outstanding([charge])[charge.pk] == charge.total - gone
    paid = Money.total(Payment.objects.values_list("value", flat=True))
    given = Money.total(one.principal + one.fine + one.interest for one in Allocation.objects.all())
    assert Money.total(queries.credit_of(customer.pk) for customer in Customer.objects.all()) == paid - given
    assert Money.total(row.incoming - row.outgoing for row in CashEntry.objects.all()) == Money.total(
        Payment.objects.exclude(kind="CREDIT").values_list("value", flat=True)
    )


def test_f11_no_table_of_customers_contracts_and_charges_keeps_a_balance() -> None:
    tables: tuple[type[models.Model], ...] = (Customer, Contract, Charge, Payment, Booklet, Agreement, Pendency)
    names = {field.name for table in tables for field in table._meta.get_fields()}

    assert {name for name in names if "balance" in name or "outstanding" in name or name in ("credit", "paid", "debt")} == set()


def test_f12_three_times_ten_reais_ten_is_thirty_thirty_in_the_database_too() -> None:
    customer = make.customer()
    for _n in range(3):
        billing_make.charge(customer, "10,10")
    assert ChargeLine.objects.aggregate(sum=Sum("amount"))["sum"] == Money(3030)

    mine = list(Charge.objects.all())
    data = ReceiptData(value=Money(3030), paid_on=TODAY, form="CASH")
    settlement.settle(customer=customer, charge_ids=[charge.pk for charge in mine], data=data, actor=SYSTEM)

    assert not Charge.objects.exclude(state="PAID").exists()
    assert queries.credit_of(customer.pk) == Money(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT SUM(total) FROM billing_charge")
        assert int(cursor.fetchone()[0]) == 3030


@pytest.mark.django_db(transaction=True)
def test_f13_two_parts_of_one_charge_received_at_once_both_stand() -> None:
    charge = billing_make.charge(amount="100,00")
    start = Barrier(2)

    def part(token: str) -> None:
        try:
            start.wait()
            receive(charge, Money(3000), token=token)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(part, ("a", "b")))

    assert Payment.objects.count() == CashEntry.objects.count() == 2
    assert queries.outstanding([charge])[charge.pk] == Money(4000)
    assert invariants.broken() == []


# -- F16 to F25: payments ------------------------------------------------------------------------------------------------


def test_f16_the_same_submission_three_times_is_credited_once() -> None:
    charge = billing_make.charge()

    payments = {receive(charge, Money(12000), token="t1").pk for _n in range(3)}

    assert len(payments) == Payment.objects.count() == CashEntry.objects.count() == 1
    assert queries.credit_of(charge.customer_id) == Money(2000)


class Cut(DatabaseError):
    """The machine stops here."""


def test_f17_cut_between_any_two_steps_a_settlement_is_whole_or_not_there_and_sent_again_it_is_one() -> None:
    contract = dunning_make.late()
    dunning_make.run(TODAY)
    charge = contract.charges.get()
    kinds: tuple[type[models.Model], ...] = (Payment, Allocation, CashEntry, Release, PendencyStep, HistoryEntry)
    before = [kind._default_manager.count() for kind in kinds]
    cuts = 0

    while True:
        left = cuts + 1

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise Cut
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(count):
                receive(charge, Money(99900), token="t1")
        except Cut:
            cuts += 1
            assert [kind._default_manager.count() for kind in kinds] == before, f"cut before statement {cuts}"
            assert Contract.objects.get().standing == "BLOCKED"
            continue
        break

    assert cuts > 20
    receive(charge, Money(99900), token="t1")
    assert Payment.objects.count() == CashEntry.objects.count() == Release.objects.count() == 1
    assert Contract.objects.get().standing == "CLEAR"
    assert invariants.broken() == []


def test_f20_reminders_letters_and_second_copies_make_no_charge() -> None:
    make.company()
    contract = dunning_make.late(notice=None)
    charge, notice = contract.charges.get(), Notice.objects.get()
    client = Client()
    client.force_login(make.user())

    for n in range(3):
        dunning_make.run(TODAY + timedelta(days=n))
        for path in (f"/cobrancas/{charge.number}/2a-via/", f"/simulacao/avisos/cartas/?id={notice.pk}"):
            assert client.get(path).status_code == 200, path

    assert Charge.objects.get() == charge
    assert Notice.objects.get() == notice


def test_f21_the_postponed_charge_cannot_be_received_any_more_and_the_new_one_pays_for_both() -> None:
    charge = billing_make.charge()
    fresh = charge_changes.replace(charge=charge, due_date=date(2026, 3, 30), reason="combinado", actor=SYSTEM)

    with pytest.raises(StateConflict):
        receive(charge, charge.total)
    receive(fresh, fresh.total)

    assert set(Charge.objects.values_list("state", flat=True)) == {"REPLACED", "PAID"}
    assert Payment.objects.count() == 1


def test_f23_paid_between_the_decision_and_the_router_nobody_is_cut_off(process: RouterProcess, router: Router, serve: Serve) -> None:
    (access,) = subscribers(router, 1, plan=make.plan(price="119,90"))
    lane = serve(router)
    lane.round()
    process.control("ppp-connect", name=access.username, password="senha-0001")
    World(date(2026, 3, 10)).to(BLOCK)
    assert Contract.objects.get().standing == "BLOCKED"

    with clock.frozen(at(BLOCK, 10)):
        receive(Charge.objects.order_by("due_date")[0], Money(99900))
        lane.round()

    row = process.row(SECRET, name=access.username)
    assert row is not None and row["profile"] == access.plan.profile_name
    assert len(process.dump(ACTIVE)) == 1


def test_f23_paid_before_its_notice_was_delivered_nothing_waits_to_be_delivered() -> None:
    contract = dunning_make.late(notice=None)
    assert undelivered().count() == 1

    receive(contract.charges.get(), Money(99900))

    assert not undelivered().exists()


def test_f24_router_down_at_payment_the_release_is_shown_waiting_and_done_when_it_returns(
    process: RouterProcess, router: Router, serve: Serve
) -> None:
    (access,) = subscribers(router, 1, plan=make.plan(price="119,90"))
    lane = serve(router)
    lane.round()
    World(date(2026, 3, 10)).to(BLOCK)
    with clock.frozen(at(BLOCK, 10)):
        lane.round()
    process.kill()

    with clock.frozen(at(BLOCK, 11)):
        receive(Charge.objects.order_by("due_date")[0], Money(99900))
        lane.round()
        releases.note_obeyed()
        assert Contract.objects.get().standing == "CLEAR"
        assert (release_times().count, release_times().waiting) == (0, 1)
    process.start()
    with clock.frozen(at(BLOCK, 12)):
        lane.round()
        releases.note_obeyed()
        times = release_times()

    row = process.row(SECRET, name=access.username)
    assert row is not None and row["profile"] == access.plan.profile_name
    assert (times.count, times.waiting) == (1, 0) and times.worst is not None and times.worst >= timedelta(minutes=50)


def test_f25_nothing_but_a_reversal_takes_a_charge_out_of_paid() -> None:
    charge = billing_make.charge()
    payment = receive(charge, charge.total)
    charge.refresh_from_db()
    attempts: tuple[Callable[[], object], ...] = (
        lambda: charge_changes.cancel(charge=charge, reason="x", actor=SYSTEM),
        lambda: charge_changes.restore(charge=charge, reason="x", actor=SYSTEM),
        lambda: charge_changes.contest(charge=charge, note="x", actor=SYSTEM),
        lambda: charge_changes.replace(charge=charge, due_date=date(2026, 4, 1), reason="x", actor=SYSTEM),
        lambda: receive(charge, charge.total),
    )

    for attempt in attempts:
        with pytest.raises(BusinessError):
            attempt()
        assert Charge.objects.get().state == "PAID"

    settlement.reverse(payment=payment, reason="cheque sem fundo", actor=SYSTEM)
    assert Charge.objects.get().state == "OPEN"


# -- F28, F31, F33: notices ----------------------------------------------------------------------------------------------


def test_f28_a_notice_that_cannot_be_delivered_waits_as_one_row_and_is_delivered_once() -> None:
    contract = dunning_make.late(notice=None)
    for n in range(5):
        with clock.frozen(at(TODAY + timedelta(days=n))), pytest.raises(BusinessError):
            notices.deliver(notice=Notice.objects.get(), channel=NoticeChannel.LETTER, proof="", actor=SYSTEM)
        dunning_make.run(TODAY + timedelta(days=n))
        assert Contract.objects.get().standing == "PENDING"

    dunning_make.deliver(contract, TODAY + timedelta(days=5))

    assert Notice.objects.get().delivered_on == TODAY + timedelta(days=5)
    assert PendencyStep.objects.filter(kind="NOTICE_DELIVERED").count() == 1
    assert PendencyStep.objects.filter(kind="PENDING").count() == 1


def test_f31_no_rule_of_the_policy_is_a_share_of_the_fee() -> None:
    names = {field.name for field in DunningPolicy._meta.get_fields()}

    assert {name for name in names if "percent" in name or "share" in name or "ratio" in name} == set()
    DunningPolicy.objects.update_or_create(is_default=True, defaults={"name": "Padrão", "minimum_debt": Money(4999)})
    contract = dunning_make.late(amount="49,99")
    # A part of one percent is as much of a debt as all of it, until it lies below the lowest debt that counts.
    assert contract.standing == "PENDING"
    receive(contract.charges.get(), Money(1))
    delinquency.reassess(contract_ids=[contract.pk], actor=SYSTEM)
    assert Contract.objects.get().standing == "CLEAR"


def test_f33_who_was_deactivated_a_moment_ago_is_told_nothing_any_more() -> None:
    dunning_make.late()
    person, client = make.user(), Client()
    client.force_login(person)
    assert client.get("/painel/").status_code == 200

    type(person).objects.filter(pk=person.pk).update(is_active=False)

    for path in ("/painel/", "/simulacao/", "/cobrancas/", "/simulacao/avisos/"):
        assert client.get(path).status_code in (302, 307, 403), path
