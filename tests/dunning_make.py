"""Builders of late contracts: through the services, each on the day on which it happened."""

from datetime import date, timedelta

from malha.billing.data import OneOffData
from malha.billing.models import Charge
from malha.billing.services import charges
from malha.contracts.models import Contract
from malha.core import clock
from malha.core.history import SYSTEM, Actor
from malha.domain.money import Money
from malha.dunning.models import DunningRun, Notice, NoticeChannel
from malha.journeys import delinquency, notices
from tests import make
from tests.world import at

CLOCK = Actor(kind="worker", id=None, name="Malha")
TODAY = date(2026, 3, 10)  # a Tuesday, where every test lives
DUE = date(2026, 2, 20)
NOTICE = date(2026, 2, 23)
TOMORROW = TODAY + timedelta(days=1)


def contract(name: str = "Rosa Maria Duarte", **values: object) -> Contract:
    """A customer with one contract and one access."""
    customer = make.customer(name=name, cpf_cnpj="")
    return make.access(make.contract(customer, due_day=20, **values)).contract  # type: ignore[arg-type]


def charge(of: Contract, due: date = DUE, amount: str = "119,90") -> Charge:
    """A charge issued ten days before its due date."""
    with clock.frozen(at(due - timedelta(days=10))):
        data = OneOffData(description="Mensalidade", amount=Money.parse_brl(amount), due_date=due, contract_id=of.pk)
        return charges.issue_one_off(customer=of.customer, data=data, actor=SYSTEM)[0]


def late(
    name: str = "Rosa Maria Duarte", *, due: date = DUE, amount: str = "119,90", notice: date | None = NOTICE, **values: object
) -> Contract:
    """A contract with one late charge, warned as the run warns. `notice`: the day on which the customer saw it, None for not yet."""
    made = contract(name, **values)
    charge(made, due, amount)
    run(due + timedelta(days=3))
    if notice is not None:
        deliver(made, notice)
    made.refresh_from_db()
    return made


def deliver(of: Contract, day: date, channel: NoticeChannel = NoticeChannel.PAGE) -> None:
    """The customer sees what waits."""
    with clock.frozen(at(day)):
        for row in Notice.objects.filter(pendency__contract=of, delivered_on__isnull=True):
            notices.deliver(notice=row, channel=channel, proof="página vista em 100.64.8.114", actor=CLOCK)


def run(day: date, hour: int = 6) -> DunningRun:
    """The daily run."""
    with clock.frozen(at(day, hour)):
        return delinquency.assess_day(today=day, actor=CLOCK)
