"""Fechar o caixa, the list of closings, and one of them on paper."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from malha.backoffice.cash import sections
from malha.backoffice.cash.book import accounts_of, shown_customer
from malha.backoffice.cash.filters import chosen_accounts
from malha.backoffice.cash.forms import CloseForm
from malha.backoffice.cash.sections import CashForm
from malha.backoffice.generic import Column, DetailPage, ListPage
from malha.backoffice.keys import key
from malha.billing.models import PaymentForm
from malha.cashbook import queries
from malha.cashbook.models import CashAccount, Closing
from malha.cashbook.queries import BookFilter
from malha.cashbook.services import closings
from malha.core import clock, pdf
from malha.core.errors import BusinessError
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class Close(CashForm):
    """Fechar caixa: what the book says, and what was counted."""

    permission = "cashbook.post"
    template_name = "cash/close.html"
    title = gettext_lazy("Close the till")
    button = gettext_lazy("Close the day")
    form_class = CloseForm

    @cached_property
    def account(self) -> CashAccount:
        """The one of the address, else the person's own or the standard one. Raises Http404 when they have none."""
        mine = [account for account in accounts_of(self.request) if account.is_active]
        found = chosen_accounts(mine, self.request.GET, self.request.user)
        if len(found) != 1:
            raise Http404
        return found[0]

    @cached_property
    def day(self) -> date:
        """The day of the address, else today."""
        try:
            return date.fromisoformat(self.request.GET.get("dia", ""))
        except ValueError:
            return clock.today()

    def effects(self) -> Sequence[str | Promise]:
        return (_("After that nothing can be entered on this day or before it any more. A mistake is corrected on the next day."),)

    def get_context(self) -> dict[str, Any]:
        asked = BookFilter((self.account.pk,), self.day, self.day)
        return {
            **super().get_context(),
            "account": self.account,
            "day": self.day,
            "sheet": queries.sheet([self.account.pk], since=self.day, until=self.day),
            "by_form": form_lines(asked),
        }

    def save(self, form: Any) -> str:
        values = form.cleaned_data
        closing = closings.close(account=self.account, day=self.day, actor=self.request.actor, **values)
        words = {"account": self.account, "day": f"{self.day:%d/%m/%Y}", "difference": closing.difference.format_brl()}
        if closing.difference:
            messages.warning(self.request, _("%(account)s closed on %(day)s. Difference: %(difference)s.") % words)
        else:
            messages.success(self.request, _("%(account)s closed on %(day)s. The count agrees.") % words)
        return reverse("backoffice:cash_closing", args=[closing.pk])


def form_lines(asked: BookFilter) -> list[tuple[str, queries.FormTotal]]:
    """Totals per form of payment with their words."""
    labels = {value: str(label) for value, label in PaymentForm.choices if value}
    return [(labels.get(total.form, _("Not said")), total) for total in queries.by_form(asked)]


class ClosingList(ListPage[Closing]):
    """The closings of the accounts that this person sees."""

    permission = "cashbook.view"
    template_name = "cash/closings.html"
    partial_template = "cash/_closings.html"
    default_order = "-day"
    columns = (
        Column("day", gettext_lazy("Day"), order=("date", "account__name")),
        Column("account", gettext_lazy("Account"), order=("account__name", "date")),
        Column("balance", gettext_lazy("Balance"), css="r"),
        Column("counted", gettext_lazy("Counted"), css="r"),
        Column("difference", gettext_lazy("Difference"), order=("difference", "date"), css="r"),
        Column("by", gettext_lazy("Closed by")),
    )

    @cached_property
    def accounts(self) -> list[CashAccount]:
        """Whose closings."""
        return accounts_of(self.request)

    @cached_property
    def account_id(self) -> int | None:
        """The one account wanted; None for all."""
        asked = key(self.request.GET.get("conta"))
        return asked if asked in {account.pk for account in self.accounts} else None

    def get_queryset(self) -> QuerySet[Closing]:
        return queries.closings([self.account_id] if self.account_id else [account.pk for account in self.accounts])

    def get_context(self) -> dict[str, Any]:
        return {
            "tabs": sections.tabs(self.request.user, "cash_closings"),
            "accounts": self.accounts,
            "account_id": self.account_id,
        }


def visible_closings(request: StaffRequest) -> QuerySet[Closing]:
    """The closings this person may see."""
    return Closing.objects.filter(account__in=queries.visible_to(request.user)).select_related("account", "closed_by")


def sheet_of(closing: Closing, request: StaffRequest) -> dict[str, Any]:
    """Everything that stands on the paper of a closing."""
    asked = BookFilter((closing.account_id,), closing.date, closing.date)
    entries = list(queries.entries(asked))
    balances = queries.running(asked, entries, closing.opening)
    return {
        "closing": closing,
        "company": request.company,
        "printed_at": clock.now(),
        "by_form": form_lines(asked),
        "lines": [(entry, shown_customer(entry, request.user), balances[entry.pk]) for entry in entries],
    }


class ClosingPage(DetailPage[Closing]):
    """One closing: its numbers and the entries of its day."""

    permission = "cashbook.view"
    template_name = "cash/closing.html"
    object_name = "closing"

    def get_queryset(self) -> QuerySet[Closing]:
        return visible_closings(self.request)

    def get_context(self) -> dict[str, Any]:
        return {**sheet_of(self.object, self.request), "has_pdf": pdf.is_available()}


@requires("cashbook.view")
@require_GET
def paper(request: StaffRequest, pk: int) -> HttpResponse:
    """The closing as a PDF: A4, black."""
    closing = visible_closings(request).filter(pk=pk).first()
    if closing is None:
        raise Http404
    html = render_to_string("cash/print/closing.html", sheet_of(closing, request))
    try:
        content = pdf.render(html, style="cash_closing")
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("backoffice:cash_closing", pk)
    name = f"fechamento-{closing.date:%Y-%m-%d}-{closing.pk}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
