"""What can be done to many customers of the list at once."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from malha.backoffice.customers import filters, selection
from malha.backoffice.customers.one import within_limit
from malha.contracts.models import Contract
from malha.contracts.services import due_days
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class DueDayForm(forms.Form):
    """The new day, of those the company offers."""

    due_day = forms.TypedChoiceField(label=_("New due day"), coerce=int)

    def __init__(self, *args: object, offered: list[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["due_day"].choices = [("", _("Choose")), *((day, f"{day:02d}") for day in offered)]  # type: ignore[attr-defined]


@requires("contracts.edit")
@require_POST
def change_due_day(request: StaffRequest) -> HttpResponse:
    """First asks for the day and says whom it concerns, then changes it in every living contract of the selected customers."""
    chosen = selection.read(request.POST, user=request.user)
    customers = within_limit(request.user, "contracts.edit", chosen.customers)
    contracts = due_days.changeable(Contract.objects.filter(customer__in=customers.values("pk")))
    is_asked = "due_day" in request.POST
    form = DueDayForm(request.POST if is_asked else None, offered=request.company.offered_due_days)
    if is_asked and form.is_valid():
        try:
            changed = due_days.change(contracts=contracts, due_day=form.cleaned_data["due_day"], actor=request.actor)
        except BusinessError as refusal:
            put_errors(form, refusal)
        else:
            text = ngettext("Due day changed in %(n)s contract.", "Due day changed in %(n)s contracts.", changed)
            messages.success(request, text % {"n": f"{changed:,}".replace(",", ".")})
            return HttpResponseRedirect(_back(chosen.query))
    context = {
        "form": form,
        "carried": chosen.carried,
        "customer_count": customers.count(),
        "contract_count": contracts.count(),
        "back": _back(chosen.query),
    }
    return render(request, "backoffice/customers/due_day.html", context, status=422 if is_asked else 200)


def _back(query: str) -> str:
    return reverse("backoffice:customers") + filters.query_with(QueryDict(query.removeprefix("?")[:2000]))
