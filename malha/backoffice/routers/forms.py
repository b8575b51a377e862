"""The registration of a router as it is typed."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from malha.core.forms import PasswordReveal
from malha.core.widgets import CheckList
from malha.network import registry
from malha.network.data import RouterData
from malha.network.models import Method, Router, TlsMode

# As ui.js makes them up: no l, i, o, 0, 1, because they are read out on the phone.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
# Shown under "More options".
MORE = (
    "description", "fallback_host", "driver", "enabled_methods", "max_accesses", "kicks_per_second", "local_address", "notice_address",
    "walled_garden", "pending_list", "blocked_list", "garden_list", "block_profile", "block_pool", "block_pool_ranges", "disables_on_block",
)  # fmt: skip


def made_up_password() -> str:
    """A password for the API user: nobody ever types it."""
    return "".join(secrets.choice(SIGNS) for _sign in range(24))


def _mono(**attributes: str) -> forms.TextInput:
    """For what a machine reads: letters of one width, and no suggestions of the browser."""
    return forms.TextInput(attrs={"class": "mono", "autocomplete": "off", **attributes})


class LinesField(forms.CharField):
    """One value per line -> tuple."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "mono"})

    def clean(self, value: Any) -> Any:
        return tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value


class RouterForm(forms.Form):
    """Everything of domain.md §6 that the house uses. `our_addresses` is for the script alone and not stored."""

    name = forms.CharField(label=_("Name"), error_messages={"required": _("Give the router a name, for example CCR Centro.")})
    host = forms.CharField(
        label=_("Address"),
        error_messages={"required": _("Type the IP address or the name by which this computer reaches the router.")},
        widget=_mono(placeholder="10.0.0.1"),
    )
    port = forms.IntegerField(label=_("Port of the API"), initial=8729)
    tls_mode = forms.ChoiceField(label=_("Protection"), choices=TlsMode.choices, initial=TlsMode.PINNED)
    api_username = forms.CharField(label=_("User on the router"), initial="malha", widget=_mono())
    api_password = forms.CharField(label=_("Password of this user"), strip=False, widget=PasswordReveal(render_value=True, generates=True))
    our_addresses = forms.CharField(
        label=_("Address of this computer, as the router sees it"),
        required=False,
        widget=_mono(placeholder="10.0.0.5"),
    )

    description = forms.CharField(label=_("Description"), required=False)
    fallback_host = forms.CharField(label=_("Alternative address"), required=False, widget=_mono())
    driver = forms.ChoiceField(label=_("Kind of router"), initial="mikrotik")
    enabled_methods = forms.MultipleChoiceField(
        label=_("Types of access"), choices=Method.choices, initial=[Method.PPPOE], required=False, widget=CheckList
    )
    max_accesses = forms.IntegerField(label=_("Maximum of accesses"), initial=1000)
    kicks_per_second = forms.IntegerField(label=_("Disconnections per second"), initial=50)
    local_address = forms.CharField(label=_("Local address of the profiles"), required=False, widget=_mono())
    notice_address = forms.CharField(label=_("Address of the notice server"), required=False, widget=_mono())
    walled_garden = LinesField(label=_("Free during the block"), required=False)
    pending_list = forms.CharField(label=_("Notice list"), initial="malha-pendente")
    blocked_list = forms.CharField(label=_("Block list"), initial="malha-bloqueado")
    garden_list = forms.CharField(label=_("Free list"), initial="malha-livre")
    block_profile = forms.CharField(label=_("Block profile"), initial="malha-bloqueado")
    block_pool = forms.CharField(label=_("Block pool"), initial="malha-bloqueado")
    block_pool_ranges = forms.CharField(label=_("Ranges of the block pool"), initial="100.127.0.1-100.127.15.254")
    disables_on_block = forms.BooleanField(label=_("Switch the login off instead of showing the page"), required=False)

    def __init__(self, *args: Any, router: Router | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.router = router
        self.fields["driver"].choices = registry.choices()  # type: ignore[attr-defined]
        if router is not None:  # the stored password is never shown
            self.fields["api_password"].required = False
            self.fields["api_password"].widget.render_value = False

    @property
    def is_more_open(self) -> bool:
        """Whether something is wrong among what is folded away."""
        return any(name in self.errors for name in MORE) if self.is_bound else False

    def to_data(self) -> RouterData:
        """The registration as the service takes it."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "our_addresses"}
        values["enabled_methods"] = tuple(values["enabled_methods"])
        if self.router is not None and not values["api_password"]:
            values["api_password"] = None
        return RouterData(**values)


class PoolForm(forms.Form):
    """A pool of addresses."""

    name = forms.CharField(label=_("Name"), error_messages={"required": _("Type the name of the pool.")}, widget=_mono())
    ranges = forms.CharField(
        label=_("Ranges"),
        error_messages={"required": _("Type the ranges like 100.64.8.2-100.64.11.254, several with a comma between them.")},
        widget=_mono(placeholder="100.64.8.2-100.64.11.254"),
    )


class MoveForm(forms.Form):
    """Where accesses move."""

    target = forms.TypedChoiceField(label=_("New router"), coerce=int, error_messages={"required": _("Choose the router.")})
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    def __init__(self, *args: Any, source: Router, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Router.objects.filter(is_active=True).exclude(pk=source.pk).values_list("pk", "name")
        self.fields["target"].choices = [("", _("Choose")), *others]  # type: ignore[attr-defined]
