"""The filters of the book: how they stand in the address, and what they mean."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.backoffice.keys import key
from malha.billing.models import PaymentForm
from malha.cashbook import queries
from malha.cashbook.models import CashAccount
from malha.cashbook.queries import BookFilter
from malha.core.forms import BrDateField
from malha.staff.models import User

ACCOUNT, OPERATOR, FORM, SINCE, UNTIL = "conta", "operador", "forma", "desde", "ate"
EVERY = "todas"
BEGINNING = date(1900, 1, 1)


def chosen_accounts(accounts: list[CashAccount], params: QueryDict, user: User) -> list[CashAccount]:
    """The account of the address, or all; without one the person's own till, else the standard account."""
    asked = params.get(ACCOUNT, "")
    if asked == EVERY:
        return accounts
    found = [account for account in accounts if account.pk == key(asked)]
    mine = [account for account in accounts if account.owner_id == user.pk and account.is_active]
    return found or mine[:1] or accounts[:1]


class BookForm(forms.Form):
    """Conta, operador, forma, período. Empty dates: from the beginning, until today; no dates at all: today."""

    conta = forms.ChoiceField(label=gettext_lazy("Account"), required=False)
    operador = forms.ChoiceField(label=gettext_lazy("Operator"), required=False)
    forma = forms.ChoiceField(label=gettext_lazy("Form"), required=False)
    desde = BrDateField(label=gettext_lazy("From"), required=False)
    ate = BrDateField(label=gettext_lazy("Until"), required=False)

    def __init__(self, params: QueryDict, *, accounts: list[CashAccount], user: User, today: date) -> None:
        self.accounts, self.today = chosen_accounts(accounts, params, user), today
        data = {name: params.get(name, "") for name in (OPERATOR, FORM, SINCE, UNTIL)}
        if SINCE not in params and UNTIL not in params:
            data |= {SINCE: f"{today:%d/%m/%Y}", UNTIL: f"{today:%d/%m/%Y}"}
        data[ACCOUNT] = EVERY if len(self.accounts) > 1 else str(self.accounts[0].pk) if self.accounts else ""
        super().__init__(data)
        words = [(account.pk, account.name if account.is_active else f"{account.name} ({_('out of use')})") for account in accounts]
        people = [(person.pk, person.name) for person in queries.operators([account.pk for account in self.accounts])]
        given: dict[str, list[tuple[Any, Any]]] = {
            ACCOUNT: [*words, (EVERY, _("All accounts"))] if len(words) > 1 else [*words],
            OPERATOR: [("", _("Everybody")), *people],
            FORM: [("", _("All forms")), *[choice for choice in PaymentForm.choices if choice[0]]],
        }
        for name, choices in given.items():
            field: Any = self.fields[name]
            field.choices = choices
        # What an old link names and nobody offers any more is ignored.
        for name in (OPERATOR, FORM):
            if data[name] not in {str(value) for value, _label in given[name]}:
                data[name] = ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get(SINCE), values.get(UNTIL)
        if since and until and until < since:
            self.add_error(UNTIL, _("This date comes before the first one."))
        return values

    def asked(self) -> BookFilter:
        """What to read. A form with mistakes in it means today."""
        values: dict[str, Any] = self.cleaned_data if self.is_valid() else {SINCE: self.today, UNTIL: self.today}
        since, until = values.get(SINCE) or BEGINNING, values.get(UNTIL) or self.today
        return BookFilter(
            accounts=tuple(account.pk for account in self.accounts),
            since=since,
            until=max(since, until),
            user_id=key(values.get(OPERATOR)),
            form=values.get(FORM, ""),
        )
