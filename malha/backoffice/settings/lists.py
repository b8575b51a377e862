"""Short lists that are edited in place: holidays, groups of customers, forms of payment."""

from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Count, Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from malha.backoffice.generic import Page
from malha.backoffice.settings.forms import HolidayForm, NameForm
from malha.contracts.models import CollectionMethod
from malha.contracts.services import collection
from malha.core import clock, company_services
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.core.models import Holiday
from malha.customers.models import CustomerGroup
from malha.customers.services import groups
from malha.domain.calendar import bank_holidays
from malha.staff.requests import StaffRequest

T = TypeVar("T", bound=Model)
# The rule book's codes of the days on which banks are closed.
NATIONAL: dict[str, str | Promise] = {
    "new_year": gettext_lazy("New Year"),
    "carnival_monday": gettext_lazy("Carnival Monday"),
    "carnival_tuesday": gettext_lazy("Carnival Tuesday"),
    "good_friday": gettext_lazy("Good Friday"),
    "tiradentes": "Tiradentes",
    "labour_day": gettext_lazy("Labour Day"),
    "corpus_christi": "Corpus Christi",
    "independence": gettext_lazy("Independence Day"),
    "our_lady_aparecida": gettext_lazy("Our Lady of Aparecida"),
    "all_souls": gettext_lazy("All Souls' Day"),
    "republic": gettext_lazy("Proclamation of the Republic"),
    "black_consciousness": gettext_lazy("Black Consciousness Day"),
    "christmas": gettext_lazy("Christmas"),
}


class RowsPage(Page, Generic[T]):
    """All rows with what can be done to each, and a form for one more. One address; the pressed button says what to do.

    `action_<name>(row, form)` calls one service. `row` is None for `create`; `form` is None where nothing is typed.
    """

    permission = "settings.manage"
    url_name: str
    form_class: type[forms.Form] = NameForm
    done: dict[str, str | Promise] = {}
    typed_actions = ("create", "rename")

    def get_queryset(self) -> QuerySet[T]:
        """The rows, with what a line shows."""
        raise NotImplementedError

    def show(self, status: int = 200, *, sent: forms.Form | None = None, sent_for: str = "") -> HttpResponse:
        """The page; `sent` is the form with mistakes in it, of the row `sent_for` or of the new one."""
        rows = []
        for row in self.get_queryset():
            name = f"row{row.pk}"
            form = sent if sent_for == name and sent else self.form_class(initial={"name": str(row)}, prefix=name)
            rows.append((row, form))
        new_form = sent if sent_for == "new" and sent else self.form_class(prefix="new")
        return self.answer(status, rows=rows, new_form=new_form)

    def get(self, request: StaffRequest) -> HttpResponse:
        return self.show()

    def post(self, request: StaffRequest) -> HttpResponse:
        action = request.POST.get("action", "")
        if action not in self.done:
            raise Http404
        row = None if action == "create" else self._row(request.POST.get("pk", ""))
        prefix = "new" if row is None else f"row{row.pk}"
        form = self.form_class(request.POST, prefix=prefix) if action in self.typed_actions else None
        if form is not None and not form.is_valid():
            return self.show(422, sent=form, sent_for=prefix)
        try:
            getattr(self, f"action_{action}")(row, form)
        except BusinessError as refusal:
            if form is not None:
                put_errors(form, refusal)
                return self.show(422, sent=form, sent_for=prefix)
            messages.error(request, refusal.message)
        else:
            messages.success(request, str(self.done[action]))
        return redirect(self.url_name)

    def _row(self, pk: str) -> T:
        row = self.get_queryset().filter(pk=int(pk)).first() if pk.isascii() and pk.isdecimal() and len(pk) < 19 else None
        if row is None:
            raise Http404
        return row


class HolidaysPage(RowsPage[Holiday]):
    """Local holidays; the national ones are shown, because people ask."""

    url_name = "backoffice:settings_holidays"
    template_name = "settings/holidays.html"
    form_class = HolidayForm
    done = {"create": gettext_lazy("The holiday was added."), "remove": gettext_lazy("The holiday was removed.")}

    def get_queryset(self) -> QuerySet[Holiday]:
        return Holiday.objects.all()

    def get_context(self) -> dict[str, Any]:
        year = clock.today().year
        days = {**bank_holidays(year), **bank_holidays(year + 1)}
        return {"national": [(day, NATIONAL.get(code, code)) for day, code in sorted(days.items())]}

    def action_create(self, row: None, form: forms.Form) -> None:
        company_services.add_holiday(day=form.cleaned_data["date"], name=form.cleaned_data["name"], actor=self.request.actor)

    def action_remove(self, row: Holiday, form: None) -> None:
        company_services.remove_holiday(holiday=row, actor=self.request.actor)


class GroupsPage(RowsPage[CustomerGroup]):
    """Groups of customers with how many belong to each."""

    url_name = "backoffice:settings_groups"
    template_name = "settings/groups.html"
    done = {
        "create": gettext_lazy("The group was added."),
        "rename": gettext_lazy("The group was renamed."),
        "remove": gettext_lazy("The group was removed."),
    }

    def get_queryset(self) -> QuerySet[CustomerGroup]:
        return CustomerGroup.objects.annotate(customers=Count("customer")).order_by("name")

    def action_create(self, row: None, form: forms.Form) -> None:
        groups.create(name=form.cleaned_data["name"], actor=self.request.actor)

    def action_rename(self, row: CustomerGroup, form: forms.Form) -> None:
        groups.rename(group=row, name=form.cleaned_data["name"], actor=self.request.actor)

    def action_remove(self, row: CustomerGroup, form: None) -> None:
        groups.remove(group=row, actor=self.request.actor)


class MethodsPage(RowsPage[CollectionMethod]):
    """Formas de pagamento. Informal ones are made here, integrated ones with their gateway."""

    url_name = "backoffice:settings_methods"
    template_name = "settings/methods.html"
    done = {
        "create": gettext_lazy("The form of payment was added."),
        "rename": gettext_lazy("The form of payment was renamed."),
        "make_default": gettext_lazy("The standard form of payment was changed."),
        "deactivate": gettext_lazy("The form of payment is not offered any more."),
        "activate": gettext_lazy("The form of payment is offered again."),
    }

    def get_queryset(self) -> QuerySet[CollectionMethod]:
        return CollectionMethod.objects.annotate(contracts=Count("contract")).order_by("-is_default", "name")

    def action_create(self, row: None, form: forms.Form) -> None:
        collection.create(name=form.cleaned_data["name"], actor=self.request.actor)

    def action_rename(self, row: CollectionMethod, form: forms.Form) -> None:
        collection.rename(method=row, name=form.cleaned_data["name"], actor=self.request.actor)

    def action_make_default(self, row: CollectionMethod, form: None) -> None:
        collection.make_default(method=row, actor=self.request.actor)

    def action_deactivate(self, row: CollectionMethod, form: None) -> None:
        collection.set_active(method=row, is_active=False, actor=self.request.actor)

    def action_activate(self, row: CollectionMethod, form: None) -> None:
        collection.set_active(method=row, is_active=True, actor=self.request.actor)
