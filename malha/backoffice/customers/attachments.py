"""Arquivos: sent, opened, renamed, hidden."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from malha.backoffice.customers.one import FOLDER, AskPage, BlankForm, CustomerPage, find
from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.customers import queries
from malha.customers.models import Attachment
from malha.customers.services import attachments
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class UploadForm(forms.Form):
    """A file and, if wanted, another name for it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        max_length=None,
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.FileInput({"accept": ",".join(f".{name}" for name in attachments.extensions())}),
    )
    name = forms.CharField(label=gettext_lazy("Call it"), required=False, widget=forms.TextInput({"autocomplete": "off"}))


class NameForm(forms.Form):
    """A new name."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, widget=forms.TextInput({"autocomplete": "off", "autofocus": True}))


class Files(CustomerPage):
    """The tab, with the form that sends one."""

    template_name = f"{FOLDER}/files.html"
    tab = "customer_attachments"

    def get_tab(self) -> dict[str, Any]:
        return {
            "files": queries.attachments_of(self.customer),
            "limit": settings.ATTACHMENT_MAX_BYTES // attachments.MEGABYTE,
            "types": ", ".join(name.upper() for name in attachments.extensions() if name != "jpeg"),
            "form": UploadForm(),
        }


class Upload(Files):
    """ENVIAR ARQUIVO. A page of its own, because a browser cannot be given back a chosen file."""

    permission = "customers.annotate"

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                made = attachments.add(
                    customer=self.customer, file=form.cleaned_data["file"], name=form.cleaned_data["name"], actor=request.actor
                )
                messages.success(request, _("File kept: %(name)s.") % {"name": made.name})
                return self.go(self.url("customer_attachments"))
            except BusinessError as refusal:
                put_errors(form, refusal)
                status = 413 if refusal.code == "too_large" else 422
        return self.answer(form=form, status=status)


class OfFile(AskPage):
    """A question about one file."""

    permission = "customers.annotate"

    def file(self) -> Attachment:
        """The file of the URL. Raises Http404."""
        return get_object_or_404(queries.attachments_of(self.customer), pk=self.kwargs["pk"])

    def back(self) -> str:
        return self.url("customer_attachments")


class Rename(OfFile):
    """Another name."""

    title = gettext_lazy("Rename file")
    button = gettext_lazy("Rename")
    form_class = NameForm

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.file().name}

    def save(self, form: Any) -> str:
        attachments.rename(attachment=self.file(), name=form.cleaned_data["name"], actor=self.request.actor)
        messages.success(self.request, _("File renamed."))
        return self.back()


class Remove(OfFile):
    """Out of sight, not out of the house."""

    title = gettext_lazy("Remove file")
    button = gettext_lazy("Remove")
    form_class = BlankForm
    is_harmful = True

    def effects(self) -> list[str]:
        return [_("“%(name)s” leaves this list. It is kept, with who sent it and who saw it.") % {"name": self.file().name}]

    def save(self, form: Any) -> str:
        attachments.remove(attachment=self.file(), actor=self.request.actor)
        messages.success(self.request, _("File removed from the list."))
        return self.back()


@requires("customers.view")
@require_GET
def download(request: StaffRequest, number: int, pk: int) -> HttpResponseBase:
    """The file itself, as a download and never as a page of ours; each look is in the history."""
    customer = find(request, number, "customers.view")
    found = get_object_or_404(queries.attachments_of(customer), pk=pk)
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        messages.error(request, _("The file “%(name)s” is not on the disk any more. Bring it back from the backup.") % {"name": found.name})
        return redirect("backoffice:customer_attachments", number)
    attachments.see(attachment=found, actor=request.actor)
    return as_download(content, found.name, found.content_type)


def as_download(content: Any, name: str, content_type: str) -> FileResponse:
    """Bytes that the browser saves: it neither guesses their type nor runs what is in them."""
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
