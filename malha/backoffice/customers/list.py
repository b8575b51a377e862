"""Clientes: the list with its tabs, filters, columns and pages. Everything asked stands in the URL."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malha.backoffice.customers import filters, saved
from malha.backoffice.customers.lines import lines
from malha.backoffice.generic import Column, Header, ListPage
from malha.core import clock
from malha.customers import queries
from malha.customers.models import Customer
from malha.domain.billing import BillingMode
from malha.domain.states import Situation
from malha.reports import customer_directory as directory
from malha.reports.customer_criteria import Criteria, Order
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

SORTS = ("yes",)  # the sorting itself is the directory's; a column only says that it can
COLUMNS = (
    Column(Order.NAME, _("Customer"), order=SORTS),
    Column(Order.SITUATION, _("Situation"), order=SORTS),
    Column("acesso", _("Access")),
    Column(Order.PLAN, _("Plan"), order=SORTS),
    Column(Order.DUE_DAY, _("Day"), order=SORTS, css="r"),
    Column(Order.AMOUNT, _("Current charge"), order=SORTS, css="r"),
    Column("telefone", _("Phone")),
    Column(Order.DISTRICT, _("District"), order=SORTS),
    Column(Order.NUMBER, _("Number"), order=SORTS, css="r"),
    Column(Order.SINCE, _("Registered on"), order=SORTS, css="r"),
)
ALWAYS = frozenset({Order.NAME.value})
AT_FIRST = frozenset(column.name for column in COLUMNS[:8])


@dataclass(frozen=True, slots=True)
class TabLink:
    """A tab as it is drawn."""

    url: str
    label: str | Promise
    tone: str
    count: int
    is_current: bool


class CustomerList(ListPage[Customer]):
    """The page, and for htmx the table with tabs and chips."""

    permission = "customers.view"
    template_name = "backoffice/customers/list.html"
    partial_template = "backoffice/customers/_list.html"
    columns = COLUMNS
    default_order = Order.NAME

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        criteria = filters.criteria(request.GET, self.order, visible=queries.visible_groups(request.user))
        self.listing = directory.Listing(criteria)
        asked = request.GET.get(filters.PAGE, "1")
        mode = BillingMode(request.company.billing_mode)
        self.saved = saved.of(request.user)
        number = int(asked[:9]) if asked.isdecimal() else 1
        page = self.listing.page(number, today=clock.today(), mode=mode, with_charges=request.user.can("charges.view"))
        response = self.answer(
            lines=lines(page.rows, reverse("backoffice:customers")),
            page_obj=Paginator(range(page.total), directory.PER_PAGE).page(page.number),
            headers=self.headers(),
            criteria=criteria,
            tabs=tabs(request.GET, criteria, self.listing.counts),
            is_part=self.wants_part(),
        )
        if self.wants_part():
            # The form sends empty fields along; the address that stays in the browser is the short one.
            response["HX-Push-Url"] = reverse("backoffice:customers") + filters.query_with(request.GET)
        return response

    def headers(self) -> list[Header]:
        """The shown columns, then the one of the actions."""
        return [*super().headers(), Header(_("Actions"), "", is_hidden_label=True, order="", direction="")]

    def get_columns(self) -> list[Column]:
        return [column for column in self.columns if column.name in self.shown]

    @property
    def shown(self) -> frozenset[str]:
        """Names of the columns this person has chosen."""
        return (self.saved.columns or AT_FIRST) | ALWAYS

    def get_context(self) -> dict[str, Any]:
        params, base = self.request.GET, reverse("backoffice:customers")
        can_export, can_change = self.request.user.can("customers.export"), self.request.user.can("contracts.edit")
        return {
            "base": base,
            "query": filters.query_with(params, page=None),
            "chips": filters.chips(params, base, self.listing.mark),
            "carried": filters.without_place(params),
            "show": dict.fromkeys(self.shown, True),
            "choosable": [(column.name, column.label, column.name in self.shown) for column in self.columns if column.name not in ALWAYS],
            "views": self.saved.views,
            "can_edit": self.request.user.can("customers.edit"),
            "can_export": can_export,
            "can_change_contracts": can_change,
            "selectable": can_export or can_change,
        }


def tabs(params: QueryDict, criteria: Criteria, counted: directory.Counts) -> list[TabLink]:
    """All tabs; customers suspended on request are rare, so theirs is there only when there are some."""
    found = []
    for tab in filters.TABS:
        is_current = tab.situation == criteria.situation
        if tab.situation is Situation.SUSPENDED and not is_current and not counted[tab.situation]:
            continue
        url = filters.query_with(params, aba=tab.slug, page=None)
        found.append(TabLink(url, tab.label, tab.tone, counted[tab.situation], is_current))
    return found


@requires("customers.view")
def choose(request: StaffRequest, name: str) -> HttpResponse:
    """The choices of one filter: inside its chip when htmx asks, else as a page of its own."""
    one = filters.BY_NAME.get(name)
    if one is None and name != filters.SPAN:
        raise Http404
    chosen = {str(value) for value in filters.chosen(one, request.GET)} if one else set()
    gone = {name, filters.PAGE} | ({filters.SINCE, filters.UNTIL} if name == filters.SPAN else set())
    context = {
        "name": name,
        "label": one.label if one else _("Registered on"),
        "is_span": name == filters.SPAN,
        "choices": [(value, text, value in chosen) for value, text in one.load()] if one else [],
        "since": request.GET.get(filters.SINCE, ""),
        "until": request.GET.get(filters.UNTIL, ""),
        "carried": [(key, value) for key in request.GET if key not in gone for value in request.GET.getlist(key) if value],
        "base": reverse("backoffice:customers"),
    }
    template = "_choices.html" if request.htmx else "choices.html"
    return render(request, f"backoffice/customers/{template}", context)
