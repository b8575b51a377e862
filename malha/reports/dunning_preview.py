"""Simulação: who would be warned, blocked, released on a date, with amount and cause.

It is handed the decisions (`journeys.delinquency.rehearse`) and only sorts and counts them, so it cannot disagree with the run. Of
everything that is decided it keeps the totals and one page: memory does not grow with the number of customers who are late.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from heapq import nsmallest
from itertools import islice
from typing import Protocol

from malha.billing.models import Charge
from malha.contracts.models import Contract
from malha.domain.dunning import Debt, Decision, Why
from malha.domain.money import ZERO, Money
from malha.domain.states import Standing
from malha.dunning.facts import Known
from malha.dunning.models import Notice, NoticeKind
from malha.reports.dunning_words import until_of

CHUNK = 1000
_SEVERITY = {Standing.CLEAR: 0, Standing.PENDING: 1, Standing.REDUCED: 2, Standing.BLOCKED: 3}
_PROTECTED = frozenset({Why.HELD, Why.GRACE, Why.NEVER_BLOCK, Why.AUTO_BLOCK_OFF, Why.NOT_A_CUT_DAY})


class Part(StrEnum):
    """What would happen to a contract; one each. POSTPONED: it would be blocked if nothing protected it. UNDELIVERED: its notice waits."""

    WARN = "avisar"
    BLOCK = "bloquear"
    RELEASE = "liberar"
    REDUCE = "reduzir"
    POSTPONED = "adiados"
    UNDELIVERED = "sem-aviso"


class Order(StrEnum):
    """What the lines may be sorted by."""

    DUE = "vencimento"
    AMOUNT = "valor"
    CONTRACT = "contrato"


class Outcome(Protocol):
    """A contract with what was known and decided (`dunning.services.outcomes`)."""

    @property
    def known(self) -> Known: ...
    @property
    def decision(self) -> Decision: ...


@dataclass(frozen=True, slots=True)
class Total:
    """How many contracts, over how much."""

    count: int = 0
    amount: Money = ZERO


@dataclass(frozen=True, slots=True)
class Proof:
    """The notice of the charge that decides. `delivered_on` None: nobody has seen it yet. `channel` in words."""

    wanted_on: date
    delivered_on: date | None
    channel: str


@dataclass(frozen=True, slots=True)
class Line:
    """One contract. `amount`: what is late of it, without fine and interest. `until`: how long what protects it holds."""

    contract_id: int
    number: int
    customer_number: int
    customer: str
    amount: Money
    oldest_due: date | None
    days_late: int
    standing: str
    to: str
    why: str
    until: date | None
    is_approved: bool
    charge_number: int | None
    proof: Proof | None
    pending_on: date | None
    block_on: date | None
    terminate_on: date | None


@dataclass
class Preview:
    """The totals of every part, and the lines of one page of one part."""

    day: date
    totals: dict[Part, Total] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def total(self, part: Part) -> Total:
        """Of one part; nothing is nothing."""
        return self.totals.get(part, Total())


def read(outcomes: Iterable[Outcome], day: date, *, part: Part, start: int, stop: int, order: str = Order.DUE) -> Preview:
    """The totals, and lines `start` to `stop` of `part`. `order`: of `Order`, with a minus before it the other way round."""
    preview = Preview(day)
    counts: dict[Part, int] = defaultdict(int)
    cents: dict[Part, int] = defaultdict(int)

    def of_part() -> Iterator[Outcome]:
        for found, outcome in sorted_out(outcomes):
            counts[found] += 1
            cents[found] += _late_amount(outcome, day).cents
            if found is part:
                yield outcome

    page = nsmallest(stop, of_part(), key=_key(order, day))[start:]
    preview.totals = {found: Total(counts[found], Money(cents[found])) for found in counts}
    preview.lines = list(lines(page, day))
    return preview


def keys(outcomes: Iterable[Outcome], *, part: Part) -> Iterator[int]:
    """The contracts of a part, for *selecionar todos*."""
    return (outcome.known.contract.pk for found, outcome in sorted_out(outcomes) if found is part)


def every_line(outcomes: Iterable[Outcome], day: date, *, part: Part) -> Iterator[Line]:
    """All lines of a part in the order of the contracts, read in batches."""
    return lines((outcome for found, outcome in sorted_out(outcomes) if found is part), day)


def sorted_out(outcomes: Iterable[Outcome]) -> Iterator[tuple[Part, Outcome]]:
    """Each outcome with its part; what neither changes nor waits has none and is left out. One statement per thousand."""
    waiting = iter(outcomes)
    while batch := list(islice(waiting, CHUNK)):
        wanted = {key for outcome in batch for key in outcome.decision.to_notify}
        known = set(Notice.objects.filter(charge__in=wanted, kind=NoticeKind.DEBT).values_list("charge_id", flat=True)) if wanted else set()
        for outcome in batch:
            found = _part(outcome, known)
            if found is not None:
                yield found, outcome


def _part(outcome: Outcome, known_notices: set[int]) -> Part | None:
    decision, now = outcome.decision, outcome.known.situation.standing
    if decision.why is Why.BY_HAND:
        return None
    if decision.why is Why.WAITS_FOR_APPROVAL or (decision.standing is Standing.BLOCKED and now is not Standing.BLOCKED):
        return Part.BLOCK
    if _SEVERITY[decision.standing] < _SEVERITY[now]:
        return Part.RELEASE
    if decision.standing is Standing.REDUCED and now is not Standing.REDUCED:
        return Part.REDUCE
    if any(key not in known_notices for key in decision.to_notify) or (decision.standing is Standing.PENDING and now is Standing.CLEAR):
        return Part.WARN
    if decision.why in _PROTECTED:
        return Part.POSTPONED
    return Part.UNDELIVERED if decision.to_notify else None


def lines(outcomes: Iterable[Outcome], day: date) -> Iterator[Line]:
    """In words' reach: with customer, charge and proof of notice. Three statements per thousand."""
    waiting = iter(outcomes)
    while batch := list(islice(waiting, CHUNK)):
        people = Contract.objects.filter(pk__in=[outcome.known.contract.pk for outcome in batch]).order_by()
        names = {key: (number, name) for key, number, name in people.values_list("pk", "customer__number", "customer__name")}
        debts = {outcome.decision.debt for outcome in batch if outcome.decision.debt is not None}
        numbers = dict(Charge.objects.filter(pk__in=debts).order_by().values_list("pk", "number"))
        notices = {row.charge_id: row for row in Notice.objects.filter(charge__in=debts, kind=NoticeKind.DEBT)}
        for outcome in batch:
            yield _line(outcome, day, names[outcome.known.contract.pk], numbers, notices)


def _line(outcome: Outcome, day: date, who: tuple[int, str], numbers: dict[int, int], notices: dict[int, Notice]) -> Line:
    known, decision = outcome.known, outcome.decision
    due = _oldest_due(outcome, day)
    notice = notices.get(decision.debt) if decision.debt is not None else None
    return Line(
        contract_id=known.contract.pk,
        number=known.contract.number,
        customer_number=who[0],
        customer=who[1],
        amount=_late_amount(outcome, day),
        oldest_due=due,
        days_late=max((day - due).days, 0) if due else 0,
        standing=known.situation.standing,
        to=decision.standing,
        why=decision.why,
        until=until_of(decision.why, known.situation),
        is_approved=known.situation.is_approved,
        charge_number=numbers.get(decision.debt) if decision.debt is not None else None,
        proof=_proof(notice),
        pending_on=decision.ahead.pending_on,
        block_on=decision.ahead.block_on,
        terminate_on=decision.ahead.terminate_on,
    )


def _proof(notice: Notice | None) -> Proof | None:
    if notice is None:
        return None
    return Proof(notice.wanted_on, notice.delivered_on, str(notice.get_channel_display()) if notice.channel else "")


def _late(outcome: Outcome, day: date) -> Iterator[Debt]:
    return (debt for debt in outcome.known.situation.debts if debt.due_date < day and not debt.is_contested)


def _late_amount(outcome: Outcome, day: date) -> Money:
    return Money(sum(debt.outstanding.cents for debt in _late(outcome, day)))


def _oldest_due(outcome: Outcome, day: date) -> date | None:
    return min((debt.due_date for debt in _late(outcome, day)), default=None)


def _key(order: str, day: date) -> Callable[[Outcome], tuple[int, int]]:
    sign = -1 if order.startswith("-") else 1
    kind = order.removeprefix("-")

    def of(outcome: Outcome) -> tuple[int, int]:
        key = outcome.known.contract.pk
        if kind == Order.AMOUNT:
            return sign * _late_amount(outcome, day).cents, key
        if kind == Order.DUE:
            return sign * (_oldest_due(outcome, day) or day).toordinal(), key
        return sign * key, key

    return of
