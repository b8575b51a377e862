"""Clientes sem cobrança: who is missed, and why."""

from datetime import date, timedelta

import pytest

from malha.billing import facts
from malha.billing.facts import Terms
from malha.billing.models import BilledPeriod, Charge, ParkedContract, ParkReason
from malha.billing.services import charges
from malha.contracts.models import Contract, ContractItem, PauseKind, ServicePause
from malha.core import clock, company
from malha.core.history import SYSTEM
from malha.core.models import Company
from malha.domain.billing import BillingMode
from malha.domain.money import ZERO
from malha.journeys import monthly_billing
from malha.reports.catalog import without_charge
from malha.reports.catalog.without_charge import WhyNone
from tests import make
from tests.reports_make import TODAY

pytestmark = pytest.mark.django_db
THROUGH = TODAY + timedelta(days=10)


@pytest.fixture(autouse=True)
def provider():
    make.company()


def contract(due_day: int = 15, **values) -> Contract:
    """Running since last year and charged until its last due day."""
    made = make.access(make.contract(due_day=due_day), plan=make.plan()).contract
    begun, until = date(2025, 6, due_day), date(2026, 2, due_day) - timedelta(days=1)
    lived = {"billing_starts_on": begun, "activated_on": begun, "billed_until": until}
    Contract.objects.filter(pk=made.pk).update(**{**lived, **values})
    ContractItem.objects.filter(contract=made).update(starts_on=begun)
    return Contract.objects.get(pk=made.pk)


def bill() -> None:
    monthly_billing.bill_day(today=TODAY, actor=SYSTEM)


def reasons() -> dict[int, str]:
    return dict(without_charge.contracts(TODAY, Terms.of(company.current())).values_list("pk", "why"))


def counted() -> int:
    return sum(part.count() for part in without_charge.counted(TODAY, Terms.of(company.current())))


def free_period(of: Contract, **values) -> None:
    """The run dealt with the month and asked for nothing."""
    period = {"starts_on": date(2026, 2, 15), "ends_on": date(2026, 3, 14), "due_date": date(2026, 3, 15), "whole_days": 28, **values}
    BilledPeriod.objects.create(contract=of, charged=ZERO, **period)
    Contract.objects.filter(pk=of.pk).update(billed_until=period["ends_on"])


def test_after_the_run_nobody_is_missed():
    contract(), contract(25), contract(1)
    make.access(make.contract(due_day=5), plan=make.plan())  # began today: the first charge is due next month

    assert set(reasons().values()) == {WhyNone.NOT_BILLED}

    bill()

    assert reasons() == {}
    assert counted() == 0


def test_each_reason():
    parked, no_start, exempt, paused, nothing, cancelled = (contract() for _ in range(6))
    bill()
    Contract.objects.filter(pk=no_start.pk).update(billing_starts_on=None)
    ParkedContract.objects.create(contract=parked, reason=ParkReason.CATCH_UP, parked_at=clock.now())
    charges.cancel(charge=Charge.objects.get(contract=cancelled), reason="engano", actor=SYSTEM)
    for one in (exempt, paused, nothing):
        BilledPeriod.objects.filter(contract=one).delete()
        free_period(one)
    Contract.objects.filter(pk=exempt.pk).update(exempt=True)
    ServicePause.objects.create(contract=paused, kind=PauseKind.BLOCKED, starts_on=date(2026, 2, 1), ends_on=date(2026, 2, 20))

    assert reasons() == {
        parked.pk: WhyNone.PARKED,
        no_start.pk: WhyNone.NO_START,
        exempt.pk: WhyNone.EXEMPT,
        paused.pk: WhyNone.PAUSED,
        nothing.pk: WhyNone.NOTHING,
        cancelled.pk: WhyNone.CANCELLED,
    }
    assert counted() == 3  # no start, nothing, cancelled


@pytest.mark.parametrize("mode", list(BillingMode))
def test_not_billed_is_what_the_run_would_charge(mode):
    Company.objects.update(billing_mode=mode)
    for due_day in range(1, 29):
        for until in (date(2026, 2, 8), date(2026, 2, due_day), date(2026, 3, 8), None):
            contract(due_day, billed_until=until, billing_starts_on=date(2026, 1, due_day) if until else date(2026, 3, due_day))
    for values in ({"auto_renew": False, "ends_on": date(2026, 2, 28)}, {"auto_renew": False, "ends_on": date(2026, 12, 31)}):
        contract(20, billed_until=date(2026, 2, 28), **values)
    for due_day in (29, 30, 31):
        Contract.objects.filter(pk=contract(28).pk).update(due_day=due_day)
    Contract.objects.filter(pk=contract().pk).update(state="SUSPENDED")

    run = set(facts.contracts_due(THROUGH, mode).filter(state="ACTIVE").values_list("pk", flat=True))

    assert {pk for pk, why in reasons().items() if why == WhyNone.NOT_BILLED} == run
    assert run
