"""The list of charges: what one line says, how much there is of each situation, and what each open one takes today.

Counts and sums are exact; they are kept while nothing changes (`freshness`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import BigIntegerField, Count, F, Min, OuterRef, QuerySet, Subquery, Sum

from malha.billing import queries as billing
from malha.billing.models import Allocation, Charge, ChargeKind, ChargeLine, ChargeState
from malha.contracts.models import StandingCause
from malha.core import company
from malha.core.models import HistoryEntry
from malha.domain.money import ZERO, Money
from malha.domain.receiving import OpenCharge, owed
from malha.reports import charge_situations, freshness
from malha.reports.charge_criteria import ChargeCriteria, matching, narrowed, ordered
from malha.reports.charge_situations import ChargeSituation

PER_PAGE = 50
EXPORT_BATCH = 1000
_CENTS = BigIntegerField()
_COVERED = Sum(F("principal") + F("discount"), output_field=_CENTS)


@dataclass(frozen=True, slots=True)
class Total:
    """How many charges, over how much: what is left of open ones, the value of the others."""

    count: int = 0
    amount: Money = ZERO

    def __add__(self, other: "Total") -> "Total":
        return Total(self.count + other.count, self.amount + other.amount)


@dataclass(frozen=True, slots=True)
class Paid:
    """The last payment of a charge: day, form, place and receipt; `value` is all that was paid of the charge, fine and interest too."""

    on: date
    form: str
    place: str
    receipt: int
    value: Money


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list.

    `description`: of the first line, for charges that are no monthly fee. `days_late`: since the nominal due date, of open charges.
    `updated`: what paying it today takes, None for one that is not open.
    """

    pk: int
    number: int
    kind: str
    due_date: date
    state: str
    total: Money
    situation: ChargeSituation
    is_contested: bool
    installment: int | None
    customer_number: int
    customer: str
    method: str
    description: str
    left: Money
    updated: Money | None
    days_late: int
    paid: Paid | None


@dataclass(frozen=True)
class Page:
    """One page of the list; `number` is within 1..`pages` whatever was asked."""

    rows: list[Row]
    total: int
    number: int
    pages: int


class Listing:
    """What one request reads of the list."""

    def __init__(self, criteria: ChargeCriteria, today: date) -> None:
        self.criteria, self.today = criteria, today
        self._charges = narrowed(criteria)

    @cached_property
    def totals(self) -> dict[ChargeSituation, Total]:
        """Count and sum of each situation under the criteria, whatever situation is chosen."""
        newest = HistoryEntry.objects.order_by("-pk").values_list("pk", "at").first()
        shows_replaced = self.criteria.situation is ChargeSituation.REPLACED
        name = f"charges:{self.today}:{shows_replaced}:{self.criteria.fingerprint()}"
        return freshness.kept(freshness.mark_of(newest), name, lambda: totals(self._charges, self.today))

    @property
    def count(self) -> int:
        """How many charges the chosen situation has."""
        chosen = self.criteria.situation
        return self.totals[chosen].count if chosen else sum(total.count for total in self.totals.values())

    def page(self, number: int) -> Page:
        """The page asked for, or the nearest there is."""
        pages = max((self.count + PER_PAGE - 1) // PER_PAGE, 1)
        number = min(max(number, 1), pages)
        start = (number - 1) * PER_PAGE
        chosen = self.criteria.situation
        charges = self._charges if chosen is None else charge_situations.only(self._charges, chosen, self.today)
        found = ordered(charges, self.criteria, self.today)
        keys = list(found.values_list("pk", flat=True)[start : start + PER_PAGE]) if self.count else []
        return Page(rows(keys, today=self.today), self.count, number, pages)


def totals(charges: QuerySet[Charge], today: date) -> dict[ChargeSituation, Total]:
    """Read in two statements: what the charges are, and what is paid of open ones."""
    found = dict.fromkeys(ChargeSituation, Total())
    groups = charges.annotate(place=charge_situations.place(today)).values_list("place")
    for place, count, cents in groups.annotate(count=Count("pk"), cents=Sum("total", output_field=_CENTS)):
        found[charge_situations.BY_RANK[place]] = Total(count, Money(cents))
    names = ("charge", "charge__due_date", "charge__contract__standing_cause", "charge__total")
    partly = Allocation.objects.filter(charge__in=charges.filter(state=ChargeState.OPEN).values("pk")).order_by().values_list(*names)
    for _key, due_date, cause, total, cents in partly.annotate(cents=_COVERED).exclude(cents=0):
        facts = {"today": today, "is_trusted": cause == StandingCause.TRUST}
        whole = charge_situations.situation(ChargeState.OPEN, due_date, is_partly_paid=False, **facts)
        real = charge_situations.situation(ChargeState.OPEN, due_date, is_partly_paid=True, **facts)
        found[whole] += Total(-1, -total)
        found[real] += Total(1, total - Money(cents))
    return found


_NAMES = (
    "pk", "number", "kind", "due_date", "state", "total", "contested_on", "installment_number", "paid_on", "promptness_discount",
    "fine_basis_points", "interest_basis_points", "contract__standing_cause", "customer__number", "customer__name",
    "collection_method__name",
)  # fmt: skip


def rows(keys: Sequence[int], *, today: date) -> list[Row]:
    """The lines of the charges with these keys, in their order. At most three statements, however many keys."""
    if not keys:
        return []
    first_line = ChargeLine.objects.filter(charge=OuterRef("pk"), position=1).values("description")[:1]
    charges = billing.with_outstanding(Charge.objects.filter(pk__in=keys)).annotate(description=Subquery(first_line)).order_by()
    found = {values["pk"]: values for values in charges.values(*_NAMES, "outstanding_cents", "description")}
    lefts = {key: _money(values["outstanding_cents"]) for key, values in found.items()}
    paid = _paid([key for key in found if lefts[key] != found[key]["total"]])
    holidays = company.holidays()

    def row(values: dict[str, Any]) -> Row:
        key, state, due_date = values["pk"], values["state"], values["due_date"]
        is_open = state == ChargeState.OPEN
        left = lefts[key] if is_open else ZERO
        rates = billing.rates(values["fine_basis_points"], values["interest_basis_points"], values["contested_on"])
        asked = OpenCharge(key, due_date, left, values["promptness_discount"], rates)
        is_trusted = values["contract__standing_cause"] == StandingCause.TRUST
        is_partly_paid = left != values["total"]
        return Row(
            pk=key,
            number=values["number"],
            kind=values["kind"],
            due_date=due_date,
            state=state,
            total=values["total"],
            situation=charge_situations.situation(state, due_date, today=today, is_partly_paid=is_partly_paid, is_trusted=is_trusted),
            is_contested=values["contested_on"] is not None,
            installment=values["installment_number"],
            customer_number=values["customer__number"],
            customer=values["customer__name"],
            method=values["collection_method__name"],
            description=(values["description"] or "") if values["kind"] != ChargeKind.MONTHLY else "",
            left=left,
            updated=owed(asked, today, holidays).total if is_open else None,
            days_late=max((today - due_date).days, 0) if is_open else 0,
            paid=paid.get(key),
        )

    return [row(found[key]) for key in keys if key in found]


def _money(value: Money | int) -> Money:
    """A difference comes as cents or as money, as the database likes."""
    return value if isinstance(value, Money) else Money(value)


def _paid(keys: Sequence[int]) -> dict[int, Paid]:
    """How these charges were paid, as far as it was not reversed."""
    if not keys:
        return {}
    names = ("charge_id", "principal", "fine", "interest", "payment__paid_on", "payment__form", "payment__place", "payment__number")
    standing = Allocation.objects.filter(charge__in=keys, payment__reverses__isnull=True, payment__reversal__isnull=True)
    found: dict[int, Paid] = {}
    for key, principal, fine, interest, on, form, place, receipt in standing.order_by("pk").values_list(*names):
        before = found[key].value if key in found else ZERO
        found[key] = Paid(on, form, place, receipt, before + principal + fine + interest)
    return found


def every_row(criteria: ChargeCriteria, *, today: date) -> Iterator[Row]:
    """All lines that `criteria` mean, read in batches: memory does not grow with their number."""
    keys = ordered(matching(criteria, today), criteria, today).values_list("pk", flat=True)
    return rows_of(keys.iterator(chunk_size=EXPORT_BATCH), today=today)


def rows_of(keys: Iterable[int], *, today: date) -> Iterator[Row]:
    """The lines of these charges, read in batches."""
    waiting = iter(keys)
    while batch := list(islice(waiting, EXPORT_BATCH)):
        yield from rows(batch, today=today)


def next_due_on(visible: Sequence[int], today: date) -> date | None:
    """The day on which something open falls due next, for a list in which nothing is late."""
    coming = narrowed(ChargeCriteria(visible=tuple(visible), since=today)).filter(state=ChargeState.OPEN)
    found: date | None = coming.aggregate(on=Min("due_date"))["on"]
    return found
