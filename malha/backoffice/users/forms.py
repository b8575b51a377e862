"""Forms about other people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from malha.core.forms import BrDateField, OptionCards
from malha.core.widgets import CheckList
from malha.customers.models import CustomerGroup
from malha.staff.roles import Role

# What a role is for, in one sentence. What exactly it may do is the table of malha/staff/permissions.py.
ROLE_DESCRIPTIONS = {
    Role.ADMIN: _("Everything, with settings, users and gateways."),
    Role.MANAGER: _("Everything about customers, money and network, and the history. No settings or users."),
    Role.FINANCE: _("Customers, contracts, charges, blocking and releasing."),
    Role.ATTENDANT: _("Registers customers, receives, opens tickets, cancels contracts, releases in trust."),
    Role.TECHNICIAN: _("Routers, divergences, access passwords. Sees customers, does not change them."),
    Role.SALES: _("Registers customers and changes the ones they sold to."),
    Role.ACCOUNTANT: _("Sees customers, contracts and the numbers of money. Changes nothing."),
}


def _time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))


class UserForm(forms.Form):
    """A member of staff. Without `username`, which never changes, for somebody who exists already."""

    name = forms.CharField(label=_("Name"), max_length=150)
    username = forms.CharField(
        label=_("Login"),
        max_length=60,
        help_text=_("It does not change later. Example: ana.souza."),
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        widget=OptionCards(descriptions={role.value: text for role, text in ROLE_DESCRIPTIONS.items()}),
    )
    expires_on = BrDateField(
        label=_("Valid until"), required=False, help_text=_("Empty: without end. On the day itself the login still works.")
    )
    allowed_from = _time_field(_("Allowed from"))
    allowed_until = _time_field(_("Allowed until"))
    session_minutes = forms.IntegerField(
        label=_("Minutes until an idle session ends"), initial=30, min_value=5, max_value=720, widget=forms.NumberInput({"class": "num"})
    )

    customer_groups = forms.TypedMultipleChoiceField(
        label=_("Visible groups of customers"),
        coerce=int,
        required=False,
        widget=CheckList,
        help_text=_("None marked: all customers. With some marked, customers of other groups and of no group do not appear."),
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = list(CustomerGroup.objects.values_list("pk", "name"))
        self.fields["customer_groups"].choices = groups  # type: ignore[attr-defined]
        if not groups:
            del self.fields["customer_groups"]
        if not is_new:
            del self.fields["username"]


class ReasonForm(forms.Form):
    """Why somebody is shut out; it is recorded."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
