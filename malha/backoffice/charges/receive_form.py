"""Receber: the fields, and what of them is understood while somebody is still typing."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from malha.billing.models import PaymentForm
from malha.core.forms import BrDateField, MoneyFormField, RadioSegment
from malha.domain.errors import RuleError
from malha.domain.money import Money

# What a counter takes. A boleto is confirmed by the bank; by hand it is a deposit.
FORMS = (PaymentForm.CASH, PaymentForm.PIX, PaymentForm.CARD, PaymentForm.DEPOSIT, PaymentForm.CHECK)


class ReceiveForm(forms.Form):
    """`charge`: the ticked ones. `token`: of this submission. Whether the amount fits is asked on the page, not here."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    value = MoneyFormField(label=_("Amount received"), minimum=Money(1))
    paid_on = BrDateField(label=_("Date"))
    account = forms.TypedChoiceField(label=_("Account"), coerce=int)
    # Not called "form": in the browser a field of that name hides the form of its form.
    way = forms.ChoiceField(label=_("Form"), choices=[(one.value, one.label) for one in FORMS], widget=RadioSegment)
    waives_fees = forms.BooleanField(label=_("Waive fine and interest"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=300, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, accounts: Sequence[tuple[int, str]], may_waive: bool, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = list(accounts)  # type: ignore[attr-defined]
        self.fields["value"].widget.attrs["autofocus"] = True
        if not may_waive:
            del self.fields["waives_fees"]

    def clean_paid_on(self) -> date:
        """What came in is a fact: it does not lie in the future."""
        paid_on: date = self.cleaned_data["paid_on"]
        if paid_on > self.today:
            raise forms.ValidationError(_("The date lies in the future. Type the day on which the money came in."))
        return paid_on


class Typed:
    """What the posted fields say so far, right or wrong: for the lines that follow what is typed."""

    def __init__(self, data: QueryDict, *, today: date, may_waive: bool) -> None:
        self.keys = {int(value) for value in data.getlist("charge")[:500] if value.isascii() and value.isdigit() and len(value) < 19}
        self.waives_fees = may_waive and bool(data.get("waives_fees"))
        self.value = _money(data.get("value", ""))
        self.suggested = _money(data.get("suggested", ""))
        self.seen = data.get("seen", "")
        paid_on = _date(data.get("paid_on", ""))
        self.paid_on = paid_on if paid_on is not None and paid_on <= today else today

    @property
    def follows(self) -> bool:
        """Is the amount still the one that the page proposed, so that it goes along with what is ticked?"""
        return self.value is not None and self.value == self.suggested


def _money(text: str) -> Money | None:
    try:
        return Money.parse_brl(text[:40])
    except RuleError:
        return None


def _date(text: str) -> date | None:
    try:
        return BrDateField(required=False).clean(text[:20])  # type: ignore[no-any-return]
    except forms.ValidationError:
        return None
