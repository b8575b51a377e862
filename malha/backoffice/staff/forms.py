"""Forms of the door and of the profile. They check shape; the services check rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from malha.core.company_services import TIME_ZONES
from malha.core.forms import CpfCnpjField, PasswordReveal, PhoneField, RadioSegment
from malha.domain.documents import UF_NAMES
from malha.staff.models import Theme


class LoginForm(forms.Form):
    """Login and password, and where to go afterwards."""

    username = forms.CharField(
        label=_("Login"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"), max_length=256, strip=False, widget=PasswordReveal({"autocomplete": "current-password", "class": ""})
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)


class ProfileForm(forms.Form):
    """What people change about themselves."""

    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput({"autocomplete": "email"}))
    theme = forms.ChoiceField(label=_("Look"), choices=Theme.choices, widget=RadioSegment)
    has_single_key_shortcuts = forms.BooleanField(
        label=_("Shortcuts with a single key"),
        required=False,
        help_text=_("N for a new customer, / to filter, G and a letter to change pages. Ctrl K always works."),
    )


class PasswordForm(forms.Form):
    """Changing one's own password."""

    old = forms.CharField(
        label=_("Present password"),
        max_length=256,
        strip=False,
        widget=PasswordReveal({"autocomplete": "current-password", "class": ""}),
    )
    new = forms.CharField(
        label=_("New password"),
        max_length=256,
        strip=False,
        widget=PasswordReveal({"class": ""}),
        help_text=_("At least 10 characters. A phrase of three or four words is easy to remember and hard to guess."),
    )


class FirstSetupForm(forms.Form):
    """Company, time zone and administrator. All that is needed to begin; the rest stands in the settings."""

    legal_name = forms.CharField(label=_("Legal name"), max_length=150, widget=forms.TextInput({"autocomplete": "organization"}))
    trade_name = forms.CharField(label=_("Trade name"), max_length=150, required=False)
    cnpj = CpfCnpjField(label="CNPJ", required=False)
    phone = PhoneField(label=_("Phone"), required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    uf = forms.ChoiceField(label="UF", required=False, choices=[("", "—"), *((uf, uf) for uf in UF_NAMES)])
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=list(TIME_ZONES.items()), help_text=_("It decides which day is today for charges and blocks.")
    )
    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput({"autocomplete": "email"}))
    username = forms.CharField(
        label=_("Login"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("It does not change later. Example: ana.souza."),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        widget=PasswordReveal({"class": ""}),
        help_text=_("At least 10 characters. A phrase of three or four words is easy to remember and hard to guess."),
    )
