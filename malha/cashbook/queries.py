"""Reading the book: who sees which account, what stands in it, how much there is; the tree of categories; bills and suppliers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from malha.cashbook.models import CashAccount, CashEntry, Category, Closing, Payable, PayableState, Supplier
from malha.domain.money import ZERO, Money
from malha.staff.models import User
from malha.staff.permissions import Limit

_CENTS = BigIntegerField()
_NET = Sum(F("incoming") - F("outgoing"), output_field=_CENTS)
SOON = timedelta(days=7)


def _money(cents: int | None) -> Money:
    return Money(cents or 0)


# --- accounts -------------------------------------------------------------------------------------


def sees_only_own(user: User) -> bool:
    """Is this person limited to their own till (domain.md §15)?"""
    return user.limit("cashbook.view") is Limit.OWN


def visible_to(user: User) -> QuerySet[CashAccount]:
    """The accounts whose book this person may see, in use or not."""
    rows = CashAccount.objects.select_related("owner").order_by("-is_default", "-is_active", "name")
    return rows.filter(owner=user) if sees_only_own(user) else rows


def balances(account_ids: Collection[int], *, before: date | None = None) -> dict[int, Money]:
    """What is in each account, or was at the beginning of the day `before`. Two statements; nothing before a closing is added up again."""
    last = Closing.objects.filter(account=OuterRef("pk"), **({"date__lt": before} if before else {})).order_by("-date")
    starts = CashAccount.objects.filter(pk__in=account_ids).values_list(
        "pk", Subquery(last.values("date")[:1]), Subquery(last.values("balance")[:1])
    )
    found: dict[int, Money] = {}
    wanted = Q(pk__in=())
    for pk, day, balance in starts:
        # A subquery brings the bare number or the money, as the database likes.
        found[pk] = balance if isinstance(balance, Money) else _money(balance)
        wanted |= Q(account=pk, date__gt=day) if day else Q(account=pk)
    rows = CashEntry.objects.filter(wanted, **({"date__lt": before} if before else {}))
    for pk, cents in rows.order_by().values_list("account").annotate(cents=_NET):
        found[pk] += _money(cents)
    return found


def balance(account: CashAccount) -> Money:
    """What is in the account."""
    return balances([account.pk]).get(account.pk, ZERO)


# --- the book -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BookFilter:
    """Whose book and which days, both ends counted; of which operator and form of payment, if only one is wanted."""

    accounts: tuple[int, ...]
    since: date
    until: date
    user_id: int | None = None
    form: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Are entries left out that belong to the balance?"""
        return bool(self.user_id or self.form)

    @property
    def whole(self) -> "BookFilter":
        """Everything of these accounts and days."""
        return BookFilter(self.accounts, self.since, self.until)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stretch of days in four numbers."""

    opening: Money
    incoming: Money
    outgoing: Money

    @property
    def balance(self) -> Money:
        """What is there at the end."""
        return self.opening + self.incoming - self.outgoing


def entries(asked: BookFilter) -> QuerySet[CashEntry]:
    """The entries asked for, in the order of the book, with what a line shows."""
    rows = CashEntry.objects.filter(account__in=asked.accounts, date__range=(asked.since, asked.until))
    if asked.user_id:
        rows = rows.filter(user=asked.user_id)
    if asked.form:
        rows = rows.filter(form=asked.form)
    related = ("account", "user", "category", "payment__customer", "payable__supplier", "payable__employee", "correction")
    return rows.select_related(*related).order_by("date", "pk")


def totals(asked: BookFilter) -> tuple[Money, Money]:
    """Money in and money out of the entries asked for."""
    found = entries(asked).order_by().aggregate(a=Sum("incoming", output_field=_CENTS), b=Sum("outgoing", output_field=_CENTS))
    return _money(found["a"]), _money(found["b"])


def sheet(account_ids: Collection[int], *, since: date, until: date) -> Sheet:
    """These days of these accounts together."""
    opening = Money.total(balances(account_ids, before=since).values())
    return Sheet(opening, *totals(BookFilter(tuple(account_ids), since, until)))


def running(asked: BookFilter, shown: Sequence[CashEntry], opening: Money) -> dict[int, Money]:
    """The balance after each entry of one page of `entries(asked)`, in whatever order the page shows them.

    `opening`: at the beginning of `asked.since`. What a filter leaves out counts too: the balance is that of the accounts.
    """
    if not shown:
        return {}
    page = sorted(shown, key=lambda entry: (entry.date, entry.pk))
    first, last = page[0], page[-1]
    whole = entries(asked.whole).select_related(None)
    before = whole.filter(Q(date__lt=first.date) | Q(date=first.date, pk__lt=first.pk)).order_by().aggregate(cents=_NET)["cents"]
    steps: Iterable[tuple[int, Money]] = ((entry.pk, entry.amount) for entry in page)
    if asked.is_narrowed:
        until = Q(date__gt=first.date) | Q(date=first.date, pk__gte=first.pk), Q(date__lt=last.date) | Q(date=last.date, pk__lte=last.pk)
        steps = ((pk, money_in - money_out) for pk, money_in, money_out in whole.filter(*until).values_list("pk", "incoming", "outgoing"))
    steps = list(steps)
    after = accumulate((amount for _pk, amount in steps), initial=opening + _money(before))
    next(after)
    found = {pk: money for (pk, _amount), money in zip(steps, after, strict=True)}
    return {entry.pk: found[entry.pk] for entry in page}


def operators(account_ids: Collection[int]) -> QuerySet[User]:
    """Who ever wrote into these accounts, for the filter."""
    wrote = CashEntry.objects.filter(account__in=account_ids, user__isnull=False).order_by().values("user").distinct()
    return User.objects.filter(pk__in=wrote).order_by("name")


def closings(account_ids: Collection[int]) -> QuerySet[Closing]:
    """The closings of these accounts, the latest first."""
    return Closing.objects.filter(account__in=account_ids).select_related("account", "closed_by")


def last_closing(account_id: int) -> Closing | None:
    """The latest closing of an account: nothing on or before its date changes any more."""
    return closings([account_id]).first()


@dataclass(frozen=True, slots=True)
class FormTotal:
    """What came and went in one form of payment."""

    form: str
    incoming: Money
    outgoing: Money


def by_form(asked: BookFilter) -> list[FormTotal]:
    """Totals per form of payment, for counting a till."""
    rows = entries(asked).select_related(None).order_by("form").values("form")
    summed = rows.annotate(a=Sum("incoming", output_field=_CENTS), b=Sum("outgoing", output_field=_CENTS))
    return [FormTotal(row["form"], _money(row["a"]), _money(row["b"])) for row in summed]


# --- categories -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Node:
    """A category in its place: how deep it lies."""

    category: Category
    depth: int


def categories(*, only_active: bool = False) -> list[Node]:
    """The whole tree in the order of the codes, 1.10 after 1.9. One statement."""
    rows = list(Category.objects.annotate(n_entries=Count("entries")))
    rows.sort(key=lambda row: [int(part) for part in row.code.split(".")])
    above = {row.pk: row.parent_id for row in rows}

    def depth(pk: int | None) -> int:
        return 0 if pk is None or above.get(pk) is None else 1 + depth(above[pk])

    return [Node(row, depth(row.pk)) for row in rows if row.is_active or not only_active]


# --- bills and suppliers --------------------------------------------------------------------------


class Bills:
    """The tabs of the list of bills."""

    OPEN, OVERDUE, PAID, CANCELLED = "open", "overdue", "paid", "cancelled"


def payables(which: str, *, today: date, text: str = "") -> QuerySet[Payable]:
    """The bills of one tab, with what a line shows."""
    wanted = {
        Bills.OPEN: Q(state=PayableState.OPEN),
        Bills.OVERDUE: Q(state=PayableState.OPEN, due_date__lt=today),
        Bills.PAID: Q(state=PayableState.PAID),
        Bills.CANCELLED: Q(state=PayableState.CANCELLED),
    }[which]
    rows = Payable.objects.filter(wanted).select_related("supplier", "employee", "category")
    if text:
        columns = ("description", "document_number", "supplier__legal_name", "supplier__trade_name", "employee__name")
        found = Q()
        for column in columns:
            found |= Q(**{f"{column}__icontains": text})
        rows = rows.filter(found)
    return rows


@dataclass(frozen=True, slots=True)
class BillTotals:
    """Counts and sums over all bills."""

    open_count: int
    open_sum: Money
    overdue_count: int
    overdue_sum: Money
    soon_count: int
    soon_sum: Money
    paid_count: int
    paid_this_month: Money
    cancelled_count: int


def bill_totals(today: date) -> BillTotals:
    """In one statement. Soon: falls due within a week, today included."""
    is_open, is_paid = Q(state=PayableState.OPEN), Q(state=PayableState.PAID)
    overdue, soon = is_open & Q(due_date__lt=today), is_open & Q(due_date__range=(today, today + SOON))
    this_month = is_paid & Q(paid_on__gte=today.replace(day=1))

    def total(of: str, which: Q) -> Sum:
        return Sum(of, filter=which, output_field=_CENTS)

    found = Payable.objects.aggregate(
        open_count=Count("pk", filter=is_open),
        open_sum=total("amount", is_open),
        overdue_count=Count("pk", filter=overdue),
        overdue_sum=total("amount", overdue),
        soon_count=Count("pk", filter=soon),
        soon_sum=total("amount", soon),
        paid_count=Count("pk", filter=is_paid),
        paid_this_month=total("paid_amount", this_month),
        cancelled_count=Count("pk", filter=Q(state=PayableState.CANCELLED)),
    )
    values: dict[str, Any] = {name: value if name.endswith("_count") else _money(value) for name, value in found.items()}
    return BillTotals(**values)


def suppliers(*, text: str = "", with_archived: bool = False) -> QuerySet[Supplier]:
    """Suppliers with `open_bills`, how many bills wait. `text` looks into names and document."""
    rows = Supplier.objects.annotate(open_bills=Count("payables", filter=Q(payables__state=PayableState.OPEN)))
    if not with_archived:
        rows = rows.filter(archived_at__isnull=True)
    if text:
        digits = "".join(sign for sign in text if sign.isalnum()).upper()
        found = Q(legal_name__icontains=text) | Q(trade_name__icontains=text)
        rows = rows.filter(found | Q(cpf_cnpj__startswith=digits) if digits else found)
    return rows.order_by("legal_name", "pk")


def suppliers_on_offer() -> QuerySet[Supplier]:
    """Whom a new bill may name."""
    return Supplier.objects.filter(archived_at__isnull=True)
