"""Clientes sem cobrança: who runs and is charged nothing this month, and why."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page as RowPage
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malha.backoffice.generic import Column, ListPage
from malha.contracts.models import Contract
from malha.core import clock
from malha.customers import queries as customers
from malha.reports import unbilled
from malha.reports.unbilled import Row, WhyUnbilled

WHY: dict[WhyUnbilled, tuple[str | Promise, str]] = {
    WhyUnbilled.DRAFT: (_("not activated yet"), "inst"),
    WhyUnbilled.EXEMPT: (_("exempt"), ""),
    WhyUnbilled.PARKED: (_("left to a person"), "bad"),
    WhyUnbilled.SUSPENDED: (_("suspended on request"), ""),
    WhyUnbilled.NO_VALUE: (_("no plan or no value"), "warn"),
    WhyUnbilled.CANCELLED: (_("its charge was cancelled"), "warn"),
    WhyUnbilled.FREE_PERIOD: (_("nothing to charge in the period"), ""),
    WhyUnbilled.NOT_YET: (_("no due date in this month yet"), ""),
}


class Unbilled(ListPage[Contract]):
    """The list of one month; `?mes=2026-02` looks back."""

    permission = "charges.view"
    template_name = "charges/unbilled.html"
    partial_template = "charges/_unbilled.html"
    default_order = "cliente"
    columns = (
        Column("cliente", _("Customer"), order=("customer__search_name",)),
        Column("contrato", _("Contract"), order=("number",)),
        Column("dia", _("Due day"), order=("due_day",), css="r"),
        Column("valor", _("Monthly value"), css="r"),
        Column("motivo", _("Why")),
    )

    @property
    def month(self) -> date:
        """The first day of the month that is looked at."""
        try:
            return date.fromisoformat(f"{self.request.GET.get('mes', '')[:7]}-01")
        except ValueError:
            return clock.today().replace(day=1)

    def get_queryset(self) -> QuerySet[Contract]:
        return unbilled.contracts(self.month, visible=customers.visible_groups(self.request.user))

    def get_rows(self, page: RowPage[Contract]) -> list[tuple[Row, str | Promise, str]]:
        return [(row, *WHY[row.why]) for row in unbilled.rows(list(page))]

    def get_context(self) -> dict[str, Any]:
        parked = unbilled.parked(visible=customers.visible_groups(self.request.user)).count()
        before, after = (self.month - timedelta(days=1)).replace(day=1), (self.month + timedelta(days=32)).replace(day=1)
        is_past = self.month < clock.today().replace(day=1)
        return {"month": self.month, "parked": parked, "before": f"{before:%Y-%m}", "after": f"{after:%Y-%m}" if is_past else ""}
