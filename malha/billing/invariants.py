"""What must be true of charges and payments at any moment (house.md §4). `bin/malha doctor` and the tests run the same list."""

from collections.abc import Callable, Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import Coalesce, Lag

from malha.billing import queries
from malha.billing.models import Allocation, BilledPeriod, Charge, ChargeKind, ChargeLine, ChargeState, Payment
from malha.contracts.models import Contract
from malha.core.invariants import Broken

SHOWN = 100
MAX_A_DAY = 4


def one_charge_per_period() -> Iterator[Broken]:
    """No day of a contract is asked for by two monthly charges that count, and each of them is the charge of a billed period (F1)."""
    counting = Charge.objects.filter(kind=ChargeKind.MONTHLY, state__in=(ChargeState.OPEN, ChargeState.PAID))
    until = Window(Lag("period_end"), partition_by="contract", order_by=("period_start", "id"))
    twice = counting.annotate(charged_until=until).filter(charged_until__gte=F("period_start")).order_by("number")
    for number in twice.values_list("number", flat=True)[:SHOWN]:
        yield Broken("one_charge_per_period", f"charge {number}")
    period = BilledPeriod.objects.filter(
        charge=OuterRef("pk"), contract=OuterRef("contract"), starts_on=OuterRef("period_start"), ends_on=OuterRef("period_end")
    )
    for number in counting.filter(~Exists(period)).order_by("number").values_list("number", flat=True)[:SHOWN]:
        yield Broken("one_charge_per_period", f"charge {number}: no such period")


def total_is_the_sum_of_the_lines() -> Iterator[Broken]:
    """total = Σ lines, and above zero."""
    lines = ChargeLine.objects.filter(charge=OuterRef("pk")).order_by().values("charge").annotate(cents=Sum("amount")).values("cents")
    right = Q(total=Coalesce(Subquery(lines), 0), total__gt=0)
    for number in Charge.objects.exclude(right).values_list("number", flat=True)[:SHOWN]:
        yield Broken("total_is_the_sum_of_the_lines", f"charge {number}")


def no_payment_gives_more_than_it_is() -> Iterator[Broken]:
    """Σ allocations ≤ payment, in the direction of the payment."""
    for payment in Payment.objects.annotate(used=queries.used_cents()).filter(
        Q(value__gt=0) & (Q(used__gt=F("value")) | Q(used__lt=0)) | Q(value__lt=0) & (Q(used__lt=F("value")) | Q(used__gt=0))
    )[:SHOWN]:
        yield Broken("no_payment_gives_more_than_it_is", f"payment {payment.number}")


def nothing_is_paid_twice() -> Iterator[Broken]:
    """Σ allocations ≤ due."""
    rows = queries.with_outstanding(Charge.objects.all())
    for charge in rows.filter(Q(outstanding_cents__lt=0))[:SHOWN]:
        yield Broken("nothing_is_paid_twice", f"charge {charge.number}")


def paid_means_covered() -> Iterator[Broken]:
    """PAID ⇔ nothing is outstanding."""
    rows = queries.with_outstanding(Charge.objects.filter(state__in=(ChargeState.OPEN, ChargeState.PAID)))
    wrong = rows.filter(Q(state=ChargeState.PAID, outstanding_cents__gt=0) | Q(state=ChargeState.OPEN, outstanding_cents__lte=0))
    for charge in wrong[:SHOWN]:
        yield Broken("paid_means_covered", f"charge {charge.number}")


def periods_tile_the_life() -> Iterator[Broken]:
    """The periods of a contract follow each other without hole or overlap, from its first billed day to `billed_until`."""
    rows = BilledPeriod.objects.order_by("contract", "starts_on").values_list("contract_id", "starts_on", "ends_on")
    previous: tuple[int, object] | None = None
    shown = 0
    for contract, starts_on, ends_on in rows.iterator(chunk_size=5000):
        if previous is not None and previous[0] == contract and (starts_on - previous[1]).days != 1:  # type: ignore[operator]
            yield Broken("periods_tile_the_life", f"contract id {contract}: {starts_on}")
            shown += 1
            if shown == SHOWN:
                return
        previous = (contract, ends_on)
    last = BilledPeriod.objects.filter(contract=OuterRef("pk")).order_by("-starts_on").values("ends_on")[:1]
    first = BilledPeriod.objects.filter(contract=OuterRef("pk")).order_by("starts_on").values("starts_on")[:1]
    contracts = Contract.objects.annotate(last=Subquery(last), first=Subquery(first))
    known = Q(last__isnull=False, billed_until__isnull=False, billing_starts_on__isnull=False)  # beside nothing, SQL compares nothing
    tiled = Q(known, last=F("billed_until"), first=F("billing_starts_on")) | Q(last__isnull=True, billed_until__isnull=True)
    for number in contracts.exclude(tiled).values_list("number", flat=True)[:SHOWN]:
        yield Broken("periods_tile_the_life", f"contract {number}")


def what_was_asked_for_a_period_stands_in_its_lines() -> Iterator[Broken]:
    """`BilledPeriod.charged` = the service lines of its charge + all corrections of it."""
    service = (
        ChargeLine.objects.filter(charge=OuterRef("charge")).exclude(kind__in=("INSTALLATION", "ADJUSTMENT")).order_by()
        .values("charge").annotate(cents=Sum("amount")).values("cents")
    )  # fmt: skip
    corrections = ChargeLine.objects.filter(corrects=OuterRef("pk")).order_by().values("corrects").annotate(cents=Sum("amount"))
    rows = BilledPeriod.objects.annotate(
        asked=Coalesce(Subquery(service), 0) + Coalesce(Subquery(corrections.values("cents")), 0)
    ).filter(charge__isnull=False, charge__replaces__isnull=True)
    for period in rows.exclude(charged=F("asked"))[:SHOWN]:
        yield Broken("what_was_asked_for_a_period_stands_in_its_lines", f"{period.contract_id} {period}")


def a_reversal_undoes_exactly_what_it_reverses() -> Iterator[Broken]:
    """The negative value, and for every allocation its opposite."""
    for payment in Payment.objects.filter(reverses__isnull=False).exclude(value=-F("reverses__value"))[:SHOWN]:
        yield Broken("a_reversal_undoes_exactly_what_it_reverses", f"payment {payment.number}")
    pairs = (
        Allocation.objects.filter(Q(payment__reverses__isnull=False) | Q(payment__reversal__isnull=False))
        .annotate(first=Coalesce("payment__reverses", "payment")).order_by().values("first", "charge")
        .annotate(rest=Sum(F("principal") + F("fine") + F("interest") + F("discount"))).exclude(rest=0)
    )  # fmt: skip
    for pair in pairs[:SHOWN]:
        yield Broken("a_reversal_undoes_exactly_what_it_reverses", f"payment id {pair['first']}")


def nobody_is_flooded() -> Iterator[Broken]:
    """More than a few monthly charges of one contract on one day: something ran that should not have."""
    rows = Charge.objects.filter(kind="MONTHLY").order_by().values("contract", "issued_on").annotate(count=Count("pk"))
    for row in rows.filter(count__gt=MAX_A_DAY)[:SHOWN]:
        yield Broken("nobody_is_flooded", f"contract id {row['contract']}: {row['count']} on {row['issued_on']}")


CHECKS: tuple[Callable[[], Iterator[Broken]], ...] = (
    one_charge_per_period, total_is_the_sum_of_the_lines, no_payment_gives_more_than_it_is, nothing_is_paid_twice, paid_means_covered,
    periods_tile_the_life, what_was_asked_for_a_period_stands_in_its_lines, a_reversal_undoes_exactly_what_it_reverses, nobody_is_flooded,
)  # fmt: skip


def broken() -> list[Broken]:
    """Everything that does not hold."""
    return [found for check in CHECKS for found in check()]
