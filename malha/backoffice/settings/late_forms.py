"""Forms of Padrões de cobrança. They check shape and the caps of the law; the services check rules."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from malha.core.forms import MoneyFormField, OptionCards
from malha.core.widgets import CheckList
from malha.domain.late_fees import MAX_FINE_BASIS_POINTS, MAX_MONTHLY_INTEREST_BASIS_POINTS

WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")), (5, _("Saturday")), (6, _("Sunday")),
)  # fmt: skip


class DaysField(forms.IntegerField):
    """A number of days."""

    def __init__(self, *, min_value: int = 1, max_value: int = 999, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, widget=forms.NumberInput({"class": "num"}), **kwargs)


class PercentField(forms.Field):
    """`2`, `2,0` or `1.75` -> basis points: 200, 200, 175. Refuses more than `cap` and more than two decimals."""

    def __init__(self, *, cap: int, message: Any, **kwargs: Any) -> None:
        self.cap, self.message = cap, message
        widget = forms.TextInput({"class": "num", "inputmode": "decimal", "autocomplete": "off", "maxlength": 8})
        super().__init__(widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100},{value % 100:02d}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        whole, _comma, part = str(value or "").strip().removesuffix("%").strip().replace(".", ",").partition(",")
        if not (whole.isascii() and whole.isdecimal() and len(whole) < 4 and len(part) < 3 and (part == "" or part.isdecimal())):
            raise ValidationError(_("Type a percentage with at most two decimals, for example 2,00."))
        points = int(whole) * 100 + int(part.ljust(2, "0") or 0)
        if points > self.cap:
            raise ValidationError(self.message)
        return points


class LadderForm(forms.Form):
    """The régua: its days, and how a block happens."""

    days_to_pending = DaysField(label=_("Days to the notice"), help_text=_("After the due date; never before the next business day."))
    days_to_block = DaysField(label=_("Days to the block"), help_text=_("After the due date."))
    days_notice_to_block = DaysField(label=_("Days between notice and block"), help_text=_("At least 15, as the law asks."))
    days_to_reduce = DaysField(
        label=_("Days to the reduced speed"),
        required=False,
        help_text=_("After the due date, with a delivered notice. Empty: no such step."),
    )
    termination_after_days = DaysField(
        label=_("Days blocked until termination"), help_text=_("At least 60. Then it is proposed; a person decides.")
    )
    minimum_debt = MoneyFormField(label=_("Lowest debt that counts"), help_text=_("Whoever owes less gets neither notice nor block."))
    is_automatic = forms.TypedChoiceField(
        label=_("Blocks"),
        choices=[("1", _("By themselves")), ("0", _("Suggest and approve"))],
        coerce=lambda value: value == "1",
        widget=OptionCards(
            descriptions={
                "1": _("The run of 06:00 blocks whose day has come."),
                "0": _("Nobody is blocked until somebody approves it in the rehearsal."),
            }
        ),
    )
    allowed_weekdays = forms.TypedMultipleChoiceField(
        label=_("Days on which a block may begin"),
        choices=WEEKDAYS,
        coerce=int,
        widget=CheckList,
        help_text=_("Never on a holiday or its eve. Friday to Sunday asks for a reason (Lei 14.015/2020)."),
    )
    release_on_payment = forms.BooleanField(
        label=_("Release when paid"), required=False, help_text=_("Off: who pays waits for the run of the next morning.")
    )
    release_on_any_payment = forms.BooleanField(
        label=_("Any payment releases"), required=False, help_text=_("Also a part of the debt: it counts as a release by hand.")
    )
    release_grace_days = DaysField(
        min_value=0, max_value=30, label=_("Days of grace after a release by hand"), help_text=_("No new block by the run until then.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Only for fewer than 15 days (micro provider) or blocks from Friday to Sunday; it is recorded."),
    )


class TrustForm(forms.Form):
    """Desbloqueio de confiança and the notice page."""

    trust_days = DaysField(
        max_value=30, label=_("Days of a trust release"), help_text=_("It ends by itself in the evening of the last one.")
    )
    trust_uses = DaysField(
        min_value=0, max_value=30, label=_("Uses per contract"), help_text=_("0: only the team, and only with a reason.")
    )
    trust_window_days = DaysField(max_value=365, label=_("In so many days"), help_text=_("A use older than that does not count any more."))
    trust_max_debt_days = DaysField(label=_("Oldest debt (days late)"), help_text=_("Whoever is late for longer has no trust release."))
    silence_hours = DaysField(
        max_value=168, label=_("Hours without the notice page"), help_text=_("After “Continuar navegando” the notice stays away so long.")
    )


class FeesForm(forms.Form):
    """What a late payment owes on top, and what is charged of those who are blocked."""

    fine_basis_points = PercentField(
        cap=MAX_FINE_BASIS_POINTS,
        message=_("The law limits the late fine to 2 % (CDC, art. 52)."),
        label=_("Late fine (%)"),
        help_text=_("Once, of the late amount. At most 2,00."),
    )
    interest_basis_points = PercentField(
        cap=MAX_MONTHLY_INTEREST_BASIS_POINTS,
        message=_("The law limits the late interest to 1 % a month."),
        label=_("Interest a month (%)"),
        help_text=_("Simple, by the day. At most 1,00."),
    )
    charge_while_blocked = forms.BooleanField(
        label=_("Charge blocked days"), required=False, help_text=_("Off: days on which the customer is blocked are not charged.")
    )
    max_overdue_to_bill = DaysField(
        max_value=60,
        required=False,
        label=_("Unpaid charges until billing stops"),
        help_text=_("Then the contract is charged nothing more until somebody looks. Empty: no limit."),
    )
