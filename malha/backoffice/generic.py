"""Thin helpers for the three kinds of pages: a list, one thing, a form. A view says what is special about it, nothing else.

Each takes `permission` (a line of malha/staff/permissions.py). A page works as plain GET and POST; when htmx asks, a list answers
with the part of it that changes, and a form with itself, as 422 when something in it is wrong. How to: docs/howto/ui.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.core.paginator import Page as RowPage
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.views import View
from django_htmx.http import HttpResponseClientRedirect

from malha.core.errors import BusinessError
from malha.core.forms import put_errors
from malha.staff.permissions import PermissionMixin
from malha.staff.requests import StaffRequest

T = TypeVar("T", bound=Model)
PER_PAGE = 50


class Page(PermissionMixin, View):
    """Base: a template, a part of it for htmx, and a context."""

    template_name: str
    partial_template = ""
    request: StaffRequest

    def wants_part(self) -> bool:
        """Did htmx ask for the part alone? A page restored from the browser's history is a whole one."""
        return bool(self.partial_template and self.request.htmx and not self.request.htmx.history_restore_request)

    def get_context(self) -> dict[str, Any]:
        """What the template gets, besides what the context processors give."""
        return {}

    def answer(self, status: int = 200, **context: Any) -> HttpResponse:
        """The page, or its part."""
        template = self.partial_template if self.wants_part() else self.template_name
        response = render(self.request, template, {**self.get_context(), **context}, status=status)
        # The browser must not show the part when somebody comes back to the page.
        patch_vary_headers(response, ["HX-Request"])
        return response

    def go(self, url: str) -> HttpResponse:
        """Leave for another page: a redirect, also for htmx, which would otherwise swap that page into this one."""
        return HttpResponseClientRedirect(url) if self.request.htmx else HttpResponseRedirect(url)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `order`: the fields it sorts by, first one decides the direction; none: it cannot be sorted."""

    name: str
    label: str | Promise
    order: tuple[str, ...] = ()
    css: str = ""
    is_hidden_label: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """A column as its heading is drawn: `order` is what a click asks for, `direction` fills aria-sort."""

    label: str | Promise
    css: str
    is_hidden_label: bool
    order: str
    direction: str


class ListPage(Page, Generic[T]):
    """A list with filter, order and pages. Everything stands in the URL.

    Give `template_name`, `partial_template` (the table, which the page includes), `columns`, and `get_queryset`. Rows are plain
    template lines in the partial: `{% for customer in rows %}`.
    """

    columns: Sequence[Column] = ()
    default_order = ""
    per_page = PER_PAGE

    def get_queryset(self) -> QuerySet[T]:
        """All rows this person may see, with everything a line shows."""
        raise NotImplementedError

    def get_rows(self, page: RowPage[T]) -> Sequence[Any]:
        """The lines of one page; a list that reads ids first and details afterwards does the second half here."""
        return list(page)

    def get_columns(self) -> Sequence[Column]:
        """The columns shown; a list with a choice of columns narrows them down here."""
        return self.columns

    @property
    def order(self) -> str:
        """`name` or `-name` of a sortable column; anything else in the URL falls back to the default."""
        asked = self.request.GET.get("order", "")
        sortable = {column.name for column in self.columns if column.order}
        return asked if asked.removeprefix("-") in sortable else self.default_order

    def ordered(self, queryset: QuerySet[T]) -> QuerySet[T]:
        """Sorted as asked, the primary key last, so that pages never repeat or skip a row."""
        for column in self.columns:
            if column.order and column.name == self.order.removeprefix("-"):
                is_down = self.order.startswith("-")
                return queryset.order_by(*(f"-{name}" if is_down else name for name in column.order), "-pk" if is_down else "pk")
        return queryset

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = self.paginate(self.ordered(self.get_queryset()))
        return self.answer(page_obj=page, rows=self.get_rows(page), headers=self.headers(), order=self.order)

    def paginate(self, queryset: QuerySet[T]) -> RowPage[T]:
        """The page asked for; a number that does not exist shows the nearest one."""
        return Paginator(queryset, self.per_page).get_page(self.request.GET.get("page"))

    def headers(self) -> list[Header]:
        """The heading of each column: what a click on it asks for and how it is sorted now."""
        now = self.order
        found = []
        for column in self.get_columns():
            is_sorted = bool(column.order) and now.removeprefix("-") == column.name
            direction = ("descending" if now.startswith("-") else "ascending") if is_sorted else ""
            asks = (f"-{column.name}" if now == column.name else column.name) if column.order else ""
            found.append(Header(column.label, column.css, column.is_hidden_label, asks, direction))
        return found


class DetailPage(Page, Generic[T]):
    """One thing. Give `template_name` and `get_queryset`; the template gets it as `object_name` and as `object`."""

    object_name = "object"

    def get_queryset(self) -> QuerySet[T]:
        """Where the thing is looked for: only what this person may see."""
        raise NotImplementedError

    def get_object(self) -> T:
        """By the `pk` of the URL. Raises Http404."""
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        context: dict[str, Any] = {"object": self.object, self.object_name: self.object}
        return self.answer(**context)


class FormPage(Page):
    """A form on a page. Give `template_name`, `form_class`, and `save`, which calls one service and answers where to go.

    What the service refuses is shown on the form. With `partial_template` (the form, which the page includes) htmx swaps only it.
    """

    form_class: type[forms.BaseForm]

    def get_initial(self) -> dict[str, Any]:
        """What the form shows at first."""
        return {}

    def get_form(self, **kwargs: Any) -> forms.BaseForm:
        """The form; give it more arguments here when it needs them."""
        return self.form_class(initial=self.get_initial(), **kwargs)

    def save(self, form: Any) -> str:
        """Call the service with `form.cleaned_data` and `self.request.actor`; answer the URL to go to. May raise BusinessError."""
        raise NotImplementedError

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer(form=self.get_form())

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(data=request.POST, files=request.FILES)
        if form.is_valid():
            try:
                return self.go(self.save(form))
            except BusinessError as refusal:
                put_errors(form, refusal)
        return self.answer(form=form, status=422)
