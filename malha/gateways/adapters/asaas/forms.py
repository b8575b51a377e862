"""Settings of an account at Asaas."""

from urllib.parse import urlsplit

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(url: str) -> bool:
    """Whether this address is on this machine: no other may take the place of the real one."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK


def only_loopback(url: str) -> None:
    """Raises ValidationError."""
    if not is_loopback(url):
        raise forms.ValidationError(_("This value is not allowed."), code="not_loopback")


class AsaasForm(forms.Form):
    """The access token of the account."""

    access_token = forms.CharField(
        label=_("Access token"),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        validators=[RegexValidator(r"^[!-~]+\Z", _("Use letters, digits and signs without spaces."))],
    )
    base_url = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput, validators=[only_loopback])
