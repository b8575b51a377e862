"""The demo's provider lives: the real journeys, day by day, and people who pay as they are used to (`habits`)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from malha.billing import queries as billing
from malha.billing.data import ReceiptData
from malha.billing.models import Charge, ChargeState
from malha.billing.services import payments
from malha.cashbook.services import entries
from malha.contracts.models import Contract, Standing, StandingCause
from malha.core import clock, history
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.domain.money import ZERO, Money
from malha.dunning.models import Notice, NoticeChannel, PendencyStep, StepKind
from malha.journeys import delinquency, monthly_billing, notice_page, notices, settlement, trust
from malha.worker.demo import habits
from malha.worker.demo.habits import Habit, Visit
from malha.worker.demo.people import Person
from malha.worker.demo.team import CLOCK, Team, moment

ONE_DAY: Final = timedelta(days=1)
NOTE: Final = Money(1000)  # the smallest bank note that somebody who pays round sums brings
FIVE, SIX = 5 * 60, 6 * 60
SHOWN: Final = "Há uma cobrança vencida no seu contrato. Sem o pagamento, a conexão será bloqueada a partir da data indicada."
Act = Callable[[], object]


@dataclass
class Life:
    """`expect` tells it about people, `at` what happens when; `live` lives one day after the other.

    `born`: the day on which the demo was made, which the habits count from.
    """

    born: date
    team: Team
    days_ahead: int
    due_days: Iterable[int]
    people: dict[int, Person] = field(default_factory=dict)
    _acts: dict[date, list[tuple[int, Act]]] = field(default_factory=lambda: defaultdict(list))
    _visits: dict[date, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    _may_bill: bool = True
    _last_charge: int = 0
    _last_notice: int = 0

    def at(self, day: date, minute: int, act: Act) -> None:
        """Do it then. What the rules refuse on the day is not done."""
        self._acts[day].append((minute, act))

    def joined(self, contract: Contract, person: Person) -> None:
        """A subscriber whose charges will come."""
        self.people[contract.pk] = person
        self._may_bill = True

    # ---- a day

    def live(self, day: date) -> None:
        """The runs of the morning, then what people do."""
        self.bill(day)
        self.assess(day)
        self.be_out(day)

    def bill(self, day: date) -> None:
        """05:00. Without a due date in reach and nobody new there is nothing to charge."""
        if self._may_bill or (day + ONE_DAY * self.days_ahead).day in self.due_days:
            with clock.frozen(moment(day, FIVE)):
                monthly_billing.bill_day(day, actor=CLOCK)
            self._may_bill = False
            self.notice_charges(day)

    def assess(self, day: date) -> None:
        """06:00."""
        with clock.frozen(moment(day, SIX)):
            run = delinquency.assess_day(day, actor=CLOCK)
        if run.noticed:
            self.notice_notices(day)
        if run.blocked:
            steps = PendencyStep.objects.filter(run=run, kind=StepKind.BLOCKED)
            self.notice_blocked(day, steps.values_list("pendency__contract_id", flat=True))

    def be_out(self, day: date) -> None:
        """What happens in the opening hours."""
        for minute, act in sorted(self._acts.pop(day, ()), key=lambda one: one[0]):
            with clock.frozen(moment(day, minute)), suppress(BusinessError):
                act()
        self.notice_charges(day)
        self.take_money(day)

    # ---- what people make of it

    def notice_charges(self, day: date, *, after: date | None = None) -> None:
        """New charges are put on the days on which their people will come. `after`: visits until then are not made up for."""
        rows = Charge.objects.filter(pk__gt=self._last_charge, state=ChargeState.OPEN).order_by("pk")
        for pk, contract, due_date in rows.values_list("pk", "contract_id", "due_date"):
            self._last_charge = pk
            for visit in self.visits(contract, due_date):
                if after is None or visit.on > after:
                    self._visits[max(visit.on, day)][pk] = visit.percent

    def visits(self, contract_id: int | None, due_date: date) -> tuple[Visit, ...]:
        """Of somebody whom we do not know, nothing is expected."""
        person = self.people.get(contract_id or 0)
        return habits.visits(person.habit, person.login, due_date, self.born) if person else ()

    def notice_notices(self, day: date) -> None:
        """New notices reach people when they open a page, or by letter, or never."""
        rows = Notice.objects.filter(pk__gt=self._last_notice, delivered_on__isnull=True).order_by("pk")
        for pk, contract, wanted_on in rows.values_list("pk", "pendency__contract_id", "wanted_on"):
            self._last_notice = pk
            person = self.people.get(contract)
            found = habits.notified(person.habit, person.login, wanted_on) if person else None
            if person and found:
                on = max(found.on, day)
                act = _Letter(pk, self.team.staff["joana"]) if found.by_letter else _View(contract, person)
                self.at(on, habits.minute_of(person.login, on), act)

    def notice_blocked(self, day: date, contract_ids: Iterable[int]) -> None:
        """Some who are blocked ask to be released in trust, the same afternoon or the next day."""
        for contract in contract_ids:
            person = self.people.get(contract)
            if person and person.habit is Habit.AFTER_THE_BLOCK and (day.toordinal() + contract) % 5 < 2:
                on = day + ONE_DAY * (contract % 2)
                self.at(on, habits.minute_of(person.login, on) + 5, _Trust(contract, person))

    # ---- money

    def take_money(self, day: date) -> None:
        """Everybody who comes today pays. Who owes nothing late is decided about together with all the others at the end."""
        percents = self._visits.pop(day, {})
        rows = Charge.objects.filter(pk__in=percents, state=ChargeState.OPEN).select_related("customer", "contract")
        charges = list(rows.order_by("due_date", "pk"))
        left = billing.outstanding(charges)
        groups: dict[int, list[Charge]] = defaultdict(list)
        for charge in charges:
            if left[charge.pk] > ZERO and charge.contract_id is not None:
                groups[charge.contract_id].append(charge)
        minutes = {key: habits.minute_of(self.people[key].login, day) for key in groups}
        plain: list[int] = []
        with history.together():
            for key in sorted(groups, key=lambda key: minutes[key]):
                with clock.frozen(moment(day, minutes[key])):
                    self._pay(day, groups[key], percents, left, plain)
        if plain:
            with clock.frozen(moment(day, max(minutes.values()))):
                delinquency.reassess(plain, actor=CLOCK)

    def _pay(self, day: date, charges: list[Charge], percents: Mapping[int, int], left: Mapping[int, Money], plain: list[int]) -> None:
        customer, contract = charges[0].customer, charges[0].contract
        assert contract is not None
        person = self.people[contract.pk]
        is_plain = contract.standing == Standing.CLEAR and contract.standing_cause == StandingCause.NONE
        is_plain = is_plain and all(charge.due_date >= day and percents[charge.pk] == 100 for charge in charges)
        if is_plain and person.habit is not Habit.ROUND_SUM:
            value = Money.total(left[charge.pk] for charge in charges)
        else:
            value = self._brings(day, person, charges, percents)
        form = habits.form_of(person.login, charges[0].due_date, is_business=person.is_business)
        if day.weekday() == 6 and form in ("CASH", "CARD"):
            form = "PIX"  # the counter is closed
        cashier = self.team.cashier(person.login)
        place = "Balcão" if form in ("CASH", "CARD") else ""
        data = ReceiptData(value=value, paid_on=day, form=form, place=place, user_id=cashier.id)
        keys, account = [charge.pk for charge in charges], self.team.account(form)
        if is_plain:
            payment = payments.receive(customer=customer, charge_ids=keys, data=data, actor=cashier)
            entries.record_payment(payment=payment, account_id=account, actor=cashier)
            plain.append(contract.pk)
        else:
            settlement.settle(customer=customer, charge_ids=keys, data=data, cash_account_id=account, actor=cashier)

    def _brings(self, day: date, person: Person, charges: list[Charge], percents: Mapping[int, int]) -> Money:
        owed = {part.key: part.total for part in payments.due_on(charges, day)}
        if person.habit is Habit.ROUND_SUM:
            total = Money.total(owed.values())
            return Money(-(-total.cents // NOTE.cents) * NOTE.cents)
        return Money.total(amount.times_half_up(percents[key], 100) for key, amount in owed.items())


def address_of(contract_id: int) -> str:
    """Under which address a subscriber was seen."""
    return f"100.64.{contract_id // 250}.{contract_id % 250 + 2}"


def subscriber(person: Person, contract_id: int) -> Actor:
    """Somebody at home, on the notice page."""
    return Actor(kind="portal", id=None, name=person.customer.name, ip=address_of(contract_id))


@dataclass(frozen=True)
class _View:
    """The notice page is opened."""

    contract_id: int
    person: Person

    def __call__(self) -> None:
        contract = Contract.objects.get(pk=self.contract_id)
        if contract.standing == Standing.CLEAR:
            return
        page = "bloqueio" if contract.standing == Standing.BLOCKED else "pendencia"
        ip = address_of(self.contract_id)
        who = subscriber(self.person, self.contract_id)
        words = f"Página de aviso aberta no endereço do próprio assinante, {ip}."
        notice_page.seen(contract=contract, page=page, ip=ip, proof=words, content=SHOWN, actor=who)


@dataclass(frozen=True)
class _Letter:
    """Somebody of the staff brings a printed letter."""

    notice_id: int
    actor: Actor

    def __call__(self) -> None:
        notice = Notice.objects.select_related("pendency__contract", "charge").get(pk=self.notice_id)
        if notice.charge.state == ChargeState.OPEN:
            words = "Carta entregue em mãos, com protocolo assinado."
            notices.deliver(notice=notice, channel=NoticeChannel.LETTER, proof=words, actor=self.actor)


@dataclass(frozen=True)
class _Trust:
    """*Liberar por 3 dias* on the block page."""

    contract_id: int
    person: Person

    def __call__(self) -> None:
        who = subscriber(self.person, self.contract_id)
        trust.grant(contract=Contract.objects.get(pk=self.contract_id), ip=who.ip, actor=who)
