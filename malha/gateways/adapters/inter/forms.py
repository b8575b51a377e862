"""Settings of an account at Banco Inter."""

import base64
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from malha.gateways.base import PermanentFailure
from malha.gateways.wire import read_certificate

MAX_CERTIFICATE = 64 * 1024
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PLAIN = RegexValidator(r"^[!-~]+\Z", _("Use letters, digits and signs without spaces."))


def is_loopback(url: str) -> bool:
    """Whether this address is on this machine: no other may take the place of the real one."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK


def only_loopback(url: str) -> None:
    """Raises ValidationError."""
    if not is_loopback(url):
        raise forms.ValidationError(_("This value is not allowed."), code="not_loopback")


class CertificateField(forms.FileField):
    """A small file; its cleaned value is text: the base64 of the file."""

    def clean(self, data: Any, initial: Any = None) -> str:
        """Raises ValidationError when it is too large to be a certificate."""
        file = super().clean(data, initial)
        if not file or isinstance(file, str):
            return file or ""
        if file.size > MAX_CERTIFICATE:
            raise forms.ValidationError(_("This file is too large to be a certificate."), code="too_large")
        return base64.b64encode(file.read()).decode()


class InterForm(forms.Form):
    """The application made in the bank's site, with its certificate."""

    client_id = forms.CharField(label=_("Client id"), max_length=200, validators=[PLAIN])
    client_secret = forms.CharField(
        label=_("Client secret"), max_length=500, widget=forms.PasswordInput(attrs={"autocomplete": "off"}), validators=[PLAIN]
    )
    certificate = CertificateField(
        label=_("Certificate"), required=False, help_text=_("The .p12, .pfx or .pem file from the bank, with its private key.")
    )
    certificate_password = forms.CharField(
        label=_("Password of the certificate"), max_length=500, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    account_number = forms.CharField(
        label=_("Account number"),
        max_length=20,
        required=False,
        validators=[RegexValidator(r"^[0-9A-Za-z]+\Z", _("Use only letters and digits."))],
    )
    base_url = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput, validators=[only_loopback])

    def clean(self) -> dict[str, Any]:
        """Whether certificate and password fit."""
        cleaned = super().clean() or {}
        if cleaned.get("certificate"):
            try:
                read_certificate(base64.b64decode(cleaned["certificate"]), cleaned.get("certificate_password") or "")
            except PermanentFailure:
                wrong = _("The file cannot be opened with this password, or has no private key in it.")
                self.add_error("certificate", forms.ValidationError(wrong, code="invalid"))
        return cleaned
