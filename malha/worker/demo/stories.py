"""What happens to single subscribers of the demo beside paying: they leave, change their plan, make an agreement, go travelling."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from malha.billing.data import AgreementData, OneOffData
from malha.billing.models import Charge, ChargeState
from malha.billing.services import charges
from malha.contracts.models import Contract, Plan
from malha.core import clock
from malha.customers.models import Customer
from malha.domain.money import Money
from malha.journeys import blocking, charge_changes, leaving, suspension, trust
from malha.network.models import Access
from malha.network.services import accesses
from malha.worker.demo import habits
from malha.worker.demo.habits import Habit
from malha.worker.demo.life import ONE_DAY, Life, subscriber
from malha.worker.demo.people import Person
from malha.worker.demo.team import Team

REASONS: Final = ("Mudança de endereço", "Mudou para outra cidade", "Preço", "Pedido do titular")
BETTER: Final = {"Fibra 300 Mega": "Fibra 500 Mega", "Fibra 500 Mega": "Fibra 700 Mega", "Fibra 700 Mega": "Fibra 1 Giga"}
EARLY: Final = 4 * 60 + 15


@dataclass(frozen=True)
class Subscriber:
    """A person of the demo and what their sign-up made."""

    person: Person
    customer: Customer
    contract: Contract


def tell(life: Life, one: Subscriber, plans: Mapping[str, Plan]) -> None:
    """Put the story of this subscriber on its days, counted back from the day on which the demo was made."""
    index, person, team = one.person.index, one.person, life.team

    def then(days_ago: int, act: Callable[..., object], *more: object) -> None:
        day = life.born - ONE_DAY * days_ago
        if day > person.since:
            life.at(day, habits.minute_of(person.login, day), partial(act, one, team, *more))

    match person.fate, person.habit:
        case "cancelled", _:
            day = leaving_day(person, life.born)
            life.at(day, habits.minute_of(person.login, day), partial(leave, one, team))
        case "blocked", _:
            then(2 + index % 30, block)
        case _, Habit.TRUSTED:
            then(1, trust_release)
        case _, Habit.AGREED:
            then(habits.AGREED_ON, agree, 3 + index % 2)
        case _, Habit.PUNCTUAL if index % 100 == 63:
            then(20 + index % 7, suspend, 75)
        case _, Habit.PUNCTUAL if index % 100 == 12:
            then(200, suspend, 45)
            life.at(life.born - ONE_DAY * 155, EARLY, partial(end_suspensions, team))
        case _, Habit.PUNCTUAL if index % 90 == 31:
            then(75 + index % 20, charge, "Roteador Wi-Fi 6", "354,00", 6)
        case _, Habit.PUNCTUAL if index % 70 == 35:
            then(30 + index % 300, charge, "Mudança de ponto", "80,00", 1)
        case "active", Habit.PUNCTUAL | Habit.ON_THE_DAY if index % 17 == 9:
            then(25 + index, upgrade, plans)


def leaving_day(person: Person, born: date) -> date:
    """When somebody leaves: after two thirds of the time since they came."""
    return person.since + (born - person.since) * 2 // 3


def leave(one: Subscriber, team: Team) -> None:
    """The customer cancels."""
    reason = REASONS[one.person.index % len(REASONS)]
    leaving.cancel_customer(customer=one.customer, on=clock.today(), reason=reason, actor=team.staff["joana"])


def block(one: Subscriber, team: Team) -> None:
    """Blocked by hand because the customer asked for it."""
    blocking.block(contract=fresh(one), reason="Pedido do titular: casa vazia", actor=team.staff["marina"])


def trust_release(one: Subscriber, team: Team) -> None:
    """The button of the block page."""
    who = subscriber(one.person)
    trust.grant(contract=fresh(one), ip=who.ip, actor=who)


def agree(one: Subscriber, team: Team, installments: int) -> None:
    """All that is late becomes instalments, the first one due today."""
    late = Charge.objects.filter(contract=one.contract, state=ChargeState.OPEN, due_date__lt=clock.today())
    data = AgreementData(
        charge_ids=tuple(late.values_list("pk", flat=True)), first_due=clock.today(), installments=installments, note="Ficou desempregado"
    )
    charge_changes.agree(customer=one.customer, data=data, actor=team.staff["marina"])


def suspend(one: Subscriber, team: Team, days: int) -> None:
    """The house stands empty for a while."""
    until = clock.today() + timedelta(days=days - 1)
    suspension.suspend(contract=fresh(one), until=until, reason="Viagem", actor=team.staff["joana"])


def end_suspensions(team: Team) -> None:
    """What the timetable does every night."""
    suspension.end_due(today=clock.today(), actor=team.staff["admin"])


def charge(one: Subscriber, team: Team, words: str, amount: str, installments: int) -> None:
    """Something sold beside the monthly fee: at once, or as a carnê."""
    first = clock.today() + timedelta(days=10)
    data = OneOffData(
        description=words, amount=Money.parse_brl(amount), due_date=first, contract_id=one.contract.pk, installments=installments
    )
    charges.issue_one_off(customer=one.customer, data=data, actor=team.staff["marina"])


def upgrade(one: Subscriber, team: Team, plans: Mapping[str, Plan]) -> None:
    """The next faster plan from today."""
    access = Access.objects.filter(contract=one.contract).select_related("plan").order_by("pk").first()
    better = BETTER.get(access.plan.name) if access else None
    if access and better:
        data = replace(accesses.data_of(access), plan_id=plans[better].pk)
        accesses.change(access=access, data=data, actor=team.staff["joana"])


def fresh(one: Subscriber) -> Contract:
    """The contract as it is now."""
    return Contract.objects.get(pk=one.contract.pk)
