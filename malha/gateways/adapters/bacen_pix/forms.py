"""Settings of an account at a PSP that speaks Bacen's Pix API."""

import base64
from typing import Any

from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from malha.gateways.adapters.bacen_pix.profiles import ALL, OTHER, PROFILES, TokenStyle
from malha.gateways.base import PermanentFailure
from malha.gateways.wire import read_certificate

MAX_CERTIFICATE = 64 * 1024
PLAIN = RegexValidator(r"^[!-~]+\Z", _("Use letters, digits and signs without spaces."))
ADDRESS = URLValidator(schemes=["http", "https"])
ACCOUNT_TYPES = (
    ("CORRENTE", _("Current account")),
    ("POUPANCA", _("Savings account")),
    ("PAGAMENTO", _("Payment account")),
)


class CertificateField(forms.FileField):
    """A small file; its cleaned value is text: the base64 of the file."""

    def clean(self, data: Any, initial: Any = None) -> str:
        """Raises ValidationError when it is missing or too large to be a certificate."""
        file = super().clean(data, initial)
        if not file:
            return ""
        if isinstance(file, str):
            return file
        if file.size > MAX_CERTIFICATE:
            raise forms.ValidationError(_("This file is too large to be a certificate."), code="too_large")
        return base64.b64encode(file.read()).decode()


def _secret(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=500, required=False, widget=widget, validators=[PLAIN], help_text=help_text)


class PixForm(forms.Form):
    """Which PSP, its credentials, and the account that automatic debits go to."""

    profile = forms.ChoiceField(label=_("Bank"), choices=[(each.key, each.label or _("Another bank")) for each in ALL])
    client_id = forms.CharField(label=_("Client id"), max_length=200, validators=[PLAIN])
    client_secret = _secret(_("Client secret"), _("Sicoob has none: leave it empty there."))
    certificate = CertificateField(
        label=_("Certificate"), required=False, help_text=_("The .p12, .pfx or .pem file from the bank, with its private key.")
    )
    certificate_password = _secret(_("Password of the certificate"))
    extra_key = _secret(_("Application key"), _("Banco do Brasil calls it gw-dev-app-key. Other banks do not need it."))
    base_url = forms.CharField(
        label=_("Address of the Pix API"), max_length=200, required=False, validators=[ADDRESS], help_text=_("Only for another bank.")
    )
    token_url = forms.CharField(
        label=_("Address for the token"), max_length=200, required=False, validators=[ADDRESS], help_text=_("Only for another bank.")
    )
    authority = forms.CharField(
        label=_("Certificate authority"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only for another bank whose address has a certificate of a private authority. Paste the PEM text."),
    )
    account_number = forms.CharField(
        label=_("Account number"),
        max_length=20,
        required=False,
        validators=[RegexValidator(r"^[0-9A-Za-z]+\Z", _("Use only letters and digits."))],
        help_text=_("Pix Automático is credited to this account. Leave it empty if you do not use it."),
    )
    account_type = forms.ChoiceField(label=_("Kind of account"), choices=ACCOUNT_TYPES, required=False)
    branch = forms.CharField(
        label=_("Branch"),
        max_length=4,
        required=False,
        validators=[RegexValidator(r"^[0-9]{1,4}\Z", _("Use up to four digits."))],
    )
    convenio = forms.CharField(label=_("Agreement for Pix Automático"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        """What depends on the bank, and whether certificate and password fit."""
        cleaned = super().clean() or {}
        profile = PROFILES.get(cleaned.get("profile", ""))
        if profile is not None and profile.key == OTHER:
            for name in ("base_url", "token_url"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, forms.ValidationError(_("Enter the address that the bank gave you."), code="required"))
        # Of an account that is changed the secret is kept while the field stays empty; it is never among what is shown.
        has_secret = cleaned.get("client_secret") or "client_secret" in self.errors or self.initial.get("client_id")
        if profile is not None and profile.style is not TokenStyle.CLIENT_ID and not has_secret:
            self.add_error("client_secret", forms.ValidationError(_("Enter the client secret that the bank gave you."), code="required"))
        if cleaned.get("certificate"):
            try:
                read_certificate(base64.b64decode(cleaned["certificate"]), cleaned.get("certificate_password") or "")
            except PermanentFailure:
                wrong = _("The file cannot be opened with this password, or has no private key in it.")
                self.add_error("certificate", forms.ValidationError(wrong, code="invalid"))
        return cleaned
