"""Settings of an account at the simulated bank."""

from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

LOOPBACK = "http://127.0.0.1:8095"


class SandboxForm(forms.Form):
    """Where it listens, and the token that is the account there."""

    base_url = forms.CharField(
        label=_("Address"),
        initial=LOOPBACK,
        max_length=200,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Where the simulated bank listens."),
    )
    token = forms.CharField(
        label=_("Access token"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        validators=[RegexValidator(r"^[!-~]+\Z", _("Use letters, digits and signs without spaces."))],
        help_text=_("Every token is an account of its own; nothing has to be set up."),
    )
