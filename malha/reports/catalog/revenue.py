"""Receita: what was received in a period, by plan, router, district or month.

It is counted where it was put: of each payment, what went to charges (principal, fine and interest). What of a payment no charge took
yet stands in a line of its own, so that the total is what was received (`money_in`). A charge counts for the plan of its first line,
the router of its contract's first access, and the district of the service address, or the customer's own.
"""

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, CharField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf, TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.billing.models import Allocation, ChargeLine
from malha.domain.money import ZERO, Money
from malha.network.models import Access
from malha.reports import money_in
from malha.reports.base import Asked, Cell, Choice, Column, Figure, Found, Kind, Plain, Report, Row
from malha.staff.permissions import Limit

_CENTS = BigIntegerField()
PLAN, ROUTER, DISTRICT, MONTH = "plano", "servidor", "bairro", "mes"


class Revenue(Report):
    """The report."""

    slug = "receita"
    title = gettext_lazy("Revenue")
    about = gettext_lazy("What was received in the period, by plan, router, district or month.")
    empty = gettext_lazy("Nothing was received in these days.")
    icon = "chart-bar"
    limits = frozenset({Limit.MONEY})
    has_period = True
    default_order = "-total"

    def choices(self) -> tuple[Choice, ...]:
        ways = ((PLAN, _("Plan")), (ROUTER, _("Router")), (DISTRICT, _("District")), (MONTH, _("Month")))
        return (Choice("por", gettext_lazy("By"), ways),)

    def columns_for(self, asked: Asked) -> tuple[Column, ...]:
        way = asked.chosen.get("por", PLAN)
        labels = {
            PLAN: gettext_lazy("Plan"), ROUTER: gettext_lazy("Router"), DISTRICT: gettext_lazy("District"), MONTH: gettext_lazy("Month"),
        }  # fmt: skip
        return (
            Column("que", labels[way], Kind.MONTH if way == MONTH else Kind.TEXT),
            Column("principal", gettext_lazy("Of charges"), Kind.MONEY),
            Column("multa", gettext_lazy("Fine and interest"), Kind.MONEY),
            Column("total", gettext_lazy("Received"), Kind.MONEY),
        )

    def read(self, asked: Asked) -> Found:
        way = asked.chosen.get("por", PLAN)
        received = money_in.payments(asked.visible).filter(paid_on__range=(asked.since, asked.until))
        rows: list[Row] = []
        principal = late = ZERO
        for key, cents, extra in _sums(received, way):
            of_charges, of_late = Money(int(cents)), Money(int(extra))
            rows.append((_named(key, way), of_charges, of_late, of_charges + of_late))
            principal, late = principal + of_charges, late + of_late
        whole = Money(int(received.aggregate(cents=Sum("value", output_field=_CENTS, default=0))["cents"]))
        unused = whole - principal - late
        figures = [Figure(_("Received"), whole), Figure(_("Of charges"), principal), Figure(_("Fine and interest"), late)]
        if unused:
            figures.append(Figure(_("Not used by a charge"), unused))
            rows.append((_("Not used by a charge") if way != MONTH else None, ZERO, ZERO, unused))
        total: Row = (_("Total"), principal, late, whole)
        return Found(Plain(rows, self.columns_for(asked), asked), tuple(figures), total if rows else None)


def _named(key: Any, way: str) -> Cell:
    if way == MONTH:
        month: date = key
        return month
    missing = {PLAN: _("without a plan"), ROUTER: _("without a router"), DISTRICT: _("without a district")}
    return key or missing[way]


def _sums(received: QuerySet[Any], way: str) -> Any:
    rows = Allocation.objects.filter(payment__in=received.values("pk")).order_by()
    if way == MONTH:
        rows = rows.annotate(key=TruncMonth("payment__paid_on"))
    elif way == PLAN:
        first = ChargeLine.objects.filter(charge=OuterRef("charge"), item__plan__isnull=False).order_by("position")
        rows = rows.annotate(key=Subquery(first.values("item__plan__name")[:1]))
    elif way == ROUTER:
        access = Access.objects.filter(contract=OuterRef("charge__contract")).order_by("pk")
        rows = rows.annotate(key=Subquery(access.values("router__name")[:1]))
    else:
        empty = Value("", output_field=CharField())
        served = NullIf(F("charge__contract__service_address__district"), empty)
        rows = rows.annotate(key=Coalesce(served, F("charge__customer__address__district"), empty))
    sums = {"cents": Sum("principal", output_field=_CENTS), "late": Sum(F("fine") + F("interest"), output_field=_CENTS)}
    return rows.values("key").annotate(**sums).values_list("key", "cents", "late")
