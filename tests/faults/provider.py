"""A provider in the middle of its money month, for the faults: late, warned, about to be blocked or blocked; and what is half done."""

from datetime import UTC, date, datetime

from django.db.models import F

from malha.billing.models import Allocation, Charge, Payment
from malha.cashbook.models import CashEntry
from malha.contracts.models import Contract, ServicePause
from malha.core import clock
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.domain.money import Money
from malha.dunning.models import Notice, NoticeChannel, Pendency, PendencyStep, Release
from malha.journeys import notices
from malha.network.models import Access
from malha.worker import schedule
from tests import make

TODAY = date(2026, 3, 10)
MORNING = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)  # nine in São Paulo
PRICE = Money(11990)


def warned(count: int) -> list[Contract]:
    """Contracts since 20 January. February's charge is late, its notice was seen on the 23rd: due to be blocked on the tenth of March."""
    make.company()
    plan, router = make.plan(price="119,90"), make.router()
    with clock.frozen(datetime(2026, 1, 20, 12, tzinfo=UTC)):
        contracts = [make.access(make.contract(), plan=plan, router=router).contract for _n in range(count)]
    with clock.frozen(datetime(2026, 2, 10, 12, tzinfo=UTC)):
        schedule.bill(date(2026, 2, 10))
    with clock.frozen(datetime(2026, 2, 23, 12, tzinfo=UTC)):
        schedule.assess(date(2026, 2, 23))
        for notice in Notice.objects.all():
            notices.deliver(notice=notice, channel=NoticeChannel.PAGE, proof="página vista", actor=SYSTEM)
    on_the_routers()
    return contracts


def blocked(count: int) -> list[Contract]:
    """The same on the day after: blocked, on the routers too."""
    contracts = warned(count)
    with clock.frozen(MORNING):
        schedule.assess(TODAY)
    on_the_routers()
    return contracts


def on_the_routers() -> None:
    """As if the lanes had been everywhere."""
    Access.objects.update(sync_state="applied", due_at=None, applied_version=F("wanted_version"), applied_at=clock.now())


def received(charge: Charge) -> dict[str, bool]:
    """Every trace that a settlement leaves: is it there?"""
    contract = charge.contract
    assert contract is not None
    payments = Payment.objects.filter(token=str(charge.number))
    return {
        "payment": payments.exists(),
        "allocation": Allocation.objects.filter(charge=charge, payment__in=payments, principal=charge.total).exists(),
        "cash entry": CashEntry.objects.filter(payment__in=payments, incoming=charge.total).exists(),
        "paid": charge.state == "PAID" and charge.paid_on == TODAY,
        "clear": (contract.standing, contract.standing_cause) == ("CLEAR", ""),
        "pendency closed": not Pendency.objects.filter(contract=contract, closed_on__isnull=True).exists(),
        "pause ended": not ServicePause.objects.filter(contract=contract, ends_on__isnull=True).exists(),
        "release": Release.objects.filter(contract=contract, payment__in=payments).exists(),
        "step": PendencyStep.objects.filter(pendency__contract=contract, kind="RELEASED").exists(),
        "history": is_told(contract, "contract.standing_clear"),
        "due on the router": is_due(contract),
    }


def cut_off(contract: Contract) -> dict[str, bool]:
    """Every trace that a block of the daily run leaves: is it there?"""
    return {
        "blocked": (contract.standing, contract.standing_cause) == ("BLOCKED", "POLICY"),
        "pause": ServicePause.objects.filter(contract=contract, kind="BLOCKED", starts_on=TODAY, ends_on__isnull=True).exists(),
        "step": PendencyStep.objects.filter(pendency__contract=contract, kind="BLOCKED").exists(),
        "history": is_told(contract, "contract.standing_blocked"),
        "due on the router": is_due(contract),
    }


def is_told(contract: Contract, verb: str) -> bool:
    """It stands in the history."""
    return HistoryEntry.objects.filter(object_kind="contracts.contract", object_id=contract.pk, verb=verb).exists()


def is_due(contract: Contract) -> bool:
    """Every access of it wants to be applied anew."""
    states = {(access.sync_state, access.due_at is None) for access in Access.objects.filter(contract=contract)}
    assert states in ({("modified", False)}, {("applied", True)})
    return states == {("modified", False)}


def half_done(traces: dict[str, bool]) -> list[str]:
    """The traces that are missing where others are; nothing when it is wholly there or wholly absent."""
    return [] if len(set(traces.values())) == 1 else [name for name, is_there in traces.items() if not is_there]
