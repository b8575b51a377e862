"""What the address asks of a report: period, answers of its filters, order."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.core import clock
from malha.core.forms import BrDateField
from malha.customers.queries import visible_groups
from malha.domain import calendar
from malha.reports.base import Asked, Report
from malha.staff.models import User
from malha.staff.permissions import Limit

SINCE, UNTIL, ORDER = "desde", "ate", "order"
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 12, 31)


class AskForm(forms.Form):
    """The filters of one report, with this month where no period is said."""

    desde = BrDateField(label=gettext_lazy("From"), required=False)
    ate = BrDateField(label=gettext_lazy("Until"), required=False)

    def __init__(self, report: Report, params: QueryDict) -> None:
        self.report, self.today = report, clock.today()
        self.first, self.last = self.today.replace(day=1), calendar.month_offset(31, self.today, 0)
        data = {SINCE: params.get(SINCE, "")[:20], UNTIL: params.get(UNTIL, "")[:20]}
        if not any(data.values()):
            data = {SINCE: f"{self.first:%d/%m/%Y}", UNTIL: f"{self.last:%d/%m/%Y}"}
        self.choices = report.choices()
        for choice in self.choices:
            words = {word for word, _label in choice.options}
            asked = params.get(choice.name, "")
            data[choice.name] = asked if asked in words else choice.options[0][0]
        super().__init__(data)
        if not report.has_period:
            del self.fields[SINCE], self.fields[UNTIL]
        for choice in self.choices:
            self.fields[choice.name] = forms.ChoiceField(label=str(choice.label), choices=choice.options, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get(SINCE), values.get(UNTIL)
        if since and until and until < since:
            self.add_error(UNTIL, _("This date comes before the first one."))
        return values

    @property
    def is_narrowed(self) -> bool:
        """Is anything asked that is not asked at first?"""
        return any(self.data[choice.name] != choice.options[0][0] for choice in self.choices)

    def asked(self, user: User, order: str) -> Asked:
        """What to read. A form with mistakes in it means what is asked at first."""
        values = self.cleaned_data if self.is_valid() else {}
        since = min(max(values.get(SINCE) or (EARLIEST if values.get(UNTIL) else self.first), EARLIEST), LATEST)
        until = min(max(values.get(UNTIL) or self.last, EARLIEST), LATEST)
        column, is_down = order.removeprefix("-"), order.startswith("-")
        return Asked(
            today=self.today,
            since=since,
            until=max(since, until),
            visible=visible_groups(user),
            seller_id=user.pk if user.limit("reports.view") is Limit.OWN else None,
            chosen={choice.name: self.data[choice.name] for choice in self.choices},
            order=column,
            descending=is_down,
        )


def order(report: Report, params: QueryDict, names: frozenset[str]) -> str:
    """A sortable column of the report, with a minus before it the other way round; what is not understood means its own order."""
    asked = params.get(ORDER, "")
    return asked if asked.removeprefix("-") in names else report.default_order
