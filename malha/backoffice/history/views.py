"""Who did what, when, from where; and who tried to come in."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from malha.backoffice.history.labels import KINDS, VERBS, line
from malha.core.forms import BrDateField
from malha.core.history_queries import HistoryFilter, page
from malha.staff import queries
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

ATTEMPTS_PER_PAGE = 50


class PeriodForm(forms.Form):
    """The filters that both lists have."""

    q = forms.CharField(label=_("Text"), max_length=100, required=False, help_text=_("Name, reason"))
    since = BrDateField(label=_("From"), required=False)
    until = BrDateField(label=_("Until"), required=False)


class HistoryForm(PeriodForm):
    """The filters of the history."""

    who = forms.ChoiceField(label=_("Who"), required=False)
    kind = forms.ChoiceField(label=_("What"), required=False)
    verb = forms.ChoiceField(label=_("Action"), required=False)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    customer = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    field_order = ("q", "who", "kind", "verb", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(f"user:{user.pk}", user.name) for user in queries.users()]
        choices: dict[str, list[tuple[str, Any]]] = {
            "who": [*people, ("system:", _("system"))],
            "kind": sorted(((key, str(label)) for key, label in KINDS.items()), key=lambda pair: pair[1]),
            "verb": sorted(((key, str(label)) for key, label in VERBS.items()), key=lambda pair: pair[1]),
        }
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Everything") if name != "who" else _("Everybody")), *values]


@requires("history.view")
@require_GET
def history(request: StaffRequest) -> HttpResponse:
    """The log of changes, the latest first."""
    form = HistoryForm(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    rows, older = page(
        HistoryFilter(
            actor=data.get("who", ""),
            object_kind=data.get("kind", ""),
            verb=data.get("verb", ""),
            text=data.get("q", ""),
            since=_start(data.get("since")),
            until=_end(data.get("until")),
            before=data.get("before"),
            customer_id=data.get("customer"),
        )
    )
    context = {"form": form, "lines": [line(entry) for entry in rows], "older": older, "is_later_page": bool(data.get("before"))}
    return render(request, "history/_rows.html" if request.htmx else "history/list.html", context, status=422 if form.errors else 200)


@requires("history.view")
@require_GET
def attempts(request: StaffRequest) -> HttpResponse:
    """Tries at the door, right and wrong."""
    form = PeriodForm(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    is_failed = request.GET.get("failed") == "1"
    found = queries.attempts(text=data.get("q", ""), since=_start(data.get("since")), until=_end(data.get("until")), only_failed=is_failed)
    context = {"form": form, "page_obj": Paginator(found, ATTEMPTS_PER_PAGE).get_page(request.GET.get("page")), "is_failed": is_failed}
    return render(request, "history/attempts.html", context, status=422 if form.errors else 200)


def _start(day: date | None) -> datetime | None:
    """Midnight of the company, where the day begins."""
    return None if day is None else datetime.combine(day, time(0), tzinfo=timezone.get_current_timezone())


def _end(day: date | None) -> datetime | None:
    return None if day is None else _start(day + timedelta(days=1))
