"""Visões salvas, and which columns somebody wants to see: what a person keeps of this list."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from malha.backoffice.customers import filters
from malha.backoffice.models import SavedView
from malha.staff.models import User
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

PAGE = "customers"
# The chosen columns are kept as a view of this name on a page of its own, so that one statement reads both.
COLUMNS_PAGE = "customers.columns"
MAX_VIEWS = 30


@dataclass(frozen=True)
class Saved:
    """`columns` is empty while nobody has chosen."""

    views: list[SavedView]
    columns: frozenset[str]


def of(user: User) -> Saved:
    """Everything this person kept; one statement."""
    found = list(SavedView.objects.filter(user=user, page__in=(PAGE, COLUMNS_PAGE)))
    columns = [view.query.split(",") for view in found if view.page == COLUMNS_PAGE]
    return Saved([view for view in found if view.page == PAGE], frozenset(columns[0]) if columns else frozenset())


@requires("customers.view")
@require_POST
def keep(request: StaffRequest) -> HttpResponse:
    """Keep the present filters under a name; the same name again replaces them."""
    name = " ".join(request.POST.get("name", "").replace("\x00", "").split())[:60]
    query = filters.query_with(QueryDict(request.POST.get("query", "").removeprefix("?")), page=None)
    if not name:
        messages.error(request, _("Give the view a name."))
    elif len(query) > 500 or SavedView.objects.filter(user=request.user, page=PAGE).exclude(name=name).count() >= MAX_VIEWS:
        messages.error(request, _("This view cannot be kept. Remove some filters, or a view you no longer use."))
    else:
        SavedView.objects.update_or_create(user=request.user, page=PAGE, name=name, defaults={"query": query})
        messages.success(request, _("View “%(name)s” kept.") % {"name": name})
    return HttpResponseRedirect(reverse("backoffice:customers") + query[:2000])


@requires("customers.view")
@require_POST
def forget(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove one of one's own views."""
    SavedView.objects.filter(user=request.user, page=PAGE, pk=pk).delete()
    return HttpResponseRedirect(reverse("backoffice:customers"))


@requires("customers.view")
@require_POST
def choose_columns(request: StaffRequest) -> HttpResponse:
    """Keep which columns are shown; nothing ticked brings the usual ones back."""
    names = sorted({name for name in request.POST.getlist("column") if name.isidentifier() and len(name) <= 20})[:20]
    if names:
        SavedView.objects.update_or_create(user=request.user, page=COLUMNS_PAGE, name="", defaults={"query": ",".join(names)})
    else:
        SavedView.objects.filter(user=request.user, page=COLUMNS_PAGE).delete()
    query = filters.query_with(QueryDict(request.POST.get("query", "").removeprefix("?")))
    return HttpResponseRedirect(reverse("backoffice:customers") + query)
