"""The form of a new key."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from malha.core.forms import BrDateField
from malha.staff.tokens import SCOPES


class TokenForm(forms.Form):
    """Who uses the key, what it may do, from where and until when."""

    name = forms.CharField(
        label=_("Name"), max_length=60, error_messages={"required": _("Give the key a name that tells who uses it.")}
    )
    scopes = forms.MultipleChoiceField(
        label=_("Permissions"),
        choices=[(code, f"{label} ({code})") for code, label in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one permission from the list.")},
    )
    allowed_ips = forms.CharField(label=_("Allowed addresses"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    expires_on = BrDateField(label=_("Valid until"), required=False)

    def clean_allowed_ips(self) -> list[str]:
        """One address or network per line, or separated by commas."""
        text: Any = self.cleaned_data["allowed_ips"]
        return [part for part in text.replace(",", "\n").split() if part]
