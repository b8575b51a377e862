"""Every invariant is broken on purpose once, and the doctor names it. Rows are changed behind the services' back: no door can do this."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from malha.billing.data import ReceiptData
from malha.billing.models import Allocation, BilledPeriod, Charge, ChargeLine, Payment
from malha.cashbook.data import PayData, TransferData
from malha.cashbook.models import CashAccount, CashEntry, Closing, Payable
from malha.cashbook.services import closings, entries, payables, transfers
from malha.contracts.models import CollectionMethod, Contract, ContractItem, ServicePause
from malha.core import clock
from malha.core.history import SYSTEM
from malha.domain.money import Money
from malha.dunning.models import DunningPolicy, Notice, NoticeChannel, Pendency, TrustRelease
from malha.gateways.models import GatewayAccount, IncomingPayment, Registration
from malha.journeys import blocking, leaving, notices, settlement, trust
from malha.network.models import Access, Router, RouterCommand, RouterHealth, Session
from malha.worker import doctor, invariants, schedule
from malha.worker.doctor import Verdict
from malha.worker.invariant_words import WORDS
from tests import cashbook_make, make

pytestmark = pytest.mark.django_db


@dataclass
class Lives:
    """One contract of each sort, in force since 20 January, its first charge due on 20 February."""

    paid: Contract
    blocked: Contract
    trusted: Contract
    reversed: Contract
    cancelled: Contract


@pytest.fixture
def lives() -> Lives:
    make.company()
    plan, router = make.plan(price="119,90"), make.router()
    with clock.frozen(datetime(2026, 1, 20, 12, tzinfo=UTC)):
        contracts = [make.access(make.contract(), plan=plan, router=router).contract for _n in range(5)]
    with clock.frozen(datetime(2026, 2, 10, 12, tzinfo=UTC)):
        schedule.bill(date(2026, 2, 10))
    with clock.frozen(datetime(2026, 2, 23, 12, tzinfo=UTC)):
        schedule.assess(date(2026, 2, 23))
        for notice in Notice.objects.all():
            notices.deliver(notice=notice, channel=NoticeChannel.PAGE, proof="página vista", actor=SYSTEM)
        pay(contracts[0])
        settlement.reverse(payment=pay(contracts[3]), reason="engano", actor=SYSTEM)
    schedule.assess(date(2026, 3, 10))
    trust.grant(contract=contracts[2], actor=SYSTEM)
    leaving.cancel_contract(contract=contracts[4], on=date(2026, 3, 10), reason="Preço", actor=SYSTEM)
    Access.objects.update(sync_state="applied", due_at=None, applied_version=F("wanted_version"), applied_at=clock.now())
    Access.objects.filter(contract=contracts[4]).update(sync_state="removed")
    keep_a_cash_book()
    return Lives(*(Contract.objects.get(pk=contract.pk) for contract in contracts))


def pay(contract: Contract) -> Payment:
    charge = Charge.objects.get(contract=contract)
    data = ReceiptData(value=charge.total, paid_on=clock.today(), form="CASH", waives_fees=True)
    return settlement.settle(customer=charge.customer, charge_ids=[charge.pk], data=data, actor=SYSTEM)


def keep_a_cash_book() -> None:
    till, bank = cashbook_make.default(), cashbook_make.account("Banco", kind="BANK")
    today = date(2026, 3, 10)
    transfers.make(data=TransferData(from_account_id=till.pk, to_account_id=bank.pk, amount=Money(2000), date=today), actor=SYSTEM)
    entries.correct(entry=cashbook_make.entry(), reason="engano", actor=SYSTEM)
    bill = cashbook_make.payable("50,00", recurrence="MONTHLY", due_date=today)
    payables.pay(payable=bill, data=PayData(account_id=till.pk, amount=Money(5000), paid_on=today), actor=SYSTEM)
    closings.close(account=till, day=today, counted=Money(4990), actor=SYSTEM)


def _active_without_a_first_day(lives: Lives) -> None:
    Contract.objects.filter(pk=lives.paid.pk).update(activated_on=None)


def _blocked_without_a_cause(lives: Lives) -> None:
    Contract.objects.filter(pk=lives.blocked.pk).update(standing_cause="")


def _access_of_a_cancelled_contract(lives: Lives) -> None:
    Access.objects.filter(contract=lives.cancelled).update(sync_state="applied")


def _block_that_no_router_hears_of(lives: Lives) -> None:
    access = Access.objects.get(contract=lives.paid)
    blocking.block(contract=lives.paid, reason="pedido da polícia", actor=SYSTEM)
    Access.objects.filter(pk=access.pk).update(
        sync_state="applied", due_at=None, wanted_version=access.wanted_version, updated_at=access.updated_at
    )


def _charge_of_another_day_in_between(lives: Lives) -> None:
    charge = Charge.objects.get(contract=lives.blocked)
    inside = charge.period_start + timedelta(days=3)  # type: ignore[operator]
    _copy(charge, number=950, period_start=inside, period_end=inside)


def _copy(charge: Charge, **values: object) -> None:
    names = [field.attname for field in Charge._meta.concrete_fields if field.attname not in ("id", *values)]
    Charge.objects.create(**{name: getattr(charge, name) for name in names}, **values)


def _half_a_transfer(lives: Lives) -> None:
    entry = CashEntry.objects.filter(transfer__isnull=False).first()
    assert entry is not None
    CashEntry.objects.filter(pk=entry.pk).delete()


def _paid_charge_with_half_of_it(lives: Lives) -> None:
    Allocation.objects.filter(charge__contract=lives.paid).update(principal=Money(100))


def _flood(lives: Lives) -> None:
    charge = Charge.objects.get(contract=lives.blocked)
    for n in range(5):
        start = date(2030, 1, 1) + timedelta(days=n)
        Charge.objects.create(
            number=900 + n, customer=charge.customer, contract=charge.contract, kind="MONTHLY", issued_on=start.replace(day=1),
            period_start=start, period_end=start, due_date=start, total=Money(100), collection_method=charge.collection_method,
        )  # fmt: skip


def _late_notice(lives: Lives) -> None:
    Notice.objects.filter(charge__contract=lives.blocked).update(delivered_on=date(2026, 3, 1))


def _another_closing_balance(lives: Lives) -> None:
    Closing.objects.update(balance=F("balance") + 1, incoming=F("incoming") + 1, counted=F("counted") + 1)


def _command_without_an_end(lives: Lives) -> None:
    RouterCommand.objects.create(router=Router.objects.get(), verb="read", asked_at=clock.now(), asked_by="x")


def _session_on_another_router(lives: Lives) -> None:
    access = Access.objects.filter(contract=lives.paid).get()
    Session.objects.create(
        router=make.router(), access=access, method="PPPOE", username="x", read_at=clock.now() - timedelta(hours=1)
    )


def _waits_on_a_router_that_answers(lives: Lives) -> None:
    Router.objects.update(health=RouterHealth.ONLINE)
    Access.objects.filter(contract=lives.paid).update(sync_state="modified", due_at=clock.now() - timedelta(hours=1), attempts=0)


def _registered(lives: Lives, **values: object) -> Registration:
    """The paid charge at a bank, as `values` say."""
    method = CollectionMethod.objects.create(name="Banco", adapter="sandbox")
    account = GatewayAccount.objects.create(collection_method=method, webhook_key="k")
    charge = Charge.objects.get(contract=lives.paid)
    values = {"kind": "PIX", "reference": "r", "amount": charge.total, "due_date": charge.due_date, "wish": "", **values}
    return Registration.objects.create(account=account, charge=charge, **values)


def _still_payable(lives: Lives) -> None:
    _registered(lives, state="REGISTERED", registered_at=clock.now())


def _nobody_registers(lives: Lives) -> None:
    account = _registered(lives, state="CANCELLED").account
    GatewayAccount.objects.update(created_at=clock.now() - timedelta(days=90))
    Charge.objects.filter(contract=lives.blocked).update(collection_method=account.collection_method)


def _came_in(lives: Lives, **values: object) -> None:
    registration = _registered(lives, state="SETTLED")
    values = {"value": Money(1), "paid_on": date(2026, 3, 10), "seen_at": clock.now(), "channel": "PIX", "source": "POLL", **values}
    IncomingPayment.objects.create(account=registration.account, registration=registration, remote_id="E1", **values)


BREACHES: dict[str, Callable[[Lives], object]] = {
    "one_default_of_each_setting": lambda _: DunningPolicy.objects.update(is_default=False),
    "active_says_since_when": _active_without_a_first_day,
    "block_says_why": _blocked_without_a_cause,
    "active_has_something_to_charge": lambda lives: ContractItem.objects.filter(contract=lives.trusted).update(contract=lives.cancelled),
    "cancelled_leaves_the_router": _access_of_a_cancelled_contract,
    "routers_were_told": _block_that_no_router_hears_of,
    "one_charge_per_period": _charge_of_another_day_in_between,
    "total_is_the_sum_of_the_lines": lambda _: Charge.objects.update(total=F("total") + 1),
    "no_payment_gives_more_than_it_is": lambda lives: Allocation.objects.filter(charge__contract=lives.paid).update(interest=Money(1)),
    "nothing_is_paid_twice": lambda lives: Charge.objects.filter(contract=lives.paid).update(total=Money(5000)),
    "paid_means_covered": _paid_charge_with_half_of_it,
    "periods_tile_the_life": lambda lives: BilledPeriod.objects.filter(contract=lives.paid).update(starts_on=date(2026, 1, 22)),
    "what_was_asked_for_a_period_stands_in_its_lines": lambda _: BilledPeriod.objects.update(charged=F("charged") + 1),
    "a_reversal_undoes_exactly_what_it_reverses": lambda _: Payment.objects.filter(kind="REVERSAL").update(value=Money(-1)),
    "nobody_is_flooded": _flood,
    "one_standard_account": lambda _: CashAccount.objects.update(is_default=False),
    "payment_is_in_the_book": lambda lives: CashEntry.objects.filter(payment__customer=lives.paid.customer).delete(),
    "transfer_keeps_the_sum": _half_a_transfer,
    "correction_mirrors_its_entry": lambda _: CashEntry.objects.filter(corrects__isnull=False).update(outgoing=Money(1)),
    "closing_is_what_the_book_says": _another_closing_balance,
    "paid_bill_left_an_account": lambda _: CashEntry.objects.filter(payable__isnull=False).delete(),
    "repeated_bill_goes_on": lambda _: Payable.objects.filter(follows__isnull=False).update(follows=None),
    "closed_charge_has_no_payable_boleto": _still_payable,
    "open_charge_is_registered": _nobody_registers,
    "registration_wishes_are_due": lambda lives: _registered(lives, state="SETTLED", wish="CANCEL"),
    "settled_is_what_came_in": lambda lives: _came_in(lives, state="SETTLED", payment=Payment.objects.filter(value__gt=0).first()),
    "nothing_waits_long": lambda lives: _came_in(lives, seen_at=clock.now() - timedelta(hours=2)),
    "block_has_its_pendency": lambda lives: Pendency.objects.filter(contract=lives.blocked).update(closed_on=date(2026, 3, 9)),
    "pendency_is_felt": lambda lives: Contract.objects.filter(pk=lives.blocked.pk).update(standing="CLEAR", standing_cause=""),
    "policy_acts_on_debts_only": lambda lives: Charge.objects.filter(contract=lives.blocked).update(contested_on=date(2026, 3, 1)),
    "block_has_its_notice": _late_notice,
    "pause_says_blocked_or_suspended": lambda lives: ServicePause.objects.filter(contract=lives.blocked).delete(),
    "trust_releases": lambda lives: TrustRelease.objects.update(ended_on=date(2026, 3, 9)),
    "applied_means_read_back": lambda _: Access.objects.filter(sync_state="applied").update(applied_version=0),
    "changed_means_due": lambda lives: Access.objects.filter(contract=lives.paid).update(sync_state="modified", due_at=None),
    "reachable_router_leaves_nothing_waiting": _waits_on_a_router_that_answers,
    "command_is_open_or_finished": _command_without_an_end,
    "session_belongs_to_its_router": _session_on_another_router,
    "router_is_not_too_full": lambda _: Router.objects.update(max_accesses=1),
}


def test_a_sound_provider_breaks_nothing(lives: Lives) -> None:
    standings = [(one.standing, one.standing_cause) for one in (lives.paid, lives.blocked, lives.trusted, lives.reversed)]
    assert standings == [("CLEAR", ""), ("BLOCKED", "POLICY"), ("CLEAR", "TRUST"), ("BLOCKED", "POLICY")]

    assert invariants.broken() == []
    assert doctor.truths().verdict is Verdict.GOOD


def test_every_invariant_has_its_breach_here() -> None:
    assert sorted(check.__name__ for check in invariants.CHECKS) == sorted(BREACHES) == sorted(WORDS)


def test_the_doctor_names_every_breach(lives: Lives) -> None:
    silent = []
    for rule, break_it in BREACHES.items():
        with transaction.atomic():
            break_it(lives)
            finding = doctor.truths()
            if finding.verdict is not Verdict.BAD or f"{WORDS[rule]} ({rule}: " not in finding.words:
                silent.append((rule, finding.words))
            transaction.set_rollback(True)

    assert silent == []
    assert invariants.broken() == []


def test_a_block_by_hand_needs_neither_pendency_nor_notice(lives: Lives) -> None:
    Contract.objects.filter(pk=lives.blocked.pk).update(standing_cause="MANUAL")
    Notice.objects.filter(charge__contract=lives.blocked).delete()
    Pendency.objects.filter(contract=lives.blocked).update(closed_on=date(2026, 3, 9))

    assert invariants.broken() == []


def test_blocked_after_the_day_of_the_law_and_not_before(lives: Lives) -> None:
    """The fifteenth day after the notice is the first one."""
    for delivered, rules in ((date(2026, 2, 23), []), (date(2026, 2, 24), ["block_has_its_notice"])):
        Notice.objects.filter(charge__contract=lives.blocked).update(delivered_on=delivered)
        assert [found.rule for found in invariants.broken()] == rules


def test_who_is_trusted_and_then_blocked_by_hand_is_no_breach(lives: Lives) -> None:
    Contract.objects.filter(pk=lives.trusted.pk).update(standing="BLOCKED", standing_cause="MANUAL", standing_until=None)
    ServicePause.objects.create(contract=lives.trusted, kind="BLOCKED", starts_on=date(2026, 3, 10))

    assert invariants.broken() == []


def test_an_open_pause_without_a_block_is_found_too(lives: Lives) -> None:
    ServicePause.objects.create(contract=lives.paid, kind="SUSPENDED", starts_on=date(2026, 3, 10))

    (found,) = invariants.broken()

    assert (found.rule, found.about) == ("pause_says_blocked_or_suspended", f"contract {lives.paid.number}: SUSPENDED")


def test_lines_of_a_charge_cannot_go_missing_unnoticed(lives: Lives) -> None:
    ChargeLine.objects.filter(charge__contract=lives.paid).delete()

    assert {found.rule for found in invariants.broken()} >= {"total_is_the_sum_of_the_lines"}


def test_every_half_of_the_invariants_on_periods_is_looked_at(lives: Lives) -> None:
    """The same rule, broken in its other ways."""
    breaches: dict[str, tuple[str, Callable[[], object]]] = {
        "charge without a period": ("one_charge_per_period", lambda: BilledPeriod.objects.filter(contract=lives.paid).update(charge=None)),
        "charge of another stretch": (
            "one_charge_per_period",
            lambda: Charge.objects.filter(contract=lives.paid).update(period_end=date(2026, 2, 1)),
        ),
        "nothing behind billed until": ("periods_tile_the_life", lambda: BilledPeriod.objects.filter(contract=lives.paid).delete()),
        "billed further than the periods": (
            "periods_tile_the_life",
            lambda: Contract.objects.filter(pk=lives.paid.pk).update(billed_until=date(2030, 1, 1)),
        ),
        "billed, and never": ("periods_tile_the_life", lambda: Contract.objects.filter(pk=lives.paid.pk).update(billed_until=None)),
        "another first day": (
            "periods_tile_the_life",
            lambda: Contract.objects.filter(pk=lives.paid.pk).update(billing_starts_on=date(2026, 1, 19)),
        ),
        "no first day": ("periods_tile_the_life", lambda: Contract.objects.filter(pk=lives.paid.pk).update(billing_starts_on=None)),
        "a hole": (
            "periods_tile_the_life",
            lambda: BilledPeriod.objects.create(
                contract=lives.paid, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30), due_date=date(2026, 6, 20),
                whole_days=30, charged=Money(0),
            ),
        ),
    }  # fmt: skip
    for words, (rule, break_it) in breaches.items():
        with transaction.atomic():
            break_it()
            assert rule in {found.rule for found in invariants.broken()}, words
            transaction.set_rollback(True)


def test_a_total_below_zero_is_found_even_where_the_database_let_it_in(lives: Lives) -> None:
    """As after a restore without its constraints."""
    charge = Charge.objects.get(contract=lives.paid)
    with unconstrained():
        Charge.objects.filter(pk=charge.pk).update(total=Money(-5), promptness_discount=Money(-6))
    ChargeLine.objects.filter(charge=charge).update(amount=Money(-5))

    assert ("total_is_the_sum_of_the_lines", f"charge {charge.number}") in [(one.rule, one.about) for one in invariants.broken()]


@contextmanager
def unconstrained() -> Iterator[None]:
    """The checks of the table of charges are off; the transaction of the test takes that back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE billing_charge DROP CONSTRAINT charge_total_positive")
            cursor.execute("ALTER TABLE billing_charge DROP CONSTRAINT charge_promptness_below_total")
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def test_who_was_released_by_hand_or_is_trusted_has_a_pendency_and_is_clear(lives: Lives) -> None:
    blocking.release(contract=lives.blocked, reason="pagou, o banco atrasou", actor=SYSTEM)

    assert Pendency.objects.filter(contract__in=(lives.blocked, lives.trusted), closed_on__isnull=True).count() == 2
    assert invariants.broken() == []


def test_where_a_payment_does_not_release_the_block_stands_until_the_next_run(lives: Lives) -> None:
    DunningPolicy.objects.update(release_on_payment=False)
    pay(lives.blocked)
    assert Contract.objects.get(pk=lives.blocked.pk).standing == "BLOCKED" and invariants.broken() == []

    schedule.assess(date(2026, 3, 10))

    assert Contract.objects.get(pk=lives.blocked.pk).standing == "CLEAR" and invariants.broken() == []


def test_a_block_of_which_the_router_waits_to_hear_is_no_breach(lives: Lives) -> None:
    blocking.block(contract=lives.paid, reason="pedido", actor=SYSTEM)
    assert invariants.broken() == []

    Access.objects.filter(contract=lives.paid).update(
        sync_state="applied", due_at=None, applied_version=F("wanted_version"), applied_at=clock.now()
    )
    assert invariants.broken() == []
