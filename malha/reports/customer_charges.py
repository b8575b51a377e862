"""All charges of one customer: open ones with what they take today, the others with how they were paid, and the credit."""

from dataclasses import dataclass
from datetime import date

from malha.billing import queries as billing
from malha.billing.models import Agreement, Allocation, Booklet, Charge, ChargeState, Payment, PaymentKind
from malha.contracts.models import StandingCause
from malha.customers.models import Customer
from malha.domain.money import ZERO, Money
from malha.reports import charge_situations, receiving
from malha.reports.charge_situations import ChargeSituation

MOST = 400


@dataclass(frozen=True, slots=True)
class Item:
    """A charge. `owed`: what paying it today takes, zero when it is not open. `paid_on`, `form`, `receipt`: of the last payment."""

    charge: Charge
    situation: ChargeSituation
    description: str
    owed: Money
    paid: Money
    paid_on: date | None
    form: str
    receipt: int | None

    @property
    def is_paid_late(self) -> bool:
        """Paid after its due date."""
        charge = self.charge
        return charge.state == ChargeState.PAID and charge.paid_on is not None and charge.paid_on > charge.due_date


@dataclass(frozen=True)
class Receivables:
    """`open`: the oldest first; `closed`: the latest first. `unallocated`: payments of which something is credit."""

    open: tuple[Item, ...]
    closed: tuple[Item, ...]
    credit: Money
    unallocated: tuple[Payment, ...]
    agreements: tuple[Agreement, ...]
    booklets: tuple[Booklet, ...]
    today: date

    @property
    def owed(self) -> Money:
        """Everything open, with fine and interest of today."""
        return Money.total(item.owed for item in self.open)

    @property
    def late(self) -> list[Item]:
        """Open and past the due date."""
        return [item for item in self.open if item.charge.due_date < self.today]

    @property
    def on_time(self) -> tuple[int, int]:
        """How many of the paid charges were paid in time, and how many there are."""
        paid = [item for item in self.closed if item.charge.state == ChargeState.PAID]
        return sum(not item.is_paid_late for item in paid), len(paid)


def read(customer: Customer, *, today: date, most: int = MOST, with_papers: bool = True) -> Receivables:
    """All open charges and at most `most` others, the latest; `with_papers`: agreements and carnês too. A constant number of statements."""
    rows = Charge.objects.filter(customer=customer)
    rows = rows.select_related("contract", "collection_method", "booklet", "agreement", "settled_by")
    desk = receiving.read(customer, on=today)
    open_ones = [due.charge for due in desk.dues]
    closed = list(rows.exclude(state=ChargeState.OPEN).order_by("-due_date", "-pk")[:most])
    charges = sorted([*open_ones, *closed], key=lambda charge: (charge.due_date, charge.pk), reverse=True)
    owed = {due.charge.pk: due for due in desk.dues}
    texts = receiving.descriptions(charges)
    paid: dict[int, Money] = {}
    last: dict[int, Payment] = {}
    standing = Allocation.objects.filter(charge__in=charges, payment__reverses__isnull=True, payment__reversal__isnull=True)
    for row in standing.select_related("payment").order_by("pk") if charges else ():
        paid[row.charge_id] = paid.get(row.charge_id, ZERO) + row.principal + row.fine + row.interest
        last[row.charge_id] = row.payment
    items = [_item(charge, today, texts, owed, paid, last) for charge in charges]
    left = billing.credits([customer.pk]).get(customer.pk, [])
    return Receivables(
        open=tuple(item for item in reversed(items) if item.charge.state == ChargeState.OPEN),
        closed=tuple(item for item in items if item.charge.state != ChargeState.OPEN),
        credit=Money.total(rest for _payment, rest in left),
        unallocated=tuple(payment for payment, _rest in left if payment.kind != PaymentKind.REVERSAL),
        agreements=tuple(Agreement.objects.filter(customer=customer).order_by("-number")[:20]) if with_papers else (),
        booklets=tuple(Booklet.objects.filter(customer=customer).order_by("-number")[:20]) if with_papers else (),
        today=today,
    )


def _item(
    charge: Charge,
    today: date,
    texts: dict[int, str],
    owed: dict[int, receiving.Due],
    paid: dict[int, Money],
    last: dict[int, Payment],
) -> Item:
    due, payment = owed.get(charge.pk), last.get(charge.pk)
    is_partly_paid = due is not None and due.owed.principal + due.owed.discount != charge.total
    is_trusted = charge.contract is not None and charge.contract.standing_cause == StandingCause.TRUST
    return Item(
        charge=charge,
        situation=charge_situations.situation(
            charge.state, charge.due_date, today=today, is_partly_paid=is_partly_paid, is_trusted=is_trusted
        ),
        description=texts.get(charge.pk, ""),
        owed=due.total if due else ZERO,
        paid=paid.get(charge.pk, ZERO),
        paid_on=payment.paid_on if payment else None,
        form=payment.form if payment else "",
        receipt=payment.number if payment else None,
    )
