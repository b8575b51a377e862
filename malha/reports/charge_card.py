"""One charge at a glance: its lines, what is owed today line by line, every payment and reversal, and what took its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from malha.billing import queries as billing
from malha.billing.models import Allocation, Charge, ChargeKind, ChargeLine, ChargeState
from malha.contracts.models import StandingCause
from malha.core import company
from malha.customers import queries as customers
from malha.domain.money import ZERO, Money
from malha.domain.receiving import Owed, owed
from malha.reports import charge_situations
from malha.reports.charge_situations import ChargeSituation


@dataclass(frozen=True)
class ChargeCard:
    """`left`: without fine and interest. `owed`: what paying it today takes, None when it is not open."""

    charge: Charge
    lines: tuple[ChargeLine, ...]
    allocations: tuple[Allocation, ...]
    left: Money
    owed: Owed | None
    situation: ChargeSituation
    today: date

    @property
    def description(self) -> str:
        """Of the first line, for a charge that is no monthly fee."""
        return self.lines[0].description if self.lines and self.charge.kind != ChargeKind.MONTHLY else ""

    @property
    def days_late(self) -> int:
        """Since the nominal due date, while it is open."""
        return max((self.today - self.charge.due_date).days, 0) if self.is_open else 0

    @property
    def is_open(self) -> bool:
        """Not paid, cancelled or replaced."""
        return self.charge.state == ChargeState.OPEN

    @property
    def is_untouched(self) -> bool:
        """Open and nothing of it paid: may be replaced or cancelled."""
        return self.is_open and self.left == self.charge.total

    @property
    def is_paid_late(self) -> bool:
        """Paid after its due date."""
        charge = self.charge
        return charge.state == ChargeState.PAID and charge.paid_on is not None and charge.paid_on > charge.due_date

    @property
    def paid(self) -> Money:
        """All that was paid of it, fine and interest too, less what was reversed."""
        return Money.total(row.principal + row.fine + row.interest for row in self.allocations)

    @property
    def replacement(self) -> Charge | None:
        """The charge that took its place."""
        return getattr(self.charge, "replaced_by", None)


def find(number: int, *, visible: Sequence[int]) -> Charge | None:
    """The charge with that number, within the groups that the person sees."""
    rows = Charge.objects.filter(number=number, customer__in=customers.within(visible).values("pk"))
    related = ("customer__address", "contract", "collection_method", "booklet", "agreement", "settled_by", "replaces", "replaced_by")
    return rows.select_related(*related).first()


def read(charge: Charge, *, today: date) -> ChargeCard:
    """The card of a charge that `find` found. Three statements."""
    allocations = tuple(
        Allocation.objects.filter(charge=charge)
        .select_related("payment__received_by", "payment__reverses", "payment__reversal")
        .order_by("-pk")
    )
    left = charge.total - Money.total(row.principal + row.discount for row in allocations)
    asked = billing.open_charges([charge])
    is_trusted = charge.contract is not None and charge.contract.standing_cause == StandingCause.TRUST
    is_partly_paid = left != charge.total
    return ChargeCard(
        charge=charge,
        lines=tuple(charge.lines.order_by("position")),
        allocations=allocations,
        left=left if charge.state == ChargeState.OPEN else ZERO,
        owed=owed(asked[0], today, company.holidays()) if asked else None,
        situation=charge_situations.situation(
            charge.state, charge.due_date, today=today, is_partly_paid=is_partly_paid, is_trusted=is_trusted
        ),
        today=today,
    )


def of_booklet(number: int, *, visible: Sequence[int]) -> list[Charge]:
    """The charges of a carnê in their order, cancelled and replaced ones left out."""
    rows = Charge.objects.filter(booklet__number=number, customer__in=customers.within(visible).values("pk"))
    rows = rows.filter(state__in=(ChargeState.OPEN, ChargeState.PAID)).select_related("customer__address", "booklet", "collection_method")
    first = ChargeLine.objects.order_by("position")
    return list(rows.prefetch_related(Prefetch("lines", queryset=first)).order_by("installment_number", "pk"))
