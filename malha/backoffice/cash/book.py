"""Movimento: the book of an account, day by day, with the balance after each entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page as RowPage
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from malha.backoffice.cash import sections
from malha.backoffice.cash.filters import ACCOUNT, SINCE, UNTIL, BookForm
from malha.backoffice.generic import Column, ListPage
from malha.cashbook import queries
from malha.cashbook.models import CashAccount, CashEntry, Closing
from malha.cashbook.queries import BookFilter, Sheet
from malha.cashbook.services import accounts as services
from malha.core import clock
from malha.customers.models import Customer
from malha.customers.queries import visible_groups
from malha.domain.money import Money
from malha.staff.models import User
from malha.staff.requests import StaffRequest

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is shown. `customer`: who paid, if this person may see them. `balance`: of the accounts, after it."""

    entry: CashEntry
    balance: Money
    customer: Customer | None
    is_correctable: bool

    @property
    def is_late(self) -> bool:
        """Was it written on another day than the one it counts on?"""
        return clock.local(self.entry.at).date() != self.entry.date


def shown_customer(entry: CashEntry, user: User) -> Customer | None:
    """The customer of the entry's payment, unless they belong to a group that this person does not see."""
    if entry.payment is None:
        return None
    groups = visible_groups(user)
    customer = entry.payment.customer
    return customer if not groups or customer.group_id in groups else None


def accounts_of(request: StaffRequest) -> list[CashAccount]:
    """The accounts whose book this person may see; the standard one is made where there is none at all."""
    found = list(queries.visible_to(request.user))
    if not found and not queries.sees_only_own(request.user):
        found = [services.ensure_default(actor=request.actor)]
    return found


class Book(ListPage[CashEntry]):
    """The book."""

    permission = "cashbook.view"
    template_name = "cash/book.html"
    default_order = "time"
    columns = (
        Column("time", _("Time"), order=("date", "pk"), css="m-hide"),
        Column("description", _("Description")),
        Column("customer", _("Customer")),
        Column("form", _("Form")),
        Column("operator", _("Operator")),
        Column("incoming", _("Money in"), css="r"),
        Column("outgoing", _("Money out"), css="r"),
        Column("balance", _("Balance"), css="r"),
        Column("actions", _("Actions"), is_hidden_label=True),
    )

    @cached_property
    def form(self) -> BookForm:
        """The filters."""
        return BookForm(self.request.GET, accounts=accounts_of(self.request), user=self.request.user, today=clock.today())

    @cached_property
    def asked(self) -> BookFilter:
        """What they mean."""
        return self.form.asked()

    @cached_property
    def sheet(self) -> Sheet:
        """The days in four numbers, whatever the other filters leave out."""
        return queries.sheet(self.asked.accounts, since=self.asked.since, until=self.asked.until)

    @property
    def account(self) -> CashAccount | None:
        """The one account, if it is one."""
        return self.form.accounts[0] if len(self.form.accounts) == 1 else None

    def get_queryset(self) -> QuerySet[CashEntry]:
        return queries.entries(self.asked)

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        if not self.form.is_valid():
            answer.status_code = 422
        return answer

    def get_rows(self, page: RowPage[CashEntry]) -> Sequence[Line]:
        entries = list(page)
        balances = queries.running(self.asked, entries, self.sheet.opening)
        may_correct = self.request.user.can("cashbook.post")
        return [
            Line(
                entry=entry,
                balance=balances[entry.pk],
                customer=shown_customer(entry, self.request.user),
                is_correctable=may_correct and entry.is_manual and entry.corrects_id is None and not hasattr(entry, "correction"),
            )
            for entry in entries
        ]

    def get_context(self) -> dict[str, Any]:
        asked, sheet = self.asked, self.sheet
        totals = queries.totals(asked) if asked.is_narrowed else (sheet.incoming, sheet.outgoing)
        is_day = asked.since == asked.until
        closing = queries.last_closing(self.account.pk) if self.account else None
        return {
            "tabs": sections.tabs(self.request.user, "cashbook"),
            "form": self.form,
            "account": self.account,
            "has_accounts": bool(self.form.accounts),
            "shows_account": self.account is None,
            "asked": asked,
            "sheet": sheet,
            "incoming": totals[0],
            "outgoing": totals[1],
            "is_day": is_day,
            "closing": closing if closing and closing.date >= asked.until else None,
            "opened_at": closing.at if closing else self.account.created_at if self.account else None,
            "query": self.request.GET.urlencode(),
            **self._actions(closing),
            **(self._neighbours() if is_day else {}),
        }

    def _actions(self, closing: Closing | None) -> dict[str, Any]:
        """What can be done to the account that is shown."""
        account, asked = self.account, self.asked
        can_post = self.request.user.can("cashbook.post") and bool(self.form.accounts)
        is_open = account is not None and account.is_active and (closing is None or closing.date < asked.until)
        at_account = f"?{ACCOUNT}={account.pk}" if account else ""
        return {
            "can_post": can_post,
            "new_url": reverse("backoffice:cash_entry_new") + at_account,
            "transfer_url": reverse("backoffice:cash_transfer") + at_account,
            "close_url": f"{reverse('backoffice:cash_close')}{at_account}&dia={asked.until:%Y-%m-%d}"
            if can_post and is_open and asked.until <= clock.today()
            else "",
        }

    def _neighbours(self) -> dict[str, str]:
        """The day before and the day after, with the same filters."""
        found = {}
        for name, day in (("day_before", self.asked.since - ONE_DAY), ("day_after", self.asked.since + ONE_DAY)):
            query = self.request.GET.copy()
            query.pop("page", None)
            query[SINCE] = query[UNTIL] = f"{day:%d/%m/%Y}"
            found[name] = f"?{query.urlencode()}"
        return found
