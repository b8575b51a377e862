"""Fornecedores."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from malha.backoffice.cash import sections
from malha.backoffice.cash.forms import SupplierForm
from malha.backoffice.cash.sections import CashForm
from malha.backoffice.generic import Column, ListPage
from malha.cashbook import queries
from malha.cashbook.models import Supplier
from malha.cashbook.services import suppliers
from malha.core.errors import BusinessError
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class SupplierList(ListPage[Supplier]):
    """Who is paid, with how many bills wait."""

    permission = "payables.manage"
    template_name = "cash/suppliers.html"
    partial_template = "cash/_suppliers.html"
    default_order = "name"
    columns = (
        Column("name", gettext_lazy("Supplier"), order=("legal_name",)),
        Column("document", gettext_lazy("CPF/CNPJ"), order=("cpf_cnpj", "legal_name")),
        Column("phone", gettext_lazy("Phone")),
        Column("pix", gettext_lazy("Pix key"), css="m-hide"),
        Column("bills", gettext_lazy("Bills to pay"), order=("open_bills", "legal_name"), css="r"),
    )

    @cached_property
    def text(self) -> str:
        """What is looked for."""
        return self.request.GET.get("q", "").replace("\0", "").strip()[:100]

    @property
    def shows_archived(self) -> bool:
        return self.request.GET.get("arquivados") == "1"

    def get_queryset(self) -> QuerySet[Supplier]:
        return queries.suppliers(text=self.text, with_archived=self.shows_archived)

    def get_context(self) -> dict[str, Any]:
        tabs = sections.tabs(self.request.user, "suppliers")
        return {"tabs": tabs, "text": self.text, "shows_archived": self.shows_archived}


class SupplierNew(CashForm):
    """Another supplier."""

    permission = "payables.manage"
    title = gettext_lazy("New supplier")
    section = gettext_lazy("Suppliers")
    back_name = "suppliers"
    form_class = SupplierForm

    def save(self, form: Any) -> str:
        supplier = suppliers.create(data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Supplier created: %(supplier)s.") % {"supplier": supplier})
        return self.back()


class SupplierEdit(CashForm):
    """Change a supplier; archive it or bring it back."""

    permission = "payables.manage"
    section = gettext_lazy("Suppliers")
    back_name = "suppliers"

    @cached_property
    def supplier(self) -> Supplier:
        """The one of the address."""
        return get_object_or_404(Supplier, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.supplier)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "supplier": self.supplier, "actions_template": "cash/_supplier_actions.html"}

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        return SupplierForm(initial=asdict(suppliers.data_of(self.supplier)), **kwargs)

    def save(self, form: Any) -> str:
        suppliers.change(supplier=self.supplier, data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Supplier saved."))
        return self.back()


def _archive(request: StaffRequest, pk: int, *, is_back: bool) -> HttpResponse:
    supplier = get_object_or_404(Supplier, pk=pk)
    try:
        (suppliers.restore if is_back else suppliers.archive)(supplier=supplier, actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        words = _("%(supplier)s is offered again.") if is_back else _("%(supplier)s is archived. Its bills stay.")
        messages.success(request, words % {"supplier": supplier})
    return redirect("backoffice:suppliers")


@requires("payables.manage")
@require_POST
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer it for no new bill."""
    return _archive(request, pk, is_back=False)


@requires("payables.manage")
@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer it again."""
    return _archive(request, pk, is_back=True)
