"""Lançar, corrigir, transferir."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.cash.book import accounts_of
from malha.backoffice.cash.filters import ACCOUNT, chosen_accounts
from malha.backoffice.cash.forms import CorrectForm, EntryForm, TransferForm
from malha.backoffice.cash.sections import CashForm
from malha.cashbook import queries
from malha.cashbook.models import CashAccount, CashEntry
from malha.cashbook.services import entries, transfers
from malha.core import clock


class PostPage(CashForm):
    """A form that writes into an account of the person."""

    permission = "cashbook.post"

    @cached_property
    def accounts(self) -> list[CashAccount]:
        """Where they may write."""
        return [account for account in accounts_of(self.request) if account.is_active]

    def is_possible(self) -> bool:
        return bool(self.accounts)

    def effects(self) -> Sequence[str | Promise]:
        return () if self.accounts else (_("You have no till of your own yet. Whoever looks after the money makes one under Accounts."),)

    def initial_account(self) -> int | None:
        """The one of the address, else the person's own or the standard one."""
        found = chosen_accounts(self.accounts, self.request.GET, self.request.user)
        return found[0].pk if found else None

    def book_of(self, account_id: int) -> str:
        """The book that shows what was done."""
        return f"{reverse('backoffice:cashbook')}?{ACCOUNT}={account_id}"


class EntryNew(PostPage):
    """Lançar."""

    title = gettext_lazy("New cash entry")
    button = gettext_lazy("Enter")

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        initial = {"account": self.initial_account(), "date": clock.today()}
        return EntryForm(accounts=self.accounts, initial=initial, **kwargs)

    def save(self, form: Any) -> str:
        entry = entries.add_manual(data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Entered: %(entry)s, %(amount)s.") % {"entry": entry, "amount": entry.amount.format_brl()})
        day = f"{entry.date:%d/%m/%Y}"
        return f"{self.book_of(entry.account_id)}&desde={day}&ate={day}"


class EntryCorrect(PostPage):
    """Take an entry back by a second one."""

    title = gettext_lazy("Correct a cash entry")
    button = gettext_lazy("Take the entry back")
    form_class = CorrectForm
    is_harmful = True

    @cached_property
    def entry(self) -> CashEntry:
        """The one of the address, of an account of the person. Raises Http404."""
        rows = CashEntry.objects.filter(account__in=queries.visible_to(self.request.user)).select_related("account", "category", "payable")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def is_possible(self) -> bool:
        return self.entry.is_manual and self.entry.corrects_id is None and not hasattr(self.entry, "correction")

    def effects(self) -> Sequence[str | Promise]:
        entry = self.entry
        if not self.is_possible():
            return (entries.why_not_correctable(entry),)
        words = {"entry": entry, "amount": entry.amount.format_brl(), "account": entry.account, "day": f"{entry.date:%d/%m/%Y}"}
        return (
            _("%(entry)s, %(amount)s, in %(account)s on %(day)s.") % words,
            _("The entry stays in the book; a second one with the opposite sign takes it back. Then enter what is right."),
        )

    def save(self, form: Any) -> str:
        back = entries.correct(entry=self.entry, reason=form.cleaned_data["reason"], actor=self.request.actor)
        messages.success(self.request, _("Corrected. The second entry stands on %(day)s.") % {"day": f"{back.date:%d/%m/%Y}"})
        day = f"{back.date:%d/%m/%Y}"
        return f"{self.book_of(back.account_id)}&desde={day}&ate={day}"


class TransferNew(PostPage):
    """Transferir: out of an account of the person into any other."""

    title = gettext_lazy("Transfer between accounts")
    button = gettext_lazy("Transfer")

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        targets = list(CashAccount.objects.filter(is_active=True))
        initial = {"from_account": self.initial_account(), "date": clock.today()}
        return TransferForm(sources=self.accounts, targets=targets, initial=initial, **kwargs)

    def save(self, form: Any) -> str:
        transfer = transfers.make(data=form.to_data(), actor=self.request.actor)
        words = {"amount": transfer.amount.format_brl(), "transfer": transfer}
        messages.success(self.request, _("Transferred: %(amount)s, %(transfer)s.") % words)
        return self.book_of(transfer.from_account_id)
