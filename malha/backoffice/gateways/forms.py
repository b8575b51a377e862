"""The form of an account: what every account has, and beside it the adapter's own form for credentials."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from malha.backoffice.settings.late_forms import PercentField
from malha.core.forms import MoneyFormField
from malha.domain.errors import RuleError
from malha.domain.late_fees import MAX_FINE_BASIS_POINTS, MAX_MONTHLY_INTEREST_BASIS_POINTS
from malha.domain.money import ZERO
from malha.domain.pix_keys import pix_key
from malha.gateways.base import Adapter, Feature
from malha.gateways.data import AccountData
from malha.gateways.models import Environment, PrintLayout, RegistrationKind

LINES = {"rows": 3}


class AccountForm(forms.Form):
    """`inner` is the adapter's own form; both are valid or none is."""

    name = forms.CharField(
        label=_("Name of the account"),
        max_length=60,
        help_text=_("As it is chosen in the contract."),
        error_messages={"required": _("Give the account a name.")},
    )
    environment = forms.ChoiceField(label=_("Environment"), choices=Environment.choices, help_text=_("Test charges nobody."))
    is_active = forms.BooleanField(label=_("In use: new charges are registered"), required=False, initial=True)
    kind = forms.ChoiceField(label=_("What is registered"))
    fine_basis_points = PercentField(
        label=_("Fine (%)"), cap=MAX_FINE_BASIS_POINTS, message=_("The fine can be 2 % at most."), initial=MAX_FINE_BASIS_POINTS
    )
    interest_basis_points = PercentField(
        label=_("Interest a month (%)"),
        cap=MAX_MONTHLY_INTEREST_BASIS_POINTS,
        message=_("Interest can be 1 % a month at most."),
        initial=MAX_MONTHLY_INTEREST_BASIS_POINTS,
    )
    promptness_discount = MoneyFormField(label=_("Promptness discount"), required=False)
    pix_key = forms.CharField(label=_("Pix key"), required=False, max_length=77)
    accept_days_after_due = forms.IntegerField(label=_("Days accepted after the due date"), min_value=0, max_value=365, initial=90)
    write_off_days = forms.IntegerField(label=_("Days until written off"), min_value=1, max_value=365, initial=90)
    rate_per_second = forms.IntegerField(label=_("Calls per second"), min_value=1, max_value=1000, initial=10)
    gateway_sends_mail = forms.BooleanField(label=_("The gateway writes to the customer too"), required=False)
    beneficiary_name = forms.CharField(label=_("Beneficiary"), required=False, max_length=150)
    beneficiary_document = forms.CharField(label=_("CPF/CNPJ of the beneficiary"), required=False, max_length=18)
    payment_place = forms.CharField(label=_("Place of payment"), required=False, max_length=120)
    print_layout = forms.ChoiceField(label=_("Print layout"), choices=PrintLayout.choices)
    instructions = forms.CharField(label=_("Instructions"), required=False, widget=forms.Textarea(LINES), max_length=600)
    notes_lines = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea(LINES), max_length=500)

    def __init__(self, *args: Any, adapter: Adapter, stored: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.adapter = adapter
        labels = dict(RegistrationKind.choices)
        kinds = [kind.value for kind in adapter.kinds if kind.value != RegistrationKind.COBR]
        self.fields["kind"].choices = [(kind, labels[kind]) for kind in kinds]  # type: ignore[attr-defined]
        if Feature.OWN_MAIL not in adapter.features:
            del self.fields["gateway_sends_mail"]
        shown = {name: value for name, value in (stored or {}).items() if name not in adapter.secrets}
        self.inner: forms.Form = adapter.form(
            self.data if self.is_bound else None, self.files if self.is_bound else None, prefix="settings", initial=shown
        )
        for name in adapter.secrets & set(stored or {}):
            field = self.inner.fields[name]
            field.required = False
            field.help_text = _("Kept as it is while this stays empty.")

    def is_valid(self) -> bool:
        """Both."""
        own, inner = super().is_valid(), self.inner.is_valid()
        return own and inner

    def clean_pix_key(self) -> str:
        typed = str(self.cleaned_data["pix_key"]).strip()
        if not typed:
            return ""
        try:
            return pix_key(typed).value
        except RuleError as error:
            raise ValidationError(_("This is no Pix key. Type an e-mail, CPF, CNPJ, phone with +55, or the random key.")) from error

    def to_data(self) -> AccountData:
        """The account as the service takes it."""
        values = dict(self.cleaned_data)
        values["promptness_discount"] = values["promptness_discount"] or ZERO
        values["beneficiary_document"] = "".join(sign for sign in values["beneficiary_document"].upper() if sign.isalnum())
        return AccountData(adapter=self.adapter.key, settings=self.inner.cleaned_data, **values)
