"""Contas a pagar: the list with its tabs, one bill, and what can be done to it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from malha.backoffice.cash import sections
from malha.backoffice.cash.book import accounts_of
from malha.backoffice.cash.filters import chosen_accounts
from malha.backoffice.cash.forms import CancelForm, CorrectForm, PayableForm, PayForm
from malha.backoffice.cash.sections import CashForm
from malha.backoffice.generic import Column, DetailPage, ListPage
from malha.backoffice.keys import key
from malha.cashbook import queries
from malha.cashbook.models import CashEntry, Payable, PayableState, Recurrence
from malha.cashbook.queries import Bills
from malha.cashbook.services import payables
from malha.core import clock
from malha.domain.money import Money

TABS: dict[str, tuple[str, str | Promise]] = {
    "": (Bills.OPEN, gettext_lazy("To pay")),
    "vencidas": (Bills.OVERDUE, gettext_lazy("Overdue bills")),
    "pagas": (Bills.PAID, gettext_lazy("Paid bills")),
    "canceladas": (Bills.CANCELLED, gettext_lazy("Cancelled bills")),
}


def shown_state(payable: Payable, today: date) -> str:
    """The state as the screen calls it: overdue is judged now."""
    return "OVERDUE" if payable.state == PayableState.OPEN and payable.due_date < today else payable.state


class PayableList(ListPage[Payable]):
    """The bills of one tab."""

    permission = "payables.manage"
    template_name = "cash/payables.html"
    partial_template = "cash/_payables.html"
    default_order = "due"
    columns = (
        Column("description", gettext_lazy("Bill"), order=("description", "due_date")),
        Column("due", gettext_lazy("Due date"), order=("due_date", "description")),
        Column("category", gettext_lazy("Category"), order=("category__code", "due_date")),
        Column("state", gettext_lazy("Situation")),
        Column("amount", gettext_lazy("Value"), order=("amount", "due_date"), css="r"),
        Column("actions", gettext_lazy("Actions"), is_hidden_label=True),
    )

    @cached_property
    def tab(self) -> str:
        """The word of the tab in the address."""
        asked = self.request.GET.get("aba", "")
        return asked if asked in TABS else ""

    @cached_property
    def text(self) -> str:
        """What is looked for."""
        return self.request.GET.get("q", "").replace("\0", "").strip()[:100]

    @property
    def order(self) -> str:
        asked = super().order
        # The latest paid first: nobody looks for the oldest.
        return "-due" if asked == "due" and "order" not in self.request.GET and self.tab in ("pagas", "canceladas") else asked

    def get_queryset(self) -> QuerySet[Payable]:
        return queries.payables(TABS[self.tab][0], today=clock.today(), text=self.text)

    def get_rows(self, page: Any) -> Sequence[tuple[Payable, str]]:
        today = clock.today()
        return [(payable, shown_state(payable, today)) for payable in page]

    def get_context(self) -> dict[str, Any]:
        totals = queries.bill_totals(clock.today())
        counts = (totals.open_count, totals.overdue_count, totals.paid_count, totals.cancelled_count)
        base = reverse("backoffice:payables")
        return {
            "tabs": sections.tabs(self.request.user, "payables"),
            "text": self.text,
            "tab": self.tab,
            "totals": totals,
            "bill_tabs": [
                {"label": label, "count": count, "url": f"{base}?aba={slug}" if slug else base, "is_current": slug == self.tab}
                for (slug, (_which, label)), count in zip(TABS.items(), counts, strict=True)
            ],
        }


class PayableNew(CashForm):
    """A bill, at once or in instalments."""

    permission = "payables.manage"
    title = gettext_lazy("New bill to pay")
    section = gettext_lazy("Bills to pay")
    back_name = "payables"
    form_class = PayableForm

    def get_initial(self) -> dict[str, Any]:
        return {"supplier": key(self.request.GET.get("fornecedor"))}

    def save(self, form: Any) -> str:
        made = payables.create(data=form.to_data(), actor=self.request.actor)
        words = ngettext("%(n)s bill registered.", "%(n)s bills registered, one for each instalment.", len(made)) % {"n": len(made)}
        messages.success(self.request, words)
        return self.back()


class PayablePage(DetailPage[Payable]):
    """One bill, its payment, its entries in the book."""

    permission = "payables.manage"
    template_name = "cash/payable.html"
    object_name = "payable"

    def get_queryset(self) -> QuerySet[Payable]:
        return Payable.objects.select_related("supplier", "employee", "category", "next", "follows")

    def get_context(self) -> dict[str, Any]:
        payable = self.object
        entries = CashEntry.objects.filter(payable=payable).select_related("account", "user")
        return {
            "tabs": sections.tabs(self.request.user, "payables"),
            "state": shown_state(payable, clock.today()),
            "entries": list(entries),
            "is_open": payable.state == PayableState.OPEN,
            "is_paid": payable.state == PayableState.PAID,
            "next": getattr(payable, "next", None),
        }


class OneBill(CashForm):
    """A form about one bill. `needed`: the state it must be in; in another one the page says so instead."""

    needed: str = PayableState.OPEN

    permission = "payables.manage"
    section = gettext_lazy("Bills to pay")
    back_name = "payables"

    @cached_property
    def payable(self) -> Payable:
        """The one of the address. Raises Http404."""
        found = Payable.objects.select_related("supplier", "employee", "category").filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def back(self) -> str:
        return reverse("backoffice:payable", args=[self.payable.pk])

    def words(self) -> str:
        """The bill in one line."""
        payable = self.payable
        parts = [payable.description, payable.receiver, payable.amount.format_brl(), f"{payable.due_date:%d/%m/%Y}"]
        return " · ".join(part for part in parts if part)

    def is_possible(self) -> bool:
        return self.payable.state == self.needed

    def why_not(self) -> tuple[str, ...]:
        """In which state the bill is, when that is not the one needed."""
        state = self.payable.get_state_display().lower()
        return () if self.is_possible() else (_("This bill was changed meanwhile: %(state)s.") % {"state": state},)

    def effects(self) -> Sequence[str | Promise]:
        return (self.words(), *self.why_not())


class PayableEdit(OneBill):
    """Change what is not paid."""

    title = gettext_lazy("Change the bill")

    def effects(self) -> Sequence[str | Promise]:
        return self.why_not()

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        payable = self.payable
        names = ("description", "document_number", "amount", "due_date", "issued_on", "recurrence", "barcode", "note")
        keys = {"supplier": payable.supplier_id, "employee": payable.employee_id, "category": payable.category_id}
        initial = {**{name: getattr(payable, name) for name in names}, **keys}
        return PayableForm(payable=payable, initial=initial, **kwargs)

    def save(self, form: Any) -> str:
        payables.change(payable=self.payable, data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Bill saved."))
        return self.back()


class PayablePay(OneBill):
    """Pagar: the money leaves an account."""

    title = gettext_lazy("Pay the bill")
    button = gettext_lazy("Pay")

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        offered = [account for account in accounts_of(self.request) if account.is_active]
        first = chosen_accounts(offered, self.request.GET, self.request.user)
        initial = {"amount": self.payable.amount, "paid_on": clock.today(), "account": first[0].pk if first else None}
        return PayForm(accounts=offered, initial=initial, **kwargs)

    def effects(self) -> Sequence[str | Promise]:
        if self.is_possible() and self.payable.recurrence == Recurrence.MONTHLY and not hasattr(self.payable, "next"):
            return (self.words(), _("It repeats every month: the next one is made now."))
        return super().effects()

    def save(self, form: Any) -> str:
        entry = payables.pay(payable=self.payable, data=form.to_data(), actor=self.request.actor)
        paid: Money = entry.outgoing
        words = {"bill": self.payable, "amount": paid.format_brl(), "account": entry.account}
        messages.success(self.request, _("Paid: %(bill)s, %(amount)s out of %(account)s.") % words)
        return reverse("backoffice:payables")


class PayableCancel(OneBill):
    """It will not be paid."""

    title = gettext_lazy("Cancel the bill")
    button = gettext_lazy("Cancel the bill")
    is_harmful = True

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        return CancelForm(repeats=self.payable.recurrence == Recurrence.MONTHLY, **kwargs)

    def save(self, form: Any) -> str:
        payables.cancel(payable=self.payable, actor=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("Bill cancelled."))
        return reverse("backoffice:payables")


class PayableUndo(OneBill):
    """It was not paid after all."""

    title = gettext_lazy("Undo the payment")
    needed = PayableState.PAID
    button = gettext_lazy("Undo the payment")
    form_class = CorrectForm
    is_harmful = True

    def effects(self) -> Sequence[str | Promise]:
        if not self.is_possible():
            return super().effects()
        return (self.words(), _("A second entry brings the money back into the account, and the bill is open again."))

    def save(self, form: Any) -> str:
        payables.undo_payment(payable=self.payable, reason=form.cleaned_data["reason"], actor=self.request.actor)
        messages.success(self.request, _("Payment undone. The bill is open again."))
        return self.back()
