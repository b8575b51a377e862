"""Anotações and the alert that pops up when the record is opened."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from malha.backoffice.customers.one import AskPage, find, may
from malha.core.errors import BusinessError
from malha.customers import queries
from malha.customers.services import notes
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class NoteForm(forms.Form):
    """One annotation. Its length is the service's business."""

    text = forms.CharField(label=gettext_lazy("Annotation"), required=False, widget=forms.Textarea({"rows": 4, "autofocus": True}))
    is_pinned = forms.BooleanField(label=gettext_lazy("Pin it on the summary"), required=False)


class AlertForm(forms.Form):
    """The alert. Empty takes it away."""

    text = forms.CharField(
        label=gettext_lazy("Alert when the record is opened"),
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True}),
        help_text=gettext_lazy("Whoever opens this customer sees it first. Leave it empty for no alert."),
    )


class NoteNew(AskPage):
    """NOVA ANOTAÇÃO."""

    permission = "customers.annotate"
    title = gettext_lazy("New annotation")
    button = gettext_lazy("Save annotation")
    form_class = NoteForm

    def get_initial(self) -> dict[str, Any]:
        return {"is_pinned": True}

    def save(self, form: Any) -> str:
        notes.add(customer=self.customer, actor=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("Annotation saved."))
        return self.url("customer")


class Alert(AskPage):
    """The opening alert."""

    permission = "customers.annotate"
    title = gettext_lazy("Opening alert")
    button = gettext_lazy("Save alert")
    form_class = AlertForm

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.customer.opening_alert}

    def save(self, form: Any) -> str:
        notes.set_alert(customer=self.customer, text=form.cleaned_data["text"], actor=self.request.actor)
        messages.success(self.request, _("Alert saved.") if form.cleaned_data["text"].strip() else _("Alert taken away."))
        return self.url("customer")


@requires("customers.annotate")
@require_POST
def pin(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """Pin an annotation, or let it go."""
    customer = find(request, number, "customers.annotate")
    note = get_object_or_404(queries.notes_of(customer), pk=pk)
    try:
        notes.pin(note=note, is_pinned=not note.is_pinned, actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("backoffice:customer", number)


@requires("customers.annotate")
@require_POST
def remove(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """Hide an annotation: one's own, or anybody's for who may edit the record."""
    customer = find(request, number, "customers.annotate")
    note = get_object_or_404(queries.notes_of(customer), pk=pk)
    if note.written_by_id != request.user.pk and not may(request.user, "customers.edit", customer):
        raise PermissionDenied
    try:
        notes.remove(note=note, actor=request.actor)
        messages.success(request, _("Annotation removed. Its text stays in the history."))
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    return redirect("backoffice:customer", number)
