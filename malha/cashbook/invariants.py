"""What must be true of the cash book at any time. `bin/malha doctor` and the tests run the same list."""

from collections.abc import Callable, Iterator

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from malha.billing.models import Payment, PaymentKind
from malha.cashbook.models import CashAccount, CashEntry, Closing, Payable, PayableState, Recurrence, Transfer
from malha.core.invariants import Broken

SHOWN = 100
_CENTS = BigIntegerField()
_NET = Sum(F("incoming") - F("outgoing"), output_field=_CENTS)


def one_standard_account() -> Iterator[Broken]:
    """As soon as there are accounts, exactly one is the standard."""
    count = CashAccount.objects.filter(is_default=True).count()
    if count != 1 and CashAccount.objects.exists():
        yield Broken("one_standard_account", f"{count}")


def payment_is_in_the_book() -> Iterator[Broken]:
    """Every payment that moved money has its entry with the same amount; credit that was given has none."""
    given = Q(kind=PaymentKind.CREDIT) | Q(reverses__kind=PaymentKind.CREDIT)
    for payment in Payment.objects.exclude(pk__in=Payment.objects.filter(given)).filter(cash_entry__isnull=True)[:SHOWN]:
        yield Broken("payment_is_in_the_book", f"payment {payment.number}")
    for payment in Payment.objects.filter(given, cash_entry__isnull=False)[:SHOWN]:
        yield Broken("payment_is_in_the_book", f"credit {payment.number}")
    differs = CashEntry.objects.filter(payment__isnull=False).exclude(payment__value=F("incoming") - F("outgoing"))
    for entry in differs[:SHOWN]:
        yield Broken("payment_is_in_the_book", f"entry {entry.pk}")


def transfer_keeps_the_sum() -> Iterator[Broken]:
    """A transfer has two entries, of its two accounts, that cancel each other out."""
    sides = Transfer.objects.annotate(
        n=Count("entries"), net=Sum(F("entries__incoming") - F("entries__outgoing"), output_field=_CENTS), moved=Sum("entries__incoming")
    )
    for transfer in sides.exclude(n=2, net=0, moved=F("amount"))[:SHOWN]:
        yield Broken("transfer_keeps_the_sum", f"transfer {transfer.pk}")
    for entry in CashEntry.objects.filter(transfer__isnull=False).exclude(
        Q(account=F("transfer__from_account"), outgoing__gt=0) | Q(account=F("transfer__to_account"), incoming__gt=0)
    )[:SHOWN]:
        yield Broken("transfer_keeps_the_sum", f"entry {entry.pk}")


def correction_mirrors_its_entry() -> Iterator[Broken]:
    """A correction takes back the whole entry, from the same account."""
    mirrored = CashEntry.objects.filter(corrects__isnull=False).exclude(
        incoming=F("corrects__outgoing"), outgoing=F("corrects__incoming"), account=F("corrects__account")
    )
    for entry in mirrored[:SHOWN]:
        yield Broken("correction_mirrors_its_entry", f"entry {entry.pk}")


def closing_is_what_the_book_says() -> Iterator[Broken]:
    """The frozen balance is still the sum of all entries up to that day: nothing was added to a closed day."""
    book = CashEntry.objects.filter(account=OuterRef("account"), date__lte=OuterRef("date")).order_by().values("account")
    counted = Closing.objects.annotate(book=Coalesce(Subquery(book.annotate(net=_NET).values("net"), output_field=_CENTS), 0))
    for closing in counted.exclude(balance=F("book")).select_related("account")[:SHOWN]:
        yield Broken("closing_is_what_the_book_says", f"{closing}")


def paid_bill_left_an_account() -> Iterator[Broken]:
    """Paid ⇔ its entries add up to minus what was paid; any other bill's add up to nothing."""
    net = CashEntry.objects.filter(payable=OuterRef("pk")).order_by().values("payable").annotate(net=_NET).values("net")
    bills = Payable.objects.annotate(net=Coalesce(Subquery(net, output_field=_CENTS), 0))
    is_paid = Q(state=PayableState.PAID)
    for payable in bills.filter((is_paid & ~Q(net=-1 * F("paid_amount"))) | (~is_paid & ~Q(net=0)))[:SHOWN]:
        yield Broken("paid_bill_left_an_account", f"bill {payable.pk}")


def repeated_bill_goes_on() -> Iterator[Broken]:
    """A bill that repeats and was dealt with has its next one."""
    following = Payable.objects.filter(follows=OuterRef("pk"))
    done = Payable.objects.filter(recurrence=Recurrence.MONTHLY).exclude(state=PayableState.OPEN)
    for payable in done.filter(~Exists(following))[:SHOWN]:
        yield Broken("repeated_bill_goes_on", f"bill {payable.pk}")


CHECKS: tuple[Callable[[], Iterator[Broken]], ...] = (
    one_standard_account,
    payment_is_in_the_book,
    transfer_keeps_the_sum,
    correction_mirrors_its_entry,
    closing_is_what_the_book_says,
    paid_bill_left_an_account,
    repeated_bill_goes_on,
)


def broken() -> list[Broken]:
    """Everything in the book that should not be so."""
    return [found for check in CHECKS for found in check()]
