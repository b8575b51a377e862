"""The form of a plan. Speeds are typed in Mega, as everybody says them, and stored in kbit/s."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from malha.contracts.data import PlanData
from malha.contracts.models import Plan, PlanKind
from malha.core.forms import BrDateField, MoneyFormField
from malha.domain.money import ZERO

KBPS = 1000


class MegaField(forms.DecimalField):
    """A speed typed in Mega (`500`, `0,5`) -> kbit/s."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(localize=True, max_digits=8, decimal_places=3, **kwargs)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        return None if typed is None else int(typed * KBPS)

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / KBPS:f}".replace(".", ",") if isinstance(value, int) else value


class PlanForm(forms.Form):
    """Everything a plan has that the house uses today."""

    name = forms.CharField(
        label=_("Name"), error_messages={"required": _("Type the name of the plan, for example Fibra 500 Mega.")}
    )
    price = MoneyFormField(label=_("Price"))
    download_kbps = MegaField(label=_("Download (Mega)"))
    upload_kbps = MegaField(label=_("Upload (Mega)"))
    kind = forms.ChoiceField(label=_("Kind"), choices=PlanKind.choices, initial=PlanKind.INTERNET)
    sva_price = MoneyFormField(label=_("SVA part"), required=False)
    profile_name = forms.CharField(label=_("Profile on the router"), required=False, max_length=200)
    reduced_percent = forms.IntegerField(label=_("Reduced speed (%)"), required=False)
    burst_download_kbps = MegaField(label=_("Burst download (Mega)"), required=False)
    burst_upload_kbps = MegaField(label=_("Burst upload (Mega)"), required=False)
    burst_threshold_percent = forms.IntegerField(label=_("Burst threshold (%)"), required=False)
    burst_seconds = forms.IntegerField(label=_("Burst seconds"), required=False)
    priority = forms.IntegerField(label=_("Priority"), initial=8)
    guaranteed_percent = forms.IntegerField(label=_("Guaranteed (%)"), required=False)
    pool_v4 = forms.CharField(label=_("IPv4 pool"), required=False)
    pool_v6 = forms.CharField(label=_("IPv6 pool"), required=False)
    address_list = forms.CharField(label=_("Address list"), required=False)
    technology = forms.CharField(label=_("Technology"), required=False, initial="FTTH")
    medium = forms.ChoiceField(
        label=_("Medium"),
        initial="fibra",
        choices=[
            ("fibra", _("Fibre")),
            ("radio", _("Radio")),
            ("cabo_metalico", _("Copper cable")),
            ("cabo_coaxial", _("Coaxial cable")),
            ("satelite", _("Satellite")),
        ],
    )
    offer_code = forms.CharField(label=_("Offer code"), required=False)
    offer_valid_until = BrDateField(label=_("Offer valid until"), required=False)
    charge_text = forms.CharField(label=_("Text on the charge"), required=False)
    description = forms.CharField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    is_public = forms.BooleanField(label=_("Shown on the site"), required=False, initial=True)
    allows_trust_release = forms.BooleanField(label=_("Allows trust release"), required=False, initial=True)
    reprices = forms.BooleanField(label=_("Give the new price to existing contracts too"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    def __init__(self, *args: Any, plan: Plan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if plan is None:
            del self.fields["reprices"], self.fields["reason"]

    def to_data(self) -> PlanData:
        """The plan as the service takes it."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in {"reprices", "reason"}}
        values["sva_price"] = values["sva_price"] or ZERO
        return PlanData(**values)
