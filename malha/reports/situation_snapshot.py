"""The situation of every customer, held in the memory of each process and kept exact by the history.

Counting situations means looking at every contract of everybody counted, which at 100,000 customers costs more than the page that
shows the counts. But few customers are anything else than active, and every change of a contract writes a line with its customer
into the history. So a process reads all who are not active once, and from then on only looks again at the customers of new lines.

A line can become visible after one with a higher number (its transaction took longer), so the customers of the last OVERLAP lines
are looked at again each time. After SECONDS everything is read anew, whatever happened.
"""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from malha.contracts.models import Contract
from malha.core.models import HistoryEntry
from malha.customers.models import Customer
from malha.domain.states import Situation
from malha.reports import situations

SECONDS: Final = 300
OVERLAP: Final = 200
MOST_LINES: Final = 5000  # beyond it reading everything is the shorter way
_RECENT: Final = 1000
Counts = dict[Situation | None, int]
Mark = tuple[int, datetime]


@dataclass(frozen=True)
class Snapshot:
    """Everybody's situation as of the line `mark` of the history.

    `others`: those who are not simply active; None stands for archived, who are on no list. `recent`: the newest customers by
    number, to tell a new one from a known one.
    """

    mark: Mark | None
    read_at: float
    total: int
    others: dict[int, Situation | None]
    recent: frozenset[int]
    floor: int

    def counts(self) -> Counts:
        """How many customers are in each situation, and under None in all."""
        found = Counter(situation for situation in self.others.values() if situation is not None)
        return self._complete(found, self.total)

    def counts_of(self, customers: Iterable[int]) -> Counts:
        """The same for these customers, none of whom is archived."""
        keys = customers if isinstance(customers, list) else list(customers)
        others = self.others
        found = Counter(situation for situation in map(others.get, keys) if situation is not None)
        return self._complete(found, len(keys))

    def situation(self, customer: int) -> Situation | None:
        """Of one customer who is on the list."""
        return self.others.get(customer, Situation.ACTIVE)

    def members(self, situation: Situation) -> tuple[int, ...] | None:
        """The customers in a situation; None for the active, who are not listed here."""
        if situation is Situation.ACTIVE:
            return None
        return tuple(customer for customer, other in self.others.items() if other is situation)

    @staticmethod
    def _complete(found: Counter[Situation], total: int) -> Counts:
        counted: Counts = {situation: found.get(situation, 0) for situation in Situation}
        counted[Situation.ACTIVE] = total - sum(found.values())
        counted[None] = total
        return counted


_ACTIVE = situations.PLACE[Situation.ACTIVE]
_kept: Snapshot | None = None


def current() -> Snapshot:
    """The snapshot as of now. One statement when nothing has changed, four when something has."""
    global _kept
    newest = HistoryEntry.objects.order_by("-pk").values_list("pk", "at").first()
    kept = _kept
    if kept is None or kept.mark is None or newest is None or time.monotonic() - kept.read_at > SECONDS:
        kept = read(newest)
    elif kept.mark != newest:
        kept = _advanced(kept, newest)
    _kept = kept
    return kept


def read(mark: Mark | None) -> Snapshot:
    """Read everybody; `mark` is the newest line of the history, read before."""
    read_at = time.monotonic()
    newest = Customer.objects.aggregate(newest=Max("pk"))["newest"] or 0
    floor = newest - _RECENT
    others: dict[int, Situation | None] = {
        pk: situations.BY_PLACE[place] for pk, place in _placed(Contract.objects.all()) if place != _ACTIVE
    }
    bare = Customer.objects.filter(~Exists(Contract.objects.filter(customer=OuterRef("pk")))).order_by()
    others.update(dict.fromkeys(bare.values_list("pk", flat=True), Situation.INSTALLATION))
    others.update(dict.fromkeys(_archived(), None))
    recent = frozenset(Customer.objects.filter(pk__gt=floor).order_by().values_list("pk", flat=True))
    total = Customer.objects.filter(archived_at__isnull=True).count()
    return Snapshot(mark, read_at, total, others, recent, floor)


def _advanced(old: Snapshot, newest: Mark) -> Snapshot:
    """`old` brought up to the line `newest`, by looking again at the customers of the lines between."""
    assert old.mark is not None
    lines = HistoryEntry.objects.filter(pk__gt=old.mark[0] - OVERLAP, pk__lte=newest[0]).order_by("pk")
    found = list(lines.values_list("pk", "at", "customer_id")[: MOST_LINES + 1])
    # The line we stood at must still be there: a restored database, or another one, has another history.
    if len(found) > MOST_LINES or old.mark not in [(pk, at) for pk, at, _ in found]:
        return read(newest)
    touched = {customer for _, _, customer in found if customer is not None}
    others, total = dict(old.others), old.total
    now = _situations_of(touched)
    recent = set(old.recent)
    for customer, situation in now.items():
        was_listed = others.get(customer, Situation.ACTIVE) is not None
        if customer > old.floor and customer not in recent:
            recent.add(customer)
            was_listed = False
        total += (situation is not None) - was_listed
        if situation is Situation.ACTIVE:
            others.pop(customer, None)
        else:
            others[customer] = situation
    return replace(old, mark=newest, total=total, others=others, recent=frozenset(recent))


def _situations_of(customers: set[int]) -> dict[int, Situation | None]:
    """The situation of each of these customers that exists; None for the archived."""
    if not customers:
        return {}
    keys = list(customers)
    placed = dict(_placed(Contract.objects.filter(customer__in=keys)))
    found: dict[int, Situation | None] = {}
    for pk, archived_at in Customer.objects.filter(pk__in=keys).order_by().values_list("pk", "archived_at"):
        place = placed.get(pk)
        found[pk] = None if archived_at else Situation.INSTALLATION if place is None else situations.BY_PLACE[place]
    return found


def _placed(contracts: QuerySet[Contract]) -> QuerySet[Contract, tuple[int, int]]:
    """(customer, place of the situation) for everybody who has one of `contracts`, which are all of theirs."""
    every = contracts.order_by().annotate(place=situations.place()).values("customer_id").annotate(first=Min("place"))
    return every.values_list("customer_id", "first")


def _archived() -> QuerySet[Customer, int]:
    return Customer.objects.filter(archived_at__isnull=False).order_by().values_list("pk", flat=True)
