"""Reading charges and payments: what is left of a charge, what of a payment is still credit."""

from collections.abc import Collection
from datetime import date

from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from malha.billing.models import Allocation, Charge, ChargeState, Payment
from malha.contracts.models import Contract
from malha.core.sql import Among
from malha.domain.late_fees import LateFeeRates
from malha.domain.money import ZERO, Money
from malha.domain.receiving import OpenCharge

_CENTS = BigIntegerField()


def _sum(of: str, key: str, *columns: str) -> Coalesce:
    total = sum((F(column) for column in columns[1:]), F(columns[0]))
    rows = Allocation.objects.filter(**{key: OuterRef("pk")}).order_by().values(key)
    return Coalesce(Subquery(rows.annotate(total=Sum(total, output_field=_CENTS)).values("total"), output_field=_CENTS), 0)


def used_cents() -> Coalesce:
    """What of a payment went to charges; for annotating payments."""
    return _sum("payment", "payment", "principal", "fine", "interest")


def with_outstanding(rows: QuerySet[Charge]) -> QuerySet[Charge]:
    """Each charge with `outstanding_cents`: its total less principal and discount of its allocations."""
    covered = _sum("charge", "charge", "principal", "discount")
    return rows.annotate(outstanding_cents=F("total") - covered)


def covered(charge_ids: Collection[int]) -> dict[int, Money]:
    """What of each charge is paid, where anything is."""
    rows = Allocation.objects.filter(Among("charge", charge_ids)).order_by().values_list("charge")
    return {key: Money(cents) for key, cents in rows.annotate(cents=Sum(F("principal") + F("discount"), output_field=_CENTS))}


def outstanding(charges: Collection[Charge]) -> dict[int, Money]:
    """What is left of each charge, in one statement. Nothing is left of one that is not open."""
    paid = covered([charge.pk for charge in charges])
    return {
        charge.pk: charge.total - paid.get(charge.pk, ZERO) if charge.state == ChargeState.OPEN else ZERO for charge in charges
    }


def open_charges(charges: Collection[Charge]) -> list[OpenCharge]:
    """The charges as the rule book wants them, the oldest first."""
    left = outstanding(charges)
    found = [
        OpenCharge(
            key=charge.pk,
            due_date=charge.due_date,
            outstanding=left[charge.pk],
            promptness_discount=charge.promptness_discount,
            rates=rates(charge.fine_basis_points, charge.interest_basis_points, charge.contested_on),
        )
        for charge in charges
        if left[charge.pk] > ZERO
    ]
    return sorted(found, key=lambda one: (one.due_date, one.key))


def rates(fine: int, interest: int, contested_on: date | None) -> LateFeeRates:
    """What a charge owes on top when it is paid late: nothing while its amount is contested (domain.md §10)."""
    return LateFeeRates(fine, interest) if contested_on is None else LateFeeRates(0, 0)


def credits(customer_ids: Collection[int]) -> dict[int, list[tuple[Payment, Money]]]:
    """What is left of each customer's payments, the oldest first. A reversed payment has nothing left."""
    rows = Payment.objects.filter(Among("customer", customer_ids), value__gt=0, reversal__isnull=True).annotate(used_cents=used_cents())
    found: dict[int, list[tuple[Payment, Money]]] = {}
    for payment in rows.filter(used_cents__lt=F("value")).order_by("paid_on", "pk"):
        found.setdefault(payment.customer_id, []).append((payment, payment.value - Money(payment.used_cents)))
    return found


def unused_of(payment: Payment) -> Money:
    """What of a payment no charge has taken."""
    used = Payment.objects.filter(pk=payment.pk).annotate(used=used_cents()).values_list("used", flat=True).get()
    left: Money = payment.value - Money(used)
    return left


def untouched(contract: Contract) -> list[Charge]:
    """Open charges of the contract on which nothing was paid yet."""
    charges = list(Charge.objects.filter(contract=contract, state=ChargeState.OPEN))
    paid = covered([charge.pk for charge in charges])
    return [charge for charge in charges if not paid.get(charge.pk)]


def credit_of(customer_id: int) -> Money:
    """What the customer paid and no charge has used yet."""
    return Money.total(left for _payment, left in credits([customer_id]).get(customer_id, ()))


def is_overdue(charge: Charge, today: date) -> bool:
    """Open and past its nominal due date."""
    return charge.state == ChargeState.OPEN and charge.due_date < today
