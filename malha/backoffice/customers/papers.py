"""The written contract: how it would be printed, what is empty in it, the PDF, and the documents that were kept."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from malha.backoffice.customers.attachments import as_download
from malha.backoffice.customers.contracts import ContractPage
from malha.backoffice.customers.one import FOLDER, find
from malha.contracts.models import ContractDocument
from malha.core import history, pdf
from malha.core.errors import BusinessError
from malha.journeys import contract_documents
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class Preview(ContractPage):
    """The contract as it would be printed now, with the list of what has nothing to say."""

    permission = "contracts.view"
    template_name = f"{FOLDER}/paper.html"

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context: dict[str, Any] = {}
        try:
            filled = contract_documents.preview(contract=self.contract)
            # The text was cleaned when it was saved and its values were escaped when it was filled.
            context = {"html": mark_safe(filled.html), "empty": [f"{{{{{name}}}}}" for name in filled.empty], "version": filled.version}
        except BusinessError as refusal:
            context = {"problem": refusal.message}
        return self.answer(
            customer=self.customer, contract=self.contract, can=self.can, back=self.back(), has_pdf=pdf.is_available(), **context
        )


class Print(ContractPage):
    """GERAR PDF: text and file are kept for ever."""

    http_method_names = ["post"]

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            document = contract_documents.make(contract=self.contract, actor=request.actor)
        except BusinessError as refusal:
            messages.error(request, refusal.message)
            return self.go(self.url("contract_paper", self.contract.number))
        messages.success(request, _("PDF made from %(version)s. It is kept below.") % {"version": document.version})
        return self.go(self.back())


@requires("contracts.view")
@require_GET
def document(request: StaffRequest, number: int, pk: int) -> HttpResponseBase:
    """A kept document as it was printed; each look is in the history."""
    customer = find(request, number, "contracts.view")
    found = ContractDocument.objects.filter(pk=pk, contract__customer=customer).select_related("contract", "version__template").first()
    if found is None:
        raise Http404
    try:
        content = found.file.open("rb")
    except (FileNotFoundError, ValueError):
        messages.error(request, _("The file of this document is not on the disk any more. Bring it back from the backup."))
        return redirect("backoffice:customer_contracts", number)
    seen = {"template": str(found.version)}
    history.record(found.contract, "contract.document_seen", actor=request.actor, after=seen, customer_id=customer.pk)
    name = f"contrato-{found.contract.number}-v{found.version.version}.pdf"
    return as_download(content, name, "application/pdf")
