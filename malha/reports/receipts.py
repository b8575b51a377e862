"""One payment as its receipt says it: of whom, how much, for which charges, what is credit, whether it was reversed."""

from collections.abc import Sequence
from dataclasses import dataclass

from malha.billing.models import Allocation, Charge, ChargeKind, ChargeLine, Payment, PaymentKind
from malha.customers import queries as customers
from malha.domain.money import ZERO, Money
from malha.dunning.models import Release


@dataclass(frozen=True, slots=True)
class Part:
    """What of the payment went to a charge. `description`: of the charge's first line, when it is no monthly fee."""

    charge: Charge
    allocation: Allocation
    description: str

    @property
    def total(self) -> Money:
        """All that was paid of it, fine and interest too."""
        row = self.allocation
        return Money.total((row.principal, row.fine, row.interest))

    @property
    def late_fees(self) -> Money:
        """Fine and interest that were paid."""
        return Money.total((self.allocation.fine, self.allocation.interest))

    @property
    def waived(self) -> Money:
        """Fine and interest that were let go."""
        return Money.total((self.allocation.waived_fine, self.allocation.waived_interest))


@dataclass(frozen=True)
class Receipt:
    """`credit`: what of the payment no charge has used. `reversal`: the row that undid it. `released`: contracts it set free."""

    payment: Payment
    parts: tuple[Part, ...]
    credit: Money
    reversal: Payment | None
    released: tuple[Release, ...]

    @property
    def is_received(self) -> bool:
        """Money that came in and did not go out again: can be reversed."""
        return self.payment.kind != PaymentKind.REVERSAL and self.reversal is None


def find(number: int, *, visible: Sequence[int]) -> Receipt | None:
    """The receipt with that number, within the groups that the person sees. A reversal is found under its own number too."""
    rows = Payment.objects.filter(number=number, customer__in=customers.within(visible).values("pk"))
    payment = rows.select_related("customer__address", "received_by", "reverses", "reversal").first()
    if payment is None:
        return None
    allocations = list(payment.allocations.select_related("charge").order_by("charge__due_date", "pk"))
    keys = [row.charge_id for row in allocations if row.charge.kind != ChargeKind.MONTHLY]
    texts = dict(ChargeLine.objects.filter(charge__in=keys, position=1).values_list("charge", "description")) if keys else {}
    parts = tuple(Part(row.charge, row, texts.get(row.charge_id, "")) for row in allocations)
    reversal = getattr(payment, "reversal", None)
    used = Money.total(part.total for part in parts)
    credit = payment.value - used if payment.kind != PaymentKind.REVERSAL and reversal is None else ZERO
    released = tuple(Release.objects.filter(payment=payment).select_related("contract").order_by("pk"))
    return Receipt(payment, parts, credit, reversal, released)
