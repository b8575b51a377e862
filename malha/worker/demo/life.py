"""The demo's provider lives: the real journeys, day by day, and people who pay as they are used to (`habits`)."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q

from malha.billing import queries as billing
from malha.billing.data import ReceiptData
from malha.billing.models import Charge, ChargeState
from malha.billing.services import payments
from malha.contracts.models import Contract, ContractState, Standing, StandingCause
from malha.core import clock, history
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.domain import calendar
from malha.domain.late import DEFAULT_DAYS_TO_BLOCK, DEFAULT_DAYS_TO_PENDING
from malha.domain.money import ZERO, Money
from malha.dunning.models import Notice, NoticeChannel, NoticeKind, PendencyStep, Release, StepKind
from malha.journeys import delinquency, monthly_billing, notice_page, notices, settlement, trust
from malha.worker.demo import habits, receipts
from malha.worker.demo.habits import Habit, Visit
from malha.worker.demo.people import Person
from malha.worker.demo.receipts import Receipt
from malha.worker.demo.team import CLOCK, Team, moment

ONE_DAY: Final = timedelta(days=1)
NOTE: Final = Money(1000)  # the smallest bank note that somebody who pays round sums brings
FIVE, SIX = 5 * 60, 6 * 60
SHOWN: Final = "Há uma cobrança vencida no seu contrato. Sem o pagamento, a conexão será bloqueada a partir da data indicada."
Act = Callable[[], object]


@dataclass
class Life:
    """`expect` tells it about people, `at` what happens when; `live` lives one day after the other.

    `born`: the day on which the demo was made, which the habits count from. `now`: nothing is lived after it, so on the last day what
    belongs to a later hour happens then. `writes_together`: nobody else is at work, punctual payments of a day are written at once.
    """

    born: date
    now: datetime
    team: Team
    days_ahead: int
    due_days: Iterable[int]
    writes_together: bool = False
    people: dict[int, Person] = field(default_factory=dict)
    _acts: dict[date, list[tuple[int, Act]]] = field(default_factory=lambda: defaultdict(list))
    _visits: dict[date, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    _may_bill: bool = True
    _last_charge: int = 0
    _last_notice: int = 0

    def moment(self, day: date, minute: int) -> datetime:
        """That minute of the local day, or now."""
        return min(moment(day, minute), self.now)

    def at(self, day: date, minute: int, act: Act) -> None:
        """Do it then. What the rules refuse on the day is not done."""
        self._acts[day].append((minute, act))

    def joined(self, contract: Contract, person: Person) -> None:
        """A subscriber whose charges will come; the first one tomorrow, if its due date is that near."""
        self.people[contract.pk] = person
        first = calendar.next_due_after(contract.due_day, person.since)
        self._may_bill |= first <= person.since + ONE_DAY * (self.days_ahead + 1)

    # ---- a day

    def live(self, day: date) -> None:
        """The runs of the morning, then what people do."""
        self.bill(day)
        self.assess(day)
        self.be_out(day)

    def bill(self, day: date) -> None:
        """05:00. Without a due date in reach and nobody new there is nothing to charge."""
        if self._may_bill or (day + ONE_DAY * self.days_ahead).day in self.due_days:
            with clock.frozen(self.moment(day, FIVE)):
                monthly_billing.bill_day(today=day, actor=CLOCK)
            self._may_bill = False
            self.expect_visits(day)

    def assess(self, day: date) -> None:
        """06:00. Without anybody whom the day could bring a notice or a block there is nothing to decide."""
        rows = Charge.objects.filter(state=ChargeState.OPEN, contract__state=ContractState.ACTIVE).order_by()
        to_notice = Q(due_date__lte=day - ONE_DAY * DEFAULT_DAYS_TO_PENDING, contract__standing=Standing.CLEAR)
        to_block = Q(due_date__lte=day - ONE_DAY * DEFAULT_DAYS_TO_BLOCK, contract__standing=Standing.PENDING)
        if not rows.filter(to_notice | to_block).exists():
            return
        with clock.frozen(self.moment(day, SIX)):
            run = delinquency.assess_day(today=day, actor=CLOCK)
        if run.noticed or run.blocked:
            self.expect_answers(day)

    def be_out(self, day: date) -> None:
        """What happens in the opening hours."""
        for minute, act in sorted(self._acts.pop(day, ()), key=lambda one: one[0]):
            with clock.frozen(self.moment(day, minute)), suppress(BusinessError):
                act()
        self.expect_visits(day)
        self.take_money(day)

    # ---- what people make of it

    def expect_visits(self, day: date, *, since: date | None = None) -> None:
        """New charges are put on the days on which their people will come. `since`: an earlier visit was made already."""
        rows = Charge.objects.filter(pk__gt=self._last_charge, state=ChargeState.OPEN).order_by("pk")
        for pk, contract, due_date in rows.values_list("pk", "contract_id", "due_date"):
            self._last_charge = pk
            for visit in self._visits_for(contract, due_date):
                if since is None or visit.on >= since:
                    self._visits[max(visit.on, day)][pk] = visit.percent

    def _visits_for(self, contract_id: int | None, due_date: date) -> tuple[Visit, ...]:
        """Of somebody whom we do not know nothing is expected."""
        person = self.people.get(contract_id or 0)
        return habits.visits(person.habit, person.login, due_date, self.born) if person else ()

    def expect_answers(self, day: date) -> None:
        """Notices reach people when they open a page, or by letter, or never; some who are blocked ask to be released in trust."""
        rows = Notice.objects.filter(pk__gt=self._last_notice, kind=NoticeKind.DEBT, delivered_on__isnull=True).order_by("pk")
        for pk, contract, wanted_on in rows.values_list("pk", "pendency__contract_id", "wanted_on"):
            self._last_notice = pk
            person = self.people.get(contract)
            found = habits.notified(person.habit, person.login, wanted_on) if person else None
            if person and found and found.on >= day:
                act: Act = _Letter(pk, self.team.staff["joana"]) if found.by_letter else _View(contract, person)
                self.at(found.on, habits.minute_of(person.login, found.on), act)
        blocked = PendencyStep.objects.filter(run__local_date=day, kind=StepKind.BLOCKED)
        for contract in set(blocked.values_list("pendency__contract_id", flat=True)):
            person = self.people.get(contract)
            if person and person.habit is Habit.AFTER_THE_BLOCK and (day.toordinal() + person.index) % 5 < 2:
                on = day + ONE_DAY * (person.index % 2)
                self.at(on, habits.minute_of(person.login, on), _Trust(contract, person))

    # ---- money

    def take_money(self, day: date) -> None:
        """Everybody who comes today pays."""
        percents = self._visits.pop(day, {})
        rows = Charge.objects.filter(pk__in=percents, state=ChargeState.OPEN).select_related("customer", "contract")
        charges = list(rows.order_by("due_date", "pk"))
        left = billing.outstanding(charges)
        groups: dict[int, list[Charge]] = defaultdict(list)
        for charge in charges:
            if left[charge.pk] > ZERO and charge.contract_id is not None:
                groups[charge.contract_id].append(charge)
        minutes = {key: habits.minute_of(self.people[key].login, day) for key in groups}
        together: list[Receipt] = []
        with history.together():
            for key in sorted(groups, key=lambda key: minutes[key]):
                person = self.people[key]
                receipt = self._receipt(day, minutes[key], person, groups[key], left)
                if self.writes_together and self._is_plain(day, person, groups[key], percents):
                    together.append(receipt)
                else:
                    self._settle(day, person, receipt, percents)
            receipts.write(together, day)

    def _is_plain(self, day: date, person: Person, charges: list[Charge], percents: Mapping[int, int]) -> bool:
        """All of it, in time, by somebody who owes nothing late."""
        contract = charges[0].contract
        if contract is None or contract.standing != Standing.CLEAR or contract.standing_cause != StandingCause.NONE:
            return False
        whole = all(charge.due_date >= day and percents[charge.pk] == 100 and not charge.promptness_discount for charge in charges)
        return whole and person.habit is not Habit.ROUND_SUM

    def _receipt(self, day: date, minute: int, person: Person, charges: list[Charge], left: Mapping[int, Money]) -> Receipt:
        form = habits.form_of(person.login, charges[0].due_date, is_business=person.is_business)
        if day.weekday() == 6 and form in ("CASH", "CARD"):
            form = "PIX"  # the counter is closed
        return Receipt(
            charges=charges,
            left=[left[charge.pk] for charge in charges],
            at=self.moment(day, minute),
            form=form,
            place="Balcão" if form in ("CASH", "CARD") else "",
            account_id=self.team.account(form),
            cashier=self.team.cashier(person.login),
        )

    def _settle(self, day: date, person: Person, receipt: Receipt, percents: Mapping[int, int]) -> None:
        with clock.frozen(receipt.at):
            data = ReceiptData(
                value=self._brings(day, person, receipt.charges, percents),
                paid_on=day,
                form=receipt.form,
                place=receipt.place,
                user_id=receipt.cashier.id,
            )
            settlement.settle(
                customer=receipt.charges[0].customer,
                charge_ids=[charge.pk for charge in receipt.charges],
                data=data,
                cash_account_id=receipt.account_id,
                actor=receipt.cashier,
            )

    def _brings(self, day: date, person: Person, charges: Sequence[Charge], percents: Mapping[int, int]) -> Money:
        owed = {part.key: part.total for part in payments.due_on(charges, day)}
        if person.habit is Habit.ROUND_SUM:
            total = Money.total(owed.values())
            return Money(-(-total.cents // NOTE.cents) * NOTE.cents)
        return Money.total(amount.times_half_up(percents[key], 100) for key, amount in owed.items())


def routers_obeyed() -> None:
    """In time that is skipped no router hears of a release: say that they obeyed within seconds, as they do."""
    waiting = list(Release.objects.filter(obeyed_at__isnull=True))
    for release in waiting:
        release.obeyed_at = release.released_at + timedelta(seconds=random.Random(str(release.released_at)).uniform(1.2, 6.5))
    Release.objects.bulk_update(waiting, ["obeyed_at"], batch_size=500)


def subscriber(person: Person) -> Actor:
    """Somebody at home, on the notice page."""
    return Actor(kind="portal", id=None, name=person.customer.name, ip=f"100.64.{person.index // 250}.{person.index % 250 + 2}")


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
        who = subscriber(self.person)
        words = f"Página de aviso aberta no endereço do próprio assinante, {who.ip}."
        notice_page.seen(contract=contract, page=page, ip=who.ip or "", proof=words, content=SHOWN, actor=who)


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
        who = subscriber(self.person)
        trust.grant(contract=Contract.objects.get(pk=self.contract_id), ip=who.ip, actor=who)
