"""Settings of an account at Efí Cobranças."""

from urllib.parse import urlsplit

from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

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


class EfiForm(forms.Form):
    """The application of the account, and where Efí tells of changes: each charge carries that address."""

    client_id = forms.CharField(label=_("Client id"), max_length=200, validators=[PLAIN])
    client_secret = forms.CharField(
        label=_("Client secret"), max_length=500, widget=forms.PasswordInput(attrs={"autocomplete": "off"}), validators=[PLAIN]
    )
    notification_url = forms.CharField(
        label=_("Address for notices"),
        max_length=200,
        required=False,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("Copy the webhook address of this account to here: each charge carries it."),
    )
    base_url = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput, validators=[only_loopback])
