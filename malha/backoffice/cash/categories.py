"""Categorias: the plano de contas as a tree."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from malha.backoffice.cash import sections
from malha.backoffice.cash.forms import CategoryForm
from malha.backoffice.cash.sections import CashForm
from malha.backoffice.generic import Page
from malha.backoffice.keys import key
from malha.cashbook import queries
from malha.cashbook.models import Category
from malha.cashbook.services import categories
from malha.core.errors import BusinessError
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest


class CategoryList(Page):
    """The whole tree."""

    permission = "cashbook.manage"
    template_name = "cash/categories.html"

    def get(self, request: StaffRequest) -> HttpResponse:
        return self.answer(tabs=sections.tabs(request.user, "cash_categories"), nodes=queries.categories())


class CategoryNew(CashForm):
    """Another line, under the one of the address if it names one."""

    permission = "cashbook.manage"
    title = gettext_lazy("New category")
    section = gettext_lazy("Categories")
    back_name = "cash_categories"

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        parent = Category.objects.filter(pk=key(self.request.GET.get("sob")) or 0).first()
        initial = {"parent": parent.pk, "kind": parent.kind} if parent else {}
        return CategoryForm(initial=initial, **kwargs)

    def save(self, form: Any) -> str:
        category = categories.create(data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Category created: %(category)s.") % {"category": category})
        return self.back()


class CategoryEdit(CashForm):
    """Name, code, place."""

    permission = "cashbook.manage"
    section = gettext_lazy("Categories")
    back_name = "cash_categories"

    @cached_property
    def category(self) -> Category:
        """The one of the address."""
        return get_object_or_404(Category, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.category)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "category": self.category, "actions_template": "cash/_category_actions.html"}

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        row = self.category
        return CategoryForm(initial={"name": row.name, "code": row.code, "kind": row.kind, "parent": row.parent_id}, **kwargs)

    def save(self, form: Any) -> str:
        categories.change(category=self.category, data=form.to_data(), actor=self.request.actor)
        messages.success(self.request, _("Category saved."))
        return self.back()


def _set_active(request: StaffRequest, pk: int, *, is_active: bool) -> HttpResponse:
    category = get_object_or_404(Category, pk=pk)
    try:
        categories.set_active(category=category, is_active=is_active, actor=request.actor)
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        words = _("%(category)s is offered again.") if is_active else _("%(category)s is not offered any more.")
        messages.success(request, words % {"category": category})
    return redirect("backoffice:cash_categories")


@requires("cashbook.manage")
@require_POST
def retire(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer it no more; what was entered under it stays."""
    return _set_active(request, pk, is_active=False)


@requires("cashbook.manage")
@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer it again."""
    return _set_active(request, pk, is_active=True)


@requires("cashbook.manage")
@require_POST
def create_standard(request: StaffRequest) -> HttpResponse:
    """A plano de contas to begin with."""
    made = categories.create_standard(actor=request.actor)
    messages.success(request, ngettext("%(n)s category created.", "%(n)s categories created.", made) % {"n": made})
    return redirect("backoffice:cash_categories")
