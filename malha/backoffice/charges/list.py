"""Cobranças: the list with its totals per situation, filters and pages. Everything asked stands in the URL."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malha.backoffice.charges import filters
from malha.backoffice.charges.lines import Words
from malha.backoffice.customers.filters import query_with
from malha.backoffice.generic import Column, Header, ListPage
from malha.billing.models import Charge
from malha.contracts.models import CollectionMethod
from malha.core import clock
from malha.core.statuses import CHARGE
from malha.customers import queries as customers
from malha.reports import charge_rows
from malha.reports.charge_criteria import ChargeCriteria, ChargeOrder
from malha.reports.charge_rows import Listing, Total
from malha.reports.charge_situations import ChargeSituation
from malha.staff.permissions import requires
from malha.staff.requests import StaffRequest

SORTS = ("yes",)  # the sorting itself is the report's; a column only says that it can
COLUMNS = (
    Column(ChargeOrder.NUMBER, _("Charge"), order=SORTS),
    Column(ChargeOrder.NAME, _("Customer"), order=SORTS),
    Column(ChargeOrder.DUE, _("Due date"), order=SORTS),
    Column(ChargeOrder.LATE, _("Delay"), order=SORTS),
    Column(ChargeOrder.SITUATION, _("Situation"), order=SORTS),
    Column(ChargeOrder.METHOD, _("Means"), order=SORTS),
    Column(ChargeOrder.TOTAL, _("Amount"), order=SORTS, css="r"),
    Column(ChargeOrder.UPDATED, _("Updated today"), order=SORTS, css="r"),
    Column(ChargeOrder.PAID_ON, _("Payment"), order=SORTS),
    Column(ChargeOrder.PAID, _("Amount paid"), order=SORTS, css="r"),
    Column(ChargeOrder.PLACE, _("Place"), order=SORTS),
)
OF_OPEN = frozenset({ChargeOrder.LATE, ChargeOrder.UPDATED})
OF_PAID = frozenset({ChargeOrder.PAID_ON, ChargeOrder.PAID, ChargeOrder.PLACE})
# What the counts and sums on top show; replaced charges are found behind a filter.
ON_TOP = tuple(one for one in ChargeSituation if one is not ChargeSituation.REPLACED)


@dataclass(frozen=True, slots=True)
class Tile:
    """A situation on top: count and sum, and the address that shows only it, or everything again."""

    label: str | Promise
    tone: str
    total: Total
    url: str
    is_current: bool


class ChargeList(ListPage[Charge]):
    """The page, and for htmx totals, chips and table."""

    permission = "charges.view"
    template_name = "charges/list.html"
    partial_template = "charges/_list.html"
    columns = COLUMNS
    default_order = ChargeOrder.DUE

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        listing = Listing(self.criteria, clock.today())
        asked = request.GET.get(filters.PAGE, "1")
        page = listing.page(int(asked[:9]) if asked.isascii() and asked.isdigit() else 1)
        words = Words(clock.today(), can_receive=request.user.can("charges.receive"))
        response = self.answer(
            lines=words.lines(page.rows),
            page_obj=Paginator(range(page.total), charge_rows.PER_PAGE).page(page.number),
            headers=self.headers(),
            tiles=self.tiles(listing),
            next_due=self.next_due() if not page.rows else None,
            is_part=self.wants_part(),
        )
        if self.wants_part():
            response["HX-Push-Url"] = reverse("backoffice:charges") + query_with(request.GET)
        return response

    @cached_property
    def criteria(self) -> ChargeCriteria:
        """What the URL asks, within what the person may see."""
        visible = customers.visible_groups(self.request.user)
        return filters.criteria(self.request.GET, self.order, today=clock.today(), visible=visible)

    def get_columns(self) -> list[Column]:
        """Paid charges say when, how much and where; the others how late they are and what they take today."""
        gone = OF_OPEN if self.is_of_paid else OF_PAID
        return [column for column in self.columns if column.name not in gone]

    @property
    def is_of_paid(self) -> bool:
        """Are only paid charges shown?"""
        return self.criteria.situation is ChargeSituation.PAID

    def headers(self) -> list[Header]:
        """The shown columns, then the one of the actions."""
        return [*super().headers(), Header(_("Actions"), "", is_hidden_label=True, order="", direction="")]

    def tiles(self, listing: Listing) -> list[Tile]:
        """Counts and sums; a click filters, a second one shows everything again."""
        found = []
        for situation in ON_TOP:
            is_current = situation is self.criteria.situation
            slug = None if is_current else filters.SLUGS[situation]
            url = query_with(self.request.GET, situacao=slug, page=None, order=None)
            found.append(Tile(CHARGE[situation].label, CHARGE[situation].tone, listing.totals[situation], url, is_current))
        return found

    def next_due(self) -> Any:
        """For the empty state: when something falls due next."""
        return charge_rows.next_due_on(self.criteria.visible, clock.today())

    def get_context(self) -> dict[str, Any]:
        params, base, user = self.request.GET, reverse("backoffice:charges"), self.request.user
        return {
            "base": base,
            "query": query_with(params, page=None),
            "chips": filters.chips(params, base, clock.today()),
            "carried": [(name, value) for name, value in _carried(params, (filters.SEARCH, filters.PAGE))],
            "criteria": self.criteria,
            "is_of_paid": self.is_of_paid,
            "is_narrowed": filters.is_narrowed(params),
            "span": filters.span_words(params, clock.today()),
            "every_month": query_with(params, vencimento=filters.EVERY, desde=None, ate=None, page=None),
            "can_export": user.can("customers.export"),
            "can_edit": user.can("charges.edit"),
        }


def _carried(params: Any, gone: tuple[str, ...]) -> list[tuple[str, str]]:
    """Parameters that a form has to carry along so that nothing chosen is lost."""
    names = [name for name in params if name not in (*gone, "csrfmiddlewaretoken")]
    return [(name, value) for name in names for value in params.getlist(name) if value]


@requires("charges.view")
def choose(request: StaffRequest, name: str) -> HttpResponse:
    """The choices of one filter: inside its chip when htmx asks, else as a page of its own."""
    labels = {filters.SPAN: _("Due date"), filters.METHOD: _("Means of payment"), "valor": _("Amount")}
    if name not in labels:
        raise Http404
    params = request.GET
    gone = {
        filters.SPAN: (filters.SPAN, filters.SINCE, filters.UNTIL),
        filters.METHOD: (filters.METHOD,),
        "valor": (filters.LOW, filters.HIGH),
    }[name]
    chosen = set(filters.methods(params))
    context = {
        "name": name,
        "label": labels[name],
        "spans": list(filters.SPANS.items()),
        "chosen_span": filters.span(params),
        "methods": [
            (pk, text, pk in chosen) for pk, text in CollectionMethod.objects.order_by("name").values_list("pk", "name")
        ] if name == filters.METHOD else [],
        "params": params,
        "since": params.get(filters.SINCE, ""),
        "until": params.get(filters.UNTIL, ""),
        "low": params.get(filters.LOW, ""),
        "high": params.get(filters.HIGH, ""),
        "carried": _carried(params, (*gone, filters.PAGE)),
        "base": reverse("backoffice:charges"),
    }  # fmt: skip
    template = "_choices.html" if request.htmx else "choices.html"
    return render(request, f"charges/{template}", context)
