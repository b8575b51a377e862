"""Forms of the settings. They check shape; the services check rules."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from malha.core.company_services import DEMANDABLE, TAX_REGIMES, TIME_ZONES
from malha.core.forms import BrDateField, CepField, CpfCnpjField, MoneyFormField, OptionCards, PhoneField
from malha.core.models import BillingMode, SizeClass
from malha.core.widgets import CheckList
from malha.domain.documents import UF_NAMES


class DaysField(forms.CharField):
    """Days of the month separated by commas or spaces -> list of int."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        parts = str(value or "").replace(",", " ").replace(";", " ").split()
        if not all(part.isascii() and part.isdecimal() and len(part) < 4 for part in parts):
            raise ValidationError(_("Use days from 1 to 31, separated by commas. Example: 1, 5, 10, 15, 20, 25."))
        return [int(part) for part in parts]


class CompanyForm(forms.Form):
    """Who the provider is."""

    legal_name = forms.CharField(label=_("Legal name"), max_length=150)
    trade_name = forms.CharField(label=_("Trade name"), max_length=150, required=False, help_text=_("What customers and staff see."))
    cnpj = CpfCnpjField(label="CNPJ", required=False)
    ie = forms.CharField(label=_("State registration"), max_length=20, required=False)
    im = forms.CharField(label=_("Municipal registration"), max_length=20, required=False)
    size_class = forms.ChoiceField(label=_("Size"), choices=SizeClass.choices)
    tax_regime = forms.TypedChoiceField(label=_("Tax regime"), choices=list(TAX_REGIMES.items()), coerce=int)
    phone = PhoneField(label=_("Phone"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=list(TIME_ZONES.items()), help_text=_("It decides which day is today for charges and blocks.")
    )
    cep = CepField(label="CEP", required=False)
    street = forms.CharField(label=_("Street"), max_length=150, required=False)
    number = forms.CharField(label=_("Number"), max_length=20, required=False)
    district = forms.CharField(label=_("District"), max_length=80, required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    uf = forms.ChoiceField(label="UF", required=False, choices=[("", "—"), *((uf, uf) for uf in UF_NAMES)])


class BillingForm(forms.Form):
    """How the provider bills unless a contract says otherwise."""

    offered_due_days = DaysField(
        label=_("Offered due days"), help_text=_("Regulated services offer at least six. Example: 1, 5, 10, 15, 20, 25.")
    )
    days_ahead = forms.IntegerField(
        label=_("Days between issue and due date"), min_value=5, max_value=60, widget=forms.NumberInput({"class": "num"})
    )
    billing_mode = forms.ChoiceField(
        label=_("What a charge covers"),
        choices=BillingMode.choices,
        widget=OptionCards(
            descriptions={
                "ARREARS": _("The month that ends the day before the due date. Suspended days are never billed ahead."),
                "ADVANCE": _("The month that begins on the due date."),
            }
        ),
    )
    discount_limit = MoneyFormField(
        label=_("Highest discount of the finance role"),
        required=False,
        minimum=None,
        help_text=_("Per month and contract. Empty: without limit. Administrator and manager are not limited."),
    )


class RegistrationForm(forms.Form):
    """What is demanded and shown in registrations."""

    required_customer_fields = forms.MultipleChoiceField(
        label=_("Required beyond the name"),
        choices=list(DEMANDABLE.items()),
        required=False,
        widget=CheckList,
        help_text=_("Empty is quickest: what is missing is shown as recommended."),
    )
    show_access_passwords = forms.BooleanField(
        label=_("Show access passwords"),
        required=False,
        help_text=_("To people with the permission, one at a time, and each look is recorded."),
    )


class HolidayForm(forms.Form):
    """A state or municipal holiday."""

    date = BrDateField(label=_("Date"))
    name = forms.CharField(label=_("Name"), max_length=80)


class NameForm(forms.Form):
    """The name of a row of a list."""

    name = forms.CharField(label=_("Name"), max_length=60)
